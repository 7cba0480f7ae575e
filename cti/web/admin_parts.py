"""What the admin's page is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from cti.services.admin_ports import AuditLog, SessionBook
from cti.services.users import Users


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminParts:
    """Users and audit."""

    users: Users
    sessions: SessionBook
    audit: AuditLog


Words = dict[str, str]
"""A sentence in each language."""
Findings = Sequence[dict[str, object]]
