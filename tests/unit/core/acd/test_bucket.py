from cti.core.acd.bucket import Pile, Seat
from cti.core.ids import AgentId


def seat(name: str, turn: int, idle_us: int = 0) -> Seat:
    return (0, 0, idle_us, AgentId(name), turn)


def test_an_entry_whose_turn_has_passed_is_never_on_top() -> None:
    turns = {"1": 1, "2": 2}
    pile: Pile[Seat] = Pile(turns)
    pile.push(seat("1", 1))
    pile.push(seat("2", 2, idle_us=5))
    turns["1"] = 3
    pile.forget_one()
    pile.push(seat("1", 3, idle_us=9))
    assert pile.top() == seat("2", 2, idle_us=5)
    assert sorted(pile) == [seat("2", 2, idle_us=5), seat("1", 3, idle_us=9)]


def test_a_pile_that_nobody_looks_at_does_not_grow_without_end() -> None:
    turns = {"stays": 0}
    pile: Pile[Seat] = Pile(turns)
    pile.push(seat("stays", 0))
    for turn in range(1, 2000):
        turns["goes"] = turn
        pile.push(seat("goes", turn))
        del turns["goes"]
        pile.forget_one()
    assert len(pile._heap) < 100
    assert pile.top() == seat("stays", 0)
    assert pile.count == 1
