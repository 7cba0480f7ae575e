"""Configuration as the desktop shows it: lists to choose from, and what a caller's keys meant."""

from collections.abc import Mapping, Sequence

from cti.config_files import Configuration, Label
from cti.core.call import Call
from cti.core.ivr.tree import Menu, Tree
from cti.messages import text
from cti.web.parts import Choice, DeskOptions


def desk_options(configuration: Configuration) -> DeskOptions:
    """The lists an agent chooses from; reasons set by the system alone are labelled too."""
    return DeskOptions(
        queues=tuple(
            Choice(code=name, label=_label(queue.label))
            for name, queue in configuration.queues.queues.items()
        ),
        reasons=tuple(
            Choice(code=code, label=_label(each.label), max_s=each.max_s, system=each.system)
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
        ring_s=configuration.queues.defaults.ring_s,
    )


def _label(label: Label) -> Mapping[str, str]:
    return {"zh": label.zh, "en": label.en}


def key_labels(tree: Tree, call: Call, language: str) -> Sequence[str]:
    """What each key of the call led to: the target's own label, else its name.

    The walk is done again from the tree's menus, since the call remembers only the keys.
    """
    labels: list[str] = []
    menu = first_menu(tree)
    for keys in call.keys:
        target = menu.keys.get(keys) if menu else None
        node = tree.nodes.get(target) if target else None
        labels.append(_target_label(target, language) if target else "")
        menu = node if isinstance(node, Menu) else menu
    return labels


def first_menu(tree: Tree) -> Menu | None:
    """The menu that callers meet first: the first one written."""
    return next((node for node in tree.nodes.values() if isinstance(node, Menu)), None)


def _target_label(target: str, language: str) -> str:
    try:
        return text(f"menu.{target}", language)
    except KeyError:
        return target
