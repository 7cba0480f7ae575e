"""The programs of one instance: Redis, Asterisk, the server; what each is started with."""

import shutil
import sys
from pathlib import Path

import aiohttp

from cti.config_models import Configuration
from cti.processes import Program, port_answers
from cti.settings import environment

TOOLS = Path(__file__).resolve().parents[1] / "tools"


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
        log=log_file(configuration, "redis"),
        ready=lambda: port_answers("127.0.0.1", settings.redis.port),
    )


def asterisk_program(configuration: Configuration) -> Program:
    settings = configuration.settings
    instance = settings.folders.of_asterisk
    return Program(
        name="asterisk",
        command=[str(TOOLS / "asterisk-run.sh"), str(instance)],
        environment={**environment(), "CTI_SOUND_DIRS": str(settings.folders.prompts)},
        log=log_file(configuration, "asterisk"),
        ready=lambda: port_answers(settings.ami.host, settings.ami.port),
    )


def server_program(configuration: Configuration) -> Program:
    settings = configuration.settings
    url = settings.http.url
    return Program(
        name="server",
        command=[sys.executable, "-m", "cti", "serve"],
        environment={"CTI_LOG_FORM": "json", **environment()},
        log=log_file(configuration, "server"),
        ready=lambda: answers_ok(f"{url}/readyz"),
        ready_s=60.0,
        alive=lambda: answers_ok(f"{url}/healthz"),
    )


def log_file(configuration: Configuration, name: str) -> Path:
    """Where a program's output goes."""
    return configuration.settings.folders.instance / "log" / f"{name}.log"


async def answers_ok(url: str) -> bool:
    """True for a 200. The certificate is for the name that browsers use, so it is not looked at."""
    limit = aiohttp.ClientTimeout(total=2)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(url, ssl=False) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
