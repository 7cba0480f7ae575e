"""What ``[acd-over]`` in extensions.conf must know of legs that are lost."""

from collections.abc import Mapping
from typing import NamedTuple

from cti.core.acd.broken_talks import LOST_CAUSES
from cti.core.acd.queue import QueuePolicy
from cti.core.ids import QueueName

RECONNECTS = QueuePolicy(name=QueueName("")).reconnects
"""How often a caller whose talk broke off is connected again where no offer of ours has said it."""
LOOK_S, LOOKS = 0.05, 20
"""How often, and how many times, a caller looks for the cause of his agent's leg: it ends by itself, a
moment before or after his own part of the talk."""


class SilentFor(NamedTuple):
    """So many seconds without sound end a leg: that of a desk phone, that of a browser's."""

    desk_s: int = 120
    browser_s: int = 30


USUAL = SilentFor()


def values(silent: SilentFor) -> Mapping[str, str]:
    """What the templates are filled with."""
    return {
        "silent_s": str(silent.desk_s),
        "browser_silent_s": str(silent.browser_s),
        "left_look_s": str(LOOK_S),
        "left_looks": str(LOOKS),
        "lost_causes": "|".join(map(str, LOST_CAUSES)),
        "reconnects": str(RECONNECTS),
    }
