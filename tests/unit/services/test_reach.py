"""Which numbers may be called up, when, and as whom; and the survey that is not there."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from cti.core.acd.reach_signals import MakeCall, SingleStepTransfer
from cti.core.acd.signals import Signal
from cti.core.control_events import TargetKind
from cti.core.ids import AgentId
from cti.services.call_control import DialRule
from cti.services.caller_classes import Remembered
from cti.services.ports import Refused
from cti.services.reach import CallingRules, CallReach

ME = AgentId("1001")
NUMBER, BLOCKED = "13800138000", "13800138111"
NOON, NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC), datetime(2026, 11, 23, 14, tzinfo=UTC)


class Floor:
    """Nobody has a call."""

    agents: dict[str, object] = {}  # noqa: RUF012
    calls: dict[str, object] = {}  # noqa: RUF012


class Asked:
    """A dispatcher that writes down what it was asked."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.signals: list[Signal] = []

    async def ask(self, signal: Signal) -> None:
        self.signals.append(signal)


class Numbers:
    """One number is blocked."""

    async def remembered(self, number: str, now: datetime, chosen_since: datetime) -> Remembered:
        return Remembered(blocked=number == BLOCKED)


class NoTrees:
    """No tree is walked after a call."""

    def at(self, entry: str, version: int) -> None:
        return None


Make = Callable[[datetime], tuple[CallReach, Asked]]


@pytest.fixture
def make() -> Make:
    def made(now: datetime) -> tuple[CallReach, Asked]:
        asked = Asked()
        rules = CallingRules(
            shown=("95518", "0971-95518"),
            first=time(8),
            last=time(21),
            zone=ZoneInfo("Asia/Shanghai"),
            now=lambda: now,
        )
        dial = DialRule([r"1[3-9][0-9]{9}"], ["95518"])
        return CallReach(asked, dial, rules, Numbers(), NoTrees()), asked  # type: ignore[arg-type]

    return made


async def test_a_number_is_called_up_as_the_usual_one_or_the_one_that_was_chosen(
    make: Make,
) -> None:
    reach, asked = make(NOON)
    await reach.make_call(ME, "138 0013 8000", None)
    await reach.make_call(ME, NUMBER, "0971-95518")
    first, second = asked.signals
    assert isinstance(first, MakeCall)
    assert isinstance(second, MakeCall)
    assert (first.number, first.shown_number) == (NUMBER, "95518")
    assert second.shown_number == "0971-95518"
    assert first.call_id != second.call_id


@pytest.mark.parametrize(
    ("number", "shown", "now", "code"),
    [
        ("110", None, NOON, "number_not_allowed"),
        (NUMBER, "10086", NOON, "shown_number"),
        (NUMBER, None, NIGHT, "calling_hours"),
        (BLOCKED, None, NOON, "number_blocked"),
    ],
)
async def test_what_may_not_be_dialled_is_refused(
    make: Make, number: str, shown: str | None, now: datetime, code: str
) -> None:
    reach, asked = make(now)
    with pytest.raises(Refused, match=code):
        await reach.make_call(ME, number, shown)
    assert asked.signals == []


async def test_a_caller_is_sent_to_an_allowed_number_at_any_hour(make: Make) -> None:
    reach, asked = make(NIGHT)
    await reach.transfer(ME, TargetKind.NUMBER, NUMBER)
    assert asked.signals == [SingleStepTransfer(agent_id=ME, kind=TargetKind.NUMBER, target=NUMBER)]
    with pytest.raises(Refused, match="number_not_allowed"):
        await reach.transfer(ME, TargetKind.NUMBER, "120")


async def test_without_a_survey_nobody_is_sent_there(make: Make) -> None:
    reach, asked = make(NOON)
    with pytest.raises(Refused, match="no_survey"):
        await reach.to_survey(ME)
    assert asked.signals == []
