"""The tables of history, and those of every other area.

``migrations/`` builds them; a test keeps the two the same. Times are aware UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Table,
    Text,
)

from cti.store.sql_metadata import UtcDateTime, tables
from cti.store.tables_admin import account, admin_draft, admin_draft_file, audit, audit_head
from cti.store.tables_callers import blocked_number, caller_language
from cti.store.tables_insurer import (
    branch,
    claim,
    complaint,
    customer,
    customer_phone,
    policy,
    vehicle,
)
from cti.store.tables_measures import agent_segment, contact_fact
from cti.store.tables_outward import cross_check, queue_log, webhook_delivery
from cti.store.tables_recordings import recording, recording_part, recording_tombstone
from cti.store.tables_reports import report_run
from cti.store.tables_versions import dialplan_change, dialplan_version
from cti.store.tables_work import work_item
from cti.store.tables_wrap_ups import wrap_up_draft

__all__ = [
    "UtcDateTime",
    "account",
    "admin_draft",
    "admin_draft_file",
    "agent_segment",
    "audit",
    "audit_head",
    "blocked_number",
    "branch",
    "caller_language",
    "claim",
    "complaint",
    "contact_fact",
    "cross_check",
    "customer",
    "customer_phone",
    "dialplan_change",
    "dialplan_version",
    "policy",
    "queue_log",
    "recording",
    "recording_part",
    "recording_tombstone",
    "report_run",
    "tables",
    "vehicle",
    "webhook_delivery",
    "work_item",
    "wrap_up_draft",
]

event = Table(
    "event",
    tables,
    Column("event_id", Text, primary_key=True),
    # The id's two numbers: ids as text do not sort.
    Column("recorded_ms", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("call_id", Text),
    Column("agent_id", Text),
    Column("body", JSON, nullable=False),
    Index(None, "call_id", "recorded_ms", "sequence"),
    Index(None, "agent_id", "at"),
    Index(None, "type", "at"),
    Index(None, "at"),
)

call = Table(
    "call",
    tables,
    Column("call_id", Text, primary_key=True),
    Column("caller_number", Text, nullable=False),
    Column("dialed_number", Text, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("language", Text, nullable=False),
    Column("tree_version", Integer, nullable=False, server_default="0"),
    Column("direction", Text, nullable=False, server_default="inbound"),
    Column("queue", Text),
    Column("agent_id", Text),
    Column("outcome", Text),
    Column("keys", JSON, nullable=False),
    Column("waited_s", Float),
    Column("talked_s", Float),
    Column("cleared_by", Text),
    Column("ended_at", UtcDateTime),
    Column("wrap_up_reason", Text),
    Column("wrap_up_remarks", Text),
    Column("solved", Boolean),
    Column("follow_up", Boolean),
    Column("handling", Text),
    Column("caller_role", Text),
    Column("emotion", Text),
    Column("reference", Text),
    Column("follow_up_due", Date),
    Column("wrapped_up_at", UtcDateTime),  # when its first record was saved
    Column("flags", JSON),  # classes of the caller; null in rows of before
    Index(None, "arrived_at"),
    Index(None, "agent_id", "arrived_at"),
    Index(None, "caller_number", "arrived_at"),
)
