"""Agents' phones as Asterisk knows them."""

from cti.asterisk.ami import AmiClient, AmiDown, AmiError, AmiTimeout, Fields
from cti.core.acd.signals import LineSignal, PhoneSeen
from cti.core.endpoints import extension_of
from cti.services.ports import TelephonyDown

_AWAY = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN", ""})
"""Device states of a phone that nothing can be sent to."""
_PHONES = "PJSIP/"
ASK_S = 2.0


class AmiPhones:
    """``Phones`` by AMI."""

    def __init__(self, ami: AmiClient) -> None:
        self._ami = ami

    async def registered(self, extension: str) -> bool:
        """The phone is there and answers. Raises TelephonyDown."""
        wanted: Fields = {"Variable": f"DEVICE_STATE({_PHONES}{extension})"}
        try:
            reply = await self._ami.act("Getvar", wanted, timeout_s=ASK_S)
        except (AmiError, AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble
        return reply.fields.get("Value", "") not in _AWAY


def phone_seen(fields: Fields) -> LineSignal | None:
    """What ``DeviceStateChange`` tells; None for a device that is no phone of an agent."""
    device, state = str(fields.get("Device", "")), str(fields.get("State", ""))
    endpoint = device.removeprefix(_PHONES)
    extension = extension_of(endpoint)
    if endpoint == device or not (extension.isascii() and extension.isdigit()):
        return None
    return PhoneSeen(extension=endpoint, reachable=state not in _AWAY)
