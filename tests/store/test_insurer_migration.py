"""Policies of the first version get their codes, and what callers can key in of their numbers."""

from alembic import command
from sqlalchemy import Connection, text

from cti.store import sql_link
from cti.store.sql_link import migrate, open_engine

OLD = (
    "INSERT INTO customer (customer_id, name, salutation, segment, alerts)"
    " VALUES (1, 'x', 'x', 'normal', '[]')",
    "INSERT INTO policy (policy_no, customer_id, line, starts_on, ends_on, status, branch) VALUES"
    " ('PDZA202663010000000001', 1, '交强险', '2026-01-01', '2026-12-31', '有效', 'x'),"
    " ('PDAA202563010000000002', 1, '商业车险', '2025-01-01', '2025-12-31', '已到期', 'x'),"
    " ('PX1', 1, '宠物险', '2025-01-01', '2025-12-31', '退保中', 'x')",
)
WANTED = "SELECT kind, digits, status FROM policy ORDER BY starts_on DESC, policy_no"


def _first_version(connection: Connection) -> None:
    config = sql_link._migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


async def test_policies_that_are_there_get_their_codes(empty_url: str) -> None:
    engine = open_engine(empty_url)
    async with engine.begin() as connection:
        await connection.run_sync(_first_version)
        for statement in OLD:
            await connection.execute(text(statement))
    await migrate(empty_url)
    async with engine.connect() as connection:
        found = (await connection.execute(text(WANTED))).all()
    await engine.dispose()
    assert [tuple(row) for row in found] == [
        ("compulsory", "202663010000000001", "in_force"),
        ("commercial", "202563010000000002", "expired"),
        ("liability", "1", "退保中"),
    ]
