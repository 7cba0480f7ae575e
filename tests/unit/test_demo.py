"""The demo's people do what real ones could: reasons that exist, keys that the menu knows."""

from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from cti.config_files import load_configuration
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.session import (
    ENDINGS,
    Facts,
    Fetch,
    Heard,
    Listen,
    Missing,
    NoMatchHeard,
    Pressed,
)
from cti.dialplan_files import load_dialplan
from cti.simulation.demo import suiting_reasons
from cti.simulation.demo_callers import WALKS, Arrivals, Callers
from cti.simulation.phones import Registrar

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime.fromisoformat("2026-03-17T12:00:00+08:00")


def test_agents_choose_only_reasons_that_exist_and_every_queue_has_some() -> None:
    configuration, _ = load_configuration(ROOT / "config", {})
    assert configuration is not None
    found = suiting_reasons(configuration)
    assert set(found) == {"", *configuration.queues.queues}
    assert all(found.values())
    assert {code for codes in found.values() for code in codes} <= configuration.wrap_up_codes()


@pytest.mark.parametrize("keys", [keys for _, keys in WALKS if keys])
def test_callers_press_what_the_menu_asks_for(keys: tuple[str, ...]) -> None:
    dialplan = load_dialplan(ROOT / "dialplan")
    assert dialplan.site is not None
    tree = dialplan.site.trees["95518"]
    facts = Facts(
        caller_number="13997000001", dialed_number="95518", now=NOON, language="zh", caller={}
    )
    turn, left = start(tree, facts), list(keys)
    while left and not isinstance(turn.ask, ENDINGS):
        heard: Heard = Missing() if isinstance(turn.ask, Fetch) else Pressed(left.pop(0))
        turn = advance(tree, turn.session, heard, NOON)
        assert not [note for note in turn.notes if isinstance(note, NoMatchHeard)]
    assert left == []
    assert isinstance(turn.ask, (*ENDINGS, Fetch, Listen))


def test_the_same_seed_brings_the_same_callers() -> None:
    arrivals = Arrivals(
        registrar=Registrar(host="127.0.0.1", port=5060),
        number="95518",
        calls_per_hour=300,
        known=("13997000001",),
    )
    first, second = (Callers(arrivals, Random(1)) for _ in range(2))  # noqa: S311
    numbers = [first._someone() for _ in range(20)]
    assert numbers == [second._someone() for _ in range(20)]
    assert "13997000001" in numbers
    assert len(set(numbers)) > 5
