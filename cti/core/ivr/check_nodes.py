"""Rules for one node at a time: every name it uses must exist; personal data must be marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cti.core.ivr.check_sources import check_lookup, check_sms
from cti.core.ivr.conditions import AllOf, AnyOf, CallerIs, Condition, HoursAre, ModeIs, Not
from cti.core.ivr.parse import Draft
from cti.core.ivr.parts import PlayCase, PlayPrompt, Reads, Reserved, Utterances
from cti.core.ivr.reading import Problems, complain, complain_unknown, warn
from cti.core.ivr.shapes import shapes_of
from cti.core.ivr.sources import Source
from cti.core.ivr.tree import (
    Branch,
    Callback,
    Collect,
    Enqueue,
    Lookup,
    Menu,
    Node,
    Sms,
    Tree,
    type_key,
)
from cti.core.ivr.ways import targets
from cti.core.problems import Mark

PERSONAL = re.compile(r"(^|_)(id|name|phone|mobile|card|bank|account|pin|password|plate|vin)(_|$)")
"""Variable names that speak of personal data (PIPL art. 28, GB/T 35273)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What exists outside the trees. None: not known here, so not checked."""

    prompts: Mapping[str, Collection[str]] | None = None
    """Language → ids of the prompts that can be played."""
    catalogue: Collection[str] = ()
    """Ids of all prompts that have a text; empty: those of ``prompts``."""
    queues: Collection[str] | None = None
    skills: Collection[str] | None = None
    sources: Mapping[str, Source] | None = None
    """What look-ups may ask: the catalogue."""
    scripts: Collection[str] | None = None
    sms: Mapping[str, Collection[str]] | None = None
    """Templates of text messages → their variables."""
    callers: Collection[str] | None = None
    """The classes that a caller can be of."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the rules of one file look at."""

    draft: Draft
    known: Known
    library: Mapping[str, Tree]
    problems: Problems

    def must_know(self, mark: Mark, code: str, name: str, known: Collection[str] | None) -> None:
        if known is not None and name not in known:
            complain_unknown(self.problems, mark, code, name, known)


def check_nodes(
    draft: Draft, known: Known, library: Mapping[str, Tree], problems: Problems
) -> None:
    """Add what is wrong with each node of one file."""
    desk = _Desk(draft, known, library, problems)
    _check_tree(desk)
    for node in draft.tree.nodes.values():
        _check_targets(desk, node)
        _check_prompts(desk, node)
        _check_names(desk, node)
        if isinstance(node, Menu):
            _check_keys(desk, node)
        elif isinstance(node, Collect):
            _check_sensitive(desk, node)
        elif isinstance(node, Lookup):
            check_lookup(node, known.sources or {}, problems)
        elif isinstance(node, Sms):
            check_sms(node, known.sms or {}, problems)
        elif isinstance(node, Branch):
            for case in node.branch:
                _check_condition(desk, case.when, case.mark)


def _check_tree(desk: _Desk) -> None:
    draft, tree = desk.draft, desk.draft.tree
    mark = draft.marks.get("start", draft.mark)
    if tree.start:
        desk.must_know(mark, "unknown_target", tree.start, draft.declared)
    _check_fallback(desk)
    if not tree.walked:
        return
    place = draft.marks.get("defaults", draft.mark)
    if not tree.defaults.human:
        complain(desk.problems, place, "no_human_node")
    elif not (tree.entry and tree.defaults.human == Reserved.RETURN):
        desk.must_know(place, "unknown_target", tree.defaults.human, draft.declared)
    _check_default_keys(desk, place)
    defaults = tree.defaults
    for prompt in (defaults.no_input, defaults.no_match, defaults.failure):
        _check_prompt(desk, prompt, place)


def _check_fallback(desk: _Desk) -> None:
    tree, mark = desk.draft.tree, desk.draft.marks.get("fallback", desk.draft.mark)
    whole = set(tree.languages) - set(tree.fallback)
    for language, instead in tree.fallback.items():
        desk.must_know(mark, "unknown_language", language, tree.languages)
        desk.must_know(mark, "unknown_language", instead, whole)


def _check_default_keys(desk: _Desk, place: Mark) -> None:
    tree = desk.draft.tree
    reserved = set(Reserved) if tree.entry else set(Reserved) - {Reserved.RETURN}
    for target in tree.defaults.keys.values():
        if target not in reserved:
            desk.must_know(place, "unknown_target", target, desk.draft.declared)


def _check_targets(desk: _Desk, node: Node) -> None:
    for target, mark in targets(node):
        if target == Reserved.RETURN and desk.draft.tree.numbers:
            complain(desk.problems, mark, "return_outside_subtree")
        elif target not in set(Reserved):
            desk.must_know(mark, "unknown_target", target, desk.draft.declared)


def _check_prompts(desk: _Desk, node: Node) -> None:
    for shape in shapes_of(type(node)):
        if shape.reads is Reads.UTTERANCES:
            mark = node.marks.get(shape.key, node.mark)
            for prompt in prompts_in(getattr(node, shape.attribute)):
                _check_prompt(desk, prompt, mark)


def prompts_in(speeches: Utterances) -> list[str]:
    """Return the ids of all prompts that may be played."""
    found: list[str] = []
    for speech in speeches:
        match speech:
            case PlayPrompt(prompt):
                found.append(prompt)
            case PlayCase():
                found += [*speech.prompts.values(), speech.otherwise]
    return found


def _check_prompt(desk: _Desk, prompt: str, mark: Mark) -> None:
    known = desk.known.prompts
    if known is None:
        return
    tree = desk.draft.tree
    whole = [each for each in tree.languages if each not in tree.fallback]
    lacking = [each for each in whole if prompt not in known.get(each, ())]
    if not lacking:
        return
    everywhere = desk.known.catalogue or {name for names in known.values() for name in names}
    if prompt in everywhere:
        complain(desk.problems, mark, "missing_prompt", name=prompt, languages=", ".join(lacking))
    else:
        complain_unknown(desk.problems, mark, "unknown_prompt", prompt, everywhere)


def _check_names(desk: _Desk, node: Node) -> None:
    for key, code, known in _outside_names(desk):
        value = getattr(node, key, None) if type_key(node) == key else None
        if isinstance(value, str):
            desk.must_know(_mark(node, key), code, value, known)
    if isinstance(node, Enqueue | Callback):
        for skill in node.needs:
            desk.must_know(_mark(node, "needs"), "unknown_skill", skill, desk.known.skills)


def _outside_names(desk: _Desk) -> list[tuple[str, str, Collection[str] | None]]:
    """Node type, what to say of a name that does not exist, and the names that do."""
    known = desk.known
    return [
        ("enqueue", "unknown_queue", known.queues),
        ("callback", "unknown_queue", known.queues),
        ("voicemail", "unknown_queue", known.queues),
        ("sms", "unknown_sms", known.sms),
        ("lookup", "unknown_source", known.sources),
        ("script", "unknown_script", known.scripts),
        ("subtree", "unknown_subtree", desk.library),
        ("language", "unknown_language", desk.draft.tree.languages),
    ]


def _mark(node: Node, key: str) -> Mark:
    return node.marks.get(key, node.mark)


def _check_keys(desk: _Desk, node: Menu) -> None:
    mark = _mark(node, "keys")
    for key, target in node.keys.items():
        usual = desk.draft.tree.defaults.keys.get(key)
        # A menu may repeat more than itself, such as the answer before it.
        if usual not in (None, target, Reserved.REPEAT):
            warn(
                desk.problems, mark, "default_key_changed", key=key, usual=str(usual), target=target
            )
        for longer in node.keys:
            if longer != key and longer.startswith(key):
                warn(desk.problems, mark, "key_prefix", key=key, longer=longer)


def _check_sensitive(desk: _Desk, node: Collect) -> None:
    if node.sensitive is None and PERSONAL.search(node.into):
        complain(desk.problems, _mark(node, "into"), "sensitive_unmarked", name=node.into)


def _check_condition(desk: _Desk, condition: Condition, mark: Mark) -> None:
    match condition:
        case HoursAre():
            desk.must_know(mark, "unknown_hours", condition.of, desk.draft.tree.calendar.hours)
        case AllOf() | AnyOf():
            for each in condition.conditions:
                _check_condition(desk, each, mark)
        case Not():
            _check_condition(desk, condition.condition, mark)
        case ModeIs():
            desk.must_know(mark, "unknown_mode", condition.name, desk.draft.tree.calendar.modes)
        case CallerIs():
            desk.must_know(mark, "unknown_caller_class", condition.name, desk.known.callers)
