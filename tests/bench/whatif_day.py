"""A day of 10,000 calls on the live floor by a virtual clock, against the time an admin waits for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from random import Random
from time import perf_counter, process_time
from zoneinfo import ZoneInfo

from cti.config_files import read_model
from cti.core.whatif.crew import House
from cti.core.whatif.demand import Contact
from cti.core.whatif.run import played
from cti.dialplan_files import load_calendar
from cti.site_files import load
from cti.whatif_files import SAMPLE, DemandFile
from cti.whatif_houses import Builder
from cti.whatif_runs import drawn
from tests.bench.line import Line, Row, interleaved, less_is_better, middle

CALLS, AGENTS = 10_000, 200
LIMIT_S = 5.0


def prepared() -> tuple[House, Sequence[Contact]]:
    """The sample configuration with many agents, and a day as its callers come. Raises RuntimeError."""
    configuration = load()
    demand = read_model(DemandFile, SAMPLE)
    calendar, problems = load_calendar(configuration.settings.folders.dialplan)
    if calendar is None:
        raise RuntimeError(f"the sample's calendar has errors: {problems}")
    midnight = datetime(2026, 3, 21, tzinfo=ZoneInfo(configuration.settings.time_zone))
    builder = Builder(
        configuration=configuration,
        calendar=calendar,
        midnight=midnight,
        habits=demand.habits.habits(),
    )
    day = drawn(demand.demand(CALLS, ()), midnight)(Random(1))
    return builder.house(builder.many(AGENTS)), day


def timed(house: House, day: Sequence[Contact]) -> Mapping[str, float]:
    """Seconds on the clock and of the processor for 10,000 calls of the day."""
    begun, before_s = perf_counter(), process_time()
    played(house, day)
    share = CALLS / len(day)
    return {
        "s": (perf_counter() - begun) * share,
        "cpu_s": (process_time() - before_s) * share,
    }


def run() -> Sequence[Row]:
    found = interleaved({"ours": partial(timed, *prepared())})["ours"]
    limit = ("the limit", LIMIT_S)
    name = f"what-if: a day of {CALLS:,} calls"
    return [
        less_is_better(name, "s", middle(found, "s"), limit, 1.0),
        less_is_better(f"{name}, CPU", "s", middle(found, "cpu_s"), limit),
    ]


LINE = Line(
    "What-if",
    f"`cti simulate` plays one day on the floor and router that serve live calls: the sample demand with "
    f"{CALLS:,} calls on all queues, {AGENTS} agents of mixed skills who miss calls, wrap up and have "
    "breaks, in one process. Reading the configuration and drawing the day are not timed. A call is some "
    "eight signals.",
    run,
)
