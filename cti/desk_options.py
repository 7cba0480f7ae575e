"""Configuration as the desktop shows it: lists to choose from, and what a caller's keys meant."""

from collections.abc import Mapping, Sequence

from cti.config_labels import Label
from cti.config_models import Configuration
from cti.core.call import Call
from cti.core.ivr.tree import Tree
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
    )


def _choices(labels: Mapping[str, Label]) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, label=_label(label)) for code, label in labels.items())


def _label(label: Label) -> Mapping[str, str]:
    return {"zh": label.zh, "en": label.en}


def key_labels(call: Call, language: str) -> Sequence[str]:
    """What each key of the call led to: the words for that node, else its name."""
    return [_choice_label(choice, language) for choice in call.choices]


def _choice_label(choice: str, language: str) -> str:
    try:
        return text(f"menu.{choice}", language)
    except KeyError:
        return choice
