"""Sound that says whose it is: each end sends a few RTP packets a second, filled with its own name.

Asterisk passes A-law from one leg to the other as it is, so whoever is heard is known by his packets. A
conference mixes what comes in one fiftieth of a second: then neither name is known. So each end
draws anew after each packet when it sends the next.
"""

import asyncio
import struct
from dataclasses import dataclass, field
from random import randint
from secrets import randbits
from time import monotonic
from typing import Any

from tests.bench.sip_ends import HOST, roomy_socket

FRAME_S = 0.02
FRAMES_APART = (9, 16)
"""So many frames, at least and at most, from one packet of an end to its next."""
EVERY_S = FRAME_S * sum(FRAMES_APART) / 2
"""The same in seconds, on the mean."""
GAP_S = 1.5
"""So long nothing of somebody: his next packet begins a new stretch."""
SAMPLES = 160
NAME_BYTES = 8
PACKET_BYTES = 12 + SAMPLES
_ALAW, _KEYS = 8, 101
_KEY_S, _KEY_SAMPLES, _KEY_END = 0.1, 800, 0x8A
_KEY_NUMBER = {**{str(digit): digit for digit in range(10)}, "*": 10, "#": 11}
NAMED = b"~"


@dataclass(slots=True)
class Heard:
    """When somebody was heard: stretches of [first, last] packet, in seconds of the monotonic clock."""

    stretches: list[list[float]] = field(default_factory=list)

    def note(self, at: float) -> None:
        """A packet came."""
        if self.stretches and at - self.stretches[-1][1] < GAP_S:
            self.stretches[-1][1] = at
        else:
            self.stretches.append([at, at])

    @property
    def seconds(self) -> float:
        """For how long in all; each stretch is longer than its packets show by one pause, on average."""
        return sum(last - first + EVERY_S for first, last in self.stretches)

    @property
    def last_at(self) -> float:
        """When last."""
        return self.stretches[-1][1]


@dataclass(slots=True)
class Voice:
    """One end of one call: what it sends, and whom it hears."""

    name: str
    port: int = 0
    """Asterisk's; 0 until it is known."""
    heard: dict[str, Heard] = field(default_factory=dict)
    sequence: int = 0
    clock: int = 0
    pressing: bool = False
    due: int = 0
    """Frames until its next packet, of ``waited`` since the last one."""
    waited: int = 0
    source: int = field(default_factory=lambda: randbits(32))

    def packet(self) -> bytes:
        """The next 20 ms of its name."""
        content = (NAMED + self.name.encode()).ljust(NAME_BYTES, NAMED) * (SAMPLES // NAME_BYTES)
        head = self._head(_ALAW, self.waited * SAMPLES)
        self.due = self.waited = randint(*FRAMES_APART)
        return head + content

    def key_begins(self, key: str) -> bytes:
        """The first packet of a key (RFC 4733); until ``key_ends`` there is no other sound."""
        self.pressing = True
        return self._head(0x80 | _KEYS, 1600) + _key(key, 0x0A, SAMPLES)

    def key_ends(self, key: str) -> bytes:
        """Its last packet."""
        self.pressing = False
        packet = self._head(_KEYS, 0) + _key(key, _KEY_END, _KEY_SAMPLES)
        self.clock += _KEY_SAMPLES
        return packet

    def _head(self, kind: int, ahead: int) -> bytes:
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.clock = (self.clock + ahead) & 0xFFFFFFFF
        return struct.pack(">BBHII", 0x80, kind, self.sequence, self.clock, self.source)

    def take(self, packet: bytes, at: float) -> None:
        """A packet with a name in it is noted; music and words are not."""
        content = packet[12:]
        if content[:1] == NAMED and content[NAME_BYTES : 2 * NAME_BYTES] == content[:NAME_BYTES]:
            name = content[1:NAME_BYTES].rstrip(NAMED).decode("ascii", "replace")
            self.heard.setdefault(name, Heard()).note(at)


def _key(key: str, volume: int, samples: int) -> bytes:
    return struct.pack(">BBH", _KEY_NUMBER[key], volume, samples)


class Sound(asyncio.DatagramProtocol):
    """One socket for the sound of many ends; Asterisk's port tells whose a packet is."""

    def __init__(self) -> None:
        self.port = 0
        self._transport: Any = None
        self._voices: dict[int, Voice] = {}
        self._speaking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take any free port, and begin to speak."""
        self._transport = await roomy_socket(lambda: self)
        self.port = self._transport.get_extra_info("sockname")[1]
        self._speaking = asyncio.create_task(self._speak())

    async def close(self) -> None:
        """Fall silent."""
        if self._speaking is not None:
            self._speaking.cancel()
            await asyncio.gather(self._speaking, return_exceptions=True)
        self._transport.close()

    def add(self, voice: Voice, port: int) -> None:
        """The end speaks to Asterisk's ``port``, and hears it."""
        voice.port = port
        self._voices[port] = voice
        self._send(voice, voice.packet())

    def remove(self, voice: Voice) -> None:
        """The end's call is over."""
        if self._voices.get(voice.port) is voice:
            del self._voices[voice.port]

    async def press(self, voice: Voice, key: str) -> None:
        """Press a key for a tenth of a second."""
        self._send(voice, voice.key_begins(key))
        await asyncio.sleep(_KEY_S)
        self._send(voice, voice.key_ends(key))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[12:13] == NAMED and (voice := self._voices.get(addr[1])):
            voice.take(data, monotonic())

    def _send(self, voice: Voice, packet: bytes) -> None:
        self._transport.sendto(packet, (HOST, voice.port))

    async def _speak(self) -> None:
        while True:
            for voice in tuple(self._voices.values()):
                voice.due -= 1
                if voice.due <= 0 and not voice.pressing:
                    self._send(voice, voice.packet())
            await asyncio.sleep(FRAME_S)
