"""When waiting calls leave their queue for another one, or for an outside number. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from cti.core.ids import QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """One way out of a queue, for ``queue`` or for the outside ``number``; all its conditions must hold.

    ``after_s``: so long in this queue; ``longer_than``: so many callers wait in it, the newest leave;
    ``wait_over_s``: whoever comes now would wait longer; ``nobody_signed_in``: no agent at work could ever
    take its calls; ``closed``: outside the queue's hours.
    """

    queue: QueueName | None = None
    number: str = ""
    after_s: float = 0.0
    longer_than: int | None = None
    wait_over_s: float | None = None
    nobody_signed_in: bool = False
    closed: bool = False

    @property
    def by_length(self) -> bool:
        """Whether it shortens the queue from its end, and not more than is needed."""
        return self.longer_than is not None or self.wait_over_s is not None

    @property
    def timed_only(self) -> bool:
        """Whether nothing but the waiting time decides."""
        return not (self.by_length or self.nobody_signed_in or self.closed)


def cycle(ways: Mapping[QueueName, tuple[Overflow, ...]]) -> tuple[QueueName, ...]:
    """Queues that send their calls round and round, the first one again at the end; empty for none."""
    done: set[QueueName] = set()
    for start in ways:
        found = _walk(ways, (start,), done)
        if found:
            return found
    return ()


def _walk(
    ways: Mapping[QueueName, tuple[Overflow, ...]],
    path: tuple[QueueName, ...],
    done: set[QueueName],
) -> tuple[QueueName, ...]:
    here = path[-1]
    for step in ways.get(here, ()):
        if step.queue in path:
            return (*path[path.index(step.queue) :], step.queue)
        if (
            step.queue
            and step.queue not in done
            and (found := _walk(ways, (*path, step.queue), done))
        ):
            return found
    done.add(here)
    return ()
