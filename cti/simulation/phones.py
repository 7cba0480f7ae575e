"""SIP phones made of software: real signalling and media, for the demo and for tests.

Built on pjsua2, which allows one endpoint a process and must be polled; ``Phones`` owns it. A phone that
sends a tone can be told by ear: whatever hears its frequency is connected to it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pjsua2 as pj

log = logging.getLogger(__name__)

POLL_S = 0.005
CLOCK_HZ = 8000
KEY_MS, KEY_GAP_MS = 120, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Where phones register and calls go."""

    host: str
    port: int

    def uri(self, user: str) -> str:
        """The SIP address of a user there."""
        return f"sip:{user}@{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What a phone does with a call: ring for ``after_s`` and answer, refuse with a code, or only ring."""

    after_s: float | None = 0.2
    refuse_with: int | None = None


class Leg(pj.Call):  # type: ignore[misc]
    """One call of one phone."""

    def __init__(self, phone: "Phone", call_id: int = -1) -> None:
        super().__init__(phone.account, call_id)
        self.phone = phone
        self.state = "null"
        self.reason = 0
        self.headers = ""
        self.recorder: Any = None
        self.changed = asyncio.Event()

    def onCallState(self, _prm: Any) -> None:  # noqa: N802 (pjsua2's name)
        seen = self.getInfo()
        self.state, self.reason = seen.stateText, seen.lastStatusCode
        self.changed.set()
        self.phone.on_change(self)

    def onCallMediaState(self, _prm: Any) -> None:  # noqa: N802
        seen = self.getInfo()  # kept: its parts live only as long as it does
        for index, media in enumerate(seen.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in (
                pj.PJSUA_CALL_MEDIA_ACTIVE,
                pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
            ):
                self._connect(self.getAudioMedia(index))

    def _connect(self, audio: Any) -> None:
        self.phone.tone.startTransmit(audio)
        if self.phone.record_to is not None and self.recorder is None:
            self.recorder = pj.AudioMediaRecorder()
            number = len(self.phone.legs)
            path = self.phone.record_to / f"{self.phone.name}-{number}.wav"
            self.recorder.createRecorder(str(path))
            self.phone.recordings.append(path)
        if self.recorder is not None:
            audio.startTransmit(self.recorder)

    async def until(self, state: str, limit_s: float = 10.0) -> None:
        """Wait for a state's text (EARLY, CONFIRMED, DISCONNECTED). Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while self.state not in (state, "DISCONNCTD" if state == "DISCONNECTED" else state):
                self.changed.clear()
                await self.changed.wait()

    def press(self, keys: str) -> None:
        """Press keys, RFC 4733, one after another."""
        wanted = pj.CallSendDtmfParam()
        wanted.digits, wanted.duration = keys, KEY_MS
        self.sendDtmf(wanted)

    def pick_up(self) -> None:
        """Answer."""
        self._answer(200)

    def refuse(self, code: int = 603) -> None:
        """Refuse with a SIP code (486 busy, 603 decline)."""
        self._answer(code)

    def ringing(self) -> None:
        """Say that the phone rings."""
        self._answer(180)

    def hold(self) -> None:
        """Put the other side on hold, by the phone's own key."""
        self.setHold(pj.CallOpParam(True))

    def retrieve(self) -> None:
        """Take the other side back."""
        wanted = pj.CallOpParam(True)
        wanted.opt.flag = pj.PJSUA_CALL_UNHOLD
        self.reinvite(wanted)

    def _answer(self, code: int) -> None:
        wanted = pj.CallOpParam()
        wanted.statusCode = code
        self.answer(wanted)

    def hang_up(self) -> None:
        """End the call, whatever its state."""
        with contextlib.suppress(pj.Error):
            self.hangup(pj.CallOpParam(True))


class _Account(pj.Account):  # type: ignore[misc]
    """Passes on what happens at one phone's account."""

    phone: "Phone"

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        self.phone.on_incoming(prm)

    def onRegState(self, prm: Any) -> None:  # noqa: N802
        self.phone.registered_with = prm.code
        self.phone.reg_changed.set()


@dataclass(slots=True)
class Phone:
    """One SIP phone. ``legs`` are its calls, newest last; ``recordings`` what each of them heard."""

    name: str
    registrar: Registrar
    tone_hz: int = 0
    record_to: Path | None = None
    answering: Answering = field(default_factory=Answering)
    account: Any = None
    tone: Any = None
    legs: list[Leg] = field(default_factory=list)
    recordings: list[Path] = field(default_factory=list)
    registered_with: int = 0
    reg_changed: asyncio.Event = field(default_factory=asyncio.Event)
    rang: asyncio.Event = field(default_factory=asyncio.Event)
    on_change: Callable[[Leg], None] = lambda _leg: None

    def dial(self, number: str) -> Leg:
        """Call a number."""
        leg = Leg(self)
        self.legs.append(leg)
        leg.makeCall(self.registrar.uri(number), pj.CallOpParam(True))
        return leg

    @property
    def leg(self) -> Leg:
        """The newest call. Raises IndexError before the first one."""
        return self.legs[-1]

    async def until_rung(self, limit_s: float = 10.0) -> Leg:
        """The next incoming call (or the one that rang since the last time this was asked)."""
        async with asyncio.timeout(limit_s):
            await self.rang.wait()
        self.rang.clear()
        return self.leg

    def on_incoming(self, prm: Any) -> None:
        """A call comes in: do as ``answering`` says."""
        leg = Leg(self, prm.callId)
        leg.headers = prm.rdata.wholeMsg
        self.legs.append(leg)
        self.rang.set()
        if self.answering.refuse_with is not None:
            leg.refuse(self.answering.refuse_with)
            return
        leg.ringing()
        if self.answering.after_s is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(self.answering.after_s, _pick_up_if_rings, leg)

    async def until_registered(self, limit_s: float = 10.0) -> None:
        """Wait for the registrar's answer. Raises PermissionError where it refuses."""
        async with asyncio.timeout(limit_s):
            while self.registered_with < 200:
                self.reg_changed.clear()
                await self.reg_changed.wait()
        if self.registered_with >= 300:
            raise PermissionError(f"{self.name}: registration refused, {self.registered_with}")


def _pick_up_if_rings(leg: Leg) -> None:
    with contextlib.suppress(pj.Error):
        leg.pick_up()


class Phones:
    """All phones of this process, on one UDP port."""

    def __init__(self, port: int, first_rtp_port: int = 40000) -> None:
        self._port, self._rtp = port, first_rtp_port
        self._endpoint: Any = None
        self.phones: list[Phone] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Phones"]:
        """Start the SIP stack; end all calls and the stack at the end."""
        self._start()
        polling = asyncio.create_task(self._poll(), name="pjsua2")
        try:
            yield self
        finally:
            await self._end()
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            self._destroy()

    def add(self, phone: Phone, password: str | None = None) -> Phone:
        """Put a phone on the desk; with a password it registers."""
        wanted = pj.AccountConfig()
        wanted.idUri = f"sip:{phone.name}@{phone.registrar.host}:{self._port}"
        wanted.mediaConfig.transportConfig.port = self._rtp
        wanted.mediaConfig.transportConfig.portRange = 2000
        wanted.mediaConfig.transportConfig.boundAddress = phone.registrar.host
        wanted.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
        if password is not None:
            wanted.idUri = phone.registrar.uri(phone.name)
            wanted.regConfig.registrarUri = f"sip:{phone.registrar.host}:{phone.registrar.port}"
            secret = pj.AuthCredInfo("digest", "*", phone.name, 0, password)
            wanted.sipConfig.authCreds.append(secret)
        phone.account = _Account()
        phone.account.phone = phone
        phone.tone = _tone(phone.tone_hz)
        phone.account.create(wanted)
        self.phones.append(phone)
        return phone

    def _start(self) -> None:
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        wanted = pj.EpConfig()
        wanted.uaConfig.threadCnt, wanted.uaConfig.mainThreadOnly = 0, True
        wanted.uaConfig.maxCalls = 200
        wanted.logConfig.level = wanted.logConfig.consoleLevel = 0
        wanted.logConfig.decor = 0
        wanted.medConfig.noVad, wanted.medConfig.ecTailLen = True, 0
        wanted.medConfig.clockRate = CLOCK_HZ
        self._endpoint.libInit(wanted)
        transport = pj.TransportConfig()
        transport.port, transport.boundAddress = self._port, "127.0.0.1"
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self._endpoint.libStart()
        self._endpoint.audDevManager().setNullDev()
        for codec in self._endpoint.codecEnum2():
            wanted_first = codec.codecId.startswith("PCMA")
            self._endpoint.codecSetPriority(codec.codecId, 255 if wanted_first else 0)

    async def _poll(self) -> None:
        while True:
            self._endpoint.libHandleEvents(0)
            await asyncio.sleep(POLL_S)

    async def _end(self) -> None:
        self._endpoint.hangupAllCalls()
        legs = [leg for phone in self.phones for leg in phone.legs]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(3):
                for leg in legs:
                    if leg.state not in ("null", "DISCONNCTD"):
                        await leg.until("DISCONNECTED", 3)

    def _destroy(self) -> None:
        for phone in self.phones:
            for leg in phone.legs:
                # Whoever still holds the leg may drop it when the SIP stack is gone already.
                leg.recorder = None
                leg.this.disown()
            phone.legs.clear()
            phone.account.shutdown()
            phone.account = phone.tone = None
        self._endpoint.libDestroy()
        self._endpoint = None


def _tone(hz: int) -> Any:
    tone = pj.ToneGenerator()
    tone.createToneGenerator(CLOCK_HZ, 1)
    if hz:
        described = pj.ToneDesc()
        described.freq1, described.freq2, described.on_msec, described.off_msec = hz, 0, 1000, 0
        sequence = pj.ToneDescVector()
        sequence.append(described)
        tone.play(sequence, True)
    return tone
