"""The menu trees as native dialplan, for the time in which our server is away (telephony.md §6).

One context a tree, one extension a node. A node that cannot be written safely leads to a person, and
is named in the notes: the file is never broken, and never anything but what the trees say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cti.asterisk.survive_hours import calendar_contexts, hour_variables
from cti.asterisk.survive_nodes import LOST, WALK, Draft, pack, steps_of, to_queue
from cti.asterisk.survive_words import Step, Variables, extension, hours_in, literal, named_apart
from cti.asterisk.text import UnsafeText
from cti.core.ivr.check import Site
from cti.core.ivr.parts import Reserved
from cti.core.ivr.tree import Branch, Collect, Enqueue, Menu, Node, Say, SetVariables, Tree
from cti.core.ivr.wording import NO_WORDING, Wording
from cti.core.problems import Problem, Severity

FILE = "survive_trees.conf"
NUMBERS, TREE = "acd-survive-numbers", "acd-survive-tree-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the trees do not say: where lost callers wait, how numbers are dialled, the first day."""

    fallback_queue: str
    dial_string: Callable[[str], str]
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """Text for a dialplan file, and what in it is less than the tree."""

    text: str
    notes: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeQueue:
    """One of our queues as Asterisk's own: who is served first, and how long a phone rings."""

    weight: int
    ring_s: int


def compile_site(site: Site, outside: Outside) -> Compiled:
    """Every tree that a number leads to, the hours they ask for, and which number has which."""
    trees = [tree for tree in site.trees.values() if tree.numbers]
    parts = [
        compile_tree(tree, f"{TREE}{n}", outside, site.wording)
        for n, tree in enumerate(trees, start=1)
    ]
    lines = ["; Written by `cti render` from dialplan/: docs/survival.md.", *_numbers(trees)]
    if trees:
        names = sorted(frozenset().union(*(_hours_of(tree) for tree in trees)))
        lines += calendar_contexts(trees[0].calendar, names, outside.since)
    text = "\n".join([*lines, *(part.text for part in parts), ""])
    return Compiled(text=text, notes=[note for part in parts for note in part.notes])


def compile_tree(
    tree: Tree, context: str, outside: Outside, wording: Wording = NO_WORDING
) -> Compiled:
    """One linked tree as one context. Only nodes that can be reached without the server are in it."""
    draft = Draft(
        tree=tree,
        names=named_apart(tree.nodes, "n_"),
        variables=Variables(_assigned(tree)),
        hours=hour_variables(_hours_of(tree)),
        dial_string=outside.dial_string,
        wording=wording,
    )
    notes: list[Problem] = []
    bodies = dict(_reachable(draft, notes))
    lines = [f"[{context}]", *_ways(draft, context, outside)]
    for body in bodies.values():
        lines += body
    for name in dict.fromkeys(draft.unspoken):
        notes.append(_note(tree.nodes[name], "check.survive_unspoken"))
    return Compiled(text="\n".join(lines), notes=notes)


def _reachable(draft: Draft, notes: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    tree = draft.tree
    ways = [tree.start, tree.defaults.human, *tree.defaults.keys.values()]
    menus = (node for node in tree.nodes.values() if isinstance(node, Menu))
    draft.wanted += [*ways, *(menu.human for menu in menus if menu.human)]
    seen: set[str] = set()
    while draft.wanted:
        name = draft.wanted.pop()
        if name in tree.nodes and name not in seen:
            seen.add(name)
            yield name, _node(draft, tree.nodes[name], notes)


def _node(draft: Draft, node: Node, notes: list[Problem]) -> list[str]:
    name = draft.names[node.id]
    try:
        return list(extension(name, steps_of(draft, node)))
    except UnsafeText:
        notes.append(_note(node, "check.survive_unsafe"))
        return [f"exten => {name},1,Goto({LOST},1)"]


def _note(node: Node, code: str) -> Problem:
    return Problem(node.mark, code, {"node": node.id}, Severity.WARNING)


def _ways(draft: Draft, context: str, outside: Outside) -> Iterator[str]:
    """Where reserved targets lead, and each menu's own way to a person."""
    tree = draft.tree
    begin = [
        Step(f"Gosub({WALK},begin,1({context}))"),
        Step(f"Set(CHANNEL(language)={literal(tree.languages[0])})"),
        Step(f"Goto({draft.names[tree.start]},1)"),
    ]
    yield from extension("start", begin)
    for reserved in (Reserved.BACK, Reserved.HUMAN, Reserved.RETURN):
        yield f"exten => {reserved},1,Goto({WALK},{reserved},1)"
    yield f"exten => {Reserved.REPEAT},1,Goto(${{W_HERE}},1)"
    yield f"exten => first,1,Goto({draft.names[tree.start]},1)"
    yield f"exten => anybody,1,Goto({draft.to(tree.defaults.human)},1)"
    for node in tree.nodes.values():
        if isinstance(node, Menu) and node.human:
            yield f"exten => human_{draft.names[node.id]},1,Goto({draft.to(node.human)},1)"
    yield from extension("pack", pack(draft))
    yield from extension(LOST, to_queue(outside.fallback_queue))


def _assigned(tree: Tree) -> set[str]:
    """Variables that can have a value without the server."""
    found = {node.into for node in tree.nodes.values() if isinstance(node, Collect)}
    setters = (n for n in tree.nodes.values() if isinstance(n, Enqueue | Say | SetVariables))
    return found.union(*(node.assign for node in setters))


def _hours_of(tree: Tree) -> frozenset[str]:
    branches = (node for node in tree.nodes.values() if isinstance(node, Branch))
    return frozenset().union(*(hours_in(case.when) for node in branches for case in node.branch))


def _numbers(trees: Sequence[Tree]) -> Iterator[str]:
    """Which tree a dialled number leads to; the first one for a number that no tree names."""
    yield f"[{NUMBERS}]"
    for index, tree in enumerate(trees, start=1):
        for number in tree.numbers:
            yield f"exten => d{_plain(number)},1,Goto({TREE}{index},start,1)"
    yield f"exten => _d!,1,Goto({f'{TREE}1,start,1' if trees else 'acd-survive,s,queue'})"


def _plain(number: str) -> str:
    if not number or set(number) - set("0123456789+"):
        raise UnsafeText(f"not a number to dial: {number!a}")
    return number


def queue_sections(queues: Mapping[str, NativeQueue]) -> str:
    """The native queues for queues.conf. Raises UnsafeText."""
    return "\n".join(
        f"[acd-{literal(name)}](native)\nweight = {queue.weight}\ntimeout = {queue.ring_s}\n"
        for name, queue in queues.items()
    )


NOTHING = compile_site(Site(), Outside(fallback_queue="", dial_string=str, since=date(1970, 1, 1)))
"""Without a tree every caller goes to the queue in which everybody is."""
