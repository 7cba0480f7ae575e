"""One SIP phone as a process: real signalling and media by pjsua2. ``phones.py`` starts and steers it.

A process a phone, since pjsua2 as packaged holds four calls a process. Orders come as JSON lines on
stdin (``{"do": "dial", "leg": 1, "number": "95518"}``), what happens goes out as JSON lines on stdout
(``{"leg": 1, "state": "CONFIRMED", "reason": 200}``).
"""

import contextlib
import json
import os
import select
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pjsua2 as pj

POLL_MS = 5
CLOCK_HZ = 8000
KEY_MS = 120
HANG_UP_S = 2.0
OVER = "DISCONNECTED"
"""The last state of a call."""
CHANGEABLE = ("answer_after_s", "refuse_with", "record_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePlan:
    """What a phone is, as its process is told on the command line."""

    name: str
    host: str
    port: int
    local_port: int
    rtp_port: int
    tone_hz: int
    record_to: str
    password: str | None
    answer_after_s: float | None
    refuse_with: int | None
    display: str = ""
    """The name that the other side is shown; empty: none."""


DTMF_GOES_ON = 0b11
"""pjmedia's flags of an update and of the end of a key that was told of already."""


def say(**what: Any) -> None:
    """One line to whoever steers this phone."""
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Leg(pj.Call):  # type: ignore[misc]
    """One call."""

    def __init__(self, phone: "SipPhone", number: int, call_id: int = -1) -> None:
        super().__init__(phone.account, call_id)
        self.phone, self.number = phone, number
        self.recorder: Any = None
        self.over = False

    def onCallState(self, _prm: Any) -> None:
        seen = self.getInfo()
        self.over = seen.state == pj.PJSIP_INV_STATE_DISCONNECTED
        # pjsip's own name of this state differs between its versions.
        state = OVER if self.over else seen.stateText
        say(leg=self.number, state=state, reason=seen.lastStatusCode)

    def onDtmfEvent(self, prm: Any) -> None:
        if not prm.flags & DTMF_GOES_ON:
            say(leg=self.number, digit=prm.digit)

    def onCallMediaState(self, _prm: Any) -> None:
        seen = self.getInfo()  # kept: its parts live only as long as it does
        for index, media in enumerate(seen.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status in (
                pj.PJSUA_CALL_MEDIA_ACTIVE,
                pj.PJSUA_CALL_MEDIA_REMOTE_HOLD,
            ):
                self._connect(self.getAudioMedia(index))

    def _connect(self, audio: Any) -> None:
        self.phone.tone.startTransmit(audio)
        folder = self.phone.plan.record_to
        if folder and self.recorder is None:
            path = Path(folder) / f"{self.phone.plan.name}-{self.number}.wav"
            self.recorder = pj.AudioMediaRecorder()
            self.recorder.createRecorder(str(path))
            say(leg=self.number, recording=str(path))
        if self.recorder is not None:
            audio.startTransmit(self.recorder)

    def respond(self, code: int) -> None:
        """Answer the INVITE."""
        wanted = pj.CallOpParam()
        wanted.statusCode = code
        self.answer(wanted)

    def press(self, keys: str) -> None:
        """RFC 4733."""
        wanted = pj.CallSendDtmfParam()
        wanted.digits, wanted.duration = keys, KEY_MS
        self.sendDtmf(wanted)

    def unhold(self) -> None:
        """Take the other side back."""
        wanted = pj.CallOpParam(True)
        wanted.opt.flag = pj.PJSUA_CALL_UNHOLD
        self.reinvite(wanted)


class _Account(pj.Account):  # type: ignore[misc]
    phone: "SipPhone"

    def onIncomingCall(self, prm: Any) -> None:
        self.phone.incoming(prm)

    def onRegState(self, prm: Any) -> None:
        say(registered=prm.code)


class SipPhone:
    """The phone of this process."""

    def __init__(self, plan: PhonePlan) -> None:
        self.plan = plan
        self.legs: dict[int, Leg] = {}
        self._pick_up: list[tuple[float, int]] = []
        self._next_incoming = -1
        self._endpoint = _endpoint(plan)
        self.tone = _tone(plan.tone_hz)
        self.account = _Account()
        self.account.phone = self
        self.account.create(_account(plan))

    def incoming(self, prm: Any) -> None:
        """Ring, and do what the plan says."""
        number, self._next_incoming = self._next_incoming, self._next_incoming - 1
        leg = self.legs[number] = Leg(self, number, prm.callId)
        say(leg=number, incoming=prm.rdata.wholeMsg)
        if self.plan.refuse_with is not None:
            leg.respond(self.plan.refuse_with)
            return
        leg.respond(180)
        if self.plan.answer_after_s is not None:
            self._pick_up.append((time.monotonic() + self.plan.answer_after_s, number))

    def obey(self, order: dict[str, Any]) -> None:
        """One line of orders."""
        what, number = order["do"], int(order.get("leg", 0))
        if what == "plan":
            changed = {name: order[name] for name in CHANGEABLE if name in order}
            self.plan = PhonePlan(**{**_plain(self.plan), **changed})
            return
        if what == "register":
            self.account.setRegistration(order["there"])
            return
        if what == "dial":
            leg = self.legs[number] = Leg(self, number)
            uri = f"sip:{order['number']}@{self.plan.host}:{self.plan.port}"
            leg.makeCall(uri, pj.CallOpParam(True))
            return
        self._obey_leg(self.legs[number], what, order)

    def _obey_leg(self, leg: Leg, what: str, order: dict[str, Any]) -> None:
        match what:
            case "press":
                leg.press(order["keys"])
            case "answer":
                leg.respond(order["code"])
            case "hang_up":
                leg.hangup(pj.CallOpParam(True))
            case "hold":
                leg.setHold(pj.CallOpParam(True))
            case "retrieve":
                leg.unhold()

    def run(self) -> None:
        """Until stdin ends."""
        rest = b""
        while True:
            self._endpoint.libHandleEvents(POLL_MS)
            self._pick_up_due()
            # Not in its own callback, which a leg must outlive. Its recording is then written to its end.
            self.legs = {number: leg for number, leg in self.legs.items() if not leg.over}
            if not select.select([0], [], [], 0)[0]:
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._try(json.loads(line))

    def _try(self, order: dict[str, Any]) -> None:
        try:
            self.obey(order)
        except (pj.Error, KeyError) as wrong:
            why = wrong.info() if isinstance(wrong, pj.Error) else repr(wrong)
            say(refused=order["do"], leg=order.get("leg"), why=why[:200])

    def _pick_up_due(self) -> None:
        now = time.monotonic()
        for at, number in [due for due in self._pick_up if due[0] <= now]:
            self._pick_up.remove((at, number))
            with contextlib.suppress(pj.Error, KeyError):
                self.legs[number].respond(200)

    def close(self) -> None:
        """Hang up politely; the process ends after this."""
        self._endpoint.hangupAllCalls()
        deadline = time.monotonic() + HANG_UP_S
        while any(leg.isActive() for leg in self.legs.values()):
            self._endpoint.libHandleEvents(POLL_MS)
            if time.monotonic() > deadline:
                return
        self.account.shutdown()
        for _ in range(20):
            self._endpoint.libHandleEvents(POLL_MS)


def _plain(plan: PhonePlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in PhonePlan.__dataclass_fields__}


def _endpoint(plan: PhonePlan) -> Any:
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    wanted = pj.EpConfig()
    wanted.uaConfig.threadCnt, wanted.uaConfig.mainThreadOnly = 0, True
    wanted.logConfig.level = wanted.logConfig.consoleLevel = 0
    wanted.medConfig.noVad, wanted.medConfig.ecTailLen = True, 0
    wanted.medConfig.clockRate = CLOCK_HZ
    endpoint.libInit(wanted)
    transport = pj.TransportConfig()
    transport.port, transport.boundAddress = plan.local_port, plan.host
    endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 255 if codec.codecId.startswith("PCMA") else 0)
    return endpoint


def _account(plan: PhonePlan) -> Any:
    wanted = pj.AccountConfig()
    wanted.idUri = f"{_shown(plan)}<sip:{plan.name}@{plan.host}:{plan.local_port or plan.port}>"
    wanted.mediaConfig.transportConfig.port = plan.rtp_port
    wanted.mediaConfig.transportConfig.portRange = 40
    wanted.mediaConfig.transportConfig.boundAddress = plan.host
    wanted.callConfig.timerUse = pj.PJSUA_SIP_TIMER_INACTIVE
    if plan.password is not None:
        wanted.idUri = f"{_shown(plan)}<sip:{plan.name}@{plan.host}:{plan.port}>"
        wanted.regConfig.registrarUri = f"sip:{plan.host}:{plan.port}"
        wanted.sipConfig.authCreds.append(
            pj.AuthCredInfo("digest", "*", plan.name, 0, plan.password)
        )
    return wanted


def _shown(plan: PhonePlan) -> str:
    return f'"{plan.display}" ' if plan.display else ""


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


def main() -> None:
    """``python -m cti.simulation.sip_phone PLAN``, the plan as JSON."""
    phone = SipPhone(PhonePlan(**json.loads(sys.argv[1])))
    say(started=True)
    try:
        phone.run()
    finally:
        phone.close()
        # pjsua2's destructors crash in interpreter shutdown; everything of ours is flushed.
        sys.stdout.flush()
        os._exit(0)


if __name__ == "__main__":
    main()
