"""config/webhooks.yaml: other systems that are told of facts."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from cti.core.event_wire import EVENT_TYPES
from cti.core.marked import Marked
from cti.core.problems import Problem
from cti.core.webhooks import EVERYTHING, Hook
from cti.settings_kinds import Frozen, SecureUrl

Pause = Annotated[float, Field(ge=1, le=604_800)]
HookName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]


class HookFile(Frozen):
    """One receiver; its secret is ``webhook_NAME``."""

    url: Annotated[SecureUrl, Field(min_length=1)]
    events: tuple[str, ...] = Field(min_length=1)
    attempts_after_s: tuple[Pause, ...] = (5, 30, 120, 600, 3600, 21_600, 86_400)
    timeout_s: float = Field(default=5, gt=0, le=30)
    clear_numbers: bool = False


class WebhooksFile(Frozen):
    """config/webhooks.yaml"""

    hooks: Mapping[HookName, HookFile] = Field(default_factory=dict)

    def all(self) -> tuple[Hook, ...]:
        """The receivers as the core knows them."""
        return tuple(
            Hook(
                name=name,
                url=each.url,
                events=frozenset(each.events),
                attempts_after_s=each.attempts_after_s,
                timeout_s=each.timeout_s,
                clear_numbers=each.clear_numbers,
            )
            for name, each in self.hooks.items()
        )


def check_webhooks(found: WebhooksFile, marked: Marked) -> Iterator[Problem]:
    """Events that no one will ever be told of."""
    for name, hook in found.hooks.items():
        for index, event in enumerate(hook.events):
            if event not in EVENT_TYPES and event != EVERYTHING:
                mark = marked.mark_at(("hooks", name, "events", index))
                known = ", ".join(sorted(EVENT_TYPES))
                yield Problem(mark, "config.unknown_name", {"name": event, "known": known})
