"""Rules: levels and bounds from packs, conditions that cannot hold, keys in texts, the roster."""

from pathlib import Path

import pytest

from cti.core.clock.hours import MINUTES_OF_DAY, OpeningHours, Span
from cti.core.ivr.conditions import (
    AllOf,
    AnyOf,
    CallerIs,
    Compared,
    Condition,
    HoursAre,
    ModeIs,
    Not,
    Operator,
)
from cti.core.ivr.rules.announced import keys_announced
from cti.core.ivr.rules.longest import cheapest, components, longest, loops
from cti.core.ivr.rules.minutes import is_open, open_minutes, runs_over
from cti.core.ivr.rules.read_pack import read_rules
from cti.core.ivr.rules.table import RULES, Level, Rules, Setting, found
from cti.core.ivr.rules.truth import World, truth
from cti.core.ivr.rules.whole import check_whole
from cti.core.problems import Mark, Problem, Severity
from cti.store.yaml_files import parse_yaml, read_yaml
from tests.broken.test_broken import READ
from tests.unit.core.ivr.big_trees import big_tree
from tests.unit.core.ivr.rules_site import HOUSE, places

MARK = Mark("a.yaml")
OPEN, SHUT = HoursAre(True, "desk"), HoursAre(False, "desk")
X_IS_A = Compared("x", Operator.IS, "a")


def rules_of(**packs: str) -> tuple[Rules, list[Problem]]:
    read = {
        name: parse_yaml(f"title: t\nsource: s\n{text}", name)[0] for name, text in packs.items()
    }
    return read_rules({name: data for name, data in read.items() if data is not None})


def test_a_pack_makes_a_warning_an_error() -> None:
    rules, problems = rules_of(a="rules: {menu_too_deep: error}")
    assert problems == []
    warning = Problem(MARK, "check.menu_too_deep", {}, Severity.WARNING)
    assert rules.applied([warning])[0].severity is Severity.ERROR


def test_a_rule_that_is_off_says_nothing() -> None:
    rules, _ = rules_of(a="rules: {no_exit: off}")
    assert rules.applied([found(MARK, "no_exit", name="a")]) == []


def test_what_is_no_rule_stays_as_it_is() -> None:
    error = Problem(MARK, "check.unknown_target", {"name": "a"})
    assert rules_of(a="rules: {no_exit: off}")[0].applied([error]) == [error]


def test_the_house_has_the_last_word_and_keeps_what_it_does_not_say() -> None:
    rules, problems = rules_of(
        a="rules: {menu_too_deep: {severity: error, levels: 5}}",
        house="rules: {menu_too_deep: off}",
    )
    assert problems == []
    assert rules.level("menu_too_deep") is Level.OFF
    assert rules.number("menu_too_deep", "levels") == 5


def test_without_packs_the_table_holds() -> None:
    assert {Rules().level(name) for name in RULES} == set(Level)
    assert Rules().number("too_many_keys", "keys") == 3


def test_a_bound_of_a_pack_leaves_the_level() -> None:
    rules = Rules({"menu_too_deep": Setting(bounds={"levels": 2})})
    assert rules.level("menu_too_deep") is Level.WARNING
    assert rules.number("menu_too_deep", "levels") == 2


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (OPEN, True),
        (SHUT, False),
        (Not(OPEN), False),
        (X_IS_A, None),
        (ModeIs("night"), None),
        (CallerIs("vip"), True),
        (AllOf((OPEN, SHUT)), False),
        (AllOf((X_IS_A, Not(X_IS_A))), False),
        (AllOf((X_IS_A, Compared("x", Operator.IS, "b"))), False),
        (AllOf((X_IS_A, Compared("x", Operator.ONE_OF, ("a", "b")))), None),
        (AnyOf((X_IS_A, Compared("x", Operator.IS_NOT, "a"))), True),
        (AnyOf((SHUT, X_IS_A)), None),
        (AllOf((OPEN, CallerIs("vip"))), True),
    ],
)
def test_a_condition_is_as_certain_as_the_world_makes_it(
    condition: Condition, holds: bool | None
) -> None:
    world = World(hours={"desk": True}, callers={"vip": True})
    assert truth(condition, world) is holds


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("车险报案请按1；返回请按星号键；人工服务请按0。", "1*0"),
        ("重听请按9或10086", "9"),
        ("请拨打120和122", ""),
        ("满意请按1到3", "123"),
        ("按1、2或者3", "123"),
        ("For English, press 8. To go back, press star.", "8*"),
        ("For Xining, press 1. Haidong, 2. Haibei, 3.", "123"),
        ("Press a number from 1 to 5, then press the hash key", "12345#"),
        ("请输入报案号，按井号键结束。", "#"),
    ],
)
def test_keys_are_read_off_a_text(text: str, keys: str) -> None:
    assert keys_announced(text) == set(keys)


def test_hours_over_midnight_are_open_on_the_next_morning() -> None:
    night = OpeningHours(week=((Span(1200, 1920),),) * 7, holiday=())
    assert is_open(night, (0, 0))
    assert not is_open(night, (7, 0))
    assert len(open_minutes(night)) == 7 * 720


def test_a_span_that_ends_when_the_next_begins_does_not_run_over() -> None:
    day = (Span(480, 480 + MINUTES_OF_DAY),)
    assert runs_over(OpeningHours(week=(day,) * 7, holiday=())) is None
    later = (Span(480, 481 + MINUTES_OF_DAY),)
    assert runs_over(OpeningHours(week=(later, *(day,) * 6), holiday=())) == "mon"


def test_components_come_after_what_they_lead_to() -> None:
    assert [sorted(each) for each in components([[1], [2], [1, 3], [], [0]])] == [
        [3],
        [1, 2],
        [0],
        [4],
    ]
    assert loops([[0], [2], []]) == [[0]]


def test_the_longest_way_counts_a_bounded_loop_as_often_as_it_may_be_walked() -> None:
    graph = [[(1, 1.0)], [(0, 2.0), (2, 5.0)], []]
    assert longest(graph, [0, 0, 7.0], lambda _: 3)[0] == [3 * 3 + 12, 3 * 3 + 12, 7]
    assert longest(graph, [0, 0, 7.0], lambda _: 0)[0][0] == float("inf")


def test_circumstances_take_the_dearest_way_and_the_caller_the_cheapest() -> None:
    graph = [[(1, (1, 0.0)), (2, (5, 0.0))], [(2, (1, 0.0)), (3, (9, 0.0))], [], []]
    ends = [None, None, (0.0, 1.0), (0.0, 2.0)]
    assert cheapest(graph, [True, False, False, False], ends)[:2] == [(5, 1), (9, 2)]


def _menu(number: int) -> str:
    keys = ", ".join(f'"{key}": m{key}' for key in range(9) if key != number)
    return f"  m{number}: {{menu: hello, keys: {{{keys}}}}}\n"


def test_a_tangle_of_menus_is_told_and_not_measured() -> None:
    head = 'tree: t\nnumbers: ["1"]\ndefaults: {human: desk}\nstart: m0\nnodes:\n'
    text = head + "".join(map(_menu, range(9))) + "  desk: {enqueue: desk}\n"
    found_places = places(text)
    assert not found_places.whole
    assert len(found_places.edges) == len(found_places.places)
    assert "rule.too_many_ways" in {each.code for each in check_whole(found_places, HOUSE)}


def test_a_big_tree_has_no_more_places_than_its_menus_make() -> None:
    for nodes in (400, 2_000):
        found_places = places(big_tree(nodes))
        assert found_places.whole
        assert len(found_places.places) < 2 * nodes


def test_every_rule_has_its_words_and_no_words_are_left_over() -> None:
    data, _ = read_yaml(Path("cti/messages/en/rule.yaml"))
    assert data is not None
    written = {f"rule.{name}" for name in data.mapping() or {}}
    assert written == {rule.code for rule in RULES.values() if rule.code.startswith("rule.")}


def test_every_rule_on_whole_trees_has_a_file_that_breaks_it() -> None:
    said: set[str] = set()
    for folder in ("menus", "hours"):
        for path in Path("tests/broken", folder).glob("*.yaml"):
            said |= {each.code for each in READ[folder](path.read_text("utf-8"), path.name)}
    rules = {rule.code for rule in RULES.values() if rule.code.startswith("rule.")}
    # A tangle of menus is too long for a file: a test above makes one.
    assert rules - said == {"rule.too_many_ways"}
