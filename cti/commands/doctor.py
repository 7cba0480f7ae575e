"""``cti doctor``: what is wrong with this installation, and what to do about it."""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from cti import messages
from cti.built import STATIC
from cti.commands.check import find_problems
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.problems import Severity
from cti.doctor.asterisk import Clock, check_asterisk
from cti.doctor.dialplan import check_dialplan
from cti.doctor.findings import Finding, Level, ok
from cti.doctor.insurer import check_insurer
from cti.doctor.machine import check_machine
from cti.doctor.parts import check_built, check_redis, check_sql
from cti.language_option import add_language
from cti.settings import environment
from cti.site_files import config_folder, secrets_of

SIGNS = {Level.OK: "✓", Level.WARNING: "!", Level.ERROR: "✗"}


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser("doctor", help=messages.text("cli.doctor"))
    command.add_argument("--json", action="store_true", help=messages.text("doctor.json"))
    add_language(command)
    command.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """1 when something would stop the service."""
    configuration, _ = load_configuration(config_folder(), environment())
    found = [*written(chosen.language)]
    if configuration is not None:
        found += [plain(each, chosen.language) for each in asyncio.run(look_around(configuration))]
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        show(found, chosen.language)
    return int(any(each["level"] == Level.ERROR for each in found))


def written(language: str) -> list[dict[str, str]]:
    """What `cti check` finds in configuration, dialplan and prompts."""
    problems = find_problems(config_folder())
    if not problems:
        return [plain(ok("configuration", folder=config_folder()), language)]
    return [
        {
            "level": Level.ERROR if each.severity is Severity.ERROR else Level.WARNING,
            "part": "configuration",
            "code": each.code,
            "what": f"{each.mark}: {messages.what(each, language)}",
            "cure": messages.cure(each, language),
        }
        for each in problems
    ]


async def look_around(configuration: Configuration) -> list[Finding]:
    """Everything else, in the order in which one would mend it."""
    settings = configuration.settings
    now_s = time.time()
    clock = Clock(now_s, settings.heartbeat.lost_after_s / 2)
    found = [*check_machine(configuration), *check_built(STATIC)]
    found += [each async for each in check_redis(settings, now_s)]
    found += [each async for each in check_sql(settings.sql_url)]
    secrets = secrets_of(configuration)
    found += [each async for each in check_insurer(settings, secrets)]
    found += [each async for each in check_dialplan(configuration)]
    found += [each async for each in check_asterisk(configuration, secrets, clock)]
    return found


def plain(finding: Finding, language: str) -> dict[str, str]:
    return {
        "level": finding.level,
        "part": finding.part,
        "code": finding.code,
        "what": finding.what(language),
        "cure": finding.cure(language),
    }


def show(found: Sequence[dict[str, Any]], language: str) -> None:
    for each in found:
        print(f"{SIGNS[each['level']]} {each['what']}")
        if each["cure"]:
            print("  → " + each["cure"])
    errors = sum(each["level"] == Level.ERROR for each in found)
    warnings = sum(each["level"] == Level.WARNING for each in found)
    key = "doctor.summary" if errors or warnings else "doctor.well"
    print(messages.text(key, language, errors=errors, warnings=warnings))
