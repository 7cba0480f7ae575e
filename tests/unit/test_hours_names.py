"""Opening hours of the shipped site: what queues, agents and modes name; what `cti check` warns of."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from cti.commands.check import find_problems
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.ids import AgentId, QueueName
from cti.dialplan_files import load_calendar, unknown_days
from cti.hours_names import unknown_hours

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the shipped configuration and opening hours."""
    for folder in ("config", "dialplan"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def edited(site: Path, file: str, before: str, after: str) -> Configuration:
    path = site / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")
    configuration, problems = load_configuration(site / "config")
    assert configuration is not None, problems
    return configuration


def test_every_shipped_queue_and_agent_names_hours_that_are_there(site: Path) -> None:
    configuration, _ = load_configuration(site / "config")
    calendar, _ = load_calendar(site / "dialplan")
    assert configuration is not None
    assert calendar is not None
    assert unknown_hours(configuration, frozenset(calendar.hours)) == []
    assert configuration.queue_hours()[QueueName("consult")] == "consult"


def test_a_queue_with_hours_nobody_wrote_down_is_told_with_its_place(site: Path) -> None:
    changed = edited(site, "config/queues.yaml", "hours: complaint", "hours: sundays")
    (problem,) = unknown_hours(changed, {"report"} | {"consult"})
    assert problem.code == "config.unknown_hours"
    assert problem.mark.file == "config/queues.yaml"
    line = (site / "config/queues.yaml").read_text("utf-8").splitlines()[problem.mark.line - 1]
    assert line.strip() == "hours: sundays"


def test_an_agents_shifts_are_checked_too(site: Path) -> None:
    changed = edited(
        site, "config/agents.yaml", 'extension: "8001",', 'extension: "8001", hours: [x],'
    )
    assert changed.shifts()[AgentId("1001")] == ("x",)
    problems = unknown_hours(changed, {"report", "consult", "complaint"})
    assert [each.values["name"] for each in problems] == ["x"]


def test_a_queue_without_hours_is_never_closed(site: Path) -> None:
    changed = edited(site, "config/queues.yaml", "    hours: complaint\n", "")
    assert changed.queue_hours()[QueueName("complaint")] is None


def test_the_days_to_come_are_asked_for_with_the_day_it_is(site: Path) -> None:
    assert unknown_days(site / "dialplan", date(2026, 3, 1)) == []
    (problem,) = unknown_days(site / "dialplan", date(2126, 3, 1))
    assert problem.values["first"] == "2126-03-01"
    found = find_problems(site / "config", [site / "dialplan" / "hours.yaml"], date(2126, 3, 1))
    assert [each.code for each in found] == ["check.days_unknown"]


def test_the_shipped_modes_have_names_in_both_languages_and_limits(site: Path) -> None:
    calendar, _ = load_calendar(site / "dialplan")
    assert calendar is not None
    assert {"night", "emergency", "disaster", "peak", "evacuation"} == set(calendar.mode_rules)
    for rule in calendar.mode_rules.values():
        assert set(rule.label) == {"zh", "en"}
        assert rule.longest_h > 0
    assert calendar.modes["night"] == {"consult": False, "complaint": False}
