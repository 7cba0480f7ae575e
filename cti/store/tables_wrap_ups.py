"""The table of what agents have typed and not yet saved."""

from sqlalchemy import JSON, Column, Index, String, Table

from cti.store.sql_metadata import UtcDateTime, tables

wrap_up_draft = Table(
    "wrap_up_draft",
    tables,
    Column("agent_id", String(64), primary_key=True),
    Column("call_id", String(64), primary_key=True),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("fields", JSON, nullable=False),
    Index(None, "changed_at"),
)
