"""Who comes, by AGI's environment."""

import pytest

from cti.asterisk.agi_wire import ProtocolError
from cti.asterisk.ivr_visit import arrival


@pytest.mark.parametrize(
    "env",
    [{}, {"agi_callerid": "1"}, {"agi_uniqueid": "1.1"}, {"agi_channel": "PJSIP/x-1"}],
)
def test_a_visit_of_no_channel_is_refused(env: dict[str, str]) -> None:
    with pytest.raises(ProtocolError):
        arrival(env)
