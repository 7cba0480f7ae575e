"""A scratch hotline in which flow tests are played by real phones: ``python -m`` this with a plan.

The plan comes as JSON on the command line, settings come in the environment (``scratch.py``); one line
of JSON goes out for each flow that is over. ``live.py`` starts it.
"""

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cti.app import Running, running
from cti.asterisk.render import write
from cti.commands.serve import prepare
from cti.config_models import Configuration
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Difference, Flow
from cti.dialplan_files import load_dialplan, load_flows
from cti.processes import Programs
from cti.run_parts import Service
from cti.simulation.ear import Ear
from cti.simulation.judge import difference
from cti.simulation.live import NOT_SERVABLE
from cti.simulation.phones import Leg, Phone, Phones, Registrar
from cti.simulation.rehearsal import SETTLES_S, Actor, Stage
from cti.simulation.script import cues_of, wanted_of
from cti.simulation.sip_phone import OVER
from cti.site_files import asterisk_plan, sample_secrets
from cti.site_programs import asterisk_program, redis_program

FIRST_RTP_PORT = 34000
RTP_PORTS_A_CALL = 40
READY_S = 60.0
BEATS = 2
ANSWER_S = 20.0
LONGEST_S = 420.0
LEAVES_S = 10.0
LANGUAGES = ("zh", "en", "bo")


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """``flows``: the places (``file:line:column``) of those to play; at most ``callers`` at once."""

    dialplan: str
    flows: Sequence[str]
    callers: int


def main() -> None:
    """Play the plan of the command line."""
    plan = StagePlan(**json.loads(sys.argv[1]))
    logging.getLogger().addHandler(logging.NullHandler())
    asyncio.run(_until_told(_play(plan)))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; the first signal ends it in good order, further ones do not disturb that."""
    task, told = asyncio.create_task(work), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    waiting = asyncio.create_task(told.wait())
    await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not task.done():
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _play(plan: StagePlan) -> None:
    service = prepare()
    if service.folder.site is None:
        sys.exit(NOT_SERVABLE)
    folder = Path(plan.dialplan)
    site = load_dialplan(folder).site
    assert site is not None, "flows are played on trees without errors"  # noqa: S101
    wanted = set(plan.flows)
    flows = [flow for flow in load_flows(folder)[0] if str(flow.mark) in wanted]
    ear = Ear(service.configuration.settings.folders.prompts, LANGUAGES)
    actors = {f"flow {number}": _actor(site, flow) for number, flow in enumerate(flows, 1)}
    stage = Stage(actors, ear.seconds)
    async with _house(replace(service, call=stage.call)) as house:
        theatre = Theatre(service.configuration, house, ear)
        rooms: asyncio.Queue[int] = asyncio.Queue()
        for room in range(plan.callers):
            rooms.put_nowait(room)
        async with asyncio.TaskGroup() as calls:
            for name, actor in actors.items():
                calls.create_task(theatre.one(rooms, name, actor))


def _actor(site: Site, flow: Flow) -> Actor:
    tree = site.trees[flow.tree]
    return Actor(flow=flow, tree=tree, cues=cues_of(tree, flow))


@contextlib.asynccontextmanager
async def _house(service: Service) -> AsyncIterator[Running]:
    """Redis, Asterisk and the service, ready for calls."""
    configuration = service.configuration
    sample_secrets(configuration, service.secrets)
    write(asterisk_plan(configuration, service.secrets))
    programs = Programs(configuration.settings.folders.instance / "pids.json")
    try:
        for program in (redis_program(configuration), asterisk_program(configuration)):
            await programs.start(program)
        async with running(service) as house:
            await _until_ready(configuration, house)
            yield house
    finally:
        await programs.stop()


async def _until_ready(configuration: Configuration, house: Running) -> None:
    async with asyncio.timeout(READY_S):
        while not (house.edges.ami.up and house.dispatcher.live):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    # Callers are sent to us only where the heartbeat has been seen.
    await asyncio.sleep(BEATS * configuration.settings.heartbeat.every_s)


class Theatre:
    """Where calls are made and judged."""

    def __init__(self, configuration: Configuration, house: Running, ear: Ear) -> None:
        self._settings, self._house, self._ear = configuration.settings, house, ear
        self._registrar = Registrar(host=self._settings.sip.host, port=self._settings.sip.port)
        self._recordings = self._settings.folders.instance / "recordings"
        self._recordings.mkdir(parents=True, exist_ok=True)

    async def one(self, rooms: "asyncio.Queue[int]", name: str, actor: Actor) -> None:
        """Play one flow as soon as a room is free, and say what came of it."""
        room = await rooms.get()
        began = asyncio.get_running_loop().time()
        found, wrong = None, ""
        try:
            found = await self._call(room, name, actor)
        except Exception as failed:
            wrong = f"{type(failed).__name__}: {failed}"
        finally:
            rooms.put_nowait(room)
        took_s = round(asyncio.get_running_loop().time() - began, 1)
        _say(flow=str(actor.flow.mark), took_s=took_s, difference=_plain(found), wrong=wrong)

    async def _call(self, room: int, name: str, actor: Actor) -> Difference | None:
        folder = self._recordings / name.replace(" ", "-")
        folder.mkdir(exist_ok=True)
        phones = Phones(FIRST_RTP_PORT + room * RTP_PORTS_A_CALL)
        async with phones.running():
            caller = Phone(actor.flow.facts.caller_number, self._registrar)
            caller.display, caller.record_to = name, folder
            leg = phones.add(caller).dial(self._number(actor))
            heard_for_s, queue = await self._talk(leg, actor)
        heard = self._ear.hear(leg.recording) if leg.recording else []
        heard = [each for each in heard if each.at_s < heard_for_s]
        return difference(actor, wanted_of(actor.tree, actor.cues), heard, queue)

    async def _talk(self, leg: Leg, actor: Actor) -> tuple[float, str]:
        """Until the script is over; for how long the caller listened, and his queue."""
        loop = asyncio.get_running_loop()
        actor.press, actor.hang_up = leg.press, leg.hang_up
        await leg.until("CONFIRMED", ANSWER_S)
        answered_at = loop.time()
        async with asyncio.timeout(LONGEST_S):
            await actor.done.wait()
        await asyncio.sleep(SETTLES_S)
        queue = self._queue(actor)
        if "hangup" not in (actor.ended or {}):
            leg.hang_up()
        await leg.until(OVER, LEAVES_S)
        return actor.done_at - answered_at, queue

    def _queue(self, actor: Actor) -> str:
        call = self._house.dispatcher.floor.calls.get(actor.call_id)  # type: ignore[call-overload]
        return str(call.queue or "") if call else ""

    def _number(self, actor: Actor) -> str:
        return next(iter(actor.tree.numbers), self._settings.sip.numbers[0])


def _plain(found: Difference | None) -> Mapping[str, Any] | None:
    return asdict(found) if found else None


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
