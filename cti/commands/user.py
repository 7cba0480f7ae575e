"""``cti user``: who may sign in, and setting a password."""

import argparse
import asyncio
import getpass
import sys
from datetime import UTC, datetime

from cti import messages
from cti.config_models import Configuration
from cti.core.passwords import weakness
from cti.services.ports import Account
from cti.site_files import Unusable, load
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_link import open_engine
from cti.terminal_acts import note_act


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("user", help=messages.text("cli.user"))
    what = found.add_subparsers(dest="what", required=True)
    what.add_parser("list", help=messages.text("cli.user_list")).set_defaults(run=run_list)
    password = what.add_parser("password", help=messages.text("cli.user_password"))
    password.add_argument("login")
    password.set_defaults(run=run_password)


def run_list(_chosen: argparse.Namespace) -> int:
    """One line an account: login, role, name."""
    try:
        configuration = load()
    except Unusable:
        return 1
    for account in asyncio.run(_all(configuration)):
        print(f"{account.login}\t{account.role}\t{account.name}")
    return 0


def run_password(chosen: argparse.Namespace) -> int:
    """Set the password of somebody in config/agents.yaml; it is asked for, or read from stdin."""
    try:
        configuration = load()
    except Unusable:
        return 1
    language = configuration.settings.language
    account = next((a for a in configuration.accounts() if a.login == chosen.login), None)
    if account is None:
        return _complain("cli.user_unknown", language)
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if weak := weakness(password, account.login, account.name):
        return _complain(f"admin.password.{weak}", language)
    asyncio.run(_put(configuration, account, password))
    print(messages.text("cli.user_done", language))
    return 0


def _complain(key: str, language: str) -> int:
    sys.stderr.write(messages.text(key, language) + "\n")
    return 1


async def _all(configuration: Configuration) -> list[Account]:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return list(await SqlAccounts(engine).all())
    finally:
        await engine.dispose()


async def _put(configuration: Configuration, account: Account, password: str) -> None:
    await note_act(configuration, "account.password.reset", account.login, "cti user password")
    engine = open_engine(configuration.settings.sql_url)
    try:
        accounts = SqlAccounts(engine)
        if await accounts.set_password(
            account.login, password, datetime.now(UTC), must_change=False
        ):
            await accounts.change(account.login, name=None, role=None, locked=False)
        else:
            await accounts.put(account, password)
    finally:
        await engine.dispose()
