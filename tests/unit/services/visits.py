"""A small tree, a caller, a source and a floor, for the tests of a visit to the menu."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from cti.core import events
from cti.core.callers import CallerClass, CallerProfile
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.ivr import session as ivr
from cti.core.ivr.check import Site
from cti.core.ivr.wording import Wording
from cti.services.caller_line import Arrival, CallerLeftLine, CallerLine, Recording
from cti.services.dispatcher import Dispatcher, DispatcherRules
from cti.services.ivr_call import IvrCall, IvrParts
from cti.services.menus import SiteMenus
from tests.unit.core.acd.floors import RULES
from tests.unit.core.ivr.trees import tree_of
from tests.unit.services.test_dispatcher import FakeTelephony, Store

LIMIT_S = 5.0
CALL = CallId("1.1")
NUMBER = "13997000001"
TREE = """
tree: "95518"
numbers: ["95518"]
languages: [zh, en]
defaults: {human: people}
start: notice
nodes:
  welcome: {say: welcome, next: notice}
  notice: {say: notice, barge_in: false, next: main}
  main:
    menu: main
    keys: {"1": motor, "2": english, "3": claim, "4": weather, "5": outside, "6": bye, "7": id,
           "8": gone}
  motor:
    enqueue: advice
    say: connecting
    priority: 90
    needs: {motor: 2}
    set: {call_type: report}
  english: {language: en, next: main}
  claim: {collect: ask_number, into: number, digits: 4, next: ask_claim}
  ask_claim:
    lookup: claims.status
    say: one_moment
    with: {report_no: $number}
    into: claim
    timeout_s: 0.05
    found: told
    missing: not_found
    failed: not_now
  told: {say: [found, {money: $claim.amount}, thanks], next: people}
  not_found: {say: not_found, next: people}
  not_now: {say: not_now, next: people}
  weather:
    script: weather
    with: {city: Xining}
    into: sky
    timeout_s: 2
    next: sky
    failed: not_now
  sky: {branch: [{var: sky.state, is: clear, go: motor}], else: people}
  outside: {transfer: "4008895518", say: connecting}
  bye: {hangup: done, say: good_bye}
  id: {collect: ask_id, into: id_tail, digits: 4, sensitive: true, next: people}
  people: {enqueue: motor}
"""

Event = TypeVar("Event", bound=events.Event)
Did = tuple[str, object]


class FakeLine(CallerLine):
    """A caller who presses what he was told to; ``leaves_at`` names where he hangs up, ``down_after``
    after what the store is away."""

    def __init__(self, store: Store, keys: Sequence[str]) -> None:
        self._store, self._keys = store, list(keys)
        self.did: list[Did] = []
        self.queued_before: dict[str, bool] = {}
        self.leaves_at = self.down_after = ""
        self.script: Mapping[str, str] | Exception = {}
        self.recording = Recording(file="/m.wav", seconds=3.0)

    def _note(self, what: str, value: object) -> None:
        if what == self.leaves_at:
            raise CallerLeftLine("gone")
        self.did.append((what, value))
        self.queued_before[what] = "queued" in self._store.kinds()
        self._store.down = what == self.down_after

    async def play(self, prompts: Sequence[str], *, barge_in: bool) -> None:
        self._note("play" if barge_in else "play to the end", list(prompts))

    async def forget_keys(self) -> None:
        self._note("forget keys", "")

    async def listen(self, prompts: Sequence[str], wanted: ivr.Listen) -> ivr.Pressed | ivr.NoInput:
        self._note("listen", list(prompts))
        keys = self._keys.pop(0)
        return ivr.Pressed(keys) if keys else ivr.NoInput()

    async def speak(self, language: str) -> None:
        self._note("speak", language)

    async def run_script(
        self, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        self._note("script", (name, dict(arguments), limit_s))
        if isinstance(self.script, Exception):
            raise self.script
        return self.script

    async def record(self, longest_s: float) -> Recording:
        self._note("record", longest_s)
        return self.recording

    async def choose(self, queue: str) -> None:
        self._note("choose", queue)

    async def to_queue(self) -> None:
        self._note("to queue", None)

    async def to_agent(self) -> None:
        self._note("to agent", None)

    async def to_number(self, target: str) -> None:
        self._note("to number", target)

    async def good_bye(self) -> None:
        self._note("good-bye", None)


class FakeSource:
    """Answers with ``values``, raises them, or never answers."""

    def __init__(self) -> None:
        self.values: Mapping[str, str] | Exception | None = {}
        self.answers = True
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    async def fetch(self, source: str, arguments: Mapping[str, str]) -> Mapping[str, str] | None:
        self.asked.append((source, arguments))
        if not self.answers:
            await asyncio.Event().wait()
        if isinstance(self.values, Exception):
            raise self.values
        return self.values


class Stage:
    """A floor without agents, a source, and a caller who is on the line."""

    def __init__(self) -> None:
        self.store, self.source = Store(), FakeSource()
        self.text = TREE
        self.wording: Wording = {}
        self.profile = CallerProfile(classes=(CallerClass.KNOWN,))
        self.chosen: list[str] = []
        self.dispatcher = Dispatcher(
            DispatcherRules(node="n1", floor=RULES, beat_every_s=0.05),
            [],
            self.store,
            FakeTelephony(self.store),
            lambda: datetime.now(UTC),
        )

    def line(self, *keys: str) -> FakeLine:
        return FakeLine(self.store, keys)

    async def visit(self, line: FakeLine, language: str = "zh") -> None:
        """The whole visit, and everything it told is written down."""
        tree = tree_of(self.text)
        parts = IvrParts(
            dispatcher=self.dispatcher,
            lookups=self.source,
            menus=SiteMenus(Site(trees={tree.name: tree}, wording=self.wording)),
            modes=lambda: (),
            callers=self,
            fallback_queue=QueueName("motor"),
            now=lambda: datetime.now(UTC),
            area_of={NUMBER: "971"}.__getitem__,
        )
        arrival = Arrival(
            call_id=CALL,
            channel=ChannelName("PJSIP/trunk-1"),
            caller_number=NUMBER,
            caller_name="",
            dialed_number="95518",
            language=language,
        )
        async with asyncio.timeout(LIMIT_S):
            await IvrCall(parts, arrival, line).run()

    async def about(self, number: str) -> CallerProfile:
        assert number == NUMBER
        return self.profile

    def chose_language(self, number: str, language: str) -> None:
        assert number == NUMBER
        self.chosen.append(language)

    async def walked(self, *keys: str) -> FakeLine:
        line = self.line(*keys)
        await self.visit(line)
        return line

    async def told(self, kind: type[Event]) -> Event:
        """The one fact of this kind, as soon as it is written down."""
        await self.store.until(kind.TYPE, 1)
        [found] = [each.event for each in self.store.journal if isinstance(each.event, kind)]
        return found
