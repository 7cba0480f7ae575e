"""Asterisk: is it there, which version, and may our manager user do what he must, and no more."""

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from cti.asterisk.ami_link import AmiError, AmiLink, AmiReply, Fields, action_of
from cti.asterisk.ami_wire import Sieve
from cti.config_models import Configuration
from cti.doctor.findings import Finding, error, ok, warning
from cti.secret_files import SecretMissing, Secrets
from cti.site_files import runtime_folder

LIMIT_S = 5.0
OLDEST_MAJOR = 20
TRIED_MAJOR = 22
MACHINES_OWN = Path("/usr/sbin/asterisk")
NOBODY = "Local/nobody@cti-doctor"
MUST: tuple[tuple[str, Fields], ...] = (
    ("Redirect", {"Channel": NOBODY, "Context": "acd-wait", "Exten": "s", "Priority": "1"}),
    ("Hangup", {"Channel": NOBODY}),
    ("Getvar", {"Variable": "ACD_HB"}),
    ("QueuePause", {"Queue": "survive", "Interface": NOBODY, "Paused": "true"}),
)
"""Actions the service lives by, aimed at nobody: only a missing right may refuse them."""
MUST_NOT: tuple[tuple[str, Fields], ...] = (
    ("Command", {"Command": "core show version"}),
    ("GetConfig", {"Filename": "manager.conf"}),
    ("ModuleCheck", {"Module": "app_queue.so"}),
)
"""Harmless actions of the classes ``command``, ``config`` and ``system``."""
DENIED = re.compile("permission denied", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Clock:
    """Our time, in seconds since 1970, and how far Asterisk's may be from it."""

    now_s: float
    apart_s: float


async def check_asterisk(
    configuration: Configuration, secrets: Secrets, clock: Clock
) -> AsyncIterator[Finding]:
    """By its manager where it runs, else by its program."""
    ami = configuration.settings.ami
    link = AmiLink(ami.host, ami.port, Sieve(()), lambda _event: None)
    try:
        async with asyncio.timeout(LIMIT_S):
            await link.connect()
    except (OSError, TimeoutError):
        async for finding in check_program():
            yield finding
        return
    try:
        async for finding in _ask(link, ami.user, secrets, clock):
            yield finding
    except AmiError as wrong:
        yield error("asterisk", "ami_silent", host=ami.host, port=ami.port, why=wrong)
    finally:
        link.end()


async def _ask(link: AmiLink, user: str, secrets: Secrets, clock: Clock) -> AsyncIterator[Finding]:
    try:
        login = {"Username": user, "Secret": secrets.get("ami"), "Events": "off"}
    except SecretMissing as missing:
        yield error("asterisk", "ami_no_secret", why=missing)
        return
    if not (await _act(link, "Login", login)).ok:
        yield error("asterisk", "ami_login", user=user)
        return
    if not (await _act(link, "Ping", {})).ok:
        yield error("asterisk", "ami_silent", host="", port="", why="Ping")
    told = await _act(link, "CoreSettings", {})
    for finding in judge_version(told.fields.get("AsteriskVersion", "")):
        yield finding
    async for finding in _rights(link, user):
        yield finding
    answer = await _act(link, "Getvar", {"Variable": "EPOCH"})
    for finding in judge_clock(answer.fields.get("Value", ""), clock):
        yield finding


async def _rights(link: AmiLink, user: str) -> AsyncIterator[Finding]:
    lacking = [name for name, fields in MUST if await _denied(link, name, fields)]
    beyond = [name for name, fields in MUST_NOT if not await _denied(link, name, fields)]
    if lacking:
        yield error("rights", "ami_rights_few", user=user, actions=", ".join(lacking))
    if beyond:
        yield warning("rights", "ami_rights_many", user=user, actions=", ".join(beyond))
    if not lacking and not beyond:
        yield ok("rights", user=user)


async def _denied(link: AmiLink, name: str, fields: Fields) -> bool:
    return bool(DENIED.search((await _act(link, name, fields)).message))


async def _act(link: AmiLink, name: str, fields: Fields) -> AmiReply:
    [reply] = await link.exchange([action_of(name, fields)], LIMIT_S)
    return reply


def judge_version(version: str) -> list[Finding]:
    """Too old, not the one that was tried, or well."""
    found = re.search(r"\d+", version)
    major = int(found[0]) if found else 0
    if major and major < OLDEST_MAJOR:
        return [error("asterisk", "asterisk_old", version=version, least=OLDEST_MAJOR)]
    if major != TRIED_MAJOR:
        return [warning("asterisk", "asterisk_untried", version=version or "?", tried=TRIED_MAJOR)]
    return [ok("asterisk", version=version)]


def judge_clock(epoch: str, clock: Clock) -> list[Finding]:
    """Asterisk compares our heartbeat with its own clock."""
    if not epoch.isascii() or not epoch.isdigit():
        return []
    apart_s = abs(int(epoch) - clock.now_s)
    if apart_s <= clock.apart_s:
        return []
    return [error("clock", "clocks_apart", whose="Asterisk", seconds=f"{apart_s:.0f}")]


async def check_program(runtime: Path | None = None) -> AsyncIterator[Finding]:
    """Asterisk is not running: can it be started?"""
    root = (runtime or runtime_folder()) / "asterisk"
    program = next((p for p in (root / "usr/sbin/asterisk", MACHINES_OWN) if p.is_file()), None)
    if program is None:
        yield error("asterisk", "asterisk_missing")
        return
    if version := await _version(program, root):
        for finding in judge_version(version):
            yield finding
    else:
        yield ok("asterisk_idle", program=program)


async def _version(program: Path, root: Path) -> str:
    """What ``asterisk -V`` says; empty where it cannot be asked (another root, not by root)."""
    command = [str(program), "-V"]
    if program.is_relative_to(root):
        if os.geteuid() != 0:
            return ""
        command = ["chroot", str(root), "/usr/sbin/asterisk", "-V"]
    with contextlib.suppress(OSError, TimeoutError):
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(LIMIT_S):
            out, _ = await process.communicate()
        return out.decode("utf-8", "replace").strip()
    return ""
