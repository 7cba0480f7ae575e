"""Configuration as the desktop shows it: lists to choose from, and what a caller's keys meant."""

from collections.abc import Mapping, Sequence

from cti.config_labels import Label
from cti.config_models import Configuration
from cti.core.call import Call
from cti.core.ivr.parts import Reserved
from cti.core.ivr.tree import Menu, Node, Tree
from cti.messages import text
from cti.web.parts import Choice, DeskOptions


def desk_options(configuration: Configuration, from_agent: Tree | None = None) -> DeskOptions:
    """The lists an agent chooses from; reasons set by the system alone are labelled too. ``from_agent``:
    the tree to which agents send callers."""
    return DeskOptions(
        queues=tuple(
            Choice(code=name, label=_label(queue.label))
            for name, queue in configuration.queues.queues.items()
        ),
        reasons=tuple(
            Choice(
                code=code,
                label=_label(each.label),
                max_s=each.max_s,
                times=each.quota.times,
                minutes=each.quota.minutes,
                system=each.system,
                approval=each.approval,
            )
            for code, each in configuration.reasons.reasons.items()
        ),
        wrap_up_reasons=tuple(
            Choice(
                code=code,
                label=_label(first.label),
                children=tuple(
                    Choice(code=child, label=_label(label))
                    for child, label in first.children.items()
                ),
            )
            for code, first in configuration.wrap_up.reasons.items()
        ),
        seats={each.seat: each.extension for each in configuration.agents.seats},
        tasks=tuple(
            Choice(code=name, label=label)
            for name, label in (from_agent.tasks if from_agent else {}).items()
        ),
        shown_numbers=configuration.settings.sip.numbers,
        targets={
            name: (queue.target.share, queue.target.within_s)
            for name, queue in configuration.queues.queues.items()
        },
        skills=_choices(configuration.skills.skills),
        keep_classes=_choices(
            {name: each.label for name, each in configuration.recording.classes.items()}
        ),
        ring_s=configuration.queues.defaults.ring_s,
    )


def _choices(labels: Mapping[str, Label]) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, label=_label(label)) for code, label in labels.items())


def _label(label: Label) -> Mapping[str, str]:
    return {"zh": label.zh, "en": label.en}


def key_labels(tree: Tree, call: Call, language: str) -> Sequence[str]:
    """What each key of the call led to: the target's own label, else its name; empty for a number."""
    return [_target_label(target, language) if target else "" for target in key_targets(tree, call)]


def key_targets(tree: Tree, call: Call) -> Sequence[str]:
    """The node, or reserved word, that each key of the call led to; empty for a number.

    The walk is done again from the tree's menus, since the call remembers only the keys.
    """
    targets: list[str] = []
    menus = [found] if (found := first_menu(tree)) else []
    here: Node | None = found
    for keys in call.keys:
        target = menus[-1].keys.get(keys) if menus else None
        targets.append(target or tree.defaults.keys.get(keys, ""))
        here = _came_to(tree, menus, here, targets[-1])
    return targets


def _came_to(tree: Tree, menus: list[Menu], here: Node | None, target: str) -> Node | None:
    """Keep ``menus``, the way from the top to the last menu, as the interpreter does."""
    if target == Reserved.BACK:
        if len(menus) > 1 and here is menus[-1]:
            menus.pop()
        return menus[-1] if menus else None
    node = tree.nodes.get(target, here)
    if isinstance(node, Menu) and node not in menus:
        menus.append(node)
    return node


def first_menu(tree: Tree) -> Menu | None:
    """The menu that callers meet first: the first one written."""
    return next((node for node in tree.nodes.values() if isinstance(node, Menu)), None)


def _target_label(target: str, language: str) -> str:
    try:
        return text(f"menu.{target}", language)
    except KeyError:
        return target
