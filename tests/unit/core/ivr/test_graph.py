"""Pictures of trees: every node and way on them, nothing on top of something else, always the same."""

import itertools
import xml.etree.ElementTree as ET
from pathlib import Path

from cti.core.ivr.coverage import ways_of
from cti.core.ivr.graph.layout import laid_out
from cti.core.ivr.graph.looks import COLOURS, outline
from cti.core.ivr.graph.mermaid import mermaid
from cti.core.ivr.graph.picture import Counts, Picture, pictured
from cti.core.ivr.graph.svg import Wish, shortened, svg
from cti.core.ivr.tree import NODE_TYPES, Tree
from cti.editions import load_edition
from tests.unit.core.ivr.trees import tree_of

SVG = "{http://www.w3.org/2000/svg}"
TEXT = """
tree: t
numbers: ["1"]
defaults: {human: people}
start: root
nodes:
  root: {menu: hello, keys: {"1": people, "3": asked, "9": repeat}}
  asked: {branch: [{hours: closed, of: desk, go: later}], else: people}
  later: {hangup: closed}
  people: {enqueue: desk}
  lonely: {say: hello, next: root}
"""


def shipped() -> Tree:
    edition, _ = load_edition("dialplan")
    assert edition is not None
    return edition.trees["95518"]


def picture() -> Picture:
    return pictured(tree_of(TEXT), {"hello": "<您好>"})


def test_every_written_way_of_the_shipped_menu_is_on_its_picture() -> None:
    tree = shipped()
    drawn = pictured(tree, {})
    on_it = {
        (link.source, way)
        for card in drawn.cards.values()
        for link in (*card.lines, *card.notes)
        for way in link.ways
    }
    assert {way.step for way in ways_of(tree) if way.written} <= on_it
    assert set(drawn.cards) == set(tree.nodes)


def test_no_two_cards_of_the_shipped_menu_touch() -> None:
    boxes = laid_out(pictured(shipped(), {})).boxes.values()
    for one, other in itertools.combinations(boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        above = one.y + one.height <= other.y or other.y + other.height <= one.y
        assert beside or above


def test_each_node_hangs_on_one_card_and_the_rest_are_notes() -> None:
    cards = picture().cards
    assert [link.target for link in cards["root"].lines] == ["people", "asked"]
    assert [(each.label, each.target) for each in cards["asked"].notes] == [("else", "people")]
    assert picture().roots == ("root", "lonely")


def test_the_svg_is_well_formed_and_escapes_what_callers_hear() -> None:
    root = ET.fromstring(svg(picture(), Wish(words={})))  # noqa: S314 (our own)
    titles = [each.text or "" for each in root.iter(f"{SVG}title")]
    assert any("<您好>" in each for each in titles)
    assert {each.get("id") for each in root.iter(f"{SVG}g")} >= set(picture().cards)


def test_the_same_tree_is_drawn_the_same() -> None:
    assert svg(picture(), Wish(words={})) == svg(picture(), Wish(words={}))


def test_what_no_test_walked_is_dashed() -> None:
    counts = Counts(nodes={"root": 2, "people": 2}, ways={("root", "keys.1"): 2})
    drawn = svg(picture(), Wish(words={}, counts=counts))
    assert drawn.count("stroke-dasharray") == 5  # three nodes, and the lines to two of them
    assert "walked" in drawn


def test_traffic_is_told_in_numbers_and_widths() -> None:
    counts = Counts(nodes={"root": 9, "people": 9}, steps={("root", "people"): 9})
    drawn = svg(picture(), Wish(words={}, counts=counts, widths=True))
    assert "1 ×9" in drawn
    assert 'stroke-width="7"' in drawn


def test_every_type_of_node_has_a_colour_and_an_outline() -> None:
    assert set(COLOURS) == set(NODE_TYPES)
    assert all(outline(kind, 100, 30).endswith("Z") for kind in NODE_TYPES)


def test_mermaid_names_every_node_and_labels_its_ways() -> None:
    lines = mermaid(picture()).splitlines()
    assert lines[0] == "flowchart LR"
    assert '  n0("root"):::menu_' in lines
    assert '  n0 -->|"1"| n3' in lines
    assert '  n1 -->|"desk closed"| n2' in lines


def test_a_long_name_is_cut_where_it_would_leave_its_card() -> None:
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    assert shortened("车险报案", 6) == "车险…"


def test_the_picture_in_the_papers_is_one_of_ours() -> None:
    assert Path("docs/img/menu.svg").read_text("utf-8").startswith("<svg xmlns=")
