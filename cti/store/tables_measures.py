"""What figures are summed from: the facts of contacts, and the agents' time. Times are in ms since 1970."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from cti.store.sql_metadata import tables

contact_fact = Table(
    "contact_fact",
    tables,
    Column("call_id", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("queue", Text, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("skill", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("caller_class", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reconstructed", Boolean, nullable=False),
    # All that the sums by queue read, so that they need not visit the table.
    Index(None, "kind", "at_ms", "queue", "value"),
)

agent_segment = Table(
    "agent_segment",
    tables,
    Column("agent_id", Text, primary_key=True),
    Column("since_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("until_ms", BigInteger),
    Column("status", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("activity", String(16), nullable=False),
    Column("call_id", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("direction", String(16), nullable=False),
    Index(None, "since_ms"),
)
