"""The whole hotline with four agents at their desks, and callers who ring up."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from cti.simulation.phones import Answering, Leg, Phone, Phones, Registrar
from cti.simulation.sip_phone import OVER
from tests.asterisk import message_trees, mode_trees, odd_trees, phrase_voice, waiting_trees
from tests.asterisk.hearing import Hearing
from tests.asterisk.short_ways import (
    SHORT_MENU,
    direct_trees,
    open_always,
    reach_carrier,
    short_tree,
)
from tests.asterisk.site import CONFIG, Desktop, Site, desktop, running_site
from tests.servers import free_port

ROOT = CONFIG.parent
RING_S, WRAP_UP_S = 4, 2
OFFERED_AFTER_S, CUSTOMER_RING_S = 6, 20
CALLBACK_AT_S = (0, 4, 8)
AGENT_TONES_HZ = {"1001": 700, "1002": 900, "1003": 1100, "1004": 1300}
CALLER_TONE_HZ, CUSTOMER_TONE_HZ, SUPERVISOR_TONE_HZ = 500, 1700, 1500
ANNOUNCED_AFTER_S, ANNOUNCED_EVERY_S = 5, 12
DIRECT = {
    "motor": "955181",
    "consult": "955182",
    "major": "955183",
    "sales": "955189",
    "nonmotor": "955195",
    "staff": "955196",
}
"""Numbers that go to a queue at once, for tests that are not about the menu."""
NIGHT = "955185"
"""The real menu when its offices are closed."""
OWN_TREES = {
    **message_trees.TREES,
    **mode_trees.TREES,
    **odd_trees.TREES,
    **phrase_voice.TREES,
    **waiting_trees.TREES,
}
_CLOSED = "  never: {mon-sun: closed, holiday: closed}\n"
SPARE_SEAT, SPARE_PHONE = "S1", "8011"
"""A desk that is nobody's own."""
DESK_GONE_S = 4.0
SILENT_S = 6
"""So long a phone may send no sound in a talk."""
MENU_S = 14
"""So long a caller may be in the menu that his agent sent him to."""
ROUTED = {
    "nonmotor": "    sticky: true\n",
    "staff": "    overflow: [{after_s: 2, number: duty}]\n    sticky: false\n",
}


@dataclass
class Seat:
    """An agent at his desk: the browser's socket and the phone."""

    agent_id: str
    desktop: Desktop
    phone: Phone

    async def ready(self, answering: Answering | None = None) -> None:
        """Sign in, and be ready for calls with a phone that answers as told."""
        self.phone.answer_like(answering or Answering())
        signed_on = await self.desktop.command("logOn")
        assert signed_on["ok"], signed_on
        chosen = await self.desktop.command("setAgentState", status="ready")
        assert chosen["ok"], chosen

    async def do(self, cmd: str, **more: Any) -> None:
        answer = await self.desktop.command(cmd, **more)
        assert answer["ok"], answer

    async def until_state(self, state: str, limit_s: float = 10.0) -> dict[str, Any]:
        """The agent's newest record once he is in a state (a status counts as one)."""
        return await self.desktop.until_agent(self.agent_id, state, limit_s)


@dataclass
class House:
    """Everything, running."""

    site: Site
    phones: Phones
    registrar: Registrar
    board: Desktop
    customer: Phone
    supervisor: Phone
    seats: Mapping[str, Seat]
    http: aiohttp.ClientSession
    callers: dict[str, Phone] = field(default_factory=dict)

    def caller(self, number: str = "13997000001", record_to: Path | None = None) -> Phone:
        """A caller's phone, on the carrier's side."""
        if number not in self.callers:
            phone = Phone(number, self.registrar, tone_hz=CALLER_TONE_HZ)
            self.callers[number] = self.phones.add(phone)
        self.callers[number].record(record_to)
        return self.callers[number]

    async def call(self, phone: Phone, number: str) -> tuple[Leg, str]:
        """Dial; the leg and the call's id."""
        leg = phone.dial(number)
        await leg.until("CONFIRMED", 15)
        masked = f"{phone.name[:3]}****{phone.name[-4:]}"
        offered = await self.board.until(type="offered", callerNumber=masked)
        return leg, str(offered["callId"])

    async def event(self, kind: str, call_id: str, limit_s: float = 10.0, **more: Any) -> Any:
        return await self.board.until(limit_s, type=kind, callId=call_id, **more)

    def events(self, call_id: str) -> list[str]:
        """The kinds of a call's events so far."""
        mine = (frame for frame in self.board.frames if frame.get("callId") == call_id)
        return [frame["type"] for frame in mine if "id" in frame]

    def nodes(self, call_id: str) -> list[str]:
        """The nodes that a call came to so far, in order."""
        entered = (f for f in self.board.frames if f.get("type") == "nodeEntered")
        return [frame["node"] for frame in entered if frame["callId"] == call_id]

    def outcomes(self, call_id: str) -> list[str]:
        """How each of a call's visits to a queue ended."""
        left = (f for f in self.board.frames if f.get("type") == "queueLeft")
        return [frame["outcome"] for frame in left if frame["callId"] == call_id]

    async def rate(self, leg: Leg, call_id: str) -> None:
        """When the agent has left, the caller rates him and hears good-bye."""
        await self.event("nodeEntered", call_id, node="after_call/ask")
        leg.press("1")
        await leg.until(OVER, 15)

    async def board_again(self) -> None:
        """Every desktop connects anew, after its server was away."""
        for each in self._desktops:
            await each.again()

    async def settle(self) -> None:
        """End what a test left, and see that nothing remains anywhere. What did remain is that test's
        fault alone: the next one finds everybody connected, and nothing said yet."""
        for leg in (leg for phone in self.phones.phones for leg in phone.legs):
            if leg.state != OVER:
                leg.hang_up()
        try:
            await self.reconnect()
            await self.until_quiet()
        finally:
            await self._forget()

    async def reconnect(self) -> None:
        """A test that broke off may have left the server dead, or desktops whose server was away."""
        if not self.site.runs("server"):
            await self.site.start("server")
        if not all([await each.answers() for each in self._desktops]):
            await self.board_again()

    async def _forget(self) -> None:
        for each in self._desktops:
            await each.command("logOff")
        for phone in (self.customer, self.supervisor, *(s.phone for s in self.seats.values())):
            phone.record(None)
        for each in self._desktops:
            each.frames.clear()
        for phone in self.phones.phones:
            phone.forget()

    @property
    def _desktops(self) -> list[Desktop]:
        return [*(seat.desktop for seat in self.seats.values()), self.board]

    async def until_quiet(self, limit_s: float = 15.0) -> None:
        await await_quiet(self.site, limit_s)


async def await_quiet(site: Site, limit_s: float) -> None:
    """No channel, no call, and nobody bound to one. Raises AssertionError with what remains."""
    left: object = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(limit_s):
            while left := await site.busy():  # noqa: ASYNC110 (Asterisk must be asked)
                await asyncio.sleep(0.1)
    assert not left, left


async def hearing(leg: Leg, limit_s: float = 5.0) -> Hearing:
    """What a leg that is over heard, as soon as its recording is written to its end."""
    assert leg.state == OVER
    assert leg.recording is not None
    async with asyncio.timeout(limit_s):
        while not len((heard := Hearing(leg.recording)).samples):  # noqa: ASYNC110 (a file)
            await asyncio.sleep(0.05)
    return heard


def quick_configuration(folder: Path, customer_port: int = 0) -> Path:
    """A copy of the real configuration with short times, and the numbers of ``DIRECT``. The carrier
    brings all our calls to one customer's phone, at ``customer_port``."""
    shutil.copytree(CONFIG, folder / "config")
    shutil.copytree(ROOT / "dialplan", folder / "dialplan")
    queues = folder / "config" / "queues.yaml"
    text = queues.read_text("utf-8")
    for name, value in (("ring_s", RING_S), ("wrap_up_s", WRAP_UP_S)):
        text, count = re.subn(rf"^  {name}: \d+$", f"  {name}: {value}", text, flags=re.MULTILINE)
        assert count == 1
    queues.write_text(quick_routing(quick_callbacks(text)), "utf-8")
    agents = folder / "config" / "agents.yaml"
    text = agents.read_text("utf-8")
    agents.write_text(
        text + f'seats: [{{seat: {SPARE_SEAT}, extension: "{SPARE_PHONE}"}}]\n', "utf-8"
    )
    reach_carrier(folder / "config" / "cti.yaml", customer_port)
    quick_dialplan(folder / "dialplan")
    return folder / "config"


def quick_routing(queues: str) -> str:
    """Only callers of nonmotor are known again, and those of staff go to the duty number soon; others
    ring from the same numbers all the time, and wait for what a test is about."""
    before, section, after = queues.partition("queues:\n  major:")
    after = re.sub(r"^    (sticky|overflow): .*\n", "", after, flags=re.MULTILINE)
    after = re.sub(r"^(    priority: .*)$", r"\1\n    sticky: false", after, flags=re.MULTILINE)
    for queue, keys in ROUTED.items():
        head, name, rest = after.partition(f"  {queue}:\n")
        assert name
        after = head + name + rest.replace("    sticky: false\n", keys, 1)
    return before + section + after


def quick_callbacks(queues: str) -> str:
    """Callbacks that are offered, tried again and given up within seconds."""
    changed = {"attempts_at_s": str(list(CALLBACK_AT_S)), "customer_ring_s": str(CUSTOMER_RING_S)}
    before, section, after = queues.partition("callbacks:\n")
    for name, value in changed.items():
        after, count = re.subn(rf"^  {name}: .*$", f"  {name}: {value}", after, flags=re.MULTILINE)
        assert count == 1, name
    after = after.replace("after_s: 30, key", f"after_s: {OFFERED_AFTER_S}, key")
    return quick_announcements(before + section + after)


def quick_announcements(queues: str) -> str:
    """Only those who wait for sales hear their place and time, soon; others hear what a test is about."""
    queues, count = re.subn(
        r"^  announce: .*$",
        "  announce: {position: false, wait: false}",
        queues,
        flags=re.MULTILINE,
    )
    assert count == 1
    before, sales, after = queues.partition("  sales:\n")
    assert sales
    after = after.replace(f"after_s: {OFFERED_AFTER_S},", "after_s: 600,", 1)
    times = f"first_after_s: {ANNOUNCED_AFTER_S}, every_s: {ANNOUNCED_EVERY_S}"
    return f"{before}{sales}    announce: {{{times}}}\n{after}"


def quick_dialplan(folder: Path) -> None:
    """The real menu, open at any hour; the same menu always closed; and shorter ways."""
    shutil.rmtree(folder / "tests")
    odd_trees.write_scripts(folder / "scripts")
    open_always(folder / "hours.yaml", _CLOSED)
    night = (folder / "95518.yaml").read_text("utf-8").replace('"95518"', f'"{NIGHT}"')
    night = re.sub("of: (consult|complaint)", "of: never", night)
    trees = {NIGHT: night, SHORT_MENU: short_tree(1), **direct_trees(DIRECT), **OWN_TREES}
    for number, tree in trees.items():
        (folder / f"{number}.yaml").write_text(tree, "utf-8")


def copied(prompts: Path, folder: Path) -> Path:
    """Prompts that a test may take away."""
    return Path(shutil.copytree(prompts, folder / "prompts"))


@contextlib.asynccontextmanager
async def running_house(folder: Path) -> AsyncIterator[House]:
    """Start it all; everybody's phone is registered, and nobody is signed in to a queue."""
    customer_port = free_port()
    more = {
        "CTI_CONFIG": str(quick_configuration(folder, customer_port)),
        "CTI_FOLDERS_PROMPTS": str(copied(ROOT / "prompts", folder)),
        "CTI_SIP_NUMBERS": ",".join(("95518", *DIRECT.values(), SHORT_MENU, NIGHT, *OWN_TREES)),
        "CTI_DESK_GONE_S": str(DESK_GONE_S),
        "CTI_SIP_SILENT_S": str(SILENT_S),
        "CTI_DESK_READY_WHEN_PHONE_BACK": "true",
        "CTI_DESK_MENU_S": str(MENU_S),
        "CTI_DESK_CALLS_FROM": "00:00",
        "CTI_DESK_CALLS_UNTIL": "00:00",
        **phrase_voice.speech_settings(folder / "voice"),
    }
    async with contextlib.AsyncExitStack() as stack:
        site = await stack.enter_async_context(running_site(folder / "run", more))
        phones = await stack.enter_async_context(Phones().running())
        registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        board = await stack.enter_async_context(desktop(site, "2001"))
        seats = {}
        for agent in site.configuration.agents.agents:
            phone = Phone(agent.extension, registrar, tone_hz=AGENT_TONES_HZ[agent.id])
            phones.add(phone, site.secrets.get(f"sip_{agent.extension}"))
            follows = await stack.enter_async_context(desktop(site, agent.id))
            seats[agent.id] = Seat(agent.id, follows, phone)
        for seat in seats.values():
            await seat.phone.until_registered()
        customer = Phone(
            "13997000001", registrar, tone_hz=CUSTOMER_TONE_HZ, local_port=customer_port
        )
        phones.add(customer)
        [extension] = [p.extension for p in site.configuration.agents.people if p.extension]
        supervisor = Phone(extension, registrar, tone_hz=SUPERVISOR_TONE_HZ)
        phones.add(supervisor, site.secrets.get(f"sip_{extension}"))
        await supervisor.until_registered()
        yield House(site, phones, registrar, board, customer, supervisor, seats, http)
