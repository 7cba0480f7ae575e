"""What is open for a caller: the database's cases and the call-backs that wait now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cti.core.call import Call, CallPhase, Ticket
from cti.core.ids import CallId
from cti.services.open_cases import OpenCases
from cti.store.phone_numbers import normalised
from tests.web.memory_pop import CASES, MemoryCases
from tests.web.samples import NOW, call

NUMBER = "13812341234"


def waiting(number: str = NUMBER, phase: CallPhase = CallPhase.CALLBACK) -> Call:
    ticket = Ticket(
        origin=CallId("c-0"), number=number, asked_at=NOW, due_at=NOW + timedelta(minutes=5)
    )
    return replace(call("t-1", phase=phase), ticket=ticket)


async def open_ids(*calls: Call, number: str = NUMBER) -> list[str]:
    cases = OpenCases(MemoryCases(), lambda: calls, normalised)
    return [case.case_id for case in await cases.open_of(number)]


async def test_a_call_back_that_waits_is_a_case_of_its_number() -> None:
    cases = OpenCases(MemoryCases(), lambda: [waiting()], normalised)
    found = (await cases.open_of("+8613812341234"))[-1]
    assert (found.kind, found.case_id, found.state) == ("callback", "t-1", "waiting")
    assert (found.opened_at, found.due_at) == (NOW, NOW + timedelta(minutes=5))


@pytest.mark.parametrize(
    "other",
    [waiting("13900000000"), waiting(phase=CallPhase.DIALLING), call(), waiting("anonymous")],
)
async def test_other_calls_are_no_cases(other: Call) -> None:
    assert await open_ids(other) == [case.case_id for case in CASES]


async def test_who_hides_his_number_has_no_call_back() -> None:
    assert "t-1" not in await open_ids(waiting(""), number="")
