"""docs/checks.md names every rule with its cure, level, bounds and source."""

from tests.checks_page import PAGE, rewritten


def test_the_page_of_checks_is_what_the_code_says() -> None:
    page = PAGE.read_text("utf-8")
    assert page == rewritten(page), "run `python -m tests.checks_page`"
