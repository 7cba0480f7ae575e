"""Conditions and opening hours as Asterisk computes them, held against our own."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cti.asterisk.survive_hours import HOURS, hour_variables
from cti.asterisk.survive_words import Variables
from cti.core.clock.hours import Calendar, OpeningHours, Span
from cti.core.ivr.check import Site
from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    HoursAre,
    Not,
    Operator,
    Value,
    View,
    holds,
)
from cti.core.ivr.parts import Case
from cti.core.ivr.tree import Branch, Defaults, Enqueue, Tree
from cti.core.problems import Mark
from tests.asterisk.survival import running_survival

MARK = Mark("values.yaml")
SINCE = date(2026, 3, 1)
LIMIT_S = 20
CALENDAR = Calendar(
    zone=ZoneInfo("Europe/Paris"),  # its clocks change within the days that are looked at
    hours={
        "always": OpeningHours(week=((Span(0, 1440),),) * 7, holiday=(Span(0, 1440),)),
        "never": OpeningHours(week=((),) * 7, holiday=()),
        "office": OpeningHours(
            week=((Span(480, 720), Span(780, 1200)),) * 5 + ((),) * 2, holiday=(Span(540, 600),)
        ),
        "night": OpeningHours(week=((Span(1320, 1830),),) * 7, holiday=()),
    },
    holidays=frozenset({date(2026, 3, 30), date(2026, 4, 6)}),
    make_up_days=frozenset({date(2026, 3, 28)}),
)
MINUTES = (0, 389, 390, 479, 480, 540, 599, 600, 720, 780, 1199, 1200, 1319, 1320, 1439)
SEEN: tuple[Value, ...] = (
    "",
    "1",
    "01",
    "010",
    "10",
    "5",
    "5X",
    "x",
    "重大",
    "3.5",
    "99999999999",
    "true",
)
WANTED: tuple[Value, ...] = (1, "1", 10, "010", 5, 3.5, "x", "重大", True, "")


def site() -> Site:
    """One tree that asks for all the hours."""
    cases = tuple(Case(HoursAre(open=True, of=name), "agent", MARK) for name in CALENDAR.hours)
    tree = Tree(
        name="values",
        start="asks",
        nodes={
            "asks": Branch(id="asks", mark=MARK, branch=cases, otherwise="agent"),
            "agent": Enqueue(id="agent", mark=MARK, enqueue="motor"),
        },
        calendar=CALENDAR,
        numbers=("1",),
        defaults=Defaults(human="agent"),
    )
    return Site(trees={"values": tree})


def moments() -> Iterator[datetime]:
    """Thirty seconds past every minute that matters, over days of every kind."""
    for day in range(12):
        for minute in MINUTES:
            local = datetime(2026, 3, 26, tzinfo=CALENDAR.zone) + timedelta(days=day)
            yield (local + timedelta(minutes=minute, seconds=30)).astimezone(UTC)


def comparisons() -> Iterator[tuple[Value, Compared]]:
    for seen in SEEN:
        for wanted in WANTED:
            for operator in Operator:
                several = (wanted, "zz") if operator is Operator.ONE_OF else wanted
                yield seen, Compared("n", operator, several)


def dialplan() -> tuple[str, list[tuple[str, bool]]]:
    """Lines that compute everything, and what each must come to."""
    lines = ["[acd-values]", "exten => s,1,Answer()"]
    wanted: list[tuple[str, bool]] = []
    for moment in moments():
        lines.append(f" same => n,Set(ACD_SHIFT=$[{int(moment.timestamp())} - ${{EPOCH}}])")
        for name, variable in hour_variables(CALENDAR.hours).items():
            lines.append(f" same => n,Gosub({HOURS},{variable},1)")
            lines.append(told(len(wanted), f"0${{{variable}}}"))
            wanted.append((f"{name} at {moment}", CALENDAR.is_open(name, moment)))
    variables = Variables(["n"])
    for seen, condition in comparisons():
        text = str(seen).lower() if isinstance(seen, bool) else str(seen)
        lines.append(f" same => n,Set(V_n={text})")
        for each in (condition, Not(condition), AllOf((condition, Not(CallerIs("vip")))),
                     AnyOf((condition, CallerIs("vip")))):  # fmt: skip
            lines.append(told(len(wanted), f"$[{variables.holds(each, {})}]"))
            view = View({"n": seen}, {}, CALENDAR, datetime(2026, 3, 1, tzinfo=UTC))
            wanted.append((f"{seen!r} {each}", holds(each, view)))
    return "\n".join([*lines, " same => n,Hangup()", ""]), wanted


def told(number: int, value: str) -> str:
    return f" same => n,UserEvent(AcdValue,Acdchannel: values,Case: {number},Holds: {value})"


async def test_asterisk_comes_to_the_same_as_the_interpreter(tmp_path: Path) -> None:
    more, wanted = dialplan()
    got: dict[int, bool] = {}
    async with running_survival(tmp_path, site(), SINCE, more) as survival:
        call = {"Channel": "Local/s@acd-values/n", "Context": "acd-test", "Exten": "far",
                "Priority": "1", "Async": "true"}  # fmt: skip
        await survival.ami.send_batch([("Originate", call)])
        async with asyncio.timeout(LIMIT_S):
            while len(got) < len(wanted):
                fields = (await survival.inboxes["values"].get()).fields
                got[int(fields["Case"])] = int(fields["Holds"] or "0") == 1
    wrong = [what for number, (what, right) in enumerate(wanted) if got[number] != right]
    assert len(wanted) > 1000
    assert not wrong, wrong[:20]
