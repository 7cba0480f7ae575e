"""The catalogue of look-up sources: all that a menu may ask about customers, and what it is told.

The single truth for the adapters, ``cti check``, docs/data-port.md and the contract test. One line
on each, for people, is in ``cti/messages`` under ``sources``.
"""

from collections.abc import Mapping

from cti.core.areas import BY_KEY
from cti.core.ivr.sources import Form, Source, SourceValue

CLAIM_STATES = (
    *("reported", "dispatched", "surveyed", "registered", "assessing", "assessed", "verified"),
    *("documents", "calculating", "approved", "paid", "closed"),
    *("cancelled", "declined", "closed_without_payment", "reopened"),
)
"""From the report to the closed case; the last four are side states, which only a person tells."""
POLICY_KINDS = ("compulsory", "commercial", "property", "accident", "agri", "cargo", "liability")
POLICY_STATUSES = ("in_force", "expired", "cancelled")
COMPLAINT_STATES = ("received", "assigned", "investigating", "replied", "closed")
AREA_KEYS = tuple(BY_KEY)
"""The prefectures as callers choose them: Xining, Haidong, Haibei, Huangnan, Hainan, Golog, Yushu,
Haixi."""
TAIL = 4
"""Signs of a number that are read back to the caller."""


class UnknownSource(LookupError):
    """No source of that name: ``cti check`` refuses such a tree."""


class SourceDown(ConnectionError):
    """The insurer's system gave no answer that can be used; the message holds nothing personal."""


def _code(name: str, codes: tuple[str, ...]) -> SourceValue:
    return SourceValue(name=name, form=Form.CODE, codes=codes)


def _day(name: str) -> SourceValue:
    return SourceValue(name=name, form=Form.DATE)


_REGISTERED_PHONE = SourceValue(
    name="registered_phone", form=Form.DIGITS, personal=True, optional=True
)
_CLAIM = (
    _code("state", CLAIM_STATES),
    SourceValue(name="tail", form=Form.DIGITS),
    _day("reported_on"),
    SourceValue(name="surveyor_name", optional=True),
    SourceValue(name="surveyor_phone", form=Form.DIGITS, personal=True, optional=True),
    _REGISTERED_PHONE,
)

_ALL = (
    Source(name="claims.status", arguments=("report_no",), values=_CLAIM),
    Source(name="claims.newest", arguments=("caller_number",), values=_CLAIM),
    Source(
        name="vehicles.one",
        arguments=("caller_number",),
        values=(SourceValue(name="plate", personal=True),),
    ),
    Source(
        name="policies.newest",
        arguments=("caller_number",),
        values=(
            _code("kind", POLICY_KINDS),
            SourceValue(name="tail", form=Form.DIGITS),
            _day("starts_on"),
            _day("ends_on"),
            _code("status", POLICY_STATUSES),
            _REGISTERED_PHONE,
        ),
    ),
    Source(name="policies.verify", arguments=("policy_digits", "vin_tail")),
    Source(
        name="identity.level",
        arguments=("caller_number",),
        values=(_code("level", ("0", "1")), _code("locked", ("true", "false"))),
        always=True,
    ),
    Source(
        name="identity.check",
        arguments=("caller_number", "id_tail"),
        values=(_code("result", ("ok", "wrong", "locked")),),
        always=True,
        # The insurer may count tries, too: asked twice, one try would count double.
        repeatable=False,
    ),
    Source(
        name="complaints.status",
        arguments=("case_no", "phone_tail"),
        values=(_code("state", COMPLAINT_STATES), _day("received_on"), _day("due_on")),
    ),
    Source(
        name="branches.by_area",
        arguments=("area",),
        values=(
            SourceValue(name="name"),
            SourceValue(name="address"),
            SourceValue(name="phone", form=Form.DIGITS),
        ),
    ),
)

SOURCES: Mapping[str, Source] = {source.name: source for source in _ALL}
"""Name → source."""


def source_named(name: str) -> Source:
    """The source. Raises UnknownSource."""
    try:
        return SOURCES[name]
    except KeyError:
        raise UnknownSource(name) from None
