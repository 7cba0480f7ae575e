"""What a new database is given, and what a second start leaves alone."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.cli import main
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.services.ports import HistoryDown, Role
from cti.stocking import stock
from cti.store.samples import DEMO_NUMBERS
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_customers import SqlCustomers
from cti.store.sql_link import open_engine

SAMPLE = Path(__file__).resolve().parents[2] / "config"
NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"
"""Where nothing listens."""


def configured(url: str) -> Configuration:
    """The sample configuration with a database of the test's own."""
    found, problems = load_configuration(SAMPLE, {"CTI_SQL_URL": url})
    assert found is not None, problems
    return found


def passwords_of(configuration: Configuration, ending: str) -> Mapping[str, str]:
    return {account.login: account.login + ending for account in configuration.accounts()}


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    return configured(f"sqlite:///{tmp_path / 'history.db'}")


@pytest.fixture
async def engine(configuration: Configuration) -> AsyncIterator[AsyncEngine]:
    found = open_engine(configuration.settings.sql_url)
    yield found
    await found.dispose()


async def test_everybody_of_the_configuration_may_sign_in_with_the_password_given(
    configuration: Configuration, engine: AsyncEngine
) -> None:
    await stock(configuration, passwords_of(configuration, "-1"))
    accounts = SqlAccounts(engine)
    wanted = configuration.accounts()
    assert set(await accounts.all()) == set(wanted)
    agent = next(account for account in wanted if account.role is Role.AGENT)
    assert await accounts.check(agent.login, f"{agent.login}-1") == agent


async def test_a_second_start_keeps_passwords_and_gives_none_to_those_who_are_there(
    configuration: Configuration, engine: AsyncEngine
) -> None:
    await stock(configuration, passwords_of(configuration, "-1"))
    await stock(configuration, {})
    accounts = SqlAccounts(engine)
    [first, *_] = configuration.accounts()
    assert await accounts.check(first.login, f"{first.login}-1") == first
    assert len(await accounts.all()) == len(configuration.accounts())


async def test_somebody_new_in_the_configuration_gets_an_account_at_the_next_start(
    configuration: Configuration, engine: AsyncEngine
) -> None:
    [new, *others] = configuration.agents.agents
    fewer = configuration.agents.model_copy(update={"agents": tuple(others)})
    before = replace(configuration, agents=fewer)
    await stock(before, passwords_of(before, "-1"))
    await stock(configuration, {new.id: "later"})
    assert await SqlAccounts(engine).check(new.id, "later")


async def test_sample_customers_are_found_by_their_numbers_once(
    configuration: Configuration, engine: AsyncEngine
) -> None:
    for _ in range(2):
        await stock(configuration, passwords_of(configuration, "-1"))
    customers = SqlCustomers(engine)
    for number in DEMO_NUMBERS:
        assert len(await customers.by_number(number)) == 1


async def test_a_database_that_does_not_answer_is_said() -> None:
    with pytest.raises(HistoryDown):
        await stock(configured(NOBODY), {})


def test_a_command_says_in_both_languages_that_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CTI_CONFIG", str(SAMPLE))
    monkeypatch.setenv("CTI_SQL_URL", NOBODY)
    assert main(["user", "list"]) == 1
    chinese, english = capsys.readouterr().err.splitlines()
    assert "数据库连不上" in chinese
    assert "the database is out of reach" in english
