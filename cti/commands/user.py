"""``cti user``: who may sign in, and setting a password."""

import argparse
import asyncio
import getpass
import sys

from cti import messages
from cti.config_models import Configuration
from cti.services.ports import Account
from cti.site_files import Unusable, load
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_link import migrate, open_engine

SHORTEST = 8


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
    if len(password) < SHORTEST:
        return _complain("cli.user_too_short", language)
    asyncio.run(_put(configuration, account, password))
    print(messages.text("cli.user_done", language))
    return 0


def _complain(key: str, language: str) -> int:
    sys.stderr.write(messages.text(key, language, shortest=SHORTEST) + "\n")
    return 1


async def _all(configuration: Configuration) -> list[Account]:
    engine = open_engine(configuration.settings.sql_url)
    try:
        return list(await SqlAccounts(engine).all())
    finally:
        await engine.dispose()


async def _put(configuration: Configuration, account: Account, password: str) -> None:
    await migrate(configuration.settings.sql_url)
    engine = open_engine(configuration.settings.sql_url)
    try:
        await SqlAccounts(engine).put(account, password)
    finally:
        await engine.dispose()
