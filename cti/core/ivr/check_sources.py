"""Rules for what is asked outside: what sources take, give and keep secret, what messages need."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cti.core.ivr.reading import Problems, complain, complain_unknown
from cti.core.ivr.sources import Source
from cti.core.ivr.tree import Lookup, Sms, Tree
from cti.core.problems import Mark

Sources = Mapping[str, Source]


def check_lookup(node: Lookup, sources: Sources, problems: Problems) -> None:
    """Its arguments are the source's, all of them; every personal value is marked."""
    source = sources.get(node.lookup)
    if source is None:
        return
    place = node.marks.get("with", node.mark)
    for name in node.arguments:
        if name not in source.arguments:
            complain_unknown(problems, place, "unknown_argument", name, source.arguments)
    for name in source.arguments:
        if name not in node.arguments:
            complain(problems, place, "missing_argument", name=name, source=source.name)
    _check_sensitive(node, source, problems)


def check_sms(node: Sms, templates: Mapping[str, Collection[str]], problems: Problems) -> None:
    """Its values are the template's, all of them: else nothing would be sent."""
    wanted = templates.get(node.sms)
    if wanted is None:
        return
    place = node.marks.get("with", node.mark)
    for name in node.arguments:
        if name not in wanted:
            complain_unknown(problems, place, "unknown_sms_value", name, wanted)
    for name in wanted:
        if name not in node.arguments:
            complain(problems, place, "missing_sms_value", name=name, template=node.sms)


def _check_sensitive(node: Lookup, source: Source, problems: Problems) -> None:
    place = node.marks.get("sensitive", node.marks.get("lookup", node.mark))
    for name in node.sensitive:
        if name not in source.gives:
            _complain_not_given(problems, place, name, (source,))
    if set(source.personal) - set(node.sensitive):
        # All values of an answer are kept with the call, so all personal ones must be marked.
        wanted = ", ".join(dict.fromkeys((*node.sensitive, *source.personal)))
        lacking = ", ".join(name for name in source.personal if name not in node.sensitive)
        complain(problems, place, "personal_unmarked", names=lacking, wanted=wanted)


def given_values(tree: Tree, sources: Sources) -> frozenset[str]:
    """``into.value`` of all that the tree's look-ups give."""
    return frozenset(
        f"{node.into}.{name}"
        for node in tree.nodes.values()
        if isinstance(node, Lookup) and node.lookup in sources
        for name in sources[node.lookup].gives
    )


def check_value(tree: Tree, sources: Sources, name: str, mark: Mark, problems: Problems) -> bool:
    """True, with a complaint, where ``into.value`` asks a known source for what it does not give."""
    into, _, value = name.partition(".")
    asked = [
        sources[node.lookup]
        for node in tree.nodes.values()
        if isinstance(node, Lookup) and node.into == into and node.lookup in sources
    ]
    if not value or not asked:
        return False
    _complain_not_given(problems, mark, value, tuple({one.name: one for one in asked}.values()))
    return True


def _complain_not_given(
    problems: Problems, mark: Mark, name: str, sources: tuple[Source, ...]
) -> None:
    values = {
        "name": name,
        "source": ", ".join(source.name for source in sources),
        "known": ", ".join(dict.fromkeys(v for source in sources for v in source.gives)) or "-",
    }
    complain(problems, mark, "unknown_value", **values)
