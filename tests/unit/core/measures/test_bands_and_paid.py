"""Waits by bands, sign-ins, and paid hours by the roster or by signed-in time."""

from datetime import UTC, datetime, timedelta

import pytest

from cti.core.clock.hours import Calendar, OpeningHours, Span
from cti.core.events import AgentLoggedOff, AgentLoggedOn, AgentReady, Event
from cti.core.ids import AgentId
from cti.core.measures.bands import Bands
from cti.core.measures.facts import MeasureRules, epoch_ms
from cti.core.measures.measuring import CHINA, Books, Measured, asked, measured, measures_of
from cti.core.measures.paid import Roster
from tests.unit.core.measures.lives import Life, at, journal, shift

RULES = MeasureRules()
HOUR_MS = 3_600_000
ONE, TWO = AgentId("1001"), AgentId("1002")
DAY = OpeningHours(week=((Span(480, 720), Span(720, 1020)),) * 7, holiday=())
NIGHT = OpeningHours(week=((Span(1320, 1800),),) * 7, holiday=())
HOURS = Calendar(zone=CHINA, hours={"early": DAY, "night": NIGHT})


@pytest.mark.parametrize(
    ("waited_ms", "name"),
    [(0, "0-5"), (4999, "0-5"), (5000, "5-10"), (119_999, "60-120"), (120_000, "120+")],
)
def test_a_wait_belongs_to_the_band_that_begins_at_or_before_it(waited_ms: int, name: str) -> None:
    assert Bands().of(waited_ms) == name


def test_bands_are_named_by_their_bounds_and_meet() -> None:
    bands = Bands((10, 60))
    assert bands.bounds_ms == {
        "0-10": (0, 10_000),
        "10-60": (10_000, 60_000),
        "60+": (60_000, None),
    }
    assert [bands.place(name) for name in (*bands.names, "other")] == [0, 1, 2, 3]


def waits(*seconds: float) -> list[Event]:
    """Callers who give up after so long, and one who is answered after 3.7 s."""
    lives = [
        Life(f"c{n}", 10.0 * n).arrive().queue_up("motor").leave(_outcome(wait_s), wait_s)
        for n, wait_s in enumerate(seconds)
    ]
    answered = Life("answered", 500).arrive().queue_up("motor").offer("1001", 1.0)
    return journal(*lives, answered.answer("1001", 1.8).end_talk("1001"))


def _outcome(wait_s: float) -> str:
    return "short_abandoned" if wait_s < 5 else "abandoned"


def test_abandons_stand_in_the_bands_of_their_waits() -> None:
    found = measures_of(waits(1, 4, 5, 61, 400), asked(at(0), at(3600), by="wait"), RULES)
    numbers = {row: found.value("abandoned_all", 0, row).numerator for row in found.rows}
    assert numbers == {"0-5": 2, "5-10": 1, "60-120": 1, "120+": 1}
    assert found.value("answered", 0, "0-5").numerator == 1
    assert found.value("talks_in", 0, "0-5").numerator == 0
    assert found.whole("abandoned_all").numerator == 5


def test_every_beginning_of_an_agents_time_is_one_sign_in_of_its_interval() -> None:
    events = [*shift("1001", 60, 4000), *shift("1001", 7300, 9000), *shift("1002", 100, 5000)]
    found = measures_of(events, asked(at(0), at(10_800), "1h", "agent"), RULES)
    assert found.whole("sign_ins", "1001").numerator == 2
    assert [found.value("sign_ins", hour, "1001").numerator for hour in range(3)] == [1, 0, 1]
    assert found.whole("sign_ins").numerator == 3


def test_a_shift_that_begins_where_the_period_does_is_in_it() -> None:
    events = shift("1001", 3600, 9000)
    before = measures_of(events, asked(at(0), at(3600)), RULES)
    after = measures_of(events, asked(at(3600), at(7200)), RULES)
    assert (before.whole("sign_ins").numerator, after.whole("sign_ins").numerator) == (0, 1)


def paid(events: list[Event], roster: Roster, by: str = "agent", length: str = "whole") -> Measured:
    books = Books(RULES)
    for event in events:
        books.see(event)
    wanted = asked(at(0), at(86_400), length, by)
    begin_ms, end_ms = wanted.scale.begin_ms, wanted.scale.end_ms
    return measured(books, wanted, end_ms, roster.within(begin_ms, end_ms))


def test_paid_hours_are_the_rosters_where_it_has_shifts_and_else_signed_in_time() -> None:
    roster = Roster(shifts={ONE: ("early",), TWO: ()}, calendar=lambda: HOURS)
    found = paid([*shift("1001", 30_000, 33_600), *shift("1002", 30_000, 37_200)], roster)
    assert found.whole("paid", "1001").numerator == 9 * HOUR_MS
    assert found.whole("paid", "1002").numerator == 2 * HOUR_MS
    shares = [found.whole("rostered_rate", agent).shown for agent in ("1001", "1002")]
    assert shares == [1.0, 0.0]
    assert found.whole("rostered_rate").shown == pytest.approx(9 / 11)


def test_who_is_rostered_and_never_comes_is_paid_all_the_same() -> None:
    roster = Roster(shifts={ONE: ("early",)}, calendar=lambda: HOURS)
    found = paid([], roster, "centre")
    assert (found.whole("paid").numerator, found.whole("paid_use").numerator) == (9 * HOUR_MS, 0)


def test_paid_time_is_split_where_intervals_meet_and_a_night_shift_comes_from_the_day_before() -> (
    None
):
    roster = Roster(shifts={ONE: ("night",)}, calendar=lambda: HOURS)
    found = paid([], roster, length="1h")
    hours = [found.value("paid", hour, "1001").numerator // HOUR_MS for hour in range(24)]
    assert hours == [1] * 6 + [0] * 16 + [1] * 2


def test_overlapping_shifts_are_paid_once_and_unknown_names_say_nothing() -> None:
    both = Roster(shifts={ONE: ("early", "early", "none")}, calendar=lambda: HOURS)
    begin_ms = epoch_ms(at(0))
    assert both.within(begin_ms, begin_ms + 24 * HOUR_MS)[ONE] == [
        (begin_ms + 8 * HOUR_MS, begin_ms + 17 * HOUR_MS)
    ]
    nobody = Roster(shifts={ONE: ("none",)}, calendar=lambda: HOURS)
    assert nobody.within(begin_ms, begin_ms + HOUR_MS) == {}


def test_utilisation_is_work_and_readiness_of_the_paid_time() -> None:
    zero = datetime(2026, 11, 22, tzinfo=UTC)
    events: list[Event] = [
        AgentLoggedOn(at=zero, agent_id=ONE, extension="8001"),
        AgentReady(at=zero, agent_id=ONE),
        AgentLoggedOff(at=zero + timedelta(hours=3), agent_id=ONE),
    ]
    roster = Roster(shifts={ONE: ("early",)}, calendar=lambda: HOURS)
    found = paid(events, roster, "centre")
    assert found.whole("paid_utilisation").shown == pytest.approx(3 / 9)
    assert found.whole("paid_use").shown == 0
