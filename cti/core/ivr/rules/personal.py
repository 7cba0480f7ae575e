"""Where personal data goes: spoken, sent, given to a script, or kept under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cti.core.ivr.check_nodes import PERSONAL
from cti.core.ivr.conditions import Expression, Variable
from cti.core.ivr.parts import PlayCase, Reads, SayValue
from cti.core.ivr.rules.table import Rules, found
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.tree import Enqueue, Node, Say, Script, SetVariables, Sms, Tree
from cti.core.problems import Problem


def check_personal(tree: Tree, rules: Rules) -> Iterator[Problem]:
    """What is marked sensitive must not leave the call unless the pack allows that variable."""
    for node in tree.nodes.values():
        yield from _spoken(tree, node, rules)
        if isinstance(node, Sms | Script):
            yield from _given(tree, node, node.arguments, rules)
        elif isinstance(node, Say | SetVariables | Enqueue):
            yield from _kept(tree, node, rules)


def _spoken(tree: Tree, node: Node, rules: Rules) -> Iterator[Problem]:
    allowed = rules.words("sensitive_spoken", "allow")
    for shape in shapes_of(type(node)):
        if shape.reads is not Reads.UTTERANCES:
            continue
        for speech in getattr(node, shape.attribute):
            if isinstance(speech, SayValue | PlayCase) and isinstance(speech.value, Variable):
                name = speech.value.name
                if name in tree.sensitive and name not in allowed:
                    mark = node.marks.get(shape.key, node.mark)
                    yield found(mark, "sensitive_spoken", name=name, node=node.id)


def _given(
    tree: Tree, node: Sms | Script, arguments: Mapping[str, Expression], rules: Rules
) -> Iterator[Problem]:
    rule = "sensitive_sent" if isinstance(node, Sms) else "sensitive_to_script"
    allowed = rules.words(rule, "allow")
    for value in arguments.values():
        if isinstance(value, Variable) and value.name in tree.sensitive - set(allowed):
            yield found(node.marks.get("with", node.mark), rule, name=value.name, node=node.id)


def _kept(tree: Tree, node: Say | SetVariables | Enqueue, rules: Rules) -> Iterator[Problem]:
    """A value from elsewhere under a name that speaks of personal data, which nobody marked."""
    allowed = rules.words("sensitive_kept", "allow")
    for name, value in node.assign.items():
        personal = PERSONAL.search(name) and isinstance(value, Variable)
        if personal and name not in tree.sensitive and name not in allowed:
            yield found(node.marks.get("set", node.mark), "sensitive_kept", name=name, node=node.id)
