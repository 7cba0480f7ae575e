"""A caller's FastAGI session as the menu service sees it, and what is known of him at arrival."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cti.asterisk.agi_wire import (
    AgiError,
    CallerHungUp,
    PeerClosed,
    PromptMissing,
    ProtocolError,
)
from cti.asterisk.fastagi import AgiConnection, Entry
from cti.asterisk.heard import spoken_s
from cti.asterisk.text import phone_number
from cti.core.ids import CallId, ChannelName
from cti.core.ivr import session as ivr
from cti.services.caller_line import (
    Arrival,
    CallerLeftLine,
    CallerLine,
    Recording,
    RecordingFailed,
)

log = logging.getLogger(__name__)

SOUNDS = "95518/"
"""Where our prompts lie among Asterisk's sounds, in each language's folder."""
ELSEWHERE = {"phrases/": "95518-phrases/", "spoken/": "95518-spoken/"}
"""Ids of whole phrases and of what versions say in words of their own, and where these lie: a folder each
for all languages, apart from the prompts."""
FLUSH_S = 0.01
SILENCE_S = 4
"""So long a silence ends a message."""
TONE = "beep"
LONGEST_TYPED_AHEAD = 50
LONGEST_NAME = 64

Scripts = Callable[[AgiConnection, str, Mapping[str, str], float], Awaitable[Mapping[str, str]]]
"""Runs an admin's script by name: connection, name, arguments, limit in seconds → values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOffer:
    """The key by which callers who wait may choose, none where it is empty; they hear of it after
    ``after_s`` seconds, and again every ``every_s``."""

    key: str = ""
    after_s: int = 0
    every_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWays:
    """How the line leaves the menu: ``dial_string`` turns a target into Asterisk's words;
    ``offer`` tells what the callers waiting in a queue may choose."""

    scripts: Scripts
    dial_string: Callable[[str], str]
    recordings: Path
    offer: Callable[[str], WaitOffer] = lambda _queue: WaitOffer()


def arrival(env: Mapping[str, str]) -> Arrival:
    """The caller from AGI's environment; numbers and names are strangers' text.

    Raises ProtocolError for an environment that names no channel.
    """
    if not (env.get("agi_uniqueid") and env.get("agi_channel")):
        raise ProtocolError("an environment without a channel")
    return Arrival(
        call_id=CallId(env.get("agi_arg_1") or env.get("agi_uniqueid", "")),
        channel=ChannelName(env.get("agi_channel", "")),
        caller_number=phone_number(env.get("agi_callerid", "")),
        caller_name=_name(env.get("agi_calleridname", "")),
        dialed_number=phone_number(env.get("agi_extension", "")),
        language=env.get("agi_language", ""),
        page=env.get("agi_arg_2", ""),
    )


def sound_file(prompt: str) -> str:
    """The file that Asterisk is asked to play, without ending."""
    for begins, place in ELSEWHERE.items():
        if prompt.startswith(begins):
            return place + prompt.removeprefix(begins)
    return SOUNDS + prompt


def whisper_file(queue: str) -> str:
    """What an agent hears before a call of this queue, in the server's words."""
    return sound_file(f"whisper_{queue}")


def _name(text: str) -> str:
    if text == "unknown":
        return ""
    return "".join(c for c in text if c.isprintable())[:LONGEST_NAME]


def _said(path: Path, hung_up: bool) -> Recording:
    """What is on the disk. Nothing said leaves no file; no file at all is a disk that refused."""
    if not path.is_file():
        if hung_up:
            return Recording(file=str(path), seconds=0.0, hung_up=True)
        raise RecordingFailed("Asterisk wrote no file")
    seconds = spoken_s(path)
    if not seconds:
        path.unlink()
    return Recording(file=str(path), seconds=seconds, hung_up=hung_up)


@contextmanager
def _caller_may_leave() -> Iterator[None]:
    try:
        yield
    except (CallerHungUp, PeerClosed) as gone:
        raise CallerLeftLine(str(gone)) from gone


class AgiLine(CallerLine):
    """One caller, by FastAGI."""

    def __init__(self, connection: AgiConnection, ways: LineWays) -> None:
        self._agi, self._ways = connection, ways

    async def play(self, prompts: Sequence[str], *, barge_in: bool) -> None:
        with _caller_may_leave():
            try:
                await self._agi.playback([sound_file(each) for each in prompts], barge_in=barge_in)
            except PromptMissing as missing:
                self._complain(missing)

    async def listen(self, prompts: Sequence[str], wanted: ivr.Listen) -> ivr.Pressed | ivr.NoInput:
        with _caller_may_leave():
            if not wanted.barge_in:
                await self.play(prompts, barge_in=False)
                prompts = ()
            return await self._read([sound_file(each) for each in prompts], wanted)

    async def _read(self, files: Sequence[str], wanted: ivr.Listen) -> ivr.Pressed | ivr.NoInput:
        entry = Entry(
            max_digits=wanted.max_digits,
            no_input_s=wanted.no_input_s,
            inter_digit_s=wanted.inter_digit_s,
            terminator=wanted.end_key,
        )
        try:
            digits = await self._agi.read(files, entry)
        except PromptMissing as missing:
            self._complain(missing)
            digits = await self._agi.read((), entry)
        return ivr.NoInput() if digits is None else ivr.Pressed(digits.keys)

    async def forget_keys(self) -> None:
        with _caller_may_leave():
            for _ in range(LONGEST_TYPED_AHEAD):
                if await self._agi.wait_for_digit(FLUSH_S) is None:
                    return

    async def speak(self, language: str) -> None:
        with _caller_may_leave():
            await self._agi.set_language(language)

    async def run_script(
        self, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        with _caller_may_leave():
            return await self._ways.scripts(self._agi, name, arguments, limit_s)

    async def record(self, longest_s: float) -> Recording:
        stem = "".join(c if c.isalnum() else "-" for c in self._agi.env["agi_uniqueid"])
        path = self._ways.recordings / f"{stem}-{uuid4().hex[:8]}"
        gone = False
        try:
            await self.play([TONE], barge_in=False)
            gone = await self._agi.record_file(str(path), longest_s, SILENCE_S)
        except (CallerLeftLine, CallerHungUp, PeerClosed):
            gone = True
        except AgiError as wrong:
            raise RecordingFailed(str(wrong)) from wrong
        return await asyncio.to_thread(_said, path.with_suffix(".wav"), gone)

    async def choose(self, queue: str) -> None:
        offer = self._ways.offer(queue)
        told = {
            "ACD_OFFERKEY": offer.key,
            "ACD_OFFERAFTER": str(offer.after_s),
            "ACD_OFFEREVERY": str(offer.every_s),
        }
        fresh = dict.fromkeys(("ACD_JOINED", "ACD_OFFERED", "ACD_QUIET"), "")
        await self._tell({"ACD_QUEUE": queue, **told, **fresh})

    async def to_queue(self) -> None:
        await self._tell({"ACD_NEXT": "wait"})

    async def to_agent(self) -> None:
        await self._tell({"ACD_BACK": "returned"})

    async def to_number(self, target: str) -> None:
        await self._tell({"ACD_NEXT": "transfer", "ACD_TO": self._ways.dial_string(target)})

    async def good_bye(self) -> None:
        await self._tell({"ACD_NEXT": "bye"})

    async def _tell(self, variables: Mapping[str, str]) -> None:
        with _caller_may_leave():
            await self._agi.set_variables(variables)

    def _complain(self, missing: PromptMissing) -> None:
        channel_id = self._agi.env.get("agi_uniqueid", "")
        log.error("prompt missing: %s", missing, extra={"call_id": channel_id})
