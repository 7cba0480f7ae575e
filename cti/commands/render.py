"""``cti render``: Asterisk's files from our settings; ``--schema`` the JSON Schemas for editors."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from cti import messages
from cti.asterisk.render import write
from cti.schemas import all_schemas
from cti.site_files import Unusable, asterisk_plan, config_folder, load, sample_secrets, secrets_of


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("render", help=messages.text("cli.render"))
    found.add_argument("--out", type=Path, help=messages.text("cli.render_out"))
    found.add_argument("--schema", action="store_true", help=messages.text("cli.render_schema"))
    found.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write files that changed and name them."""
    if chosen.schema:
        return write_schemas(config_folder() / "schema")
    try:
        configuration = load()
    except Unusable:
        return 1
    secrets = secrets_of(configuration)
    sample_secrets(configuration, secrets)
    plan = asterisk_plan(configuration, secrets)
    if chosen.out:
        plan = replace(plan, instance=chosen.out.resolve())
    for path in write(plan):
        print(path)
    for note in plan.trees.notes:
        sys.stderr.write(messages.line(note, configuration.settings.language) + "\n")
    return 0


def write_schemas(folder: Path) -> int:
    """config/schema/NAME.json for every file that people edit."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in all_schemas().items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", "utf-8")
        print(path)
    return 0
