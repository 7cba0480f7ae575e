"""Agents' phones: asked of Asterisk, and heard of when they go away or come back."""

from typing import Any

import pytest

from cti.asterisk.ami import AmiDown, AmiEvent, AmiReply
from cti.asterisk.ami_events import WANTED, signal
from cti.asterisk.phones import AmiPhones
from cti.core.acd.signals import PhoneSeen
from cti.services.ports import TelephonyDown


class Answering:
    """An AMI client that knows one thing."""

    def __init__(self, value: str | None) -> None:
        self._value = value
        self.asked: list[Any] = []

    async def act(self, action: str, fields: Any, *, timeout_s: float) -> AmiReply:
        self.asked.append((action, fields))
        if self._value is None:
            raise AmiDown("away")
        return AmiReply(ok=True, message="", fields={"Value": self._value})


@pytest.mark.parametrize(
    ("state", "there"),
    [("NOT_INUSE", True), ("INUSE", True), ("UNAVAILABLE", False), ("INVALID", False), ("", False)],
)
async def test_a_phone_is_there_when_something_can_be_sent_to_it(state: str, there: bool) -> None:
    ami = Answering(state)
    assert await AmiPhones(ami).registered("8001") is there  # type: ignore[arg-type]
    assert ami.asked == [("Getvar", {"Variable": "DEVICE_STATE(PJSIP/8001)"})]


async def test_without_asterisk_nobody_knows() -> None:
    with pytest.raises(TelephonyDown):
        await AmiPhones(Answering(None)).registered("8001")  # type: ignore[arg-type]


def changed(device: str, state: str) -> Any:
    return signal(AmiEvent("DeviceStateChange", {"Device": device, "State": state}))


def test_a_phone_that_goes_or_comes_is_heard_of() -> None:
    assert "DeviceStateChange" in WANTED
    assert changed("PJSIP/8001", "UNAVAILABLE") == PhoneSeen(extension="8001", reachable=False)
    assert changed("PJSIP/8001", "NOT_INUSE") == PhoneSeen(extension="8001", reachable=True)
    assert changed("PJSIP/8001w", "UNAVAILABLE") == PhoneSeen(extension="8001w", reachable=False)


@pytest.mark.parametrize(
    "device",
    ["PJSIP/trunk-carrier", "Queue:acd-motor", "8001", "", "PJSIP/８００１", "PJSIP/caller"],
)
def test_what_is_no_agents_phone_is_nobodys_business(device: str) -> None:
    assert changed(device, "UNAVAILABLE") is None
