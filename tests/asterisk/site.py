"""A whole 95518 of its own: Redis, Asterisk and the server on free ports, in a folder of its own."""

import asyncio
import contextlib
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from cti.asterisk.render import write
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.processes import Program, Programs
from cti.secret_files import Secrets
from cti.simulation.scratch import scratch_environment
from cti.site_files import asterisk_plan, sample_secrets
from cti.site_programs import asterisk_program, redis_program, server_program
from cti.stocking import stock

BOUND = ("reserved", "ringing", "talking", "held", "consulting", "conferencing", "dialling")
"""States of an agent whom a call concerns, but for wrap-up."""
CONFIG = Path(__file__).resolve().parents[2] / "config"


@dataclass
class Site:
    """What a test of the whole may ask for."""

    configuration: Configuration
    environment: Mapping[str, str]
    programs: Programs
    secrets: Secrets
    passwords: Mapping[str, str]
    wanted: Mapping[str, Program]

    @property
    def url(self) -> str:
        http = self.configuration.settings.http
        return f"http://{http.host}:{http.port}"

    @property
    def folder(self) -> Path:
        return self.configuration.settings.folders.instance

    def pid(self, name: str) -> int:
        pids: dict[str, int] = json.loads((self.folder / "pids.json").read_text("utf-8"))
        return pids[name]

    def kill(self, name: str) -> None:
        """kill -9; nothing starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def runs(self, name: str) -> bool:
        """Whether its process lives (a dead one that nobody has waited for does not)."""
        with contextlib.suppress(FileNotFoundError):
            state = Path(f"/proc/{self.pid(name)}/stat").read_text("utf-8").rpartition(")")[2]
            return state.split()[0] != "Z"
        return False

    async def start(self, name: str) -> None:
        await self.programs.start(self.wanted[name])

    async def asterisk_says(self, command: str) -> str:
        """The answer of Asterisk's console."""
        run = self.wanted["asterisk"].command[0]
        process = await asyncio.create_subprocess_exec(
            run,
            str(self.folder / "asterisk"),
            "-rx",
            command,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(self.wanted["asterisk"].environment),
        )
        out, _ = await asyncio.wait_for(process.communicate(), 15)
        return out.decode()

    async def channels(self) -> int:
        """How many channels Asterisk has now."""
        text = await self.asterisk_says("core show channels count")
        return int(text.split(" active channel")[0].split()[-1])

    async def gauges(self) -> dict[str, float]:
        """The service's gauges by name, those with labels added up."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/metrics") as answer:
            text = await answer.text()
        found: dict[str, float] = {}
        for name, value in re.findall(r"^cti_(\w+)(?:\{.*\})? (\S+)$", text, re.MULTILINE):
            found[name] = found.get(name, 0.0) + float(value)
        return found

    async def busy(self) -> dict[str, float]:
        """Calls, callbacks, agents bound to a call and channels, as far as there are any."""
        told = await self.gauges()
        counted = {name: told.get(name, 0.0) for name in ("calls", "callbacks_open")}
        counted |= {name: told.get(name, 0.0) for name in (f"agents_{state}" for state in BOUND)}
        counted["channels"] = await self.channels()
        return {name: value for name, value in counted.items() if value}

    def log(self, name: str) -> str:
        return (self.folder / "log" / f"{name}.log").read_text("utf-8", "replace")


def site_environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Settings that keep this site apart from every other one on the machine."""
    return {**os.environ, "CTI_CONFIG": str(CONFIG), **scratch_environment(folder), **more}


@contextlib.asynccontextmanager
async def running_site(
    folder: Path,
    more: Mapping[str, str] | None = None,
    adapt: Callable[[Path], None] | None = None,
) -> AsyncIterator[Site]:
    """Start everything, and leave nothing. ``adapt`` may change Asterisk's files in etc/ before."""
    environment = site_environment(folder, more or {})
    configuration, problems = load_configuration(Path(environment["CTI_CONFIG"]), environment)
    assert configuration is not None, problems
    secrets = Secrets(configuration.settings.folders.instance / "secrets", environment)
    passwords = sample_secrets(configuration, secrets)
    write(asterisk_plan(configuration, secrets))
    if adapt:
        adapt(configuration.settings.folders.instance / "asterisk" / "etc")
    await stock(configuration, passwords)
    wanted = [redis_program(configuration), asterisk_program(configuration)]
    wanted.append(server_program(configuration))
    own = {p.name: _with(p, environment) for p in wanted}
    programs = Programs(configuration.settings.folders.instance / "pids.json")
    site = Site(configuration, environment, programs, secrets, passwords, own)
    try:
        for name in own:
            await site.start(name)
        yield site
    finally:
        await programs.stop()


def _with(program: Program, environment: Mapping[str, str]) -> Program:
    merged = {
        **environment,
        **{k: v for k, v in program.environment.items() if k == "CTI_SOUND_DIRS"},
    }
    return replace(program, environment=merged, ready_s=60.0)


LAST_TOLD = 15


class Desktop:
    """One signed-in browser, without the browser: the socket's frames and its commands."""

    def __init__(
        self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse
    ) -> None:
        self._session, self._socket = session, socket
        self.frames: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._refs = 0
        self._again: asyncio.Task[None] | None = None

    async def read(self) -> None:
        async for message in self._socket:
            self.frames.append(json.loads(message.data))
            self._news.set()

    async def until(self, limit_s: float = 10.0, **wanted: Any) -> dict[str, Any]:
        """The first frame (old or new) that has all these fields. Raises TimeoutError."""
        try:
            async with asyncio.timeout(limit_s):
                return await self._first(wanted)
        except TimeoutError:
            raise TimeoutError(f"never came: {wanted}; came: {self._came(wanted)}") from None

    async def _first(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        seen = 0
        while True:
            for frame in self.frames[seen:]:
                if all(frame.get(name) == value for name, value in wanted.items()):
                    return frame
            seen = len(self.frames)
            self._news.clear()
            await self._news.wait()

    def _came(self, wanted: Mapping[str, Any]) -> list[Any]:
        """The last events, of the same call where one is named."""
        call_id = wanted.get("callId")
        told = [each for each in self.frames if call_id in (None, each.get("callId"))]
        return [each.get("node", each.get("type")) for each in told[-LAST_TOLD:]]

    async def until_agent(self, agent_id: str, state: str, limit_s: float = 10.0) -> dict[str, Any]:
        """The agent's record of the first frame (old or new) in which he has a state or status."""
        seen = 0
        async with asyncio.timeout(limit_s):
            while True:
                news = self.frames[seen:]
                told = (each.get(name) for each in news for name in ("agent", "partyAgent"))
                agents = [agent for agent in told if agent]
                for agent in agents:
                    fits = agent["agentId"] == agent_id
                    if fits and state in (agent["state"], agent["status"]):
                        return dict(agent)
                seen = len(self.frames)
                self._news.clear()
                await self._news.wait()

    async def get(self, path: str) -> Any:
        """An answer of the HTTP interface, with this person's rights."""
        async with self._session.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def fetch(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and content of anything that is no JSON."""
        async with self._session.get(path, headers=headers) as answer:
            return answer.status, await answer.read()

    async def post(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._session.post(path, json=body) as answer:
            assert answer.status < 300, await answer.text()

    async def put(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._session.put(path, json=body) as answer:
            assert answer.status < 300, await answer.text()

    async def delete(self, path: str, body: Mapping[str, Any]) -> None:
        async with self._session.delete(path, json=body) as answer:
            assert answer.status < 300, await answer.text()

    async def answers(self) -> bool:
        """The server still hears us. It closes a socket whose process computed for too long to answer its
        pings; that shows only when something is sent."""
        try:
            async with asyncio.timeout(3):
                await self.command("ping")
        except (ConnectionError, TimeoutError):
            return False
        return True

    async def again(self) -> None:
        """Connect anew, as a browser does whose server was away; it is still signed in."""
        self._socket = await self._session.ws_connect("/ws")
        self.frames.clear()
        async with asyncio.timeout(10):
            await self._socket.send_json({"cmd": "resume", "ref": "resume", "after": None})
            self._again = asyncio.create_task(self.read())
        await self.until(type="snapshot")

    async def drop(self) -> None:
        """Lose the connection, as a browser that crashes does."""
        await self._socket.close()

    async def close(self) -> None:
        """The socket of ``again``, where there is one."""
        if self._again is not None:
            self._again.cancel()
            await asyncio.gather(self._again, return_exceptions=True)
            await self._socket.close()

    async def say(self, frame: str | bytes) -> None:
        """Any frame as it stands, a command or none."""
        await (
            self._socket.send_str(frame)
            if isinstance(frame, str)
            else self._socket.send_bytes(frame)
        )

    async def command(self, cmd: str, **more: Any) -> dict[str, Any]:
        self._refs += 1
        ref = f"t{self._refs}"
        await self._socket.send_json({"cmd": cmd, "ref": ref, **more})
        return await self.until(ref=ref)


@contextlib.asynccontextmanager
async def desktop(site: Site, login: str) -> AsyncIterator[Desktop]:
    """Sign in and follow, as a browser does."""
    headers = {"X-Requested-With": "cti", "Origin": site.url}
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(site.url, headers=headers, cookie_jar=jar) as session:
        credentials = {"login": login, "password": site.passwords[login]}
        async with session.post("/api/v1/session", json=credentials) as answer:
            assert answer.status == 200, await answer.text()
        async with session.ws_connect("/ws") as socket:
            found = Desktop(session, socket)
            reading = asyncio.create_task(found.read())
            await socket.send_json({"cmd": "resume", "ref": "resume", "after": None})
            try:
                await found.until(type="snapshot")
                yield found
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                await found.close()
