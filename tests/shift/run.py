"""One shift on a real hotline: a normal day, then the hour of a disaster; and what remained of it."""

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cti.config_models import Configuration
from cti.simulation.scratch import free_port
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.bench.server import cpu_s
from tests.shift.callers import Carrier, Diary, Errand
from tests.shift.crew import Agent, Crew, Person
from tests.shift.demand import Scale, disaster_hour, normal_day
from tests.shift.ends import Ends
from tests.shift.house import SUPERVISOR, SUPERVISOR_EXTENSION, seats, written
from tests.shift.staff import Supervisor

PROGRAMS = ("server", "asterisk", "redis")
QUIET_LIMIT_S = 45.0
LAG_LIMIT_S = 30.0
WRAP_REASONS = 6
FIGURES = (
    "arrived,requests,answered,abandoned,short_abandoned,callback_taken,overflowed,voicemail,"
    "forced_out,system_fail,service_level_1,service_level_2,service_level_3,service_level_4,"
    "service_level_5,answer_speed,abandon_rate,occupancy,talks_in,talk_time_in,hold_time_in,"
    "wrap_up_time_in,talks_out,talks_callback,transfers,consultations,conferences,offers,"
    "ring_no_answer,refused,callbacks_requested,callbacks_connected,callbacks_failed"
)
Values = Mapping[str, Sequence[Any]]


@dataclass(slots=True, kw_only=True)
class Half:
    """One part of the shift. ``values``: the product's figures up to its end, [above, below, value]."""

    name: str
    seconds: float
    calls: int
    late_s: float
    cpu: Mapping[str, float]
    most_channels: int
    values: Values
    left: dict[str, object]
    """What did not come to rest: must be empty."""


@dataclass(slots=True, kw_only=True)
class Shift:
    """Everything that was seen, for ``compare``."""

    site: Site
    board: Desktop
    scale: Scale
    since: datetime
    halves: list[Half] = field(default_factory=list)
    diaries: list[Diary] = field(default_factory=list)
    reached: list[Diary] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def period(self) -> str:
        """The whole shift as a query of figures."""
        until = datetime.now(UTC) + timedelta(hours=1)
        return f"from={_text(self.since)}&to={_text(until)}"


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:00:00Z}"


@contextlib.asynccontextmanager
async def running_shift(folder: Path, scale: Scale) -> AsyncIterator[Shift]:
    """Work a whole shift; everything still runs while its books are compared."""
    carrier_port = free_port()
    settings = written(folder, scale.agents, carrier_port)
    async with contextlib.AsyncExitStack() as stack:
        site = await stack.enter_async_context(running_site(folder / "run", settings))
        sip = site.configuration.settings.sip.port
        outside, phones = Ends(sip, carrier_port), Ends(sip)
        for ends in (outside, phones):
            await ends.open()
            stack.push_async_callback(ends.shut)
        people = _people(site, scale)
        for extension in (*(p.extension for p in people), SUPERVISOR_EXTENSION):
            await phones.register(extension, site.secrets.get(f"sip_{extension}"))
        board = await stack.enter_async_context(desktop(site, SUPERVISOR))
        shift = Shift(site=site, board=board, scale=scale, since=datetime.now(UTC))
        carrier = Carrier(outside, Random(scale.seed + 2))
        crew = Crew(site.url, phones, people, Random(scale.seed + 3))
        await _work(shift, carrier, crew)
        yield shift


def _people(site: Site, scale: Scale) -> Sequence[Person]:
    reasons = tuple(_reasons(site.configuration))
    return [
        Person(
            agent_id=seat.agent_id,
            extension=seat.extension,
            password=site.passwords[seat.agent_id],
            talk=scale.talk,
            wrap_up=scale.wrap_up,
            reasons=reasons,
        )
        for seat in seats(scale.agents)
    ]


def _reasons(configuration: Configuration) -> Sequence[str]:
    reports = configuration.wrap_up.reasons["report"].children
    return list(reports)[:WRAP_REASONS]


async def _work(shift: Shift, carrier: Carrier, crew: Crew) -> None:
    supervisor = Supervisor(shift.board, crew, Random(shift.scale.seed + 4))
    jobs = [Agent(crew, person).run() for person in crew.people]
    at_work = [asyncio.create_task(job) for job in (*jobs, supervisor.run())]
    try:
        await crew.until_all("ready")
        day = normal_day(shift.scale)
        shift.halves.append(await _half(shift, carrier, "normal", day))
        await _mode(shift.board, on=True)
        surge = disaster_hour(shift.scale, len(day))
        shift.halves.append(await _half(shift, carrier, "disaster", surge))
        await _mode(shift.board, on=False)
        crew.at_work = False
        if shown := await crew.not_gone("logged_out"):
            shift.halves[-1].left |= {"desktops that show a call": shown}
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
    shift.diaries, shift.reached = carrier.diaries, carrier.reached
    shift.done, shift.refused = crew.done + supervisor.done, crew.refused


async def _half(shift: Shift, carrier: Carrier, name: str, day: Sequence[Errand]) -> Half:
    """Its calls, until all of them and whatever they began are over."""
    begun, before = time.monotonic(), _cpu(shift.site)
    most = _MostChannels(shift.site)
    watching = asyncio.create_task(most.watch())
    late_s = await carrier.day(day)
    left = await _until_quiet(shift.site, carrier)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    seconds, after = time.monotonic() - begun, _cpu(shift.site)
    return Half(
        name=name,
        seconds=seconds,
        calls=len(day),
        late_s=late_s,
        cpu={each: (after[each] - before[each]) / seconds for each in PROGRAMS},
        most_channels=most.seen,
        values=await figures(shift),
        left=left,
    )


class _MostChannels:
    def __init__(self, site: Site) -> None:
        self._site = site
        self.seen = 0

    async def watch(self) -> None:
        while True:
            self.seen = max(self.seen, await self._site.channels())
            await asyncio.sleep(3)


def _cpu(site: Site) -> Mapping[str, float]:
    return {name: cpu_s(site.pid(name)) for name in PROGRAMS}


async def _until_quiet(site: Site, carrier: Carrier) -> dict[str, object]:
    """What still moves after the limit: nothing, on a good day."""
    ends = time.monotonic() + QUIET_LIMIT_S
    while (left := await _left(site, carrier)) and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return left


async def _left(site: Site, carrier: Carrier) -> dict[str, object]:
    left: dict[str, object] = {**await site.busy()}
    if carrier.ends.live:
        left["callers on the line"] = carrier.ends.live
    return left


async def figures(shift: Shift) -> Values:
    """The centre's figures of the shift so far, once history has caught up."""
    path = f"/api/v1/measures?{shift.period}&figures={FIGURES}"
    await asyncio.sleep(2)
    found = await shift.board.get(path)
    values: Values = found["rows"][-1]["values"]
    return values


async def _mode(board: Desktop, *, on: bool) -> None:
    body: dict[str, Any] = {"on": on, "reason": "shift"}
    await board.put("/api/v1/modes/disaster", {**body, "hours": 1} if on else body)


async def said_by(site: Site, *command: str) -> tuple[int, Any]:
    """Exit code and words of one of the product's own commands; JSON where it speaks JSON."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "cti",
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(site.environment),
        cwd=Path(__file__).parents[2],
    )
    out, wrong = await asyncio.wait_for(process.communicate(), 120)
    text = out.decode() or wrong.decode()
    with contextlib.suppress(ValueError):
        return process.returncode or 0, json.loads(text)
    return process.returncode or 0, text
