"""Who listens on which port, from /proc (proc(5): net/tcp, net/udp, PID/fd, PID/stat)."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LISTENING = "0A"
"""TCP_LISTEN in the kernel's table."""
UNCONNECTED = "07"
"""What the kernel writes for a bound UDP socket."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A process on a port; ``pid`` is 0 where the kernel does not tell (not root, a container)."""

    pid: int
    name: str


def listener(port: int, *, udp: bool = False, proc: Path = Path("/proc")) -> Listener | None:
    """Who listens on a port, on whatever address; None when nobody does."""
    inodes = set(_inodes(port, udp=udp, proc=proc))
    if not inodes:
        return None
    return _owner(inodes, proc) or Listener(0, "?")


def _inodes(port: int, *, udp: bool, proc: Path) -> Iterator[str]:
    wanted = UNCONNECTED if udp else LISTENING
    for name in ("udp", "udp6") if udp else ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in (proc / "net" / name).read_text("utf-8").splitlines()[1:]:
                columns = line.split()
                if columns[3] == wanted and int(columns[1].rpartition(":")[2], 16) == port:
                    yield columns[9]


def _owner(inodes: set[str], proc: Path) -> Listener | None:
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for folder in proc.iterdir():
        if not folder.name.isdigit():
            continue
        # Processes end while we look, and others' are closed to us.
        with contextlib.suppress(OSError):
            if any(_points_to(link, wanted) for link in (folder / "fd").iterdir()):
                return Listener(int(folder.name), (folder / "comm").read_text("utf-8").strip())
    return None


def _points_to(link: Path, wanted: set[str]) -> bool:
    try:
        return str(link.readlink()) in wanted
    except OSError:
        return False


def session_of(pid: int, proc: Path = Path("/proc")) -> int | None:
    """The process's session: `cti up` starts each program in one of its own. None when it is gone.

    0 is a session too: its leader lives outside this process namespace.
    """
    try:
        stat = (proc / str(pid) / "stat").read_text("utf-8")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[3])


def our_sessions(pids: Path) -> frozenset[int]:
    """Sessions of the programs that a living ``cti up`` of this instance watches."""
    try:
        found: dict[str, int] = json.loads(pids.read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    sessions = (session_of(pid) for pid in found.values())
    return frozenset(session for session in sessions if session is not None)
