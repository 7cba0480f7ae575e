"""docs/agent-states.md says what the code does."""

from tests.unit.core.agent_tables import PAGE, TABLES, written


def test_the_tables_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"<!-- end of {name} -->" in page for name in TABLES)
    assert page == written(page), "run `python -m tests.unit.core.agent_tables` and commit"
