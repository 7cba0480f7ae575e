"""Tables for those who look at the centre from outside: queue_log, cross-checks, webhooks."""

from sqlalchemy import JSON, Column, Date, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

queue_log = Table(
    "queue_log",
    tables,
    # Columns and names of Asterisk's realtime queue_log, so that its readers find them.
    Column("id", Integer, primary_key=True),
    Column("time", UtcDateTime, nullable=False),
    Column("callid", String(80), nullable=False),
    Column("queuename", String(64), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("event", String(32), nullable=False),
    *(Column(f"data{n}", String(100), nullable=False) for n in range(1, 6)),
    Column("event_id", String(40), nullable=False),  # the fact that it was made of
    Column("line", Integer, nullable=False),
    Index(None, "event_id", "line", unique=True),
    Index(None, "time"),
    Index(None, "callid"),
)

cross_check = Table(
    "cross_check",
    tables,
    Column("day", Date, primary_key=True),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("channels", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("discrepancies", JSON, nullable=False),
)

webhook_delivery = Table(
    "webhook_delivery",
    tables,
    Column("delivery_id", Integer, primary_key=True),
    Column("hook", String(64), nullable=False),
    Column("event_id", String(40), nullable=False),
    Column("type", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index(None, "hook", "event_id", unique=True),
    Index(None, "state", "next_at"),
)
