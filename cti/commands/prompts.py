"""``cti prompts render|list|check|phrases``: make, show and check the sound files callers hear."""

import argparse
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from cti import messages, phrases
from cti.core.problems import Severity
from cti.core.speech.kinds import FIRST_YEAR, LAST_YEAR
from cti.language_option import add_language
from cti.prompts import kokoro, sounds, toolchain
from cti.prompts.catalogue import LANGUAGES, CatalogueError, load_catalogue
from cti.prompts.check import check_prompts
from cti.prompts.manifest import Entry, load_manifest
from cti.prompts.music import write_sounds
from cti.prompts.render import Progress, RecordingUnusable, Studio, chosen, render
from cti.prompts.work import Item, items
from cti.services.phrases import VoiceBroke
from cti.settings import Settings
from cti.site_files import Unusable, load

_FAILURES = (
    CatalogueError,
    RecordingUnusable,
    kokoro.ModelUnusable,
    sounds.NoEspeak,
    toolchain.ToolchainError,
    ValueError,
    OSError,
    subprocess.SubprocessError,
)


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command with its three actions."""
    command = subparsers.add_parser("prompts", help=messages.text("cli.prompts"))
    actions = command.add_subparsers(dest="action", required=True, metavar="ACTION")
    making = _action(actions, "render", "make what is missing or changed")
    making.add_argument(
        "--prompt-language", choices=LANGUAGES, help=messages.text("cli.prompts_language")
    )
    making.add_argument(
        "--only", action="append", default=[], metavar="ID", help=messages.text("cli.prompts_only")
    )
    making.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    making.set_defaults(run=_render)
    _action(actions, "list", "every prompt with its text and length").set_defaults(run=_list)
    _action(actions, "check", "texts against sound files").set_defaults(run=_check)
    _phrase_action(actions)


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=text)
    action.add_argument("--folder", type=Path, default=Path("prompts"), metavar="FOLDER")
    add_language(action)
    return action


def _phrase_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    kept = actions.add_parser("phrases", help=messages.text("cli.prompts_phrases"))
    add_language(kept)
    kept.add_argument("--fill", choices=("dates",), help=messages.text("cli.prompts_fill"))
    kept.add_argument(
        "--year",
        type=int,
        choices=range(FIRST_YEAR, LAST_YEAR + 1),
        default=datetime.now(UTC).year,
        metavar="YEAR",
        help=messages.text("cli.prompts_year"),
    )
    kept.add_argument(
        "--prompt-language", choices=LANGUAGES, help=messages.text("cli.prompts_language")
    )
    kept.set_defaults(run=_phrases)


def _render(arguments: argparse.Namespace) -> int:
    """Render here when this interpreter can, else in the synthesis environment."""
    language = arguments.language
    try:
        if toolchain.ready_here() or arguments.inside:
            return _render_here(arguments)
        print(messages.text("prompts.command.preparing", language), flush=True)
        python = toolchain.environment(Path.cwd())
        again = [str(python), "-m", "cti", *sys.argv[1:], "--inside"]
        return subprocess.run(again, check=False).returncode  # noqa: S603
    except _FAILURES as error:
        print(messages.text("prompts.command.failed", language, reason=error), file=sys.stderr)
        return 1


def _render_here(arguments: argparse.Namespace) -> int:
    catalogue = load_catalogue(arguments.folder)
    wanted = chosen(list(items(catalogue)), arguments.prompt_language, arguments.only)
    for name in set(arguments.only) - {item.sound for item in wanted}:
        raise ValueError(messages.text("prompts.command.unknown_id", arguments.language, id=name))
    voice = kokoro.load(toolchain.voices(Path.cwd()))
    write_sounds(arguments.folder, LANGUAGES)
    studio = Studio(folder=arguments.folder, catalogue=catalogue, voice=voice)
    # Live calls on the same machine come first.
    os.nice(10)
    made = render(studio, wanted, _progress(arguments.language))
    values = {"made": made, "total": len(wanted)}
    print(messages.text("prompts.command.made", arguments.language, **values))
    return 0


def _progress(language: str) -> Progress:
    def report(number: int, total: int, item: Item, entry: Entry | None) -> None:
        if entry is not None:
            values = {"number": number, "total": total, "seconds": f"{entry.seconds:.1f}"}
            line = messages.text("prompts.command.progress", language, name=item.name, **values)
            print(line, flush=True)

    return report


def _list(arguments: argparse.Namespace) -> int:
    try:
        catalogue, made = load_catalogue(arguments.folder), load_manifest(arguments.folder)
    except (CatalogueError, ValueError) as error:
        reason = messages.text("prompts.command.failed", arguments.language, reason=error)
        print(reason, file=sys.stderr)
        return 1
    missing = messages.text("prompts.command.missing", arguments.language)
    for item in items(catalogue):
        if not item.fragment:
            print(_listed(item, made.get(item.name), missing))
    return 0


def _listed(item: Item, entry: Entry | None, missing: str) -> str:
    length = f"{entry.seconds:.1f} s" if entry else missing
    return f"{item.name:<36} {length:>7}  {entry.source if entry else '-':<18} {item.text}"


def _check(arguments: argparse.Namespace) -> int:
    problems = check_prompts(arguments.folder)
    for each in problems:
        print(messages.line(each, arguments.language))
    if not problems:
        print(messages.text("prompts.command.fine", arguments.language))
    return int(any(each.severity is Severity.ERROR for each in problems))


def _phrases(arguments: argparse.Namespace) -> int:
    """Count the whole phrases that lie there; with ``--fill``, have missing ones made before."""
    language = arguments.language
    try:
        settings = load().settings
        if arguments.fill:
            _fill(settings, arguments)
    except Unusable:
        return 1
    except (VoiceBroke, *_FAILURES) as error:
        print(messages.text("prompts.command.failed", language, reason=error), file=sys.stderr)
        return 1
    kept = list(phrases.shelf(settings).kept())
    values = {"count": len(kept), "size": f"{sum(each.size for each in kept) / 1e6:.1f}"}
    print(messages.text("prompts.command.phrases", language, **values))
    return 0


def _fill(settings: Settings, arguments: argparse.Namespace) -> None:
    voice = phrases.voice(settings)
    if voice is None:
        raise ValueError(messages.text("prompts.command.no_voice", arguments.language))
    spoken = (arguments.prompt_language,) if arguments.prompt_language else LANGUAGES
    wanted = phrases.dates(arguments.year, spoken)

    def told(made: int) -> None:
        values = {"made": made, "total": len(wanted)}
        print(messages.text("prompts.command.filled", arguments.language, **values), flush=True)

    phrases.fill(wanted, phrases.shelf(settings), voice, told)
