"""Marked YAML values → typed parts of a tree.

For bad input a problem is added. What is good of a list or mapping is returned all the same, so that
it can be checked further; None is returned when nothing is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from cti.core.ivr.conditions import Expression, Value, Variable
from cti.core.ivr.parts import (
    SPOKEN_KINDS,
    DigitCount,
    PlayCase,
    PlayPrompt,
    SayValue,
    Speech,
    Utterances,
)
from cti.core.marked import Marked
from cti.core.problems import Mark, Problem, Severity

Problems = list[Problem]

NODE_ID = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}", re.ASCII)
DTMF = re.compile(r"[0-9*#A-D]{1,8}", re.ASCII)
MOST_DIGITS = 32
MOST_ATTEMPTS = 9
LONGEST_WAIT_S = 120
HIGHEST_LEVEL = 5
HIGHEST_PRIORITY = 100


def complain(problems: Problems, mark: Mark, code: str, **values: str) -> None:
    """Add an error."""
    problems.append(Problem(mark, f"check.{code}", values))


def warn(problems: Problems, mark: Mark, code: str, **values: str) -> None:
    """Add a warning."""
    problems.append(Problem(mark, f"check.{code}", values, Severity.WARNING))


def complain_unknown(
    problems: Problems, mark: Mark, code: str, name: str, known: Iterable[str]
) -> None:
    """Add an error about a name that is not among the known ones, with the nearest of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        complain(problems, mark, f"{code}_near", name=name, near=near[0])
    else:
        complain(problems, mark, code, name=name, known=", ".join(names[:20]) or "-")


def read_mapping(marked: Marked, problems: Problems) -> Mapping[str, Marked] | None:
    """Read a mapping with at least one entry."""
    entries = marked.mapping()
    if not entries:
        complain(problems, marked.mark, "not_mapping")
        return None
    return entries


def read_list(marked: Marked, problems: Problems) -> tuple[Marked, ...] | None:
    """Read a list with at least one item."""
    items = marked.items()
    if not items:
        complain(problems, marked.mark, "not_list")
        return None
    return items


def read_text(marked: Marked, problems: Problems) -> str | None:
    """Read a line of text; a number counts as its digits."""
    value = marked.value
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        complain(problems, marked.mark, "not_text")
        return None
    return text


def read_name(marked: Marked, problems: Problems) -> str | None:
    """Read the name of a queue, variable, source, language and so on."""
    text = read_text(marked, problems)
    if text is not None and not NAME.fullmatch(text):
        complain(problems, marked.mark, "not_name", name=text)
        return None
    return text


def read_target(marked: Marked, problems: Problems) -> str | None:
    """Read where to go: a node's name or one of ``Reserved``."""
    text = read_text(marked, problems)
    if text is not None and not NODE_ID.fullmatch(text):
        complain(problems, marked.mark, "not_name", name=text)
        return None
    return text


def read_keys(marked: Marked, problems: Problems) -> Mapping[str, str] | None:
    """Read telephone keys → target."""
    entries = read_mapping(marked, problems)
    if entries is None:
        return None
    for key in entries:
        if not DTMF.fullmatch(key):
            complain(problems, marked.key_mark(key), "not_a_key", key=key)
    targets = {key: read_target(entry, problems) for key, entry in entries.items()}
    return {key: target for key, target in targets.items() if target}


def read_utterances(marked: Marked, problems: Problems) -> Utterances | None:
    """Read what to say: one utterance or a list of them."""
    items = marked.items()
    if items is None:
        items = (marked,)
    return tuple(speech for item in items if (speech := read_utterance(item, problems)))


def read_utterance(marked: Marked, problems: Problems) -> Speech | None:
    """Read a prompt's id, ``{KIND: value}``, or ``{case: value, prompts: {...}, else: prompt}``."""
    entries = marked.mapping()
    if entries is None:
        prompt = read_name(marked, problems)
        return PlayPrompt(prompt) if prompt else None
    if "case" in entries:
        return _read_case_utterance(marked, entries, problems)
    kind = next(iter(entries), "")
    if len(entries) != 1 or kind not in SPOKEN_KINDS:
        complain_unknown(problems, marked.mark, "unknown_kind", kind, SPOKEN_KINDS)
        return None
    value = read_expression(entries[kind], problems)
    return SayValue(kind, value) if value is not None else None


def _read_case_utterance(
    marked: Marked, entries: Mapping[str, Marked], problems: Problems
) -> PlayCase | None:
    if not keys_are(marked, {"case", "prompts", "else"}, problems):
        return None
    value = read_expression(entries["case"], problems)
    otherwise = read_name(entries["else"], problems)
    cases = read_mapping(entries["prompts"], problems) or {}
    prompts = {key: read_name(entry, problems) for key, entry in cases.items()}
    good = {key: prompt for key, prompt in prompts.items() if prompt}
    if value is None or otherwise is None or len(good) != len(prompts) or not good:
        return None
    return PlayCase(value, good, otherwise)


def keys_are(marked: Marked, wanted: Iterable[str], problems: Problems) -> bool:
    """Tell whether a mapping has exactly the wanted keys; complain of each that is not right."""
    before = len(problems)
    names, entries = list(wanted), marked.mapping() or {}
    for key in entries:
        if key not in names:
            complain_unknown(problems, marked.key_mark(key), "unknown_key", key, names)
    for name in sorted(set(names) - set(entries)):
        complain(problems, marked.mark, "missing_key", key=name)
    return len(problems) == before


def read_expression(marked: Marked, problems: Problems) -> Expression | None:
    """Read a value, or ``$name`` for a variable's."""
    value = marked.value
    if isinstance(value, str) and value.startswith("$"):
        if NAME.fullmatch(value[1:]):
            return Variable(value[1:])
        complain(problems, marked.mark, "not_name", name=value)
        return None
    return read_value(marked, problems)


def read_value(marked: Marked, problems: Problems) -> Value | None:
    """Read a plain value: text, number, true or false."""
    if isinstance(marked.value, str | int | float):
        return marked.value
    complain(problems, marked.mark, "not_value")
    return None


def read_assignments(marked: Marked, problems: Problems) -> Mapping[str, Expression] | None:
    """Read names → values."""
    entries = read_mapping(marked, problems)
    if entries is None:
        return None
    for name in entries:
        if not NAME.fullmatch(name):
            complain(problems, marked.key_mark(name), "not_name", name=name)
    values = {name: read_expression(entry, problems) for name, entry in entries.items()}
    return {name: value for name, value in values.items() if value is not None}


def read_names(marked: Marked, problems: Problems) -> tuple[str, ...] | None:
    """Read a list of names."""
    items = read_list(marked, problems)
    if items is None:
        return None
    return tuple(name for item in items if (name := read_name(item, problems)))


def read_levels(marked: Marked, problems: Problems) -> Mapping[str, int] | None:
    """Read skills → least level."""
    entries = read_mapping(marked, problems)
    if entries is None:
        return None
    levels = {skill: _whole(entry, problems, HIGHEST_LEVEL) for skill, entry in entries.items()}
    return {skill: level for skill, level in levels.items() if level is not None}


def read_digits(marked: Marked, problems: Problems) -> DigitCount | None:
    """Read how many digits: a number, or ``{least: 6, most: 8}``."""
    entries = marked.mapping()
    if entries is None:
        count = _whole(marked, problems, MOST_DIGITS)
        return DigitCount(count, count) if count else None
    if not keys_are(marked, {"least", "most"}, problems):
        return None
    least, most = (_whole(entries[key], problems, MOST_DIGITS) for key in ("least", "most"))
    if least is None or most is None:
        return None
    if least > most:
        complain(problems, marked.mark, "digits_reversed", least=str(least), most=str(most))
        return None
    return DigitCount(least, most)


def read_count(marked: Marked, problems: Problems) -> int | None:
    """Read how often something is tried."""
    return _whole(marked, problems, MOST_ATTEMPTS)


def read_priority(marked: Marked, problems: Problems) -> int | None:
    """Read a priority."""
    return _whole(marked, problems, HIGHEST_PRIORITY)


def _whole(marked: Marked, problems: Problems, highest: int) -> int | None:
    value = marked.value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= highest:
        return value
    complain(problems, marked.mark, "not_whole", highest=str(highest))
    return None


def read_seconds(marked: Marked, problems: Problems) -> float | None:
    """Read a wait."""
    value = marked.value
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 < value <= LONGEST_WAIT_S
    ):
        return float(value)
    complain(problems, marked.mark, "not_seconds", highest=str(LONGEST_WAIT_S))
    return None


def read_yes_no(marked: Marked, problems: Problems) -> bool | None:
    """Read true or false."""
    if isinstance(marked.value, bool):
        return marked.value
    complain(problems, marked.mark, "not_yes_no")
    return None
