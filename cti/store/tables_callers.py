"""What is remembered of callers' numbers, each as ``phone_numbers.normalised`` gives it."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

blocked_number = Table(
    "blocked_number",
    tables,
    Column("block_id", Integer, primary_key=True),
    Column("number", String(20), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "number", unique=True),
)

caller_language = Table(
    "caller_language",
    tables,
    Column("number", String(20), primary_key=True),
    Column("language", String(16), nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
)
