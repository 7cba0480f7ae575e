"""In which language a command speaks."""

import argparse

from cti import messages
from cti.settings import environment


def of_environment() -> str:
    """``CTI_LANGUAGE``, else Chinese."""
    told = environment().get("CTI_LANGUAGE", messages.DEFAULT_LANGUAGE)
    return told if told in messages.LANGUAGES else messages.DEFAULT_LANGUAGE


def add_language(command: argparse.ArgumentParser) -> None:
    """``--language``, that of the environment where it is not given."""
    command.add_argument("--language", choices=messages.LANGUAGES, default=of_environment())
