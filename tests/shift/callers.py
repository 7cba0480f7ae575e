"""Callers: each dials, waits as long as his patience, talks, hangs up, and keeps a diary of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from cti.core.whatif.demand import Contact
from tests.shift.ends import Dialog, Ends
from tests.shift.sound import Heard, Voice

LOOK_S = 0.1
ALONE_S = 1.6
"""An agent who has not been heard for so long has left, or has put the caller on hold."""
ON_HOLD_S = 12.0
"""A caller who has talked already waits so long for more."""
RATES = 0.5
LONGEST_S = 240.0
REAL_MENU_S = 30.0
"""Its greeting, notice and keys take longer than callers of the direct numbers would wait in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One caller: when he rings which number, which keys he presses after how many seconds each, how
    long he waits for an agent, and how long he would talk (he leaves it to the agent where inf)."""

    at_s: float
    caller: str
    number: str
    patience_s: float
    talk_s: float
    keys: Sequence[tuple[float, str]] = ()
    rates: bool = False


@dataclass(slots=True, kw_only=True)
class Diary:
    """What a caller knows of his call. Times are seconds since 1970; ``heard`` is by the agent's phone."""

    caller: str
    number: str
    dialled_at: float
    ended_at: float = 0.0
    ended_by: str = ""
    """``us``, ``server``, ``refused``."""
    patience_s: float = 0.0
    gave_up: bool = False
    """He hung up before he heard anybody."""
    heard: dict[str, Heard] = field(default_factory=dict)
    first_heard_s: float | None = None
    """How long after dialling he heard somebody."""

    @property
    def answered(self) -> bool:
        """Whether he heard an agent."""
        return bool(self.heard)


@dataclass(slots=True)
class Carrier:
    """The public network: callers who ring up, and telephones that we call."""

    ends: Ends
    random: Random
    diaries: list[Diary] = field(default_factory=list)
    reached: list[Diary] = field(default_factory=list)
    """Calls that Asterisk made to the outside, as who was called knows them."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ends.on_ring = self._rings

    async def day(self, errands: Sequence[Errand]) -> float:
        """All of them, each at his time, until everybody has hung up; how late the latest dialled."""
        begun, late_s = time.monotonic(), 0.0
        async with asyncio.TaskGroup() as calls:
            for errand in errands:
                await asyncio.sleep(max(0.0, begun + errand.at_s - time.monotonic()))
                late_s = max(late_s, time.monotonic() - begun - errand.at_s)
                calls.create_task(self._errand(errand))
        return late_s

    async def until_silent(self, limit_s: float) -> None:
        """Every call of the outside is over. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while self.ends.live or self._tasks:  # noqa: ASYNC110 (two counts)
                await asyncio.sleep(LOOK_S)

    async def _errand(self, errand: Errand) -> None:
        voice = Voice(errand.caller[-7:])
        diary = Diary(
            caller=errand.caller,
            number=errand.number,
            dialled_at=time.time(),
            patience_s=errand.patience_s,
            heard=voice.heard,
        )
        self.diaries.append(diary)
        dialog = await self.ends.dial(errand.caller, errand.number, voice)
        if not dialog.over.done():
            keys = asyncio.create_task(self._press(dialog, errand, diary))
            await self._stays(dialog, errand, diary)
            keys.cancel()
            await asyncio.gather(keys, return_exceptions=True)
            await self.ends.hang_up(dialog)
        diary.ended_by = dialog.over.result()
        diary.ended_at = time.time()
        diary.gave_up = diary.ended_by == "us" and not diary.answered

    async def _press(self, dialog: Dialog, errand: Errand, diary: Diary) -> None:
        for after_s, key in errand.keys:
            await asyncio.sleep(after_s)
            if diary.answered:
                return
            await self.ends.sound.press(dialog.voice, key)

    async def _stays(self, dialog: Dialog, errand: Errand, diary: Diary) -> None:
        """Until he or the hotline ends it."""
        begun = time.monotonic()
        while not dialog.over.done():
            await asyncio.wait([dialog.over], timeout=LOOK_S)
            now = time.monotonic()
            if diary.answered and diary.first_heard_s is None:
                diary.first_heard_s = time.time() - diary.dialled_at
            if not diary.answered:
                if now - begun > errand.patience_s:
                    return
            elif now - begun > LONGEST_S or await self._is_done(dialog, errand, diary, now):
                return

    async def _is_done(self, dialog: Dialog, errand: Errand, diary: Diary, now: float) -> bool:
        alone_s = now - max(each.last_at for each in diary.heard.values())
        if alone_s < ALONE_S:
            return sum(each.seconds for each in diary.heard.values()) > errand.talk_s
        if errand.rates and alone_s > ALONE_S * 2:
            await self.ends.sound.press(dialog.voice, "1")
            await asyncio.wait([dialog.over], timeout=ALONE_S)
        return alone_s > ON_HOLD_S

    def _rings(self, dialog: Dialog) -> None:
        task = asyncio.create_task(self._called(dialog))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _called(self, dialog: Dialog) -> None:
        """Somebody outside is rung: most answer, some are busy, some do not hear it."""
        diary = Diary(
            caller=dialog.number,
            number=dialog.other,
            dialled_at=time.time(),
            heard=dialog.voice.heard,
        )
        self.reached.append(diary)
        chance, talk_s = self.random.random(), self.random.uniform(2.0, 5.0)
        await asyncio.wait([dialog.over], timeout=self.random.uniform(0.3, 1.0))
        if chance < 0.08:
            self.ends.refuse(dialog)
        elif chance < 0.92:
            self.ends.pick_up(dialog)
        begun = time.monotonic()
        while not dialog.over.done() and time.monotonic() - begun < LONGEST_S:
            await asyncio.wait([dialog.over], timeout=LOOK_S)
            if sum(each.seconds for each in diary.heard.values()) > talk_s:
                await self.ends.hang_up(dialog)
        await self.ends.hang_up(dialog)
        diary.ended_by, diary.ended_at = dialog.over.result(), time.time()


def errand_of(
    contact: Contact, index: int, at_s: float, numbers: "Numbers", dice: Random
) -> Errand:
    """A generated contact as a caller with a number of his own."""
    ways = dice.random()
    caller = f"{130 + index // 10_000}{index // 10_000:04}{index % 10_000:04}"
    patience_s, keys, number = contact.patience_s, [], numbers.direct[contact.queue]
    if contact.queue == "motor" and ways < numbers.share_short:
        number, keys = numbers.short_menu, [(1.0, "1"), (2.0, "1")]
    elif contact.queue == "motor" and ways < numbers.share_short + numbers.share_real:
        number, patience_s = numbers.real_menu, patience_s + REAL_MENU_S
        keys = [(pause_s, key) for pause_s, key in zip((14.0, 3.0), "12", strict=True)]
    wants = dice.random() < numbers.share_callback and not keys
    if wants:
        patience_s = max(patience_s, numbers.callback_after_s + 16.0)
        keys = [(numbers.callback_after_s + 2.5, "2"), (2.5, "1"), (2.0, "1"), (2.0, "1")]
    return Errand(
        at_s=at_s,
        caller=caller,
        number=number,
        patience_s=patience_s,
        talk_s=contact.talk_s if dice.random() < 0.5 else float("inf"),
        keys=keys,
        rates=dice.random() < RATES,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Where callers ring, and how many of them go through a menu or want to be called back."""

    direct: dict[str, str]
    short_menu: str
    real_menu: str
    share_short: float = 0.2
    share_real: float = 0.06
    share_callback: float = 0.15
    callback_after_s: float = 5.0
