"""A whole hotline for the benchmark, with app_queue's queues beside ours on the same Asterisk."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from time import perf_counter

from cti.asterisk.ami import AmiClient, AmiEvent, AmiSettings
from cti.processes import NotStarted
from tests.asterisk.site import Desktop, Site, desktop, running_site
from tests.bench.line import ROOT, Unavailable
from tests.bench.sip_ends import SILENCE, Callers, Phones

OURS = "955190"
"""Dialled, it goes through FastAGI to the motor queue without a word."""
AGENT, EXTENSION = "1001", "8001"
NATIVE = {"955191": "8002", "955192": "8003", "955193": "8004"}
"""Numbers that go to an app_queue of the same name, and the one phone that serves it."""
_TREE = f"""\
tree: "{OURS}"
numbers: ["{OURS}"]
languages: [zh, en]
defaults: {{human: queue}}
start: queue
nodes:
  queue: {{enqueue: motor}}
"""
_RTP_PORTS = 1000
WRAP_UP_S = 1
"""Of a crew's agents, and of app_queue's beside them."""
NO_TREES: Mapping[str, str] = {}
NO_CREW: Sequence[str] = ()


@dataclass
class Manager:
    """The benchmark's own AMI connection; when each caller joined is stamped as it is read."""

    ami: AmiClient
    joined: Mapping[str, asyncio.Queue[float]] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )

    async def follow(self) -> None:
        while True:
            event = await self.ami.events.get()
            if isinstance(event, AmiEvent):
                self.joined[_place(event)].put_nowait(perf_counter())

    async def pause(self, number: str, *, paused: bool) -> None:
        """The one member of an app_queue."""
        member = {"Queue": number, "Interface": f"PJSIP/{NATIVE[number]}"}
        await self.ami.act("QueuePause", {**member, "Paused": "true" if paused else "false"})


def _place(event: AmiEvent) -> str:
    """The number behind a joining caller."""
    if event.name == "QueueCallerJoin":
        return event.fields["Queue"]
    return OURS if event.fields.get("UserEvent") == "AcdWait" else ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything, running."""

    site: Site
    phones: Phones
    callers: Callers
    manager: Manager
    agent: Desktop


def look_for_programs() -> None:
    """Raises Unavailable."""
    roots = (ROOT / ".runtime" / "asterisk", Path("/"))
    if not any((root / "usr/sbin/asterisk").exists() for root in roots):
        raise Unavailable("Asterisk is not installed")
    if not shutil.which("redis-server"):
        raise Unavailable("redis-server is not installed")


@contextlib.asynccontextmanager
async def running_bench(
    ways: str = "",
    sounds: Sequence[str] = (),
    trees: Mapping[str, str] = NO_TREES,
    crew: Sequence[str] = NO_CREW,
    queues: str = "",
    short: Sequence[str] = (),
) -> AsyncIterator[Bench]:
    """Start it all; the phones are registered, the agent is signed in and not ready.

    ``ways`` are more numbers for callers, as extensions; ``sounds`` the names of 20 ms of silence;
    ``trees`` more numbers with their menus; ``crew`` more agents, each with a phone of the same number;
    ``queues`` more of app_queue's, as it reads them; ``short`` the prompts of which 20 ms are enough.
    """
    look_for_programs()
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cti-bench-")))
        secret = token_hex(16)

        def adapt(etc: Path) -> None:
            _adapt(etc, secret, ways, queues)
            _silence(etc.parent, sounds)

        settings = _settings(folder, trees, crew) | _prompts(folder, short)
        run = running_site(folder / "run", settings, adapt)
        try:
            site = await stack.enter_async_context(run)
        except NotStarted as failed:  # its log is gone with the folder
            program = str(failed).partition(":")[0]
            raise RuntimeError(f"{failed}: {last_words(folder, program)}") from failed
        sip = site.configuration.settings.sip.port
        phones, callers = Phones(sip), Callers(sip)
        for end in (phones, callers):
            await end.open()
            stack.callback(end.close)
        for extension in (EXTENSION, *NATIVE.values(), *crew):
            await phones.register(extension, site.secrets.get(f"sip_{extension}"))
        manager = await stack.enter_async_context(_manager(site, secret))
        agent = await stack.enter_async_context(desktop(site, AGENT))
        assert (await agent.command("logOn"))["ok"]
        yield Bench(site, phones, callers, manager, agent)


def last_words(folder: Path, program: str) -> str:
    """The end of a program's log."""
    log = folder / "run" / "log" / f"{program}.log"
    return log.read_text("utf-8", "replace")[-1500:]


def _settings(folder: Path, trees: Mapping[str, str], crew: Sequence[str]) -> dict[str, str]:
    dialplan = folder / "dialplan"
    shutil.copytree(ROOT / "dialplan", dialplan, ignore=shutil.ignore_patterns("tests"))
    for number, tree in {OURS: _TREE, **trees}.items():
        (dialplan / f"{number}.yaml").write_text(tree, "utf-8")
    rtp = 22000 + os.getpid() % 8 * _RTP_PORTS
    return {
        "CTI_CONFIG": str(_config(folder, crew)),
        "CTI_FOLDERS_DIALPLAN": str(dialplan),
        "CTI_SIP_NUMBERS": ",".join(["95518", OURS, *trees]),
        "CTI_RTP_FIRST_PORT": str(rtp),
        "CTI_RTP_LAST_PORT": str(rtp + _RTP_PORTS - 1),
    }


def _prompts(folder: Path, short: Sequence[str]) -> dict[str, str]:
    """The sample's prompts, or a copy in which some are 20 ms of silence."""
    prompts = ROOT / "prompts"
    if short:
        prompts = Path(shutil.copytree(prompts, folder / "prompts"))
        for prompt in short:
            (prompts / "zh" / f"{prompt}.alaw").write_bytes(SILENCE)
    return {"CTI_FOLDERS_PROMPTS": str(prompts)}


def _config(folder: Path, crew: Sequence[str]) -> Path:
    """The sample's configuration with more agents, who are soon done with their wrap-up."""
    config = folder / "config"
    shutil.copytree(ROOT / "config", config)
    if crew:
        agents, queues = config / "agents.yaml", config / "queues.yaml"
        more = "".join(
            f'  - {{id: "{each}", name: "{each}", extension: "{each}", skills: {{motor: 4}},'
            " languages: [zh]}\n"
            for each in crew
        )
        agents.write_text(agents.read_text("utf-8").replace("people:", f"{more}people:"), "utf-8")
        rules = queues.read_text("utf-8").replace("wrap_up_s: 45", f"wrap_up_s: {WRAP_UP_S}")
        queues.write_text(rules, "utf-8")
    return config


def _silence(instance: Path, sounds: Sequence[str]) -> None:
    for sound in sounds:
        (instance / "sounds" / "sounds" / "zh" / f"{sound}.alaw").write_bytes(SILENCE)


def _adapt(etc: Path, secret: str, ways: str, more_queues: str) -> None:
    """A queue with one paused member for each native number, and a manager who may pause him."""
    queues = "".join(f"\n[{n}](survive)\nmember => PJSIP/{e}\n" for n, e in NATIVE.items())
    ways += "".join(
        f"exten => {n},1,Answer()\n same => n,Queue({n})\n same => n,Hangup()\n" for n in NATIVE
    )
    added = {
        "queues.conf": queues + more_queues,
        "extensions.conf": f"\n[acd-trunk](+)\n{ways}",
        "manager.conf": (
            f"\n[bench]\nsecret = {secret}\ndeny = 0.0.0.0/0.0.0.0\n"
            "permit = 127.0.0.1/255.255.255.255\nread = agent,user,system\nwrite = agent\n"
        ),
    }
    for name, text in added.items():
        with (etc / name).open("a", encoding="utf-8") as file:
            file.write(text)


@contextlib.asynccontextmanager
async def _manager(site: Site, secret: str) -> AsyncIterator[Manager]:
    port = site.configuration.settings.ami.port
    settings = AmiSettings(host="127.0.0.1", port=port, username="bench", secret=secret)
    ami = AmiClient(settings, ("QueueCallerJoin", "UserEvent"), lambda: 0.5)
    await ami.start()
    async with asyncio.timeout(10):
        await ami.events.get()  # AmiUp
    manager = Manager(ami)
    following = asyncio.create_task(manager.follow())
    try:
        for number in NATIVE:
            await manager.pause(number, paused=True)
        yield manager
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await ami.close()
