"""``dialplan/tests/*.yaml`` → flow tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from cti.core.ivr import session as out
from cti.core.ivr.conditions import Value
from cti.core.ivr.flows import REST, Answers, Asks, Does, Flow, Hear, Step
from cti.core.ivr.reading import (
    Problems,
    complain,
    complain_unknown,
    read_count,
    read_list,
    read_mapping,
    read_names,
    read_text,
    read_value,
    warn,
)
from cti.core.ivr.session import Facts, Heard
from cti.core.marked import Marked

FLOW_KEYS = (
    "name",
    "tree",
    "at",
    "from",
    "to",
    "language",
    "caller",
    "modes",
    "knows",
    "after",
    "steps",
    "ends",
)
REQUIRED = ("name", "tree", "at", "from", "steps", "ends")


def read_flows(root: Marked) -> tuple[list[Flow], Problems]:
    """Read one file: ``flows: [...]``. Flows that are wrong are left out and complained of."""
    problems: Problems = []
    entries = read_mapping(root, problems) or {}
    for key in entries:
        if key != "flows":
            complain_unknown(problems, root.key_mark(key), "unknown_key", key, ["flows"])
    items = read_list(entries["flows"], problems) if "flows" in entries else ()
    flows = [_read_flow(item, problems) for item in items or ()]
    return [flow for flow in flows if flow], problems


def names_twice(flows: Iterable[Flow]) -> Problems:
    """Warn of flows whose name another one has: reports and ``--only`` know them by name."""
    problems: Problems = []
    first: dict[str, Flow] = {}
    for flow in flows:
        if (other := first.setdefault(flow.name, flow)) is not flow:
            warn(problems, flow.mark, "flow_name_twice", name=flow.name, place=str(other.mark))
    return problems


def _read_flow(marked: Marked, problems: Problems) -> Flow | None:
    before = len(problems)
    entries = read_mapping(marked, problems) or {}
    _complain_of_keys(marked, entries, problems)
    if len(problems) > before:
        return None
    facts = _read_facts(entries, problems)
    name = read_text(entries["name"], problems)
    tree = read_text(entries["tree"], problems)
    ahead = _read_after(entries["after"], problems) if "after" in entries else []
    steps = [_read_step(item, problems) for item in read_list(entries["steps"], problems) or ()]
    ends = entries["ends"].plain()
    if not isinstance(ends, Mapping) or not ends:
        complain(problems, entries["ends"].mark, "not_mapping")
    if len(problems) > before or not (facts and name and tree and isinstance(ends, Mapping)):
        return None
    return Flow(
        name=name,
        tree=tree,
        facts=facts,
        steps=(*ahead, *(step for step in steps if step)),
        ends=ends,
        mark=marked.mark,
        ends_mark=entries["ends"].mark,
        ahead=len(ahead),
    )


def _complain_of_keys(marked: Marked, entries: Mapping[str, Marked], problems: Problems) -> None:
    for key in entries:
        if key not in FLOW_KEYS:
            complain_unknown(problems, marked.key_mark(key), "unknown_key", key, FLOW_KEYS)
    for key in REQUIRED:
        if key not in entries:
            complain(problems, marked.mark, "missing_key", key=key)


def _read_facts(entries: Mapping[str, Marked], problems: Problems) -> Facts | None:
    at = _read_moment(entries["at"], problems)
    caller_number = read_text(entries["from"], problems)
    dialed_number = read_text(entries.get("to", entries["tree"]), problems)
    language = read_text(entries["language"], problems) if "language" in entries else "zh"
    caller = _read_values(entries["caller"], problems) if "caller" in entries else {}
    modes = read_names(entries["modes"], problems) if "modes" in entries else ()
    knows = _read_values(entries["knows"], problems) if "knows" in entries else {}
    if not (at and caller_number and dialed_number and language):
        return None
    return Facts(
        caller_number=caller_number,
        dialed_number=dialed_number,
        now=at,
        language=language,
        caller=caller,
        modes=modes or (),
        variables=knows,
    )


def _read_moment(marked: Marked, problems: Problems) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(marked.value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        complain(problems, marked.mark, "not_a_moment", found=str(marked.plain()))
        return None
    return moment


def _read_values(marked: Marked, problems: Problems) -> dict[str, Value]:
    entries = marked.mapping()
    if entries is None:
        complain(problems, marked.mark, "not_mapping")
        return {}
    values = {name: read_value(entry, problems) for name, entry in entries.items()}
    return {name: value for name, value in values.items() if value is not None}


def _read_after(marked: Marked, problems: Problems) -> list[Step]:
    """Read the keys that are pressed first, one prompt after another, whatever is heard."""
    steps: list[Step] = []
    for item in read_list(marked, problems) or ():
        if step := _read_press(item, problems):
            steps += [Hear((), item.mark, open_end=True), step]
    return steps


def _read_step(marked: Marked, problems: Problems) -> Step | None:
    """Read one step: a mapping with one key, or the bare word of a step that has no value."""
    if isinstance(marked.value, str) and marked.value in WORDS:
        return Does(WORDS[marked.value], marked.mark)
    entries = marked.mapping() or {}
    if len(entries) > 1:
        complain(problems, marked.mark, "several_steps", found=", ".join(entries))
        return None
    if not entries or next(iter(entries)) not in _STEPS:
        found = next(iter(entries), str(marked.plain()))
        complain_unknown(problems, marked.mark, "unknown_step", found, sorted({*_STEPS, *WORDS}))
        return None
    key, entry = next(iter(entries.items()))
    return _STEPS[key](entry, problems)


def _read_hear(marked: Marked, _problems: Problems) -> Step:
    items = marked.items()
    heard = [item.plain() for item in items] if items is not None else [marked.plain()]
    open_end = heard[-1:] == [REST]
    return Hear(tuple(heard[:-1] if open_end else heard), marked.mark, open_end)


def _asks(what: str) -> Callable[[Marked, Problems], Step | None]:
    def read(marked: Marked, problems: Problems) -> Step | None:
        entries = read_mapping(marked, problems)
        if entries is None:
            return None
        for arguments in entries.values() if what == "look_up" else ():
            read_mapping(arguments, problems)
        return Asks({what: marked.plain()}, marked.mark)

    return read


def _read_survey(marked: Marked, problems: Problems) -> Step | None:
    if read_mapping(marked, problems) is None:
        return None
    return Answers(
        {name: value.plain() for name, value in (marked.mapping() or {}).items()}, marked.mark
    )


def _read_press(marked: Marked, problems: Problems) -> Step | None:
    keys = read_text(marked, problems)
    if keys is None:
        return None
    # Alone, hash may be a menu's key; after a number it only ends it.
    return Does(out.Pressed(keys if keys == "#" else keys.removesuffix("#")), marked.mark)


def _read_silence(marked: Marked, problems: Problems) -> Step | None:
    times = read_count(marked, problems)
    return None if times is None else Does(out.NoInput(), marked.mark, times)


def _read_found(marked: Marked, problems: Problems) -> Step:
    return Does(out.Found(_read_values(marked, problems)), marked.mark)


def _read_done(marked: Marked, problems: Problems) -> Step:
    return Does(out.Done(_read_values(marked, problems)), marked.mark)


WORDS: Mapping[str, Heard] = {
    "silence": out.NoInput(),
    "missing": out.Missing(),
    "failed": out.Failed(),
    "hang_up": out.HungUp(),
    "moved": out.Moved(),
    "done": out.Done(),
}
_STEPS: Mapping[str, Callable[[Marked, Problems], Step | None]] = {
    "hear": _read_hear,
    **{what: _asks(what) for what in ("look_up", "script", "callback", "voicemail", "sms")},
    "survey": _read_survey,
    "press": _read_press,
    "silence": _read_silence,
    "found": _read_found,
    "done": _read_done,
}
