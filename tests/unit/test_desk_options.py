"""The desktop's lists come from config/, and a caller's keys are told in words."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.call import Call
from cti.core.ids import CallId, ChannelName
from cti.desk_options import desk_options, key_labels
from cti.messages import text
from tests.unit.core.ivr.trees import tree_of

ROOT = Path(__file__).resolve().parents[2]
TREE = tree_of('{tree: "95518", start: hello, nodes: {hello: {hangup: true}}}')


@pytest.fixture(scope="module")
def configuration() -> Configuration:
    found, problems = load_configuration(ROOT / "config")
    assert found is not None, problems
    return found


def call(*choices: str) -> Call:
    return Call(
        call_id=CallId("1763800000.1"),
        channel=ChannelName("PJSIP/trunk-1"),
        caller_number="13997000001",
        dialed_number="95518",
        arrived_at=datetime(2026, 11, 22, tzinfo=UTC),
        keys=tuple("1" for _ in choices),
        choices=choices,
    )


def test_every_queue_has_its_label_in_both_languages(configuration: Configuration) -> None:
    queues = {each.code: each.label for each in desk_options(configuration).queues}
    assert list(queues) == list(configuration.queues.queues)
    assert queues["motor"] == {"zh": "车险报案", "en": "Motor loss report"}


def test_every_queue_has_its_target_and_recordings_their_classes(
    configuration: Configuration,
) -> None:
    options = desk_options(configuration)
    assert set(options.targets) == set(configuration.queues.queues)
    assert all(0 < share <= 1 and within_s > 0 for share, within_s in options.targets.values())
    assert [each.code for each in options.keep_classes] == list(configuration.recording.classes)


def test_a_reason_of_the_system_is_told_apart_from_one_to_choose(
    configuration: Configuration,
) -> None:
    reasons = {each.code: each for each in desk_options(configuration).reasons}
    assert (reasons["RNA"].system, reasons["MEAL"].system) == (True, False)
    assert reasons["MEAL"].max_s == 2700


def test_wrap_up_reasons_have_their_second_level(configuration: Configuration) -> None:
    shown = {
        each.code: {child.code for child in each.children}
        for each in desk_options(configuration).wrap_up_reasons
    }
    read = configuration.wrap_up.reasons
    assert shown == {code: set(first.children) for code, first in read.items()}


def test_every_code_of_the_form_ends_a_wrap_up_or_has_children(
    configuration: Configuration,
) -> None:
    codes = configuration.wrap_up_codes()
    for first in desk_options(configuration).wrap_up_reasons:
        assert {child.code for child in first.children} <= codes
        assert first.children or first.code in codes


@pytest.mark.parametrize(
    ("choices", "labels"),
    [
        ((), []),
        (("motor", "motor_major"), ["车险报案", "重大事故"]),
        (("shop",), ["shop"]),
        (("motor", "human"), ["车险报案", "人工"]),
        (("motor", "back", "enquiry"), ["车险报案", "返回", "查询"]),
    ],
)
def test_each_key_is_told_by_what_it_led_to(choices: tuple[str, ...], labels: list[str]) -> None:
    assert key_labels(call(*choices), "zh") == labels


def test_keys_are_told_in_the_language_of_the_desktop() -> None:
    told = key_labels(call("motor", "motor_major"), "en")
    assert told == ["Motor report", "Major accident"]


def test_the_tasks_of_the_menu_are_offered_with_their_labels(configuration: Configuration) -> None:
    tree = replace(TREE, tasks={"id": {"zh": "核验", "en": "Check"}})
    [task] = desk_options(configuration, tree).tasks
    assert (task.code, task.label) == ("id", {"zh": "核验", "en": "Check"})
    assert desk_options(configuration).tasks == ()


def test_a_reason_says_what_may_be_used_of_it_on_a_day(configuration: Configuration) -> None:
    reasons = {each.code: each for each in desk_options(configuration).reasons}
    assert (reasons["BREAK"].times, reasons["BREAK"].minutes) == (2, 30)
    assert reasons["MEAL"].times is None


def test_the_numbers_to_be_shown_are_those_that_callers_dial(configuration: Configuration) -> None:
    assert desk_options(configuration).shown_numbers == configuration.settings.sip.numbers


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_key_of_the_shipped_menu_leads_to_something_with_a_name(language: str) -> None:
    written = yaml.safe_load((ROOT / "dialplan" / "95518.yaml").read_text("utf-8"))
    steps = [written["defaults"], *written["nodes"].values()]
    targets = {target for step in steps for target in (step.get("keys") or {}).values()}
    assert all(text(f"menu.{target}", language) for target in targets)
