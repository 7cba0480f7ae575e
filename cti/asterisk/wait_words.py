"""Lays what waiting callers hear next on their channels, where ``[acd-wait]`` finds it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cti.asterisk.ami import AmiClient, AmiDown, AmiTimeout, Fields
from cti.asterisk.ivr_visit import sound_file
from cti.asterisk.text import value_list
from cti.services.announcer import WaitWords
from cti.services.ports import TelephonyDown

TELL = "ARRAY(ACD_PLACE,ACD_EXPECTED,ACD_QUIET,ACD_TELL)"


class AmiWaitLines:
    """The WaitLines port: one ``Setvar`` for each caller, all in one write. ``ahead``: how far the
    service's clock is before Asterisk's."""

    def __init__(self, ami: AmiClient, ahead: Callable[[], timedelta] = timedelta) -> None:
        self._ami, self._ahead = ami, ahead

    async def tell(self, words: Sequence[WaitWords]) -> None:
        ahead = self._ahead()
        try:
            await self._ami.send_batch([("Setvar", laid(each, ahead)) for each in words])
        except (AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble


def laid(words: WaitWords, ahead: timedelta = timedelta(0)) -> Fields:
    """The fields of AMI's Setvar. What is to be played comes last: the loop looks for it alone."""
    files = "&".join(map(sound_file, words.prompts))
    values = (str(words.position), str(words.wait_s or ""), _epoch(words.quiet_until, ahead), files)
    return {"Channel": words.channel, "Variable": TELL, "Value": value_list(values)}


def _epoch(at: datetime | None, ahead: timedelta) -> str:
    return str(int((at - ahead).timestamp())) if at else ""
