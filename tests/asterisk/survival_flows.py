"""Which flow tests have a place in the native menu, and why the others have not."""

from cti.core.ivr import session as out
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Does, Flow
from cti.core.ivr.interpreter import advance, start


def cannot_walk(site: Site, flow: Flow) -> str:
    """Why a flow has no place in the native menu; nothing when it has."""
    tree = site.trees.get(flow.tree)
    if tree is None or not tree.numbers:
        return "no number leads to the tree"
    if any(flow.facts.caller.values()):
        return "knows the caller's class"
    if flow.facts.modes or flow.facts.variables:
        return "a mode or variable of the server"
    for step in flow.steps:
        if isinstance(step, Does):
            match step.heard:
                case out.Found() | out.Missing():
                    return "a look-up answers"
                case out.Done():
                    return "a script or errand is done"
    return _errand(site, flow)


def _errand(site: Site, flow: Flow) -> str:
    """A message cannot be left: its greeting is not played."""
    turn = start(site.trees[flow.tree], flow.facts)
    now = flow.facts.now
    for does in [each for each in flow.steps if isinstance(each, Does)]:
        for _ in range(does.times):
            if isinstance(turn.ask, out.Record):
                return "a message is recorded"
            turn = advance(site.trees[flow.tree], turn.session, does.heard, now)
    return "a message is recorded" if isinstance(turn.ask, out.Record) else ""


REASONS = {
    "no number leads to the tree",
    "knows the caller's class",
    "a mode or variable of the server",
    "a look-up answers",
    "a script or errand is done",
    "a message is recorded",
}
