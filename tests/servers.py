"""Real servers for the tests: each in a folder and on a port of its own, ended with the session."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

START_LIMIT_S = 20.0
_SYSTEM_FOLDERS = ("/usr/bin", "/usr/local/bin", "/usr/sbin")


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str, package: str, folders: Sequence[str] = _SYSTEM_FOLDERS) -> str:
    found = shutil.which(name, path=os.pathsep.join(folders)) or shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is missing: run `make setup-test`, or install {package}")
    return found


def _await(ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + START_LIMIT_S
    while time.monotonic() < ends and server.poll() is None:
        with contextlib.suppress(OSError):
            if ready():
                return
        time.sleep(0.02)
    raise RuntimeError(f"{server.args!r} did not start:\n{log.read_text('utf-8', 'replace')}")


def _answers_ping(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1) as connection:
        connection.settimeout(1)
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL: without waiting for its clients
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(10)


class RedisServer:
    """One redis-server with AOF on; it may be stopped, killed and started again."""

    def __init__(self, folder: Path, options: Sequence[str] = ("--appendonly", "yes")) -> None:
        self.port = free_port()
        self.socket = folder / "redis.sock"
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_url = f"unix://{self.socket}?db=0"
        self._folder = folder
        self._options = options
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it accepts connections."""
        log = self._folder / "redis.log"
        command = [
            _program("redis-server", "redis-server"),
            *("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)),
            *("--unixsocket", str(self.socket), "--save", "", "--appendfsync", "everysec"),
            *self._options,
        ]
        with log.open("ab") as out:
            self._server = subprocess.Popen(command, stdout=out, stderr=out)
        _await(lambda: _answers_ping(self.port), self._server, log)

    def stop(self) -> None:
        """End it in order; harmless when it is not running."""
        if self._server is not None:
            _stop(self._server)
            self._server = None

    def kill(self) -> None:
        """End it as ``kill -9`` does."""
        assert self._server is not None
        self._server.kill()
        self._server.wait(10)
        self._server = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._server is not None
        return self._server.pid


def _postgres_folders() -> list[str]:
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [str(folder) for folder in newest_first] + list(_SYSTEM_FOLDERS)


def _server_account() -> tuple[int | None, int | None]:
    """PostgreSQL refuses to run as root; then the account ``postgres`` runs it."""
    if os.geteuid() != 0:
        return None, None
    account = pwd.getpwnam("postgres")
    return account.pw_uid, account.pw_gid


def _accepts(is_ready: str, port: int) -> bool:
    command = [is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(command, timeout=10).returncode == 0


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A cluster without durability, for speed; yields ``HOST:PORT`` with trust sign-in."""
    folders = _postgres_folders()
    initdb = _program("initdb", "postgresql", folders)
    server_program = _program("postgres", "postgresql", folders)
    is_ready = _program("pg_isready", "postgresql", folders)
    user, group = _server_account()
    if user is not None and group is not None:
        os.chown(folder, user, group)
    cluster, log, port = folder / "cluster", folder / "postgres.log", free_port()
    made = subprocess.run(
        [initdb, "-D", cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        capture_output=True,
        cwd=folder,
        timeout=60,
        user=user,
        group=group,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stderr.decode(errors='replace')}")
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-F"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [server_program, "-D", cluster, *options],
            stdout=out,
            stderr=out,
            cwd=folder,
            user=user,
            group=group,
        )
    try:
        _await(lambda: _accepts(is_ready, port), server, log)
        yield f"127.0.0.1:{port}"
    finally:
        _stop(server)
