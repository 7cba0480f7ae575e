"""Where another version would have led a caller who did the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.core.ivr import session as out
from cti.core.ivr.interpreter import advance, start
from cti.core.ivr.session import Ask, Facts, Heard, Listen, Turn
from cti.core.ivr.tree import Tree

Step = tuple[Heard, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came in from outside in one visit: all that its way depends on besides the tree."""

    facts: Facts
    heard: Sequence[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Two versions led to two ends. ``node``: the last place (of the live tree) they share."""

    node: str
    was: str
    would: str


def compare(live: Tree, shadow: Tree, visit: Visit) -> Parted | None:
    """Walk both trees with the visit's inputs; None where both come to the same end.

    Where the shadow asks for something else than the live tree did, what was heard is no answer to
    it: it stays there, unless the caller hangs up.
    """
    was, would = start(live, visit.facts), start(shadow, visit.facts)
    node, together = live.start, True
    for heard, at in visit.heard:
        together = together and was.session.node == would.session.node
        node = was.session.node if together else node
        fits = _asked(was.ask) == _asked(would.ask) or isinstance(heard, out.HungUp | out.Moved)
        was = _on(live, was, heard, at)
        would = _on(shadow, would, heard, at) if fits else would
    ends = _word(was), _word(would)
    if ends[0] == ends[1]:
        return None
    return Parted(node=node, was=ends[0], would=ends[1])


def _on(tree: Tree, turn: Turn, heard: Heard, at: datetime) -> Turn:
    if isinstance(turn.ask, out.ENDINGS):
        return turn
    return advance(tree, turn.session, heard, at)


def _asked(ask: Ask) -> str:
    """What an answer must fit; the number of keys tells a choice from a number."""
    match ask:
        case Listen():
            return f"listen {ask.max_digits}"
        case out.Fetch():
            return f"look_up {ask.source}"
        case out.RunScript():
            return f"script {ask.name}"
    return type(ask).__name__


def _word(turn: Turn) -> str:
    """An end in one word, without anything a caller keyed in."""
    match turn.ask:
        case out.ToQueue() as to:
            return queue_word(to)
        case out.Transfer(target):
            return f"transfer:{target}"
        case out.HangUp(reason):
            return f"hangup:{reason}"
        case out.Returned():
            return "returned"
        case out.Gone():
            return "gone"
        case out.Fault(reason):
            return f"fault:{reason}"
    return f"still:{turn.session.node}"


def queue_word(to: out.ToQueue) -> str:
    """``queue:major``, ``queue:major/90``, ``queue:motor/50 motor=2``: queue, priority, skills."""
    priority = "" if to.priority is None else f"/{to.priority}"
    needs = "".join(f" {skill}={level}" for skill, level in sorted(to.needs.items()))
    return f"queue:{to.queue}{priority}{needs}"
