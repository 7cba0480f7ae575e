"""What agents may not see of what supervisors do."""

from datetime import UTC, datetime

import pytest

from cti.core.control_events import (
    AgentForced,
    CallReleased,
    MonitoringChanged,
    MonitoringEnded,
    MonitoringStarted,
)
from cti.core.events import AgentNotReady, Event
from cti.core.ids import AgentId, CallId, EventId
from cti.services.ports import Recorded
from cti.web.messages import View, event_wire, is_hidden

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
CALL, ANN = CallId("1.1"), AgentId("1001")
LISTENING = [
    MonitoringStarted(at=NOW, call_id=CALL, agent_id=ANN, by="2001", mode="listen", reason="QA"),
    MonitoringChanged(at=NOW, call_id=CALL, agent_id=ANN, by="2001", mode="whisper"),
    MonitoringEnded(at=NOW, call_id=CALL, agent_id=ANN, by="2001"),
]


def shown(event: Event, view: View) -> object:
    return event_wire(Recorded(EventId("1-0"), event), view).get("reason")


@pytest.mark.parametrize("event", LISTENING)
def test_no_agent_learns_that_somebody_listens_and_supervisors_do(event: Event) -> None:
    assert is_hidden(event, View.AGENT)
    assert not is_hidden(event, View.SUPERVISION)


@pytest.mark.parametrize(
    "event",
    [
        AgentForced(at=NOW, agent_id=ANN, by="2001", status="not_ready", reason="asleep"),
        CallReleased(at=NOW, call_id=CALL, agent_id=ANN, by="2001", reason="abusive caller"),
    ],
)
def test_a_supervisors_words_are_not_for_colleagues(event: Event) -> None:
    assert (shown(event, View.AGENT), bool(shown(event, View.SUPERVISION))) == ("", True)


def test_an_agents_own_reason_is_for_everybody() -> None:
    resting = AgentNotReady(at=NOW, agent_id=ANN, reason="BREAK")
    assert shown(resting, View.AGENT) == "BREAK"
