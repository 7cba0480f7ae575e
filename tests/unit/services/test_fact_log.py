"""Facts as log lines."""

import logging
from datetime import UTC, datetime

import pytest

from cti.core.callback_events import CallbackRequested
from cti.core.events import Offered, Queued
from cti.core.ids import CallId, ChannelName, QueueName
from cti.services.fact_log import log_facts

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def test_a_fact_is_one_line_with_its_call(caplog: pytest.LogCaptureFixture) -> None:
    fact = Queued(
        at=AT,
        call_id=CallId("1763.1"),
        queue=QueueName("motor"),
        priority=60,
        needs={"motor": 2},
        language="zh",
        keys=("1", "2"),
        variables={"report_no": "20260001"},
    )
    with caplog.at_level(logging.INFO):
        log_facts([fact])
    [line] = caplog.records
    seen = vars(line)
    assert (seen["fact"], seen["call_id"], seen["queue"]) == ("queued", "1763.1", "motor")
    assert (seen["needs"], seen["keys"]) == ("motor=2", "1,2")
    assert "variables" not in seen


def test_no_line_names_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    fact = Offered(
        at=AT,
        call_id=CallId("1763.1"),
        caller_number="13997000001",
        dialed_number="95518",
        channel=ChannelName("PJSIP/trunk-1"),
        caller_name="马秀花",
    )
    with caplog.at_level(logging.INFO):
        log_facts([fact])
    written = str(vars(caplog.records[0]))
    assert "13997000001" not in written and "马秀花" not in written


def test_no_line_names_the_number_of_a_callback(caplog: pytest.LogCaptureFixture) -> None:
    fact = CallbackRequested(
        at=AT,
        call_id=CallId("callback-1763.1"),
        origin=CallId("1763.1"),
        queue=QueueName("motor"),
        number="13897000009",
        caller_number="13997000001",
        language="zh",
        place_at=AT,
    )
    with caplog.at_level(logging.INFO):
        log_facts([fact])
    assert "97000" not in str(vars(caplog.records[0]))
