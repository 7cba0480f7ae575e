"""Commands of an agent about the call that he has, or wants to make."""

from collections.abc import Mapping

from cti.core.acd.control_wishes import Asked
from cti.services.ports import Account, Refused
from cti.web.actors import Action, own_agent
from cti.web.command_fields import Field, Shape
from cti.web.parts import WebParts

SHAPES: Mapping[str, Shape] = {
    "answerCall": {},
    "holdCall": {},
    "retrieveCall": {},
    "consultationCall": {"kind": Field(pattern="agent|queue|number"), "target": Field(longest=32)},
    "transferCall": {},
    "reconnectCall": {},
    "alternateCall": {},
    "conferenceCall": {},
    "setMute": {"on": Field(bool)},
    "pauseRecording": {},
    "resumeRecording": {},
    "sendDigits": {"digits": Field(pattern=r"[0-9*#A-D]{1,32}")},
}

ACTIONS: Mapping[str, Action] = {
    "answerCall": lambda parts, who, _: parts.control.answer(own_agent(who)),
    "holdCall": lambda parts, who, _: parts.control.hold(own_agent(who)),
    "retrieveCall": lambda parts, who, _: parts.control.retrieve(own_agent(who)),
    "consultationCall": lambda parts, who, fields: parts.control.consult(
        own_agent(who), Asked(fields["kind"]), fields["target"]
    ),
    "transferCall": lambda parts, who, _: parts.control.complete(own_agent(who)),
    "reconnectCall": lambda parts, who, _: parts.control.cancel(own_agent(who)),
    "alternateCall": lambda parts, who, _: parts.control.alternate(own_agent(who)),
    "conferenceCall": lambda parts, who, _: parts.control.conference(own_agent(who)),
    "setMute": lambda parts, who, fields: parts.control.set_mute(own_agent(who), on=fields["on"]),
    "pauseRecording": lambda parts, who, _: _pause(parts, who, on=True),
    "resumeRecording": lambda parts, who, _: _pause(parts, who, on=False),
    "sendDigits": lambda parts, who, fields: parts.control.send_digits(
        own_agent(who), fields["digits"]
    ),
}


async def _pause(parts: WebParts, account: Account, *, on: bool) -> None:
    """Silence in the recording of the agent's call, or sound again."""
    if parts.recordings is None:
        raise Refused("not_recording")
    await parts.recordings.pause(own_agent(account), on)
