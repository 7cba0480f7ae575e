"""The AGI verbs: what can be said to a caller's channel, and what comes back as values or typed
errors.

One ``AgiConnection`` is one visit of one caller.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cti.asterisk.agi_socket import MARGIN_S, AgiSocket
from cti.asterisk.agi_wire import (
    AgiReply,
    AgiSyntaxError,
    CallerHungUp,
    PromptMissing,
    mset_groups,
)
from cti.asterisk.text import agi_command, prompt_list, prompt_name, variable_name

# Sounds are files of unknown length; the longest announcement of a hotline is well below this.
PLAY_LIMIT_S = 300.0

_READ_INTO = "CTI_KEYS"
KEYS = "0123456789*#"
TYPED_AHEAD = 50


class EndedBy(StrEnum):
    """Why an entry of digits ended."""

    LENGTH = "length"
    TERMINATOR = "terminator"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Digits:
    """What the caller keyed, without the terminator; ``keys`` is empty when only the terminator was
    pressed."""

    keys: str
    ended_by: EndedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How digits are collected: the first within ``no_input_s`` of the end of the prompts, the
    others within ``inter_digit_s`` of each other. ``terminator`` is one key, or ``""`` when every
    key is a digit."""

    max_digits: int = 1
    no_input_s: float = 5.0
    inter_digit_s: float = 3.0
    terminator: str = "#"


class AgiConnection(AgiSocket):
    """The AGI verbs. All raise PeerClosed and AgiTimeout; those that play or wait raise
    CallerHungUp."""

    _typed = ""

    @property
    def path(self) -> str:
        """The script asked for: ``ivr`` in ``agi://host/ivr``."""
        return self.env.get("agi_network_script", "")

    def command(
        self, verb: str, *words: str | int, limit_s: float = MARGIN_S
    ) -> Awaitable[AgiReply]:
        """Send a verb and its arguments; text arguments are quoted.

        Raises UnsafeText, DeadChannel (511), AgiSyntaxError (510, 520), PeerClosed, AgiTimeout.
        """
        return self.send(agi_command(verb, *words), limit_s)

    async def answer(self) -> None:
        """Answer the channel, if it is not answered yet."""
        await self._alive(await self.command("ANSWER", limit_s=MARGIN_S + 10))

    async def hangup(self) -> None:
        """Hang up this channel."""
        await self.command("HANGUP")

    async def set_variable(self, name: str, value: str) -> None:
        await self.command("SET VARIABLE", variable_name(name), value)

    async def set_variables(self, values: Mapping[str, str]) -> None:
        """Set several variables with as few commands as is safe."""
        for name in values:
            variable_name(name)
        groups, single = mset_groups(values)
        for group in groups:
            await self.exec("MSet", group)
        for name, value in single.items():
            await self.set_variable(name, value)

    async def get_variable(self, name: str) -> str | None:
        """A variable's value, unchanged even with line feeds in it; None when it is not set.

        Asterisk cuts it after 1,023 bytes; ``get_full_variable`` gives longer ones whole.
        """
        return await self._value("GET VARIABLE", variable_name(name))

    async def get_full_variable(self, expression: str) -> str | None:
        """Evaluate an expression such as ``${CHANNEL(state)}``. It must be ours: Asterisk runs what
        it says."""
        return await self._value("GET FULL VARIABLE", expression)

    async def exec(
        self, application: str, options: str = "", *, limit_s: float = MARGIN_S
    ) -> AgiReply:
        """Run a dialplan application. Raises AgiSyntaxError when there is none of that name.

        The result is returned as it is: many applications answer 0 after a hang-up.
        """
        reply = await self.command("EXEC", application, options, limit_s=limit_s)
        if reply.result == "-2":
            raise AgiSyntaxError(f"no such application: {application}")
        return reply

    async def channel_status(self) -> int:
        """The channel's state (6 is up). Raises DeadChannel when the caller is gone."""
        return int((await self.command("CHANNEL STATUS")).result)

    async def stream_file(
        self, name: str, escape: str = "", *, limit_s: float = PLAY_LIMIT_S
    ) -> str:
        """Play one sound; a key of ``escape`` interrupts and is returned, else ``""``. Raises
        PromptMissing."""
        reply = await self.command("STREAM FILE", prompt_name(name), escape, limit_s=limit_s)
        await self._alive(reply, name)
        return _key(reply.result)

    async def playback(
        self, files: Sequence[str], *, barge_in: bool = False, limit_s: float = PLAY_LIMIT_S
    ) -> None:
        """Play sounds one after another; keys pressed meanwhile count for what is asked next.

        A key ends the playing with ``barge_in``; else each sound goes on from where the key stopped
        it (Asterisk's own Playback would drop the key). Raises PromptMissing, after playing those
        there are.
        """
        missing = []
        for name in files:
            if barge_in and self._typed:
                break
            if not await self._play_out(name, barge_in, limit_s):
                missing.append(name)
        if missing:
            raise PromptMissing(prompt_list(missing))

    async def _play_out(self, name: str, barge_in: bool, limit_s: float) -> bool:
        """Play one sound to its end; False when there is none of that name."""
        offset = "0"
        while True:
            words = (prompt_name(name), KEYS, int(offset))
            reply = await self.command("STREAM FILE", *words, limit_s=limit_s)
            try:
                await self._alive(reply, name)
            except PromptMissing:
                return False
            key, offset = _key(reply.result), reply.pairs.get("endpos", "")
            self._typed = (self._typed + key)[:TYPED_AHEAD]
            if not key or barge_in or not offset.isdigit():
                return True

    async def record_file(self, name: str, longest_s: float, silence_s: int) -> bool:
        """Record as ``name``.wav until ``#``, silence, the limit or a hang-up (then True).

        The file stays in either case. Where it cannot be written there is none, or an empty one.
        """
        words = (name, "wav", "#", round(longest_s * 1000), 0, f"s={silence_s}")
        reply = await self.command("RECORD FILE", *words, limit_s=longest_s + MARGIN_S)
        return reply.data == "hangup" or (reply.result == "-1" and not reply.data)

    async def wait_for_digit(self, wait_s: float) -> str | None:
        """The next key, or None when none came in ``wait_s`` seconds."""
        if typed := self._typed_key():
            return typed
        wait_ms = round(wait_s * 1000)
        reply = await self.command("WAIT FOR DIGIT", wait_ms, limit_s=wait_s + MARGIN_S)
        await self._alive(reply)
        return _key(reply.result) or None

    async def set_language(self, language: str) -> None:
        """The language of the sounds that follow."""
        await self.set_variable("CHANNEL(language)", language)

    async def read(
        self, files: Sequence[str], entry: Entry = Entry(), *, limit_s: float = PLAY_LIMIT_S
    ) -> Digits | None:
        """Play sounds, which any key interrupts, and collect digits; None when the caller keyed
        nothing.

        Keys that come while another ``read``, ``playback`` or ``wait_for_digit`` is under way, or
        between two commands that follow each other at once, are kept; Asterisk drops those that
        come while no command is under way. Raises CallerHungUp; PromptMissing when
        the last sound is missing (Asterisk skips over others).
        """
        key = await self._first_key(prompt_list(files), entry, limit_s)
        keys = ""
        while key is not None:
            if key == entry.terminator:
                return Digits(keys, EndedBy.TERMINATOR)
            keys += key
            if len(keys) >= entry.max_digits:
                return Digits(keys, EndedBy.LENGTH)
            key = await self.wait_for_digit(entry.inter_digit_s)
        return Digits(keys, EndedBy.SILENCE) if keys else None

    async def _first_key(self, names: str, entry: Entry, limit_s: float) -> str | None:
        if typed := self._typed_key():
            return typed
        # t() leaves Read without a terminator of its own, so that a lone "#" is seen as a key.
        options = f"{_READ_INTO},{names},1,t(),1,{entry.no_input_s:g}"
        reply = await self.exec("Read", options, limit_s=limit_s + entry.no_input_s + MARGIN_S)
        seen = await self.get_full_variable("${READSTATUS} ${" + _READ_INTO + "}")
        status, _, key = (seen or "").partition(" ")
        if reply.result == "-1" or status in ("HANGUP", "ERROR", ""):
            await self.channel_status()
            raise PromptMissing(names)
        return key or None

    def _typed_key(self) -> str:
        key, self._typed = self._typed[:1], self._typed[1:]
        return key

    async def _value(self, verb: str, name: str) -> str | None:
        reply = await self.send(agi_command(verb, name), MARGIN_S, value_asked=True)
        return reply.data if reply.result == "1" else None

    async def _alive(self, reply: AgiReply, sound: str = "") -> None:
        """-1 is a hang-up or a missing sound; only the channel's status tells which."""
        if reply.result != "-1":
            return
        if reply.data == "hangup" or not sound:
            raise CallerHungUp("the caller hung up")
        await self.channel_status()
        raise PromptMissing(sound)


def _key(result: str) -> str:
    """AGI gives a key as its ASCII code, 0 for none."""
    return "" if result == "0" else chr(int(result))
