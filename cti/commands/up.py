"""``cti up``: Redis, Asterisk and the server of one instance, watched until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping
from dataclasses import replace

from cti import messages
from cti.asterisk.render import write
from cti.config_models import Configuration
from cti.log import start_logging
from cti.processes import NotStarted, Program, Programs, port_answers
from cti.secret_files import Secrets
from cti.settings import environment
from cti.site_files import (
    SAMPLE_STAFF,
    Unusable,
    asterisk_plan,
    load,
    put_sample_staff,
    sample_secrets,
    secrets_of,
)
from cti.site_programs import asterisk_program, log_file, redis_program, server_program
from cti.stocking import stock
from cti.store.samples import DEMO_NUMBERS

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
    put_sample_staff(configuration, secrets)
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
        "browser_phone": (settings.browser_phone.host, settings.browser_phone.port),
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
    server = server_program(configuration)
    server = replace(server, environment={**for_trying(configuration), **server.environment})
    found += [asterisk_program(configuration), server]
    return [*found, demo_program(configuration)] if demo else found


def for_trying(configuration: Configuration) -> Mapping[str, str]:
    """On this machine alone, whoever opens the caller page may call, unless the settings say who may."""
    settings = configuration.settings
    said = "caller_page" in settings.browser_phone.model_fields_set
    if said or settings.http.host not in LOOPBACK:
        return {}
    return {"CTI_BROWSER_PHONE_CALLER_PAGE": "open"}


def demo_program(configuration: Configuration) -> Program:
    async def at_once() -> bool:
        return True

    return Program(
        name="demo",
        command=[sys.executable, "-m", "cti", "demo"],
        environment=environment(),
        log=log_file(configuration, "demo"),
        ready=at_once,
    )


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
    pin = secrets.get(f"staff_{SAMPLE_STAFF}")
    staff = messages.text("up.staff", settings.language, number=SAMPLE_STAFF, pin=pin)
    return messages.text(
        "up.card",
        settings.language,
        url=f"{settings.http.url}/",
        sign_ins="\n".join([*agents, *people, staff]),
        number=settings.sip.numbers[0],
        host=settings.sip.host,
        port=settings.sip.port,
        callers=", ".join(DEMO_NUMBERS),
        logs=settings.folders.instance / "log",
    )
