"""``cti COMMAND``: one sub-command a file in cti/commands."""

import argparse
import importlib
import pkgutil
import sys

from cti import commands, messages
from cti.services.ports import HistoryDown


def parser() -> argparse.ArgumentParser:
    """Every module of cti.commands adds itself by its ``register(subparsers)``."""
    top = argparse.ArgumentParser(prog="cti")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for found in sorted(pkgutil.iter_modules(commands.__path__), key=lambda module: module.name):
        importlib.import_module(f"{commands.__name__}.{found.name}").register(subparsers)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what its ``run`` (given to set_defaults) returns is the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except HistoryDown as down:
        for language in ("zh", "en"):
            print(messages.text("cli.database_down", language, why=down), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
