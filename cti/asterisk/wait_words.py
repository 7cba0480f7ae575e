"""Lays what waiting callers hear next on their channels, where ``[acd-wait]`` finds it."""

from collections.abc import Sequence
from datetime import datetime

from cti.asterisk.ami import AmiClient, AmiDown, AmiTimeout, Fields
from cti.asterisk.ivr_visit import sound_file
from cti.services.announcer import WaitWords
from cti.services.ports import TelephonyDown

TELL = "ARRAY(ACD_PLACE,ACD_EXPECTED,ACD_QUIET,ACD_TELL)"


class AmiWaitLines:
    """The WaitLines port: one ``Setvar`` for each caller, all in one write."""

    def __init__(self, ami: AmiClient) -> None:
        self._ami = ami

    async def tell(self, words: Sequence[WaitWords]) -> None:
        try:
            await self._ami.send_batch([("Setvar", laid(each)) for each in words])
        except (AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble


def laid(words: WaitWords) -> Fields:
    """The fields of AMI's Setvar. What is to be played comes last: the loop looks for it alone."""
    files = "&".join(map(sound_file, words.prompts))
    values = (str(words.position), str(words.wait_s or ""), _epoch(words.quiet_until), files)
    return {"Channel": words.channel, "Variable": TELL, "Value": ",".join(values)}


def _epoch(at: datetime | None) -> str:
    return str(int(at.timestamp())) if at else ""
