"""Tables of recordings: the index, who is heard when, and what was deleted."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

recording = Table(
    "recording",
    tables,
    Column("recording_id", String(96), primary_key=True),
    Column("call_id", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("direction", String(16), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("wrap_up", String(64), nullable=False),  # by which the class was chosen
    Column("keep", String(32), nullable=False),
    Column("keep_until", UtcDateTime, nullable=False),
    Column("held_by", String(64), nullable=False),
    Column("held_why", Text, nullable=False),
    Column("file", Text, nullable=False),  # below the folder of recordings
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Index(None, "call_id"),
    Index(None, "started_at"),
    Index(None, "state", "keep_until"),
)

recording_part = Table(
    "recording_part",
    tables,
    Column("recording_id", String(96), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("from_s", Float, nullable=False),
    Column("to_s", Float, nullable=False),
    Index(None, "agent_id"),
)

recording_tombstone = Table(
    "recording_tombstone",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("recording_id", String(96), nullable=False),
    Column("call_id", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("deleted_at", UtcDateTime, nullable=False),
    Column("keep", String(32), nullable=False),
    Column("rule", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("line", String(64), nullable=False),
    Index(None, "recording_id", unique=True),
)
