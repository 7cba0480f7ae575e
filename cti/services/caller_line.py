"""A live caller as the menu service sees him: play, listen, record, and the ways out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cti.core.ids import CallId, ChannelName
from cti.core.ivr import session as ivr


class CallerLeftLine(Exception):
    """The caller hung up, or was moved out of the menu."""


class ScriptBroke(Exception):
    """An admin's script raised, or ran out of time."""


class RecordingFailed(Exception):
    """Nothing could be recorded: the disk is full, or the folder cannot be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a caller said: the file (absolute, wav), its length, and whether he hung up. Zero seconds:
    he said nothing, and there is no file."""

    file: str
    seconds: float
    hung_up: bool = False


class CallerLine(Protocol):
    """A live caller. Every method raises CallerLeftLine; prompts are ids of the catalogue."""

    async def play(self, prompts: Sequence[str], *, barge_in: bool) -> None:
        """Play; keys pressed meanwhile count for what is asked next, and end it with ``barge_in``."""
        ...

    async def forget_keys(self) -> None:
        """Throw away what was pressed up to now."""
        ...

    async def listen(self, prompts: Sequence[str], wanted: ivr.Listen) -> ivr.Pressed | ivr.NoInput:
        """Play, interrupted by the first key, and collect keys as ``wanted`` says."""
        ...

    async def speak(self, language: str) -> None:
        """The language of what follows."""
        ...

    async def run_script(
        self, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        """Run an admin's script on the line. Raises ScriptBroke."""
        ...

    async def record(self, longest_s: float) -> Recording:
        """Tone, then record until silence, ``#``, the limit or a hang-up; never CallerLeftLine.

        Raises RecordingFailed.
        """
        ...

    async def choose(self, queue: str) -> None:
        """Put the choice on the line, where it survives us."""
        ...

    async def to_queue(self) -> None:
        """Leave the menu for the waiting loop."""
        ...

    async def to_agent(self) -> None:
        """Leave the menu for the agent who sent the caller there."""
        ...

    async def to_number(self, target: str) -> None:
        """Leave the menu for a number outside the queues."""
        ...

    async def good_bye(self) -> None:
        """Leave the menu and hang up."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What the line knows of a caller before he pressed anything. ``language``: what it plays
    prompts in until told otherwise, or '' where that is unknown. ``page``: the token of the caller page
    that the call came from, mostly none."""

    call_id: CallId
    channel: ChannelName
    caller_number: str
    caller_name: str
    dialed_number: str
    language: str = ""
    page: str = ""
