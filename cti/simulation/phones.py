"""A desk full of SIP phones, each a process of its own (``sip_phone.py``), for the demo and for tests.

A phone that sends a tone can be told by ear: whatever hears its frequency is connected to it.
"""

import asyncio
import contextlib
import itertools
import json
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cti.simulation.sip_phone import OVER, PhonePlan

log = logging.getLogger(__name__)

RTP_PORTS_EACH = 40
CLOSE_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Where phones register and calls go."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What a phone does with a call: ring ``after_s`` and answer (None: only ring), or refuse."""

    after_s: float | None = 0.2
    refuse_with: int | None = None


class Leg:
    """One call of one phone. ``state``: null, CALLING, EARLY, CONFIRMED, DISCONNECTED."""

    def __init__(self, phone: "Phone", number: int, headers: str = "") -> None:
        self.phone, self.number, self.headers = phone, number, headers
        self.state, self.reason = "null", 0
        self.recording: Path | None = None
        self.digits = ""
        """The keys that came from the other end."""
        self.changed = asyncio.Event()

    async def until(self, state: str, limit_s: float = 10.0) -> None:
        """Wait for a state. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while self.state != state:
                self.changed.clear()
                await self.changed.wait()

    async def until_digits(self, digits: str, limit_s: float = 10.0) -> None:
        """Wait until these keys came from the other end. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while self.digits != digits:
                self.changed.clear()
                await self.changed.wait()

    def press(self, keys: str) -> None:
        """Press keys, RFC 4733, one after another."""
        self.phone.order("press", leg=self.number, keys=keys)

    def pick_up(self) -> None:
        """Answer."""
        self.phone.order("answer", leg=self.number, code=200)

    def refuse(self, code: int = 603) -> None:
        """Refuse with a SIP code (486 busy, 603 decline)."""
        self.phone.order("answer", leg=self.number, code=code)

    def hold(self) -> None:
        """Put the other side on hold, by the phone's own key."""
        self.phone.order("hold", leg=self.number)

    def retrieve(self) -> None:
        """Take the other side back."""
        self.phone.order("retrieve", leg=self.number)

    def hang_up(self) -> None:
        """End the call, whatever its state."""
        self.phone.order("hang_up", leg=self.number)


@dataclass(slots=True, eq=False)
class Phone:
    """One SIP phone. ``legs`` are its calls, newest last; ``recordings`` what each of them heard.
    ``local_port``: where it is called without having registered; 0 for any.
    """

    name: str
    registrar: Registrar
    tone_hz: int = 0
    local_port: int = 0
    record_to: Path | None = None
    display: str = ""
    answering: Answering = field(default_factory=Answering)
    legs: list[Leg] = field(default_factory=list)
    registered_with: int = 0
    on_change: Callable[[Leg], None] = lambda _leg: None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _orders: asyncio.Queue[Mapping[str, Any]] = field(default_factory=asyncio.Queue)
    _rang: asyncio.Queue[Leg] = field(default_factory=asyncio.Queue)
    _registered: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None

    def order(self, what: str, **more: Any) -> None:
        """Tell the phone's process to do something."""
        self._orders.put_nowait({"do": what, **more})

    def dial(self, number: str) -> Leg:
        """Call a number."""
        leg = Leg(self, next(self._numbers))
        self.legs.append(leg)
        self.order("dial", leg=leg.number, number=number)
        return leg

    def answer_like(self, answering: Answering) -> None:
        """Change what the phone does with the next call."""
        self.answering = answering
        self.order("plan", answer_after_s=answering.after_s, refuse_with=answering.refuse_with)

    def record(self, folder: Path | None) -> None:
        """Write what the next calls hear to files in a folder, or no longer."""
        self.record_to = folder
        self.order("plan", record_to=str(folder or ""))

    async def register(self, *, there: bool, limit_s: float = 10.0) -> None:
        """Register, or leave the registrar; wait for its answer."""
        self._registered.clear()
        self.order("register", there=there)
        await self.until_registered(limit_s)

    def forget(self) -> None:
        """Drop the record of calls that are over."""
        self.legs = [leg for leg in self.legs if leg.state != OVER]
        self._rang = asyncio.Queue()

    @property
    def leg(self) -> Leg:
        """The newest call. Raises IndexError before the first one."""
        return self.legs[-1]

    @property
    def recordings(self) -> list[Path]:
        """The files of all calls that had sound."""
        return [leg.recording for leg in self.legs if leg.recording]

    async def until_rung(self, limit_s: float = 10.0) -> Leg:
        """The next incoming call that nobody asked for yet. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            return await self._rang.get()

    async def until_registered(self, limit_s: float = 10.0) -> None:
        """Wait for the registrar's answer. Raises PermissionError where it refuses."""
        async with asyncio.timeout(limit_s):
            await self._registered.wait()
        if self.registered_with >= 300:
            raise PermissionError(f"{self.name}: registration refused, {self.registered_with}")

    def vanish(self) -> None:
        """As if its cable was pulled: it sends and answers nothing, and does not know."""
        self._signal(signal.SIGSTOP)

    def come_back(self) -> None:
        """The cable is plugged in again."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    async def _serve(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pass_orders(process))
            tasks.create_task(self._listen(process))

    async def _pass_orders(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 (we asked for the pipe)
        while True:
            line = json.dumps(await self._orders.get()) + "\n"
            process.stdin.write(line.encode())
            await process.stdin.drain()

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101
        async for line in process.stdout:
            with contextlib.suppress(ValueError):
                self._heard(json.loads(line))
        log.warning("phone %s is gone: exit %d", self.name, await process.wait())

    def _heard(self, what: dict[str, Any]) -> None:
        if "registered" in what:
            self.registered_with = what["registered"]
            self._registered.set()
        elif "refused" in what:
            log.warning("phone %s: %s", self.name, what)
        elif "leg" in what:
            self._heard_of(what)

    def _heard_of(self, what: dict[str, Any]) -> None:
        leg = next((each for each in self.legs if each.number == what["leg"]), None)
        if leg is None:
            leg = Leg(self, what["leg"])
            self.legs.append(leg)
        if "incoming" in what:
            leg.headers = what["incoming"]
            self._rang.put_nowait(leg)
        leg.digits += what.get("digit", "")
        if "recording" in what:
            leg.recording = Path(what["recording"])
        if "state" in what:
            leg.state, leg.reason = what["state"], what["reason"]
        leg.changed.set()
        self.on_change(leg)


class Phones:
    """Starts phones and ends all of them. RTP ports count from ``first_rtp_port``."""

    def __init__(self, first_port: int = 0, first_rtp_port: int = 30000) -> None:
        self._port, self._rtp = first_port, first_rtp_port
        self._tasks: set[asyncio.Task[None]] = set()
        self.phones: list[Phone] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Phones"]:
        """Phones live as long as this."""
        try:
            yield self
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def add(self, phone: Phone, password: str | None = None) -> Phone:
        """Put a phone on the desk; with a password it registers."""
        plan = PhonePlan(
            name=phone.name,
            host=phone.registrar.host,
            port=phone.registrar.port,
            local_port=phone.local_port,
            rtp_port=self._rtp + RTP_PORTS_EACH * len(self.phones),
            tone_hz=phone.tone_hz,
            record_to=str(phone.record_to or ""),
            password=password,
            answer_after_s=phone.answering.after_s,
            refuse_with=phone.answering.refuse_with,
            display=phone.display,
        )
        self.phones.append(phone)
        task = asyncio.get_running_loop().create_task(_live(phone, plan), name=phone.name)
        self._tasks.add(task)
        return phone


async def _live(phone: Phone, plan: PhonePlan) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cti.simulation.sip_phone", json.dumps(asdict(plan))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await phone._serve(process)
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(CLOSE_S):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
