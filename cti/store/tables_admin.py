"""Sign-ins, the audit with its chain, and drafts of dialplan and configuration."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, false

from cti.store.sql_metadata import UtcDateTime, tables

account = Table(
    "account",
    tables,
    Column("login", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("agent_id", String(64)),
    Column("password_hash", Text, nullable=False),
    Column("locked", Boolean, nullable=False, server_default=false()),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("password_at", UtcDateTime),  # null in rows of before
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
    Column("before_hash", String(64), nullable=False, server_default=""),
    Column("line_hash", String(64), nullable=False, server_default=""),
)

# One row: the chain's end. Who writes a line locks it first, so that lines follow one another on all nodes.
audit_head = Table(
    "audit_head",
    tables,
    Column("head_id", Integer, primary_key=True, autoincrement=False),
    Column("lines", Integer, nullable=False),
    Column("line_hash", String(64), nullable=False),
)

admin_draft = Table(
    "admin_draft",
    tables,
    Column("login", String(64), primary_key=True),
    Column("base", Integer, nullable=False),  # the version it began from; 0: the server's folder
    Column("begun_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False),
)

admin_draft_file = Table(
    "admin_draft_file",
    tables,
    Column("login", String(64), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("text", Text),  # null: taken out
    Column("base_text", Text),  # as it was where the draft began; null: the file is new
    Column("etag", String(64), nullable=False),
)
