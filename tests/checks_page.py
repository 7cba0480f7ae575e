"""The tables of docs/checks.md, from the rules and their messages: ``python -m tests.checks_page``."""

from pathlib import Path

import yaml

from cti.core.ivr.rules.table import RULES, Bound

PAGE = Path("docs/checks.md")
BEGIN, END = "<!-- from the code -->", "<!-- to here -->"
AREAS = ("check", "config", "prompts")


def tables() -> str:
    """Both tables, as they must stand between the two marks of the page."""
    texts = {area: _texts(area) for area in (*AREAS, "rule")}
    lines = [
        "## Adjustable rules",
        "",
        "| rule | says | cure | level unless a pack says otherwise | bounds | source |",
        "|---|---|---|---|---|---|",
    ]
    for name, rule in RULES.items():
        area, _, key = rule.code.partition(".")
        said = texts[area][key]
        bounds = ", ".join(f"`{b}` {_shown(v)}".strip() for b, v in rule.bounds.items()) or "-"
        cells = [f"`{name}`", *map(_cell, said), rule.level.value, bounds, rule.source]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "## Other findings",
        "",
        "No pack can set these. Nearly all are errors: with one of them a file cannot be used.",
        "",
        "| code | says | cure |",
        "|---|---|---|",
    ]
    adjustable = {rule.code for rule in RULES.values()}
    for area in AREAS:
        for key, said in texts[area].items():
            if f"{area}.{key}" not in adjustable and not key.endswith("_near"):
                lines.append(f"| `{area}.{key}` | {' | '.join(map(_cell, said))} |")
    return "\n".join(lines) + "\n"


def _texts(area: str) -> dict[str, tuple[str, str]]:
    found = yaml.safe_load(Path(f"cti/messages/en/{area}.yaml").read_text("utf-8"))
    return {
        key: (said["what"], said["cure"])
        for key, said in found.items()
        if isinstance(said, dict) and {"what", "cure"} <= said.keys()
    }


def _cell(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}").replace("|", "\\|")


def _shown(value: Bound) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def rewritten(page: str) -> str:
    """The page with fresh tables."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{tables()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
