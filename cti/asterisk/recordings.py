"""Which recordings Asterisk is making, asked of its channels."""

from cti.asterisk.ami import AmiClient, AmiDown, AmiError, AmiTimeout
from cti.services.ports import TelephonyDown

VARIABLE = "ACD_RECORDING"


class AmiRecordings:
    """``LineRecordings``."""

    def __init__(self, ami: AmiClient) -> None:
        self._ami = ami

    async def running(self) -> frozenset[str]:
        try:
            reply = await self._ami.act_list("Status", {"Variables": VARIABLE})
        except (AmiError, AmiDown, AmiTimeout) as trouble:
            raise TelephonyDown(str(trouble)) from trouble
        told = (item.get(f"Variable({VARIABLE})", "") for item in reply.items)
        return frozenset(each for each in told if each not in ("", "(null)"))
