"""Modes of the centre: what may be switched on for how long, and when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from cti.core.clock.hours import ModeRule
from cti.core.modes import ModeRefused, Wish, in_force, next_end, overdue, switched_on

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = {"night": ModeRule(label={"zh": "夜间", "en": "Night"}, longest_h=12)}


def wish(mode: str = "night", hours: float = 2) -> Wish:
    return Wish(mode=mode, hours=hours, by="2001", reason="大雪")


def test_a_mode_is_on_for_the_hours_that_were_wished() -> None:
    one = switched_on(RULES, wish(), NOW)
    assert (one.since, one.until) == (NOW, NOW + timedelta(hours=2))
    assert (one.by, one.reason) == ("2001", "大雪")


@pytest.mark.parametrize("hours", [0, -1, 12.1, float("nan"), float("inf")])
def test_no_mode_is_on_for_longer_than_its_rule_says(hours: float) -> None:
    with pytest.raises(ModeRefused) as refused:
        switched_on(RULES, wish(hours=hours), NOW)
    assert refused.value.code == "mode_too_long"


def test_a_mode_nobody_wrote_down_is_refused() -> None:
    with pytest.raises(ModeRefused) as refused:
        switched_on(RULES, wish("nigth"), NOW)
    assert refused.value.values == {"name": "nigth", "known": "night"}


def test_a_mode_is_over_at_the_moment_it_was_to_end() -> None:
    one = switched_on(RULES, wish(), NOW)
    assert in_force([one], one.until - timedelta(microseconds=1)) == ("night",)
    assert in_force([one], one.until) == ()
    assert overdue([one], one.until) == (one,)
    assert next_end([one]) == one.until
    assert next_end([]) is None
