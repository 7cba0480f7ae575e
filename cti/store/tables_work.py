"""Tables of what remains after a call: work items, voice messages, text messages, survey answers."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

work_item = Table(
    "work_item",
    tables,
    Column("item_id", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("key", String(128), nullable=False),  # what makes it one: the cause's own id
    Column("state", String(16), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("queue", String(64), nullable=False),
    Column("call_id", Text),
    Column("number", String(32), nullable=False),
    Column("details", JSON, nullable=False),
    Column("taken_by", String(64)),
    Column("taken_at", UtcDateTime),
    Column("closed_by", String(64)),
    Column("closed_at", UtcDateTime),
    Column("result", String(32)),
    Column("remarks", Text),
    Index(None, "kind", "key", unique=True),
    Index(None, "number"),
    Index(None, "state", "due_at"),
)

voice_message = Table(
    "voice_message",
    tables,
    Column("message_id", String(64), primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("box", String(64), nullable=False),
    Column("number", String(32), nullable=False),
    Column("language", String(16), nullable=False),
    Column("file", Text, nullable=False),  # below the folder of messages
    Column("sha256", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("left_at", UtcDateTime, nullable=False),
)

sms_message = Table(
    "sms_message",
    tables,
    Column("sms_id", Integer, primary_key=True),
    Column("template", String(32), nullable=False),
    Column("sms_class", String(16), nullable=False),
    Column("number", String(20), nullable=False),  # as phone_numbers.normalised gives it
    Column("text", Text, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("call_id", Text),
    Column("state", String(16), nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("reason", String(64)),
    Index(None, "state", "next_at"),
    Index(None, "number", "queued_at"),
)

sms_part = Table(
    "sms_part",
    tables,
    Column("gateway_id", String(80), primary_key=True),
    Column("sms_id", Integer, index=True),  # None while only its receipt has come
    Column("state", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

sms_inbound = Table(
    "sms_inbound",
    tables,
    Column("gateway_id", String(80), primary_key=True),
    Column("number", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "number", "at"),
)

sms_opt_out = Table(
    "sms_opt_out",
    tables,
    Column("number", String(20), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("how", String(32), nullable=False),
)

survey_answer = Table(
    "survey_answer",
    tables,
    Column("call_id", String(64), primary_key=True),
    Column("survey", String(32), primary_key=True),
    Column("question", String(32), primary_key=True),
    Column("answer", String(32), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "agent_id", "at"),
    Index(None, "at"),
)

pending_fact = Table(
    "pending_fact",
    tables,
    Column("fact_id", Integer, primary_key=True),
    Column("token", String(32), nullable=False),  # makes a repeated commit the same one
    Column("body", JSON, nullable=False),
)
