"""What the health page looks at: all of ``cti doctor``, and what only a running server knows."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping

from cti import messages
from cti.built import STATIC
from cti.config_models import Configuration
from cti.core.problems import Problem, Severity
from cti.doctor import live, machine
from cti.doctor.asterisk import Clock, check_asterisk
from cti.doctor.dialplan import check_dialplan
from cti.doctor.findings import Finding, Level, ok, warning
from cti.doctor.insurer import check_insurer
from cti.doctor.parts import check_built, check_redis, check_sql
from cti.draft_bench import DraftBench
from cti.recording_side import recording_files
from cti.run_parts import Edges, Inside, Service, utc_now
from cti.server_folder import DiskFolder
from cti.services.health import Health, Part, Probe, State
from cti.site_files import secrets_of

STATES = {Level.OK: State.OK, Level.WARNING: State.WARNING, Level.ERROR: State.ERROR}
FRESH_S = 60.0
"""So long what ``cti check`` found is believed: it takes as long as all the rest together."""


def health(service: Service, edges: Edges, inside: Inside, bench: DraftBench) -> Health:
    """Everything put together."""
    settings, configuration = service.configuration.settings, service.configuration
    secrets = secrets_of(configuration)
    written = Written(configuration, bench)
    files, prefix = recording_files(configuration), service.prefix

    async def nodes() -> AsyncIterator[Finding]:
        desk = inside.dialplans.desk
        running, held = await desk.running(), await desk.in_force()
        async for each in live.check_nodes(edges.redis, prefix, running, held.sequence):
            yield each

    async def recordings() -> AsyncIterator[Finding]:
        raw, room = await files.raw(), edges.room
        told = {"low": room.low(), "free_bytes": room.free_bytes()}
        async for each in live.check_recordings(raw, utc_now(), **told):  # type: ignore[arg-type]
            yield each

    def clock() -> Clock:
        return Clock(time.time(), settings.heartbeat.lost_after_s / 2)

    found: Mapping[str, Callable[[], AsyncIterator[Finding]]] = {
        "machine": lambda: _in_thread(lambda: _machine(configuration)),
        "redis": lambda: check_redis(settings, time.time()),
        "sql": lambda: check_sql(settings.sql_url),
        "asterisk_link": lambda: live.check_link(edges.ami.up, inside.dispatcher.live),
        "asterisk": lambda: check_asterisk(configuration, secrets, clock()),
        "fastagi": lambda: live.check_fastagi(settings.fastagi.host, settings.fastagi.port),
        "nodes": nodes,
        "journal": lambda: live.check_journal(edges.redis, prefix),
        "recordings": recordings,
        "insurer": lambda: check_insurer(settings, secrets),
        "dialplan": lambda: check_dialplan(configuration),
    }
    probes = {name: _told(look) for name, look in found.items()}
    return Health({**probes, "configuration": written.look}, silent)


def _machine(configuration: Configuration) -> Iterator[Finding]:
    """Without the ports: who asks knows that they are served."""
    folders = configuration.settings.folders
    yield from machine.check_disk(folders.instance)
    yield from machine.check_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    yield from machine.check_clock(configuration.settings.time_zone)
    yield from machine.check_secrets(folders.instance / "secrets")
    yield from machine.check_packages()
    yield from check_built(STATIC)


async def _in_thread(look: Callable[[], Iterable[Finding]]) -> AsyncIterator[Finding]:
    for each in await asyncio.to_thread(lambda: list(look())):
        yield each


def _told(look: Callable[[], AsyncIterator[Finding]]) -> Probe:
    async def told() -> AsyncIterator[Part]:
        async for each in look():
            yield _part(each)

    return told


def _part(each: Finding) -> Part:
    return Part(
        part=each.part,
        state=STATES[each.level],
        code=each.code,
        what={language: each.what(language) for language in messages.LANGUAGES},
        cure={language: each.cure(language) for language in messages.LANGUAGES},
    )


def silent(name: str, broke: bool) -> Part:
    """What is said of a probe without an answer."""
    found = warning(name, "probe_broke" if broke else "probe_late", name=name)
    told = _part(found)
    state = State.WARNING if broke else State.UNKNOWN
    return Part(part=name, state=state, code=told.code, what=told.what, cure=told.cure)


class Written:
    """What ``cti check`` finds in the server's folders, not asked more often than once a minute."""

    def __init__(self, configuration: Configuration, bench: DraftBench) -> None:
        self._folder = DiskFolder(configuration.settings.folders)
        self._name = str(configuration.settings.folders.config)
        self._bench = bench
        self._looking: asyncio.Task[list[Problem]] | None = None
        self._began_s = 0.0

    async def look(self) -> AsyncIterator[Part]:
        """Its findings; who asks while it is being done waits for that."""
        if self._looking is None or time.monotonic() - self._began_s > FRESH_S:
            self._began_s = time.monotonic()
            self._looking = asyncio.create_task(self._check())
        problems = await asyncio.shield(self._looking)
        if not problems:
            yield _part(ok("configuration", folder=self._name))
        for each in problems:
            yield _problem(each)

    async def _check(self) -> list[Problem]:
        return await self._bench.check(await asyncio.to_thread(self._folder.read))


def _problem(each: Problem) -> Part:
    return Part(
        part="configuration",
        state=State.ERROR if each.severity is Severity.ERROR else State.WARNING,
        code=each.code,
        what={tag: f"{each.mark}: {messages.what(each, tag)}" for tag in messages.LANGUAGES},
        cure={tag: messages.cure(each, tag) for tag in messages.LANGUAGES},
    )
