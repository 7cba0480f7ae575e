"""``cti recordings``: list, hold, release and delete recordings, and prove that none was lost."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from cti import messages
from cti.config_models import Configuration
from cti.core.recordings import Recording
from cti.recording_side import recording_desk
from cti.services.ports import Refused
from cti.services.recording_desk import RecordingDesk
from cti.services.recording_ports import RecordingQuery
from cti.site_files import Unusable, load
from cti.store.sql_link import migrate, open_engine
from cti.terminal_acts import operator
from cti.web.masking import masked_number

Answer = TypeVar("Answer")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("recordings", help=messages.text("recordings.help"))
    what = found.add_subparsers(dest="what", required=True)
    listed = what.add_parser("list", help=messages.text("recordings.help_list"))
    for name in ("agent", "queue", "call"):
        listed.add_argument(f"--{name}")
    listed.add_argument("--held", action="store_true", help=messages.text("recordings.help_held"))
    listed.add_argument("--limit", type=int, default=100)
    listed.set_defaults(run=run_list)
    acts = (
        ("hold", run_hold, messages.text("recordings.help_hold")),
        ("release", run_release, messages.text("recordings.help_release")),
        ("delete", run_delete, messages.text("recordings.help_delete")),
    )
    for name, run, meaning in acts:
        one = what.add_parser(name, help=meaning)
        one.add_argument("recording")
        one.add_argument("--reason", required=True, help=messages.text("recordings.help_reason"))
        one.set_defaults(run=run)
    verify = what.add_parser("verify", help=messages.text("recordings.help_verify"))
    verify.set_defaults(run=run_verify)


def run_list(chosen: argparse.Namespace) -> int:
    """One line each: id, start, seconds, queue, agents, number (masked), class, until when, hold, state."""
    query = RecordingQuery(
        agent_id=chosen.agent,
        queue=chosen.queue,
        call_id=chosen.call,
        held=True if chosen.held else None,
        limit=chosen.limit,
    )

    async def job(configuration: Configuration, desk: RecordingDesk) -> int:
        for each in await desk.find(query):
            print(_line(each, configuration))
        return 0

    return _run(job)


def run_hold(chosen: argparse.Namespace) -> int:
    """Forbid its deletion."""
    return _run(lambda _, desk: _done(desk.hold(chosen.recording, operator(), chosen.reason)))


def run_release(chosen: argparse.Namespace) -> int:
    """Let its class decide again."""
    return _run(lambda _, desk: _done(desk.release(chosen.recording, operator(), chosen.reason)))


def run_delete(chosen: argparse.Namespace) -> int:
    """Delete one before its time; its tombstone says by whom and why."""
    return _run(lambda _, desk: _done(desk.delete(chosen.recording, operator(), chosen.reason)))


def run_verify(_chosen: argparse.Namespace) -> int:
    """1 where anything is not as it must be."""

    async def job(configuration: Configuration, desk: RecordingDesk) -> int:
        language = configuration.settings.language
        found = await desk.verify()
        for each in found:
            print(messages.text(f"recordings.found.{each.what}", language, subject=each.subject))
        if not found:
            print(messages.text("recordings.all_there", language))
        return 1 if found else 0

    return _run(job)


async def _done(act: Awaitable[None]) -> int:
    await act
    return 0


def _run(job: Callable[[Configuration, RecordingDesk], Awaitable[int]]) -> int:
    try:
        configuration = load()
    except Unusable:
        return 1
    try:
        return asyncio.run(_with(configuration, job))
    except Refused as no:
        language = configuration.settings.language
        sys.stderr.write(messages.text(f"desk.{no.code}", language, **no.values) + "\n")
        return 1


async def _with(
    configuration: Configuration, job: Callable[[Configuration, RecordingDesk], Awaitable[Answer]]
) -> Answer:
    await migrate(configuration.settings.sql_url)
    engine = open_engine(configuration.settings.sql_url)
    try:
        return await job(
            configuration, recording_desk(configuration, engine, lambda: datetime.now(UTC))
        )
    finally:
        await engine.dispose()


def _line(each: Recording, configuration: Configuration) -> str:
    zone = ZoneInfo(configuration.settings.time_zone)
    shown = (
        each.recording_id,
        f"{each.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        f"{each.seconds:.1f}",
        each.queue or "-",
        ",".join(each.agents) or "-",
        masked_number(each.caller_number) if each.caller_number else "-",
        each.keep,
        f"{each.keep_until.astimezone(zone):%Y-%m-%d}",
        each.held_by or "-",
        each.state.value,
    )
    return "\t".join(shown)
