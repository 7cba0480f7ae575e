"""A server under measurement: a program of its own, on a free port, ended with the line."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import clock_gettime
from types import TracebackType
from typing import Self

from tests.bench.line import ROOT

_CPU_OF_PROCESS = 2
"""CPUCLOCK_SCHED in the kernel's clock ids."""


class Server:
    """Starts ``command``, which prints its port (an argument-free line of digits) once it listens."""

    def __init__(self, command: Sequence[str], cwd: Path = ROOT) -> None:
        self._command = command
        self._cwd = cwd
        self.port = 0

    def __enter__(self) -> Self:
        self._running = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        first = self.line()
        if not first.isdigit():
            self.__exit__(None, None, None)
            raise RuntimeError(f"{' '.join(self._command)} did not start: {first!r}")
        self.port = int(first)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.kill()
        self._running.wait()
        for stream in (self._running.stdin, self._running.stdout):
            if stream:
                stream.close()

    def line(self) -> str:
        """The next line the server prints."""
        assert self._running.stdout is not None
        return self._running.stdout.readline().strip()

    def tell(self, words: str) -> None:
        """Write one line to the server."""
        assert self._running.stdin is not None
        self._running.stdin.write(words + "\n")

    def cpu_s(self) -> float:
        """Processor seconds used so far."""
        return cpu_s(self._running.pid)

    def resident_kb(self) -> int:
        """Kilobytes in memory."""
        return resident_kb(self._running.pid)


def resident_kb(pid: int) -> int:
    """Kilobytes of a process in memory (proc(5), VmRSS)."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def cpu_s(pid: int) -> float:
    """Processor seconds a process has used, user and system, with its ended threads.

    By its clock (clock_getcpuclockid(3)): proc(5) counts in steps of 10 ms.
    """
    return clock_gettime((~pid << 3) | _CPU_OF_PROCESS)
