"""Which numbers agents may have dialled."""

import pytest

from cti.services.call_control import DialRule
from cti.services.ports import Refused
from cti.settings_rules import Desk

RULE = DialRule(Desk().dial, ("95518",))


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("13997000001", "13997000001"),
        ("139 9700-0001", "13997000001"),
        ("(0971) 6123456", "09716123456"),
        ("6123456", "6123456"),
        ("95588", "95588"),
        ("4008001234", "4008001234"),
    ],
)
def test_mobile_fixed_and_service_numbers_may_be_dialled(given: str, dialled: str) -> None:
    assert RULE.number(given) == dialled


EMERGENCY = ("110", "119", "120", "122")
DEAR_OR_FOREIGN = ("16812345", "0085212345678", "+8613997000001")
OWN = ("95518", "8001")
HOSTILE = ("", "13997000001@evil", "13997000001\r\nAction: x", "１３９９７０００００１")


@pytest.mark.parametrize("given", [*EMERGENCY, *DEAR_OR_FOREIGN, *OWN, *HOSTILE])
def test_emergency_dear_foreign_own_and_hostile_numbers_are_refused(given: str) -> None:
    with pytest.raises(Refused, match="number_not_allowed"):
        RULE.number(given)
