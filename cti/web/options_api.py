"""The lists that the desktop offers: queues, reasons for a break, wrap-up reasons."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from cti.web.parts import PARTS, Choice
from cti.web.replies import reply


async def options(request: web.Request) -> web.Response:
    """As the configuration stands now."""
    found = request.app[PARTS].options()
    return reply(
        {
            "queues": _named(found.queues),
            "reasons": [_choice(one) for one in found.reasons],
            "wrapUpReasons": [_choice(one) for one in found.wrap_up_reasons],
            "seats": [{"seat": seat, "extension": phone} for seat, phone in found.seats.items()],
            "menuTasks": _named(found.tasks),
            "shownNumbers": found.shown_numbers,
            "targets": {
                name: {"share": share, "withinS": within_s}
                for name, (share, within_s) in found.targets.items()
            },
            "skills": _named(found.skills),
            "keepClasses": _named(found.keep_classes),
        }
    )


def _named(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    return [{"name": one.code, "label": one.label} for one in choices]


def _choice(choice: Choice) -> dict[str, Any]:
    found: dict[str, Any] = {"code": choice.code, "label": choice.label}
    if choice.system:
        found["system"] = True
    if choice.approval:
        found["approval"] = True
    if choice.max_s is not None:
        found["maxS"] = choice.max_s
    if choice.times is not None:
        found["times"] = choice.times
    if choice.minutes is not None:
        found["minutes"] = choice.minutes
    if choice.children:
        found["children"] = [_choice(child) for child in choice.children]
    return found
