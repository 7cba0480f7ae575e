"""Each node type as dialplan steps; [acd-survive-walk] has the subroutines they share.

``W_PLAY`` collects what a key may cut short until the caller is waited for, as the interpreter's
turns do; ``W_BEFORE`` what must be heard first, and ``W_SAY`` what is being added to it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cti.asterisk.survive_hours import HOURS
from cti.asterisk.survive_words import Step, Variables, hours_in, literal, played
from cti.asterisk.text import UnsafeText
from cti.core.ivr import tree as nodes
from cti.core.ivr.conditions import Expression, Variable
from cti.core.ivr.parts import PlayCase, PlayPrompt, Reserved, SayValue, Utterances
from cti.core.ivr.tree import Node, Tree
from cti.core.ivr.wording import NO_WORDING, Wording
from cti.core.speech import SpokenKind, UnspeakableValue, spoken

WALK = "acd-survive-walk"
LOST = "lost"
"""The extension of every tree for callers whose way is lost: the fallback queue."""
SPELLED = (SpokenKind.DIGITS, SpokenKind.REPORT_NO)
"""Kinds whose fragments can be found without the composer while the value is digits."""
_RESERVED = frozenset(each.value for each in Reserved)


@dataclass(slots=True)
class Draft:
    """A tree as it is being written: how its parts are named, and what was found on the way."""

    tree: Tree
    names: Mapping[str, str]
    variables: Variables
    hours: Mapping[str, str]
    dial_string: Callable[[str], str]
    wording: Wording = field(default_factory=lambda: NO_WORDING)
    wanted: list[str] = field(default_factory=list)
    """Targets named so far."""
    unspoken: list[str] = field(default_factory=list)
    """Nodes with a value that only the server can speak."""

    def to(self, target: str) -> str:
        """The extension behind a target."""
        self.wanted.append(target)
        if target in _RESERVED:
            return target
        return self.names.get(target, LOST)

    def go(self, target: str) -> Step:
        return Step(f"Goto({self.to(target)},1)")


def steps_of(draft: Draft, node: Node) -> list[Step]:
    """The steps of one node. Raises UnsafeText where its text is not fit for a dialplan."""
    name = draft.names[node.id]
    return [Step(f"Gosub({WALK},enter,1({name}))"), *_NODES[type(node)](draft, node)]


def _say(draft: Draft, node: Node, speeches: Utterances, *, barge_in: bool) -> Iterator[Step]:
    into = "W_PLAY" if barge_in else "W_SAY"
    for speech in speeches:
        match speech:
            case PlayPrompt(prompt):
                yield Step(f"Set({into}=${{{into}}}{_sound(draft, prompt)})")
            case SayValue(kind, value):
                yield from _speak(draft, node, SpokenKind(kind), value)
                yield Step(f"Set({into}=${{{into}}}${{W_SPOKEN}})")
            case PlayCase():
                yield from _case(draft, speech)
                yield Step(f"Set({into}=${{{into}}}${{W_SPOKEN}})")
    if speeches and not barge_in:
        yield Step(f"Gosub({WALK},deaf,1)")


def _sound(draft: Draft, prompt: str) -> str:
    return f"&{played(draft.wording, draft.tree.fallback, prompt)}"


def _case(draft: Draft, speech: PlayCase) -> Iterator[Step]:
    seen = draft.variables.value(speech.value)
    yield Step(f"Set(W_SPOKEN={_sound(draft, speech.otherwise)})")
    for value, prompt in speech.prompts.items():
        same = f'$["x{seen}" = "x{literal(value)}"]'
        yield Step(f"ExecIf({same}?Set(W_SPOKEN={_sound(draft, prompt)}))")


def _speak(draft: Draft, node: Node, kind: SpokenKind, value: Expression) -> Iterator[Step]:
    if not isinstance(value, Variable):
        yield Step("Set(W_SPOKEN=)")
        for language in draft.tree.languages:
            try:
                found = "".join(_sound(draft, each) for each in spoken(kind, str(value), language))
            except UnspeakableValue:
                continue
            mine = f'$["${{CHANNEL(language)}}" = "{literal(language)}"]'
            yield Step(f"ExecIf({mine}?Set(W_SPOKEN={found}))")
    elif kind in SPELLED and draft.variables.read(value.name):
        yield Step(f"Set(W_VALUE={draft.variables.read(value.name)})")
        yield Step(f"Gosub({WALK},digits,1)")
    else:
        draft.unspoken.append(node.id)
        yield Step("Set(W_SPOKEN=)")


def _assign(draft: Draft, values: Mapping[str, Expression]) -> Iterator[Step]:
    # All are read before any is set, as the interpreter does.
    for index, value in enumerate(values.values()):
        yield Step(f"Set(W_SET{index}={draft.variables.value(value)})")
    for index, name in enumerate(values):
        yield Step(f"Set({draft.variables.own(name)}=${{W_SET{index}}})")


def _menu(draft: Draft, node: nodes.Menu) -> Iterator[Step]:
    defaults = draft.tree.defaults
    no_input_s = defaults.no_input_s if node.no_input_s is None else node.no_input_s
    forget = 0 if node.type_ahead else 1
    yield Step(f"Gosub({WALK},menu,1({draft.names[node.id]}))")
    yield Step("NoOp()", "ask")
    yield from _say(draft, node, node.menu, barge_in=node.barge_in)
    yield Step(_listen(1, "", no_input_s, defaults.inter_digit_s, forget))
    yield Step("Goto(heard)")
    yield Step(_listen(1, "", defaults.inter_digit_s, defaults.inter_digit_s, 0), "more")
    yield Step('GotoIf($["${W_SILENT}" = "1"]?choice)')
    yield Step("Set(W_ENTERED=${W_ENTERED}${W_KEYS})", "heard")
    yield Step('GotoIf($["${W_SILENT}" = "1"]?silence)')
    for begun in sorted({key[:end] for key in node.keys for end in range(1, len(key))}):
        yield Step(f'GotoIf($["x${{W_ENTERED}}" = "x{_keys(begun)}"]?more)')
    yield Step("NoOp()", "choice")
    for key, target in {**defaults.keys, **node.keys}.items():
        yield Step(f'GotoIf($["x${{W_ENTERED}}" = "x{_keys(key)}"]?{draft.to(target)},1)')
    yield from _again(draft, node, defaults.no_match)
    if node.on_no_input:
        yield Step(f"Goto({draft.to(node.on_no_input)},1)", "silence")
    else:
        silence = list(_again(draft, node, defaults.no_input))
        yield Step(silence[0].does, "silence")
        yield from silence[1:]


def _keys(keys: str) -> str:
    if set(keys) - set("0123456789*#ABCD"):
        raise UnsafeText(f"not keys of a telephone: {keys!a}")
    return keys


def _listen(most: int, end: str, first_s: float, next_s: float, forget: int) -> str:
    return f"Gosub({WALK},listen,1({most},{end},{first_s:g},{next_s:g},{forget}))"


def _again(draft: Draft, node: nodes.Menu | nodes.Collect, prompt: str) -> Iterator[Step]:
    """One silence or wrong key more: asked again, or away after the last attempt."""
    defaults = draft.tree.defaults
    away = draft.to(node.on_failure) if node.on_failure else ""
    failure = defaults.failure if away == Reserved.HUMAN else prompt
    yield Step(f"Set(W_LAST_SAID={_sound(draft, failure)})")
    yield Step(f"Set(W_ERROR_SAID={_sound(draft, prompt)})")
    yield Step(f"Set(W_TOP_SAID={_sound(draft, defaults.failure)})")
    attempts = node.attempts or defaults.attempts
    draft.wanted.append(Reserved.HUMAN)
    yield Step(f"Gosub({WALK},again,1({attempts},{away}))")
    yield Step('GotoIf($["${W_TO}" = "ask"]?ask)')
    yield Step("Goto(${W_TO},1)")


def _collect(draft: Draft, node: nodes.Collect) -> Iterator[Step]:
    defaults = draft.tree.defaults
    no_input_s = defaults.no_input_s if node.no_input_s is None else node.no_input_s
    inter_digit_s = defaults.inter_digit_s if node.inter_digit_s is None else node.inter_digit_s
    forget = 0 if node.type_ahead else 1
    least, most = node.digits.least, node.digits.most
    yield Step("NoOp()", "ask")
    yield from _say(draft, node, node.collect, barge_in=node.barge_in)
    yield Step(_listen(most + 1, "#", no_input_s, inter_digit_s, forget))
    yield Step('GotoIf($["${W_SILENT}" = "1"]?silence)')
    # GB 11643: only the last place of an identity number may be X, which is the star key.
    number = f'${{REGEX("^[0-9]{{{least - 1},{most - 1}}}[0-9*]$" ${{W_KEYS}})}}'
    yield Step(f"GotoIf($[0{number} = 1]?number)")
    for key, target in defaults.keys.items():
        yield Step(f'GotoIf($["x${{W_KEYS}}" = "x{_keys(key)}"]?{draft.to(target)},1)')
    yield from _again(draft, node, defaults.no_match)
    silence = list(_again(draft, node, defaults.no_input))
    yield Step(silence[0].does, "silence")
    yield from silence[1:]
    yield Step(f"Set({draft.variables.own(node.into)}=${{REPLACE(W_KEYS,*,X)}})", "number")
    yield Step("Set(W_KEYS=)")
    yield draft.go(node.next)


def _branch(draft: Draft, node: nodes.Branch) -> Iterator[Step]:
    for hours in sorted(frozenset().union(*(hours_in(case.when) for case in node.branch))):
        yield Step(f"Gosub({HOURS},{draft.hours[hours]},1)")
    for case in node.branch:
        condition = draft.variables.holds(case.when, draft.hours)
        yield Step(f"GotoIf($[{condition}]?{draft.to(case.go)},1)")
    yield draft.go(node.otherwise)


def _lookup(draft: Draft, node: nodes.Lookup) -> Iterator[Step]:
    yield from _say(draft, node, node.say, barge_in=True)
    yield draft.go(node.failed)


def _failed(
    draft: Draft, node: nodes.Script | nodes.Callback | nodes.Voicemail | nodes.Sms
) -> Iterator[Step]:
    """What only the server can do takes its ``failed`` way."""
    yield draft.go(node.failed)


def _survey(draft: Draft, node: nodes.Survey) -> Iterator[Step]:
    yield draft.go(node.next)


def _enqueue(draft: Draft, node: nodes.Enqueue) -> Iterator[Step]:
    yield from _assign(draft, node.assign)
    yield from _say(draft, node, node.say, barge_in=False)
    needs = "|".join(f"{literal(skill)}={level}" for skill, level in node.needs.items())
    priority = "" if node.priority is None else str(node.priority)
    yield from to_queue(node.enqueue, priority, needs)


def to_queue(queue: str, priority: str = "", needs: str = "") -> Iterator[Step]:
    """Into the native queue, with all that our server must know to take him over."""
    yield Step(f"Set(ACD_QUEUE={literal(queue)})")
    yield Step(f"Set(ACD_PRIORITY={priority})")
    yield Step(f"Set(ACD_NEEDS={needs})")
    yield Step("Gosub(pack,1)")
    yield Step(f"Goto({WALK},queue,1)")


def pack(draft: Draft) -> Iterator[Step]:
    """The subroutine of a tree that puts together what may go with the call: nothing personal."""
    yield Step("Set(ACD_VARS=)")
    for name in draft.variables.listed():
        if name not in draft.tree.sensitive:
            seen = draft.variables.read(name)
            pair = f"${{ACD_VARS}}&{literal(name)}=${{URIENCODE({seen})}}"
            yield Step(f'ExecIf($["x{seen}" != "x"]?Set(ACD_VARS={pair}))')
    yield Step("Return()")


def _transfer(draft: Draft, node: nodes.Transfer) -> Iterator[Step]:
    yield from _say(draft, node, node.say, barge_in=False)
    yield Step(f"Gosub({WALK},finish,1)")
    phones = draft.dial_string(node.transfer).split("&")
    yield Step(f"Set(ACD_TO={'&'.join(map(literal, phones))})")
    yield Step("Goto(acd-transfer,s,1)")


def _subtree(draft: Draft, node: nodes.Subtree) -> Iterator[Step]:
    yield Step(f"Gosub({WALK},subtree,1({draft.to(node.next)}))")
    yield draft.go(node.subtree)


def _hangup(draft: Draft, node: nodes.Hangup) -> Iterator[Step]:
    yield from _say(draft, node, node.say, barge_in=False)
    yield Step(f"Gosub({WALK},finish,1)")
    yield Step("Hangup(16)")


def _language(draft: Draft, node: nodes.Language) -> Iterator[Step]:
    yield Step(f"Set(CHANNEL(language)={literal(node.language)})")
    yield draft.go(node.next)


def _say_node(draft: Draft, node: nodes.Say) -> Iterator[Step]:
    yield from _assign(draft, node.assign)
    yield from _say(draft, node, node.say, barge_in=node.barge_in)
    yield draft.go(node.next)


def _set(draft: Draft, node: nodes.SetVariables) -> Iterator[Step]:
    yield from _assign(draft, node.assign)
    yield draft.go(node.next)


_NODES: Mapping[type[Node], Callable[[Draft, Any], Iterator[Step]]] = {
    nodes.Menu: _menu,
    nodes.Collect: _collect,
    nodes.Branch: _branch,
    nodes.Lookup: _lookup,
    nodes.Script: _failed,
    nodes.Callback: _failed,
    nodes.Voicemail: _failed,
    nodes.Sms: _failed,
    nodes.Survey: _survey,
    nodes.Enqueue: _enqueue,
    nodes.Transfer: _transfer,
    nodes.Subtree: _subtree,
    nodes.Hangup: _hangup,
    nodes.Language: _language,
    nodes.Say: _say_node,
    nodes.SetVariables: _set,
}
"""Node type → its steps. A test keeps it complete."""
