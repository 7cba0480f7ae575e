"""The tables of history and of what the sample hotline knows about its customers.

``migrations/`` builds them; a test keeps the two the same. Times are aware UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from cti.store.sql_metadata import UtcDateTime, tables

__all__ = ["UtcDateTime", "tables"]

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
    Index(None, "arrived_at"),
    Index(None, "agent_id", "arrived_at"),
)

customer = Table(
    "customer",
    tables,
    Column("customer_id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("salutation", String(16), nullable=False),
    Column("segment", String(32), nullable=False),
    Column("id_tail", String(8)),
    Column("area", String(32)),
    Column("alerts", JSON, nullable=False),
)

customer_phone = Table(
    "customer_phone",
    tables,
    Column("customer_id", ForeignKey("customer.customer_id"), primary_key=True),
    Column("number", String(20), primary_key=True),  # as phone_numbers.normalised gives it
    Index(None, "number", postgresql_using="hash"),
)

policy = Table(
    "policy",
    tables,
    Column("policy_no", String(32), primary_key=True),
    Column("customer_id", ForeignKey("customer.customer_id"), nullable=False, index=True),
    Column("line", String(32), nullable=False),
    Column("plate", String(16)),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("status", String(16), nullable=False),
    Column("branch", String(32), nullable=False),
)

claim = Table(
    "claim",
    tables,
    Column("report_no", String(32), primary_key=True),
    Column("report_tail", String(8), nullable=False, index=True),  # what callers can key in
    Column("customer_id", ForeignKey("customer.customer_id"), nullable=False, index=True),
    Column("policy_no", ForeignKey("policy.policy_no")),
    Column("state", String(32), nullable=False),
    Column("reported_at", UtcDateTime, nullable=False),
    Column("plate", String(16)),
    Column("surveyor_name", Text),
    Column("surveyor_phone", String(20)),
    Column("documents_wanted", Text),
)

account = Table(
    "account",
    tables,
    Column("login", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("agent_id", String(64)),
    Column("password_hash", Text, nullable=False),
)

audit = Table(
    "audit",
    tables,
    Column("audit_id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
