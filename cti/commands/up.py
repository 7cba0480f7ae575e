"""``cti up``: Redis, Asterisk and the server of one instance, watched until Ctrl-C."""

import argparse
import asyncio
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from cti import messages
from cti.asterisk.render import write
from cti.config_models import Configuration
from cti.log import start_logging
from cti.processes import NotStarted, Program, Programs, port_answers
from cti.secret_files import Secrets
from cti.settings import environment
from cti.site_files import Unusable, asterisk_plan, load, sample_secrets, secrets_of
from cti.stocking import stock
from cti.store.samples import DEMO_NUMBERS

TOOLS = Path(__file__).resolve().parents[2] / "tools"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    found = subparsers.add_parser("up", help=messages.text("cli.up"))
    found.add_argument("--demo", action="store_true", help=messages.text("cli.up_demo"))
    found.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """0 after Ctrl-C, 1 when something could not be started."""
    try:
        configuration = load()
    except Unusable:
        return 1
    start_logging("INFO", configuration.settings.log.form)
    return asyncio.run(up(configuration, demo=chosen.demo))


async def up(configuration: Configuration, *, demo: bool) -> int:
    """Start all, say where everything is, watch, stop all."""
    settings = configuration.settings
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if taken := await ports_taken(configuration):
        return complain("up.port_taken", settings.language, ports=", ".join(taken))
    secrets = secrets_of(configuration)
    logins = sample_secrets(configuration, secrets)
    write(asterisk_plan(configuration, secrets))
    programs = Programs(settings.folders.instance / "pids.json")
    wanted = programs_of(configuration, demo=demo)
    try:
        await start_all(programs, wanted, configuration, logins)
        print(card(configuration, secrets, logins), flush=True)
        await watch(programs, wanted, stop)
    except NotStarted as failed:
        return complain("up.not_started", settings.language, what=str(failed))
    finally:
        await programs.stop()
    return 0


def complain(key: str, language: str, **values: object) -> int:
    sys.stderr.write(messages.text(key, language, **values) + "\n")
    return 1


async def ports_taken(configuration: Configuration) -> list[str]:
    """TCP ports of ours that somebody else answers on."""
    settings = configuration.settings
    ports = {
        "http": (settings.http.host, settings.http.port),
        "fastagi": (settings.fastagi.host, settings.fastagi.port),
        "ami": (settings.ami.host, settings.ami.port),
        "sip": (settings.sip.host, settings.sip.port),
    }
    if not settings.redis.url:
        ports["redis"] = ("127.0.0.1", settings.redis.port)
    return [
        f"{n} {host}:{port}" for n, (host, port) in ports.items() if await port_answers(host, port)
    ]


def programs_of(configuration: Configuration, *, demo: bool) -> list[Program]:
    """In the order of their start."""
    settings = configuration.settings
    found = [] if settings.redis.url else [redis_program(configuration)]
    found += [asterisk_program(configuration), server_program(configuration)]
    return [*found, demo_program(configuration)] if demo else found


def redis_program(configuration: Configuration) -> Program:
    settings = configuration.settings
    folder = settings.folders.instance / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        shutil.which("redis-server") or "redis-server",
        *("--port", str(settings.redis.port), "--bind", "127.0.0.1", "--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory-policy", "noeviction"),
    ]
    return Program(
        name="redis",
        command=command,
        environment=environment(),
        log=_log(configuration, "redis"),
        ready=lambda: port_answers("127.0.0.1", settings.redis.port),
    )


def asterisk_program(configuration: Configuration) -> Program:
    settings = configuration.settings
    instance = settings.folders.instance / "asterisk"
    return Program(
        name="asterisk",
        command=[str(TOOLS / "asterisk-run.sh"), str(instance)],
        environment={**environment(), "CTI_SOUND_DIRS": str(settings.folders.prompts)},
        log=_log(configuration, "asterisk"),
        ready=lambda: port_answers(settings.ami.host, settings.ami.port),
    )


def server_program(configuration: Configuration) -> Program:
    settings = configuration.settings
    url = f"http://{settings.http.host}:{settings.http.port}"
    return Program(
        name="server",
        command=[sys.executable, "-m", "cti", "serve"],
        environment={"CTI_LOG_FORM": "json", **environment()},
        log=_log(configuration, "server"),
        ready=lambda: answers_ok(f"{url}/readyz"),
        ready_s=60.0,
        alive=lambda: answers_ok(f"{url}/healthz"),
    )


def demo_program(configuration: Configuration) -> Program:
    async def at_once() -> bool:
        return True

    return Program(
        name="demo",
        command=[sys.executable, "-m", "cti", "demo"],
        environment=environment(),
        log=_log(configuration, "demo"),
        ready=at_once,
    )


def _log(configuration: Configuration, name: str) -> Path:
    return configuration.settings.folders.instance / "log" / f"{name}.log"


async def answers_ok(url: str) -> bool:
    """True for a 200."""
    limit = aiohttp.ClientTimeout(total=2)
    try:
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def start_all(
    programs: Programs,
    wanted: list[Program],
    configuration: Configuration,
    logins: Mapping[str, str],
) -> None:
    """Fill the database once, then start everything in order."""
    await stock(configuration, logins)
    for program in wanted:
        print(messages.text("up.starting", configuration.settings.language, name=program.name))
        await programs.start(program)


async def watch(programs: Programs, wanted: list[Program], stop: asyncio.Event) -> None:
    """Until ``stop``; whatever ends before is started again."""
    watching = [asyncio.create_task(programs.watch(each), name=each.name) for each in wanted]
    await stop.wait()
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


def card(configuration: Configuration, secrets: Secrets, logins: Mapping[str, str]) -> str:
    """Where the desktop is, who may sign in, how to call."""
    settings = configuration.settings
    agents = [
        messages.text(
            "up.agent",
            settings.language,
            login=agent.id,
            name=agent.name,
            password=logins[agent.id],
            extension=agent.extension,
            sip=secrets.get(f"sip_{agent.extension}"),
        )
        for agent in configuration.agents.agents
    ]
    people = [
        messages.text(
            "up.person",
            settings.language,
            login=person.login,
            name=person.name,
            password=logins[person.login],
            role=person.role,
        )
        for person in configuration.agents.people
    ]
    return messages.text(
        "up.card",
        settings.language,
        url=f"http://{settings.http.host}:{settings.http.port}/",
        sign_ins="\n".join([*agents, *people]),
        number=settings.sip.numbers[0],
        host=settings.sip.host,
        port=settings.sip.port,
        callers=", ".join(DEMO_NUMBERS),
        logs=settings.folders.instance / "log",
    )
