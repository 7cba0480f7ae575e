"""``cti call --save``: a walk appended to a file of flow tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from cti.core.ivr.session import Facts
from cti.flow_tests.rewrite import fitted_list
from cti.flow_tests.yaml_text import flow_text

HEADER = "# yaml-language-server: $schema=../../config/schema/flows.json\nflows:\n"


class NothingToKeep(ValueError):
    """The walk was over before anything was said or done."""


class NotAFlowFile(Exception):
    """The file exists, and a flow cannot be appended to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWalk:
    """What becomes a flow test."""

    tree: str
    facts: Facts
    steps: Sequence[Mapping[str, object] | str]
    ends: Mapping[str, object]


def append(path: Path, walk: SavedWalk, name: str) -> str:
    """Write the walk behind the file's last flow; return its name, which no other flow there has.

    Raises NothingToKeep, NotAFlowFile, OSError.
    """
    if not walk.steps:
        raise NothingToKeep(walk.tree)
    text = path.read_text("utf-8") if path.exists() else HEADER
    names, indent = _flows_of(text)
    unique = _unique(name, names)
    separator = "\n" if names else ""
    path.write_text(f"{text.rstrip()}\n{separator}{flow_as_text(walk, unique, indent)}", "utf-8")
    return unique


def flow_as_text(walk: SavedWalk, name: str, indent: str = "  ") -> str:
    """The walk as one entry of ``flows``."""
    facts = walk.facts
    head: dict[str, object] = {
        "name": name,
        "tree": walk.tree,
        "at": facts.now.isoformat(timespec="seconds"),
        "from": facts.caller_number,
    }
    optional = {
        "to": facts.dialed_number if facts.dialed_number != walk.tree else "",
        "language": facts.language if facts.language != "zh" else "",
        "caller": dict(facts.caller),
        "modes": list(facts.modes),
        "knows": dict(facts.variables),
    }
    head |= {key: value for key, value in optional.items() if value}
    lines = [f"{key}: {_bare(key, value)}" for key, value in head.items()]
    lines += ["steps:", *(f"  - {_step(step, indent)}" for step in walk.steps)]
    lines.append(f"ends: {flow_text(walk.ends)}")
    return f"{indent}- " + f"\n{indent}  ".join(lines) + "\n"


def _bare(key: str, value: object) -> str:
    return str(value) if key == "at" else flow_text(value)


def _step(step: Mapping[str, object] | str, indent: str) -> str:
    if isinstance(step, str):
        return step
    key, value = next(iter(step.items()))
    column = len(indent) + len(f"    - {key}: ")
    return f"{key}: {fitted_list(value, column)}"


def _flows_of(text: str) -> tuple[set[str], str]:
    """The names in use, and the indent of the list."""
    if text == HEADER:
        return set(), "  "
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as wrong:
        raise NotAFlowFile(str(wrong).splitlines()[0]) from wrong
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    flows = entries[-1][1] if entries and entries[-1][0].value == "flows" else None
    if not isinstance(flows, yaml.SequenceNode) or flows.flow_style:
        raise NotAFlowFile("flows:")
    pairs = [pair for flow in flows.value for pair in getattr(flow, "value", ())]
    names = {str(value.value) for key, value in pairs if key.value == "name"}
    return names, " " * flows.start_mark.column


def _unique(name: str, names: set[str]) -> str:
    numbered = (f"{name} ({number})" for number in range(2, len(names) + 3))
    return name if name not in names else next(each for each in numbered if each not in names)


def default_name(walk: SavedWalk) -> str:
    """A name from what was done: the tree and the keys."""
    keys = [
        str(step["press"]) for step in walk.steps if isinstance(step, Mapping) and "press" in step
    ]
    return " ".join([walk.tree, *keys])
