"""What stands between the parts of a hotline, and what its phones are watched for."""

from collections.abc import Iterable
from dataclasses import dataclass

from cti.simulation.phones import Leg, Phone
from cti.simulation.sip_phone import OVER
from tests.faults.disturbance import ManagerRelay
from tests.faults.receiver import Receiver
from tests.faults.relay import Relay


@dataclass(frozen=True)
class Links:
    """The relays between the parts, and another system that is told of calls."""

    ami: ManagerRelay
    sql: Relay
    redis: Relay
    hook: Receiver


class Doubles:
    """Sees on the phones themselves whether one was ever rung for two calls at once."""

    def __init__(self, phones: Iterable[Phone]) -> None:
        self.seen = 0
        for phone in phones:
            phone.on_change = self._changed

    def _changed(self, leg: Leg) -> None:
        alive = sum(each.state not in (OVER, "null") for each in leg.phone.legs)
        self.seen += alive > 1 and leg.state in ("EARLY", "INCOMING")
