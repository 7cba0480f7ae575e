"""FastAGI servers under the same load: ours, pyst2 in threads, panoramisk's, node's ding-dong."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.line import (
    ROOT,
    Line,
    Row,
    Unavailable,
    ask,
    interleaved,
    less_is_better,
    middle,
    more_is_better,
    program,
)
from tests.bench.server import Server

SESSIONS = 50
SECONDS = 1.2
DING_DONG = "0.1.7"
PEERS = {
    "pyst2": "pyst2, a thread a call",
    "panoramisk": "panoramisk",
    "dingdong": "ding-dong (node)",
}
CPU_GOALS = {"pyst2": 1 / 0.13, "panoramisk": 1 / 0.45, "dingdong": 1 / 0.60}
Results = Sequence[Mapping[str, float]]
NODE_HOME = ROOT / ".runtime" / "bench"


def node_command() -> list[str]:
    """The ding-dong server's command; installs the pinned package on first use. Raises Unavailable."""
    beside = [str(path) for path in (ROOT / ".venv" / "bin").glob("node")]
    node = shutil.which("node") or (beside[0] if beside else None)
    if node is None:
        raise Unavailable("node is not installed")
    installed = NODE_HOME / "node_modules" / "ding-dong" / "package.json"
    if not installed.exists() or json.loads(installed.read_text())["version"] != DING_DONG:
        _install(Path(node))
    return [node, str(Path(__file__).with_name("agi_dingdong.cjs")), str(NODE_HOME)]


def _install(node: Path) -> None:
    npm = shutil.which("npm") or str(node.with_name("npm"))
    NODE_HOME.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(NODE_HOME)]
    try:
        done = subprocess.run(
            [*command, f"ding-dong@{DING_DONG}"],
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"npm: {error}") from error
    if done.returncode:
        raise Unavailable(f"npm: {done.stderr.strip()[-300:]}")


def visit(server: Server) -> dict[str, Any]:
    """Callers for some seconds; ``{commands_s, p99_ms, cpu_us}``."""
    before_s = server.cpu_s()
    found = ask(program("agi_callers", str(server.port), str(SESSIONS), str(SECONDS)))
    found["cpu_us"] = (server.cpu_s() - before_s) / found["commands"] * 1e6
    return found


def run() -> Sequence[Row]:
    commands = {kind: program("agi_server", kind) for kind in ("ours", "pyst2", "panoramisk")}
    try:
        commands["dingdong"] = node_command()
    except Unavailable as why:
        print(f"  without ding-dong: {why}")
    with ExitStack() as started:
        servers = {k: started.enter_context(Server(command)) for k, command in commands.items()}
        found = interleaved({kind: partial(visit, server) for kind, server in servers.items()})
    peers = sorted(commands.keys() - {"ours"})
    return [rate(found, kind) for kind in peers] + [cost(found, kind) for kind in peers]


def rate(found: Mapping[str, Results], kind: str) -> Row:
    """Commands a second against one peer."""
    ours, theirs = (middle(found[one], "commands_s") for one in ("ours", kind))
    name = f"FastAGI commands, {SESSIONS} calls at once"
    return more_is_better(name, "commands/s", ours, (PEERS[kind], theirs))


def cost(found: Mapping[str, Results], kind: str) -> Row:
    """CPU of a command against one peer."""
    ours, theirs = (middle(found[one], "cpu_us") for one in ("ours", kind))
    peer = (PEERS[kind], theirs)
    return less_is_better("CPU per FastAGI command", "µs", ours, peer, CPU_GOALS[kind])


LINE = Line(
    "FastAGI",
    f"{SESSIONS} callers at once, each new one as soon as one ends, against one server process. Every "
    "visit is the same 12 commands (answer, set and get variables, play, take a key, note). The callers are "
    "one process on epoll that answers as Asterisk does; it is full at some 36,000 commands/s, so that ours "
    "may be held back by it: CPU of the server process per command (user and system, from /proc) is the "
    "figure to watch. Ours is FastAgiServer on uvloop with its quoting, limits and reply checks. ding-dong "
    f"{DING_DONG} is installed into .runtime/bench by npm on first use.",
    run,
)
