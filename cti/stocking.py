"""What a new database is given: tables, accounts with their sample passwords, sample customers."""

from collections.abc import Mapping

from cti.config_models import Configuration
from cti.store.samples import seed_sample
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_link import migrate, open_engine


async def stock(configuration: Configuration, passwords: Mapping[str, str]) -> None:
    """Bring the database up; accounts that exist keep their passwords. Raises HistoryDown."""
    url = configuration.settings.sql_url
    await migrate(url)
    engine = open_engine(url)
    try:
        accounts = SqlAccounts(engine)
        there = {account.login for account in await accounts.all()}
        for account in configuration.accounts():
            if account.login not in there:
                await accounts.put(account, passwords[account.login])
        await seed_sample(engine)
    finally:
        await engine.dispose()
