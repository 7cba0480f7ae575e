"""config/*.yaml → Configuration; all problems of all files at once, each with its place."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from cti.config_check import cross_check
from cti.config_models import FILES, Configuration
from cti.core.marked import Marked
from cti.core.problems import Problem
from cti.settings import Settings, overlaid, rooted
from cti.store.yaml_files import read_yaml

Model = TypeVar("Model", bound=BaseModel)


def load_configuration(
    folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[Configuration | None, list[Problem]]:
    """Read the folder. None when any file has an error; the problems name all of them.

    Folders in cti.yaml are relative to the folder above ``folder``.
    """
    parts: dict[str, Any] = {}
    marked: dict[str, Marked] = {}
    problems: list[Problem] = []
    for name, model in FILES.items():
        data, found = read_yaml(folder / f"{name}.yaml", f"{folder.name}/{name}.yaml")
        problems += found
        if data is None:
            continue
        marked[name] = data
        parts[name], wrong = _validated(model, data, environment or {})
        problems += wrong
    if any(parts.get(name) is None for name in FILES):
        return None, problems
    parts["settings"] = rooted(parts.pop("cti"), folder.resolve().parent)
    whole = Configuration(**parts)
    problems += cross_check(whole, marked)
    return (None if problems else whole), problems


class Unreadable(Exception):
    """A file cannot be used; ``problems`` are all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def read_model(model: type[Model], file: Path) -> Model:
    """One file by itself, not crossed with others. Raises Unreadable."""
    data, problems = read_yaml(file, str(file))
    found, wrong = _validated(model, data, {}) if data is not None else (None, [])
    if found is None:
        raise Unreadable([*problems, *wrong])
    return found


def _validated(
    model: type[Model], data: Marked, environment: Mapping[str, str]
) -> tuple[Model | None, list[Problem]]:
    plain = data.plain()
    if model is Settings and isinstance(plain, Mapping):
        plain = overlaid(plain, environment)
    try:
        return model.model_validate(plain), []
    except ValidationError as wrong:
        return None, [_problem(data, error) for error in wrong.errors()]


def _problem(data: Marked, error: Mapping[str, Any]) -> Problem:
    path = tuple(error["loc"])
    where = ".".join(str(step) for step in path)
    code = {"missing": "config.missing", "extra_forbidden": "config.unknown_key"}.get(
        error["type"], "config.bad_value"
    )
    values = {"where": where or "/", "detail": str(error["msg"])}
    return Problem(data.mark_at(path), code, values)
