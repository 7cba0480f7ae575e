"""Classes of callers: what each brings to a queue."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.config_files import load_configuration
from cti.core.callers import CallerClass, CallerProfile, CallerRules

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RULES = CallerRules(
    points={
        CallerClass.VIP: 20,
        CallerClass.FLEET: 15,
        CallerClass.GREEN: 30,
        CallerClass.REPEAT: 10,
    },
    no_policy=-5,
)


@pytest.mark.parametrize(
    ("classes", "points"),
    [
        ((), 0),
        ((CallerClass.KNOWN,), 0),
        ((CallerClass.VIP,), 20),
        ((CallerClass.VIP, CallerClass.FLEET), 20),
        ((CallerClass.FLEET, CallerClass.REPEAT), 25),
        ((CallerClass.VIP, CallerClass.GREEN, CallerClass.REPEAT), 60),
        ((CallerClass.ELDERLY, CallerClass.BLOCKED), 0),
    ],
)
def test_the_best_segment_counts_once_and_every_flag_adds_up(
    classes: tuple[CallerClass, ...], points: int
) -> None:
    assert RULES.points_of(classes, stranger=False) == points


def test_a_stranger_has_a_little_less_and_his_flags_all_the_same() -> None:
    assert RULES.points_of((), stranger=True) == -5
    assert RULES.points_of((CallerClass.REPEAT,), stranger=True) == 5


@pytest.mark.parametrize(
    ("birth_year", "elderly"), [(1966, True), (1967, False), (1930, True), (None, False)]
)
def test_elderly_is_who_turns_sixty_this_year(birth_year: int | None, elderly: bool) -> None:
    assert RULES.is_elderly(birth_year, NOW) == elderly


def test_classes_travel_as_words() -> None:
    profile = CallerProfile(classes=(CallerClass.KNOWN, CallerClass.ELDERLY))
    assert profile.flags == ("known", "elderly")
    assert profile.conditions() == {"known": True, "elderly": True}


def test_the_shipped_points_are_those_of_the_hotlines_rules() -> None:
    configuration, problems = load_configuration(Path(__file__).parents[3] / "config")
    assert configuration is not None, problems
    rules = configuration.callers.rules()
    assert rules.points == {
        "vip": 20,
        "fleet": 15,
        "green": 30,
        "abandoned_recently": 15,
        "open_complaint": 10,
        "repeat": 10,
    }
    assert (rules.no_policy, rules.limit_s) == (-5, 0.5)
