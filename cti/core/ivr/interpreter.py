"""Walks a tree: ``start(tree, facts)``, then ``advance(tree, session, heard, now)`` to the end.

Pure. It goes from node to node until it must wait for the caller or the visit ends. A hundred nodes
without a wait end in ``Fault``; so does an answer that does not fit what was asked. Nothing that a
caller does raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cti.core.ivr import session as out
from cti.core.ivr.conditions import Value
from cti.core.ivr.entries import ENTRY_VARIABLES, FROM_AGENT
from cti.core.ivr.session import Facts, Heard, Session, Turn
from cti.core.ivr.tree import Tree, type_key
from cti.core.ivr.visits import ANSWERS, VISITS
from cti.core.ivr.walk import Step, Walk

MAX_NODES = 100
"""Nodes between two waits: more is a loop."""
MAX_WAITS = 300
"""Waits in one visit: more is a robot or a stuck key, and a person must look at it."""


def start(tree: Tree, facts: Facts) -> Turn:
    """Begin a visit at the tree's start."""
    session = Session(
        tree=tree.name,
        node=tree.start,
        language=facts.language,
        caller_number=facts.caller_number,
        dialed_number=facts.dialed_number,
        caller=dict(facts.caller),
        modes=facts.modes,
        variables=dict(facts.variables),
    )
    return _run(Walk(tree, session, facts.now), tree.start)


def advance(tree: Tree, session: Session, heard: Heard, now: datetime) -> Turn:
    """Go on from where ``session`` waits, with what was heard at ``now`` (aware)."""
    walk = Walk(tree, session, now)
    if session.ended:
        return _turn(walk, out.Fault("already_ended", session.node))
    match heard:
        case out.HungUp():
            return _turn(walk, out.Gone("caller"))
        case out.Moved():
            return _turn(walk, out.Gone("moved"))
    return _run(walk, _answer(walk, heard))


def _answer(walk: Walk, heard: Heard) -> Step:
    """Give what was heard to the node that waits."""
    node = walk.tree.nodes.get(walk.session.node)
    answer = ANSWERS.get(type(node)) if node else None
    step = answer(walk, node, heard) if answer else None
    return out.Fault("unexpected_answer", walk.session.node) if step is None else step


def _run(walk: Walk, step: Step) -> Turn:
    for _ in range(MAX_NODES):
        if not isinstance(step, str):
            return _turn(walk, step)
        step = _visit(walk, step)
    ask = out.Fault("too_many_nodes", walk.session.node) if isinstance(step, str) else step
    return _turn(walk, ask)


def _visit(walk: Walk, target: str) -> Step:
    """Enter the node behind ``target``."""
    name = walk.resolve(target)
    node = walk.tree.nodes.get(name)
    if not name and walk.tree.entry:
        return out.Returned(_handed_back(walk))
    if node is None:
        return out.Fault("no_such_node" if name else "return_outside_subtree", target)
    walk.notes.append(out.NodeEntered(name, type_key(node)))
    walk.change(node=name, errors=0, entered="")
    return VISITS[type(node)](walk, node)


def _handed_back(walk: Walk) -> Mapping[str, Value]:
    """What the agent who sent the caller gets: all that the tree found out, and nothing personal."""
    if walk.tree.entry != FROM_AGENT:
        return {}
    hidden = walk.tree.sensitive.union(*ENTRY_VARIABLES.values())
    return {name: value for name, value in walk.session.variables.items() if name not in hidden}


def _turn(walk: Walk, ask: out.Ask) -> Turn:
    session = walk.session
    if not isinstance(ask, out.ENDINGS) and session.waits >= MAX_WAITS:
        ask = out.Fault("too_many_waits", session.node)
    ended = isinstance(ask, out.ENDINGS)
    walk.change(ended=ended, waits=session.waits + (not ended))
    return Turn(
        session=walk.session,
        play=tuple(walk.play),
        ask=ask,
        notes=tuple(walk.notes),
        ways=tuple(walk.ways),
    )
