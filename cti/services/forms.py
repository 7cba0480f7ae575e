"""Forms over files that people write: queues, skills, agents, opening hours and days.

A form changes only what is another in it. Configuration is written into the server's folder and followed from
its next start; opening hours go into the writer's draft, and are followed once that is published.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cti.core.draft_paths import CONFIG, HOURS, etag_of
from cti.core.problems import Problem, Severity
from cti.services.admin_ports import DraftFile, Impossible, Stale
from cti.services.drafts import Bench, Drafts, Files, Unusable
from cti.services.ports import Audit, Clock, Role

PUBLISH, RESTART = "publish", "restart"
MOST_NAMED = 20
"""Changed places that a line of the audit names."""


@dataclass(frozen=True, slots=True)
class Area:
    """A form: the file it is over, and which of the file's keys; none: all of them."""

    file: str
    schema: str
    keys: tuple[str, ...] = ()

    @property
    def takes_effect(self) -> str:
        """When callers and agents notice."""
        return RESTART if self.file.startswith(CONFIG) else PUBLISH


AREAS: Mapping[str, Area] = {
    "queues": Area("config/queues.yaml", "queues"),
    "skills": Area("config/skills.yaml", "skills"),
    "agents": Area("config/agents.yaml", "agents"),
    "hours": Area(HOURS, "hours", ("timezone", "hours", "modes")),
    "days": Area(HOURS, "hours", ("calendar", "holidays", "make_up_days")),
}


class BadFields(Exception):
    """Not the fields of this form."""


class FormFolder(Protocol):
    """The server's folder."""

    def read(self) -> Files:
        """Every file."""
        ...

    def write(self, files: Files) -> None:
        """Put files of config/ there. Raises Impossible."""
        ...

    def writable(self, name: str) -> bool:
        """May this server write the file?"""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FormParts:
    """What forms are read and written with. ``said`` gives the data of a text (None: it is no YAML);
    ``edited`` changes a text so that it says other data, and raises ``cannot_edit`` where it cannot."""

    folder: FormFolder
    drafts: Drafts
    bench: Bench
    audit: Audit
    now: Clock
    said: Callable[[str], Any]
    edited: Callable[[str, Mapping[str, Any]], str]
    cannot_edit: type[Exception]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as it is filled in now."""

    area: Area
    text: str
    fields: Mapping[str, Any]
    writable: bool

    @property
    def etag(self) -> str:
        """Changes with the file."""
        return etag_of(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of a form: ``changed`` places, and warnings."""

    form: Form
    changed: Sequence[str]
    problems: Sequence[Problem]


class Forms:
    """Methods raise Impossible, HistoryDown, StoreDown."""

    def __init__(self, parts: FormParts) -> None:
        self._parts = parts

    async def read(self, login: str, name: str) -> Form:
        """The form as the file has it. Raises KeyError for none of AREAS."""
        area = AREAS[name]
        return self._form(area, (await self._files(login, area)).get(area.file, ""))

    def _form(self, area: Area, text: str) -> Form:
        said = self._parts.said(text)
        if not isinstance(said, Mapping):
            raise Impossible("unreadable_file", file=area.file)
        fields = {key: each for key, each in said.items() if not area.keys or key in area.keys}
        own = area.takes_effect == PUBLISH or self._parts.folder.writable(area.file)
        return Form(area=area, text=text, fields=fields, writable=own)

    async def _files(self, login: str, area: Area) -> Files:
        """What the form is over: the server's folder, or the draft, else what is in force."""
        if area.takes_effect == RESTART:
            return self._parts.folder.read()
        return await self._parts.drafts.texts_or_current(login)

    async def write(
        self, login: str, name: str, given: tuple[Mapping[str, Any], str], reason: str
    ) -> Written:
        """Let the file say the fields; ``given``: they, and the etag that was seen.

        Raises BadFields, Stale, Unusable.
        """
        fields, seen = given
        area = AREAS[name]
        files = await self._files(login, area)
        form = self._form(area, files.get(area.file, ""))
        _check_seen(form, seen)
        text = self._edited(form, fields)
        changed = list(places(form.fields, fields))
        if not changed:
            return Written(form=form, changed=(), problems=())
        problems = await self._usable({**files, area.file: text}, area)
        subject = f"{area.file} {' '.join(changed[:MOST_NAMED])}"
        await self._parts.audit.note(
            login, f"form.{name}", subject, reason=reason, at=self._parts.now()
        )
        await self._put(login, form, text)
        return Written(form=self._form(area, text), changed=changed, problems=problems)

    def _edited(self, form: Form, fields: Mapping[str, Any]) -> str:
        keys = form.area.keys
        if keys and not fields.keys() <= set(keys):
            raise BadFields(", ".join(sorted(fields.keys() - set(keys))))
        whole = self._parts.said(form.text)
        others = {key: each for key, each in whole.items() if keys and key not in keys}
        ordered = {key: fields[key] for key in whole if key in fields}
        try:
            return self._parts.edited(form.text, {**others, **ordered, **fields})
        except self._parts.cannot_edit:
            raise Impossible("by_hand", file=form.area.file) from None

    async def _usable(self, files: Files, area: Area) -> list[Problem]:
        problems = await self._parts.bench.check(files)
        part = CONFIG if area.takes_effect == RESTART else area.file
        if any(
            each.severity is Severity.ERROR and each.mark.file.startswith(part) for each in problems
        ):
            raise Unusable(problems)
        return problems

    async def _put(self, login: str, form: Form, text: str) -> None:
        if form.area.takes_effect == PUBLISH:
            await self._parts.drafts.own_or_current(login)
            await self._parts.drafts.write(login, form.area.file, text, form.etag)
            return
        _check_seen(self._form(form.area, self._parts.folder.read()[form.area.file]), form.etag)
        self._parts.folder.write({form.area.file: text})

    async def choices(self, login: str) -> Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]:
        """What fields may name, with its label: skills, languages, queues, hours, roles."""
        here = self._parts.folder.read()
        skills = self._parts.said(here.get("config/skills.yaml", "")) or {}
        queues = self._parts.said(here.get("config/queues.yaml", "")) or {}
        texts = await self._parts.drafts.texts_or_current(login)
        hours = self._parts.said(texts.get(HOURS, "")) or {}
        return {
            "skills": _labelled(skills.get("skills")),
            "languages": _labelled(skills.get("languages")),
            "queues": [
                (each, queue.get("label", {})) for each, queue in _mapping(queues.get("queues"))
            ],
            "hours": [(each, {}) for each, _ in _mapping(hours.get("hours"))],
            "roles": [(each.value, {}) for each in Role],
        }


def _check_seen(form: Form, seen: str) -> None:
    if form.etag != seen:
        text, path = form.text, form.area.file
        raise Stale(DraftFile(path=path, text=text, base_text=text, etag=form.etag))


def _mapping(found: Any) -> list[tuple[str, Any]]:
    return list(found.items()) if isinstance(found, Mapping) else []


def _labelled(found: Any) -> list[tuple[str, Mapping[str, str]]]:
    return [(each, label) for each, label in _mapping(found)]


def places(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Dotted places that are not the same."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            here = f"{path}.{key}" if path else str(key)
            if key in before and key in after:
                yield from places(before[key], after[key], here)
            else:
                yield here
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from places(one, other, f"{path}.{place}")
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield path
