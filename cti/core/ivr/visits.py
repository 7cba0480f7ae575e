"""What each node type does when the walk enters it, and with what the caller answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cti.core.ivr import session as out
from cti.core.ivr import tree as nodes
from cti.core.ivr.conditions import Value, View, as_text, holds, value_of
from cti.core.ivr.parts import Reserved
from cti.core.ivr.session import Heard, Listen
from cti.core.ivr.tree import Node
from cti.core.ivr.walk import Step, Walk

MAX_DEPTH = 20
"""Subtrees within subtrees."""

_RESERVED = frozenset(Reserved)


def _visit_menu(walk: Walk, node: nodes.Menu) -> Step:
    menus = walk.session.menus
    above = menus[: menus.index(node.id)] if node.id in menus else menus
    walk.change(menus=(*above, node.id))
    return _ask_menu(walk, node)


def _ask_menu(walk: Walk, node: nodes.Menu) -> Step:
    walk.say(node.menu, barge_in=node.barge_in)
    return _listen_menu(walk, node)


def _listen_menu(walk: Walk, node: nodes.Menu) -> Listen:
    defaults = walk.tree.defaults
    no_input_s = defaults.no_input_s if node.no_input_s is None else node.no_input_s
    return Listen(
        max_digits=1,
        no_input_s=defaults.inter_digit_s if walk.session.entered else no_input_s,
        inter_digit_s=defaults.inter_digit_s,
        barge_in=node.barge_in,
        type_ahead=node.type_ahead or bool(walk.session.entered),
    )


def _answer_menu(walk: Walk, node: nodes.Menu, heard: Heard) -> Step | None:
    match heard:
        case out.Pressed(keys):
            return _menu_keys(walk, node, walk.session.entered + keys)
        case out.NoInput() if walk.session.entered:
            return _menu_choice(walk, node, walk.session.entered)
        case out.NoInput() if node.on_no_input:
            walk.notes.append(out.NoInputHeard(node.id))
            return walk.take("on_no_input", node.on_no_input)
        case out.NoInput():
            return _no_input(walk, node)
    return None


def _menu_keys(walk: Walk, node: nodes.Menu, keys: str) -> Step:
    longer = (each for each in node.keys if each != keys and each.startswith(keys))
    if keys and any(longer):
        walk.change(entered=keys)
        return _listen_menu(walk, node)
    return _menu_choice(walk, node, keys)


def _menu_choice(walk: Walk, node: nodes.Menu, keys: str) -> Step:
    if own := node.keys.get(keys):
        return _chosen(walk, keys, f"keys.{keys}", own)
    if common := walk.tree.defaults.keys.get(keys):
        return _chosen(walk, keys, f"defaults.{keys}", common)
    return _no_match(walk, node, keys)


def _chosen(walk: Walk, keys: str, way: str, target: str) -> Step:
    node = walk.session.node
    resolved = walk.resolve(walk.take(way, target))
    word = target if target in _RESERVED else ""
    walk.notes.append(out.KeyChosen(node, keys, resolved, word))
    return resolved


def _no_input(walk: Walk, node: nodes.Menu | nodes.Collect) -> Step:
    walk.notes.append(out.NoInputHeard(node.id))
    return _again(walk, node, "no_input", walk.tree.defaults.no_input)


def _no_match(walk: Walk, node: nodes.Menu | nodes.Collect, keys: str) -> Step:
    walk.notes.append(out.NoMatchHeard(node.id, keys))
    return _again(walk, node, "no_match", walk.tree.defaults.no_match)


def _again(walk: Walk, node: nodes.Menu | nodes.Collect, way: str, prompt: str) -> Step:
    errors = walk.session.errors + 1
    defaults = walk.tree.defaults
    if errors >= (node.attempts or defaults.attempts):
        target = node.on_failure or walk.upper_menu() or Reserved.HUMAN
        # The failure prompt announces an agent, so it is for those who get one.
        walk.say_prompt(defaults.failure if target == Reserved.HUMAN else prompt)
        return walk.take("on_failure" if node.on_failure else "failure", target)
    walk.take(way, node.id)
    walk.change(errors=errors, entered="")
    walk.say_prompt(prompt)
    return _ask_menu(walk, node) if isinstance(node, nodes.Menu) else _visit_collect(walk, node)


def _visit_collect(walk: Walk, node: nodes.Collect) -> Step:
    defaults = walk.tree.defaults
    walk.say(node.collect, barge_in=node.barge_in)
    return Listen(
        # One more than the longest: the end key of a full number belongs to it, not to the next
        # prompt, and a number that is too long is noticed.
        max_digits=node.digits.most + 1,
        end_key="#",
        no_input_s=defaults.no_input_s if node.no_input_s is None else node.no_input_s,
        inter_digit_s=defaults.inter_digit_s if node.inter_digit_s is None else node.inter_digit_s,
        barge_in=node.barge_in,
        type_ahead=node.type_ahead,
    )


def _answer_collect(walk: Walk, node: nodes.Collect, heard: Heard) -> Step | None:
    match heard:
        case out.Pressed(keys):
            return _collected(walk, node, keys)
        case out.NoInput():
            return _no_input(walk, node)
    return None


def _collected(walk: Walk, node: nodes.Collect, keys: str) -> Step:
    shown = "" if node.sensitive else keys
    if node.digits.least <= len(keys) <= node.digits.most and _is_number(keys):
        walk.assign({node.into: keys.replace("*", "X")})
        return _chosen(walk, shown, "next", node.next)
    command = walk.tree.defaults.keys.get(keys)
    if command:
        return _chosen(walk, keys, f"defaults.{keys}", command)
    return _no_match(walk, node, shown)


def _is_number(keys: str) -> bool:
    # GB 11643: only the last place of an identity number may be X.
    digits = keys[:-1] + keys[-1:].replace("*", "0")
    return digits.isascii() and digits.isdecimal()


def _visit_branch(walk: Walk, node: nodes.Branch) -> Step:
    known = walk.session
    view = View(walk.variables(), known.caller, walk.tree.calendar, walk.now, known.modes)
    for index, case in enumerate(node.branch, start=1):
        if holds(case.when, view):
            return walk.take(f"branch.{index}", case.go)
    return walk.take("else", node.otherwise)


def _visit_lookup(walk: Walk, node: nodes.Lookup) -> Step:
    walk.say(node.say)
    return out.Fetch(
        source=node.lookup, arguments=walk.values(node.arguments), timeout_s=node.timeout_s
    )


def _answer_lookup(walk: Walk, node: nodes.Lookup, heard: Heard) -> Step | None:
    match heard:
        case out.Found(values):
            walk.assign({f"{node.into}.{name}": value for name, value in values.items()})
            return walk.take("found", node.found)
        case out.Missing():
            return walk.take("missing", node.missing)
        case out.Failed():
            return walk.take("failed", node.failed)
    return None


def _visit_script(walk: Walk, node: nodes.Script) -> Step:
    return out.RunScript(
        name=node.script, arguments=walk.values(node.arguments), timeout_s=node.timeout_s
    )


def _answer_script(walk: Walk, node: nodes.Script, heard: Heard) -> Step | None:
    match heard:
        case out.Done(values):
            prefix = f"{node.into}." if node.into else ""
            walk.assign({f"{prefix}{name}": value for name, value in values.items()})
            return walk.take("next", node.next)
        case out.Failed():
            return walk.take("failed", node.failed)
    return None


def _visit_enqueue(walk: Walk, node: nodes.Enqueue) -> Step:
    walk.assign(walk.values(node.assign))
    walk.say(node.say, barge_in=False)
    return out.ToQueue(
        queue=node.enqueue, priority=node.priority, needs=node.needs, variables=_open(walk)
    )


def _open(walk: Walk) -> Mapping[str, Value]:
    """The variables that may go with the call: nothing personal."""
    hidden = walk.tree.sensitive
    return {name: value for name, value in walk.session.variables.items() if name not in hidden}


def _visit_callback(walk: Walk, node: nodes.Callback) -> Step:
    known = walk.variables()
    return out.PlaceCallback(
        queue=as_text(value_of(node.callback, known)),
        number=as_text(value_of(node.number, known)),
        priority=node.priority,
        needs=node.needs,
        variables=_open(walk),
    )


def _answer_errand(walk: Walk, node: nodes.Callback | nodes.Sms, heard: Heard) -> Step | None:
    match heard:
        case out.Done():
            return walk.take("next", node.next)
        case out.Failed():
            return walk.take("failed", node.failed)
    return None


def _visit_voicemail(walk: Walk, node: nodes.Voicemail) -> Step:
    walk.say(node.say, barge_in=False)
    return out.Record(box=node.voicemail, longest_s=node.longest_s)


def _answer_voicemail(walk: Walk, node: nodes.Voicemail, heard: Heard) -> Step | None:
    match heard:
        case out.Done():
            return walk.take("next", node.next)
        case out.NoInput():
            return walk.take("silent", node.silent)
        case out.Failed():
            return walk.take("failed", node.failed)
    return None


def _visit_sms(walk: Walk, node: nodes.Sms) -> Step:
    return out.SendSms(
        template=node.sms,
        to=as_text(value_of(node.to, walk.variables())),
        values=walk.values(node.arguments),
    )


def _visit_survey(walk: Walk, node: nodes.Survey) -> Step:
    walk.notes.append(out.SurveyAnswered(node.survey, walk.values(node.answers)))
    return walk.take("next", node.next)


def _visit_transfer(walk: Walk, node: nodes.Transfer) -> Step:
    walk.say(node.say, barge_in=False)
    return out.Transfer(node.transfer)


def _visit_hangup(walk: Walk, node: nodes.Hangup) -> Step:
    walk.say(node.say, barge_in=False)
    return out.HangUp(node.hangup)


def _visit_subtree(walk: Walk, node: nodes.Subtree) -> Step:
    if len(walk.session.returns) >= MAX_DEPTH:
        return out.Fault("too_deep", node.id)
    walk.change(returns=(*walk.session.returns, node.next))
    return walk.take("subtree", node.subtree)


def _visit_language(walk: Walk, node: nodes.Language) -> Step:
    walk.change(language=node.language)
    return walk.take("next", node.next)


def _visit_say(walk: Walk, node: nodes.Say) -> Step:
    walk.assign(walk.values(node.assign))
    walk.say(node.say, barge_in=node.barge_in)
    return walk.take("next", node.next)


def _visit_set(walk: Walk, node: nodes.SetVariables) -> Step:
    walk.assign(walk.values(node.assign))
    return walk.take("next", node.next)


VISITS: Mapping[type[Node], Callable[[Walk, Any], Step]] = {
    nodes.Menu: _visit_menu,
    nodes.Collect: _visit_collect,
    nodes.Branch: _visit_branch,
    nodes.Lookup: _visit_lookup,
    nodes.Script: _visit_script,
    nodes.Enqueue: _visit_enqueue,
    nodes.Callback: _visit_callback,
    nodes.Voicemail: _visit_voicemail,
    nodes.Sms: _visit_sms,
    nodes.Survey: _visit_survey,
    nodes.Transfer: _visit_transfer,
    nodes.Subtree: _visit_subtree,
    nodes.Hangup: _visit_hangup,
    nodes.Language: _visit_language,
    nodes.Say: _visit_say,
    nodes.SetVariables: _visit_set,
}
"""Node type → what entering it does. A test keeps it complete."""

ANSWERS: Mapping[type[Node], Callable[[Walk, Any, Heard], Step | None]] = {
    nodes.Menu: _answer_menu,
    nodes.Collect: _answer_collect,
    nodes.Lookup: _answer_lookup,
    nodes.Script: _answer_script,
    nodes.Callback: _answer_errand,
    nodes.Voicemail: _answer_voicemail,
    nodes.Sms: _answer_errand,
}
"""Node types that wait → where the answer leads; None for an answer that does not fit."""
