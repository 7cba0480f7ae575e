"""The archive of published dialplans: every version, and every change of what is in force."""

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from cti.store.sql_metadata import UtcDateTime, tables

dialplan_version = Table(
    "dialplan_version",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("files", JSON, nullable=False),
)

dialplan_change = Table(
    "dialplan_change",
    tables,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    # The whole of core/ivr/versions.py InForce, so that an empty Redis can go on from it.
    Column("in_force", JSON, nullable=False),
)
