"""Time to check, prove and publish a tree of 2,000 nodes, and for a server to load it."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.dialplans import version_desk
from cti.publishing import examined, folder_files
from cti.services.version_desk import Wish
from cti.store.redis_link import open_redis
from cti.store.sql_link import migrate, open_engine
from cti.web.parts import WebLimits
from tests.bench.line import ROOT, ROUNDS, Line, Row, less_is_better
from tests.servers import RedisServer

KEYS = "12345678"
CHAIN = 31
PROMPT = "whisper_motor"


def tree(mark: int) -> str:
    """A root, 8 menus, 64 menus below them, each with a chain of prompts to a queue: 2,000 nodes."""
    lines = ['tree: "95518"', 'numbers: ["95518"]', f"# {mark}"]
    lines += ["defaults: {human: person}", "start: root", "nodes:"]
    lines += [_menu("root", "m", ""), "  person: {enqueue: motor}"]
    for first in KEYS:
        lines.append(_menu(f"m{first}", "m", first))
        for second in KEYS:
            lines += _branch(first + second)
    return "\n".join(lines) + "\n"


def _menu(name: str, prefix: str, above: str) -> str:
    keys = ", ".join(f'"{key}": {prefix}{above}{key}' for key in KEYS)
    return f"  {name}: {{menu: {PROMPT}, keys: {{{keys}}}}}"


def _branch(name: str) -> list[str]:
    """The menu ``name``, and the chain that its key 1 leads to."""
    found = [f'  m{name}: {{menu: {PROMPT}, keys: {{"1": c{name}x1, "2": person}}}}']
    for step in range(1, CHAIN):
        following = f"c{name}x{step + 1}" if step < CHAIN - 1 else f"q{name}"
        found.append(f"  c{name}x{step}: {{say: {PROMPT}, next: {following}}}")
    return [*found, f"  q{name}: {{enqueue: motor, priority: 50}}"]


def flow_tests() -> str:
    """One flow to the end of each chain."""
    lines = ["flows:"]
    for first in KEYS:
        for second in KEYS:
            heard = ", ".join([PROMPT] * (CHAIN - 1))
            steps = [f"{{hear: [{PROMPT}]}}", f'{{press: "{first}"}}', f"{{hear: [{PROMPT}]}}"]
            steps += [f'{{press: "{second}"}}', f"{{hear: [{PROMPT}]}}", '{press: "1"}']
            lines += [
                f"  - name: to chain {first}{second}",
                '    tree: "95518"',
                "    at: 2026-11-23T10:00+08:00",
                '    from: "13997000001"',
                f"    steps: [{', '.join(steps)}, {{hear: [{heard}]}}]",
                "    ends: {queue: motor, priority: 50}",
            ]
    return "\n".join(lines) + "\n"


def files(mark: int) -> Mapping[str, str]:
    hours = folder_files(ROOT / "dialplan")["hours.yaml"]
    return {"95518.yaml": tree(mark), "hours.yaml": hours, "tests/flows.yaml": flow_tests()}


async def measured(configuration: Configuration, redis_url: str, folder: Path) -> list[float]:
    """Seconds of each publish: all rules, the flow tests, Redis with its log, SQLite."""
    url = f"sqlite:///{folder / 'history.db'}"
    await migrate(url)
    redis, engine = open_redis(redis_url), open_engine(url)
    desk, took_s = version_desk(configuration, redis, engine), []
    for number in range(ROUNDS):
        wish = Wish(files=files(number), author="bench", message="large")
        before = await desk.in_force()
        begun = perf_counter()
        await desk.publish(before, wish)
        took_s.append(perf_counter() - begun)
    await redis.aclose()
    await engine.dispose()
    return took_s


def loaded(configuration: Configuration) -> float:
    """Seconds in which a server makes trees of the published files."""
    large = files(0)
    begun = perf_counter()
    site = examined(large, configuration).site
    spent_s = perf_counter() - begun
    if site is None or len(site.trees["95518"].nodes) < 2000:
        raise RuntimeError("the large tree is not as it should be")
    return spent_s


def run() -> Sequence[Row]:
    """A row for publishing, and one for loading."""
    configuration, problems = load_configuration(ROOT / "config", {})
    if configuration is None:
        raise RuntimeError(f"config/ has errors: {problems}")
    with tempfile.TemporaryDirectory(prefix="cti-publish-") as name:
        server = RedisServer(Path(name))
        server.start()
        try:
            took_s = asyncio.run(measured(configuration, server.url, Path(name)))
        finally:
            server.stop()
    limit = ("limit of a request", WebLimits().request_s)
    publish = less_is_better("check, prove, publish 2,000 nodes", "s", median(took_s), limit, 1.0)
    load_s = median(loaded(configuration) for _ in range(ROUNDS))
    second = ("promise to swap", 1.0)
    return [publish, less_is_better("a server loads 2,000 nodes", "s", load_s, second)]


LINE = Line(
    "Publishing a large tree",
    "A tree of 2,000 nodes in three levels of menu with 64 flow tests is published: all rules of "
    "`cti check`, the flow tests, the change of what is in force in a real Redis with its append-only "
    "file, the archive in SQLite. Held against the limit of an HTTP request, in which the admin's page "
    "must have its answer. Then what each server does with it: unpack, parse, check against its prompts "
    "and queues, in a thread beside the calls.",
    run,
)
