"""One hotline for all tests of this folder; every test gives it back whole and at rest."""

import base64
import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from cti.simulation.phones import Phone, Phones, Registrar
from tests.asterisk.house import (
    AGENT_TONES_HZ,
    DIRECT,
    NIGHT,
    ROOT,
    quick_configuration,
)
from tests.asterisk.short_ways import SHORT_MENU
from tests.asterisk.site import running_site
from tests.faults.disturbance import ManagerRelay
from tests.faults.hotline import Hotline
from tests.faults.links import Links
from tests.faults.matrix import Seen
from tests.faults.receiver import Receiver, receiving
from tests.faults.recording import KEPT, OPTION, Recorder
from tests.faults.relay import Relay
from tests.servers import free_port, postgres

ASTERISK_BIND = "127.0.0.2"
HOOK_SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(OPTION, type=Path, help="write what the fault matrix saw to this file")


def pytest_configure(config: pytest.Config) -> None:
    if path := config.getoption(OPTION):
        config.pluginmanager.register(Recorder(path), "reliability")


@pytest.fixture
def seen(request: pytest.FixtureRequest) -> Seen:
    """Where a test of the matrix puts its figures."""
    node: pytest.Item = request.node
    return node.stash.setdefault(KEPT, Seen())


def tell(webhooks: Path, hook: Receiver) -> None:
    """Another system is told of every call's end."""
    told = f"{{url: {hook.url}, events: [callCleared], attempts_after_s: [1, 2, 5, 10]}}"
    webhooks.write_text(f"hooks: {{books: {told}}}\n", "utf-8")


def ask_phones_often(etc: Path) -> None:
    """After its restart Asterisk counts a phone as there once it answered; tests do not wait long."""
    pjsip = etc / "pjsip.conf"
    text, count = re.subn(
        r"^qualify_frequency = \d+$", "qualify_frequency = 2", pjsip.read_text("utf-8"), flags=re.M
    )
    assert count == 1
    pjsip.write_text(text, "utf-8")


@contextlib.asynccontextmanager
async def running_hotline(folder: Path, postgres_at: str) -> AsyncIterator[Hotline]:
    """Everything, with a relay before Asterisk's manager and one before PostgreSQL."""
    host, _, port = postgres_at.partition(":")
    ami_port, sql_port, redis_port = free_port(), free_port(), free_port()
    redis_relay = free_port()
    more = {
        "CTI_CONFIG": str(quick_configuration(folder)),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": ",".join(("95518", *DIRECT.values(), SHORT_MENU, NIGHT)),
        "CTI_AMI_PORT": str(ami_port),
        "CTI_AMI_BIND": ASTERISK_BIND,
        "CTI_AMI_ALLOW": "127.0.0.0/8",
        "CTI_SQL_URL": f"postgresql://postgres@127.0.0.1:{sql_port}/postgres",
        "CTI_REDIS_PORT": str(redis_port),
        "CTI_REDIS_URL": f"redis://127.0.0.1:{redis_relay}/0",
        "CTI_HEARTBEAT_LOOK_EVERY_S": "1",
        "CTI_SECRET_WEBHOOK_BOOKS": HOOK_SECRET,
    }
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        hook = await enter(receiving())
        tell(folder / "config" / "webhooks.yaml", hook)
        ami = ManagerRelay(ASTERISK_BIND, ami_port)
        await enter(ami.listening("127.0.0.1", ami_port))
        redis = await enter(Relay("127.0.0.1", redis_port).listening("127.0.0.1", redis_relay))
        sql = await enter(Relay(host, int(port)).listening("127.0.0.1", sql_port))
        site = await enter(running_site(folder / "run", more, adapt=ask_phones_often))
        phones = await enter(Phones().running())
        registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
        agents = {}
        for agent in site.configuration.agents.agents:
            phone = Phone(agent.extension, registrar, tone_hz=AGENT_TONES_HZ[agent.id])
            agents[agent.id] = phones.add(phone, site.secrets.get(f"sip_{agent.extension}"))
        for phone in agents.values():
            await phone.until_registered()
        direct = f"postgresql://postgres@{postgres_at}/postgres"
        links = Links(ami=ami, sql=sql, redis=redis, hook=hook)
        yield Hotline(site, phones, registrar, links, direct, agents)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """For a Redis of its own: a Unix socket's path may have 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="cti-replica-") as folder:
        yield Path(folder)


@pytest.fixture(scope="package")
def postgres_at() -> Iterator[str]:
    """``HOST:PORT`` of a PostgreSQL of our own."""
    with tempfile.TemporaryDirectory(prefix="cti-postgres-") as folder:
        Path(folder).chmod(0o755)
        with postgres(Path(folder)) as address:
            yield address


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def _hotline(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_at: str
) -> AsyncIterator[Hotline]:
    async with running_hotline(tmp_path_factory.mktemp("hotline"), postgres_at) as found:
        if path := request.config.getoption(OPTION):
            version = await found.site.asterisk_says("core show version")
            number = re.search(r"^Asterisk (\S+)", version, re.MULTILINE)
            path.with_suffix(".asterisk").write_text(number[1] if number else "", "utf-8")
        yield found


@pytest_asyncio.fixture(loop_scope="package")
async def hotline(_hotline: Hotline) -> AsyncIterator[Hotline]:
    """The hotline, at rest before and after the test."""
    yield _hotline
    await _hotline.mend()
    await _hotline.settle()
