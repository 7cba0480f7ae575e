"""The table of scheduled reports: each period of a report goes each way once."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

report_run = Table(
    "report_run",
    tables,
    Column("run_id", Integer, primary_key=True),
    Column("report", String(64), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("way", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index(None, "report", "since", "until", "way", unique=True),
    Index(None, "state", "next_at"),
)
