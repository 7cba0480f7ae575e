"""The menu for the time without our server: compiled from the trees in force, written, reloaded."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cti.asterisk.survive import FILE, NOTHING, Compiled, NativeQueue, Outside, compile_site
from cti.config_models import Configuration
from cti.core.endpoints import PhoneKind, endpoint_of
from cti.core.ivr.check import Site
from cti.core.problems import Problem
from cti.dialplan_files import known_names, load_dialplan
from cti.house_files import levels_of
from cti.services.ports import TelephonyDown

log = logging.getLogger(__name__)


def dial_string(configuration: Configuration, target: str) -> str:
    """Both phones of an extension of ours, else a number by the first trunk, in the words of ``Dial``."""
    digits = "".join(c for c in target if c in "0123456789+*#")
    if digits in configuration.agents.extensions():
        return "&".join(f"PJSIP/{endpoint_of(digits, phone)}" for phone in PhoneKind)
    trunk = next(iter(configuration.settings.trunks), "")
    return f"PJSIP/{digits}@trunk-{trunk}"


def compiled(configuration: Configuration, site: Site) -> Compiled:
    """The trees of a site, with holidays from today on."""
    zone = next((tree.calendar.zone for tree in site.trees.values()), UTC)
    outside = Outside(
        fallback_queue=configuration.queues.fallback_queue,
        dial_string=lambda target: dial_string(configuration, target),
        since=datetime.now(zone).date(),
    )
    return compile_site(site, outside)


def compiled_files(configuration: Configuration) -> Compiled:
    """The trees of the dialplan folder; nothing but the queue where they have an error."""
    known, _ = known_names(configuration)
    folder = configuration.settings.folders.dialplan
    site = load_dialplan(folder, known, levels_of(configuration)).site
    return compiled(configuration, site) if site else NOTHING


def native_queues(configuration: Configuration) -> Mapping[str, NativeQueue]:
    """Our queues as Asterisk's own."""
    return {
        policy.name: NativeQueue(weight=policy.priority, ring_s=policy.ring_s)
        for policy in configuration.policies().values()
    }


def write_trees(configuration: Configuration, site: Site) -> tuple[bool, Sequence[Problem]]:
    """Write the compiled trees of a site for Asterisk; whether they changed, and what is lacking.

    Asterisk reads them at its next ``AmiTelephony.reload_trees``. Raises OSError.
    """
    made = compiled(configuration, site)
    path = configuration.settings.folders.of_asterisk / "etc" / FILE
    changed = not path.is_file() or path.read_text("utf-8") != made.text
    if changed:
        _replace(path, made.text)
        log.info("trees for survival written", extra={"fact": "survive_written"})
    return changed, made.notes


class TreeWriter:
    """Keeps Asterisk's copy of the trees as those in force. ``run`` must be running."""

    def __init__(
        self, configuration: Configuration, reload_trees: Callable[[], Awaitable[None]]
    ) -> None:
        self._configuration, self._reload = configuration, reload_trees
        self._site: Site | None = None
        self._news = asyncio.Event()

    def stand(self, site: Site | None) -> None:
        """These trees are in force now."""
        if site is not None and site is not self._site:
            self._site = site
            self._news.set()

    async def run(self) -> None:
        """Until cancelled. Whatever fails is logged: calls do not depend on it while we are here."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._site is None:
                continue
            try:
                changed, _ = await asyncio.to_thread(write_trees, self._configuration, self._site)
                if changed:
                    await self._reload()
            except (OSError, TelephonyDown) as trouble:
                log.error(
                    "trees for survival not renewed: %s",
                    trouble,
                    extra={"fact": "survive_not_written"},
                )


def _replace(path: Path, text: str) -> None:
    """At once or not at all: Asterisk may read it at any moment. Owner and mode stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    fresh.touch(mode=0o640)
    fresh.write_text(text, "utf-8")
    if path.exists():
        there = path.stat()
        fresh.chmod(there.st_mode)
        _own(fresh, there.st_uid, there.st_gid)
    fresh.replace(path)


def _own(path: Path, user: int, group: int) -> None:
    if (path.stat().st_uid, path.stat().st_gid) != (user, group):
        os.chown(path, user, group)
