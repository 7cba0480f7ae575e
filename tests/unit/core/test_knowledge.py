"""Which knowledge fits a call, and what search finds."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from cti.config_files import read_model
from cti.config_knowledge import KnowledgeFile
from cti.core.knowledge import Article, Subject, When, fitting, in_language, speaking_of

FILE = Path(__file__).parents[3] / "config" / "knowledge.yaml"


def article(name: str, when: When | None = None, **words: Mapping[str, str]) -> Article:
    plain: Mapping[str, str] = {"zh": name}
    return Article(
        article_id=name,
        title=words.get("title", plain),
        script=words.get("script", plain),
        text=words.get("text", plain),
        when=when or When(),
    )


QUEUE = article("queue", When(queues=frozenset({"motor"})))
NODE = article("node", When(menu=("motor",)))
DEEP = article("deep", When(menu=("motor_major",)))
KEYS = article("keys", When(menu=("1/1",)))
REASON = article("reason", When(reasons=frozenset({"report_flood"})))
MODE = article("mode", When(modes=frozenset({"disaster"})))
NONE = article("none")
ALL = (NONE, QUEUE, NODE, DEEP, REASON, MODE)
CALL = Subject(queue="motor", keys=("1", "1"), nodes=("motor", "motor_major"))


def names(articles: list[Article]) -> list[str]:
    return [one.article_id for one in articles]


def test_the_deepest_menu_choice_comes_before_the_queue() -> None:
    assert names(fitting(ALL, CALL)) == ["deep", "node", "queue"]


def test_a_mode_comes_first_and_a_reason_next() -> None:
    subject = Subject(
        queue="motor",
        nodes=("motor",),
        reason="report_flood",
        modes=frozenset({"disaster", "peak"}),
    )
    assert names(fitting(ALL, subject)) == ["mode", "reason", "node", "queue"]


def test_an_article_for_no_call_is_never_shown_by_itself() -> None:
    assert fitting([NONE], CALL) == []


def test_one_thing_that_holds_is_enough() -> None:
    mixed = article("mixed", When(queues=frozenset({"sales"}), menu=("motor",)))
    assert names(fitting([mixed], CALL)) == ["mixed"]
    assert fitting([mixed], Subject(queue="rescue")) == []


def test_keys_name_a_way_from_its_beginning() -> None:
    assert names(fitting([KEYS], Subject(keys=("1", "1", "2")))) == ["keys"]
    assert fitting([KEYS], Subject(keys=("2", "1", "1"))) == []
    assert fitting([KEYS], Subject(keys=("1",))) == []


def test_of_equal_ones_the_first_written_stands_first() -> None:
    twin = article("twin", When(queues=frozenset({"motor"})))
    assert names(fitting([QUEUE, twin], CALL)) == ["queue", "twin"]
    assert names(fitting([twin, QUEUE], CALL)) == ["twin", "queue"]


def test_an_unknown_queue_fits_nothing() -> None:
    assert fitting(ALL, Subject()) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a", "b"]),
        ("限额", ["b", "a"]),
        ("LIMITS", ["b"]),
        ("限额 医疗", ["a"]),
        ("限额 rescue", []),
        ("  ", ["a", "b"]),
    ],
)
def test_search_finds_every_word_anywhere_titles_first(query: str, found: list[str]) -> None:
    a = article("a", text={"zh": "医疗费用限额"})
    b = article("b", title={"zh": "交强险限额", "en": "Limits"})
    assert names(speaking_of([a, b], query)) == found


def test_words_without_a_translation_are_chinese() -> None:
    assert in_language({"zh": "中", "en": "E"}, "en") == "E"
    assert in_language({"zh": "中"}, "en") == "中"
    assert in_language({"zh": "中", "en": ""}, "en") == "中"


def test_the_shipped_articles_speak_both_languages_and_fit_some_call() -> None:
    shipped = read_model(KnowledgeFile, FILE).all()
    assert len(shipped) >= 15
    for one in shipped:
        assert one.title["en"] and one.text["en"] and one.script["en"], one.article_id
        assert any((one.when.queues, one.when.menu, one.when.reasons, one.when.modes))


def test_every_menu_choice_of_the_shipped_articles_is_a_node_of_the_shipped_tree() -> None:
    tree = yaml.safe_load((FILE.parents[1] / "dialplan" / "95518.yaml").read_text("utf-8"))
    hours = yaml.safe_load((FILE.parents[1] / "dialplan" / "hours.yaml").read_text("utf-8"))
    for one in read_model(KnowledgeFile, FILE).all():
        assert set(one.when.menu) <= set(tree["nodes"]), one.article_id
        assert one.when.modes <= set(hours["modes"]), one.article_id
