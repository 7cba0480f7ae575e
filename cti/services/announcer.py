"""Tells waiting callers their place and how long it will take, shortly before they are to hear it.

One pass a second looks for callers whose time has come, and sends what they are to hear in one write:
one action of AMI for each announcement, at most ``MOST_AT_ONCE`` a second. The dialplan says the words
between two slices of music and tells that it did, which makes the fact.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cti.core.acd.announce import (
    NO_ANSWERS,
    Announcement,
    AnnounceRules,
    Waiters,
    due,
    in_line,
    longest_due,
)
from cti.core.acd.estimate import LONGEST_TOLD_S, Ahead, LastHour, served_before
from cti.core.acd.floor import Floor
from cti.core.call import Call
from cti.core.ids import CallId, ChannelName, QueueName
from cti.core.speech.kinds import SpokenKind, UnspeakableValue
from cti.services.phrases import SpokenValues
from cti.services.ports import Clock, Refused, TelephonyDown

log = logging.getLogger(__name__)

PASS_S = 1.0
MOST_AT_ONCE = 20
"""Beyond 1,200 announcements a minute the callers hear theirs later; a ring never waits long for them."""
TAKEN = timedelta(seconds=20)
"""So long an announcement may lie on the channel before another one is sent."""
SILENT = timedelta(seconds=5)
"""Whoever can be told nothing now is looked at again after so long."""
SHORT_LINE = 500
DENSE_S = 90.0
LATE_S = 15.0
"""The comfort message stays away while announcements come at least every ``DENSE_S`` seconds; it
comes back when one is so late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitWords:
    """What a waiting caller hears next; no comfort message before ``quiet_until`` (None: as usual)."""

    channel: ChannelName
    prompts: Sequence[str]
    position: int
    wait_s: int | None
    quiet_until: datetime | None


class WaitLines(Protocol):
    """The channels of waiting callers."""

    async def tell(self, words: Sequence[WaitWords]) -> None:
        """Lay these ready for their callers; one who is gone is no error. Raises TelephonyDown."""
        ...


class LiveFloor(Protocol):
    """The floor, and whether it is known to be true."""

    @property
    def live(self) -> bool: ...
    @property
    def floor(self) -> Floor: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncerParts:
    """``spoken_in`` is the language in which values are read out to a call's caller; ``sound`` what is
    played to him for a prompt."""

    floor: LiveFloor
    lines: WaitLines
    rules: Mapping[QueueName, AnnounceRules]
    hours: Callable[[], Mapping[QueueName, LastHour]]
    values: SpokenValues
    spoken_in: Callable[[Call], str]
    now: Clock
    sound: Callable[[Call, str], str] = lambda _call, prompt: prompt


class Announcer:
    """``run`` is its task."""

    def __init__(self, parts: AnnouncerParts) -> None:
        self._parts = parts
        self._again_at: dict[CallId, datetime] = {}
        self._agents_then: dict[CallId, float] = {}
        self._trouble = ""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(PASS_S)
            try:
                if self._parts.floor.live:
                    await self.announce()
                self._trouble = ""
            except TelephonyDown as trouble:
                if str(trouble) != self._trouble:
                    log.warning("no announcements: %s", trouble, extra={"fact": "not_announced"})
                self._trouble = str(trouble)
            except Exception:  # callers wait on with music
                log.exception("no announcements", extra={"fact": "not_announced"})

    async def announce(self) -> None:
        """One pass. Raises TelephonyDown."""
        now = self._parts.now()
        chosen = await self._chosen(now)
        words = [spoken for one in chosen if (spoken := self._words(one, now))]
        if words:
            await self._parts.lines.tell(words)

    async def _chosen(self, now: datetime) -> list[Announcement]:
        floor = self._parts.floor.floor
        self._forget(floor)
        wanted = [
            each
            for each in due(floor, self._parts.rules, now)
            if self._again_at.get(each[0].call_id, now) <= now
        ]
        if not wanted:
            return []
        ahead = await _ahead(floor, now)
        waiters, hours = Waiters(floor, ahead, now), self._parts.hours()
        found = []
        for was, rules in longest_due(wanted, MOST_AT_ONCE):
            call = floor.calls.get(was.call_id)
            if call is None or not floor.router.holds(call.call_id):
                continue
            hour = hours.get(floor.policy(call.queue).name, NO_ANSWERS)
            one = waiters.announcement(call, rules, hour, self._agents_then.get(call.call_id))
            self._again_at[call.call_id] = now + (TAKEN if one else SILENT)
            if one is not None:
                self._agents_then[call.call_id] = one.agents
                found.append(one)
        return found

    def _forget(self, floor: Floor) -> None:
        for kept in (self._again_at, self._agents_then):
            for call_id in [each for each in kept if each not in floor.calls]:
                del kept[call_id]

    def _words(self, one: Announcement, now: datetime) -> WaitWords | None:
        call, every_s = one.call, self._parts.rules[one.queue].every_s
        dense = every_s <= DENSE_S
        try:
            prompts = tuple(self._prompts(one))
        except (UnspeakableValue, Refused):
            return None
        return WaitWords(
            channel=call.channel,
            prompts=prompts,
            position=one.position,
            wait_s=one.wait_s,
            quiet_until=now + timedelta(seconds=every_s + LATE_S) if dense else None,
        )

    def _prompts(self, one: Announcement) -> Iterator[str]:
        language, values = self._parts.spoken_in(one.call), self._parts.values
        if one.with_position and one.position == 1:
            yield self._parts.sound(one.call, "queue_next")
        elif one.with_position:
            yield self._parts.sound(one.call, "queue_ahead_intro")
            yield from values.sounds(SpokenKind.POSITION, str(one.position - 1), language)
        if one.wait_s is not None:
            yield self._parts.sound(one.call, "queue_eta_intro")
            yield from values.sounds(SpokenKind.DURATION, str(one.wait_s), language)
            over = one.wait_s >= LONGEST_TOLD_S
            yield self._parts.sound(one.call, "queue_eta_over" if over else "queue_eta_about")


async def _ahead(floor: Floor, now: datetime) -> Mapping[CallId, Ahead]:
    """Who is served before whom. A long line is put in order beside the loop, which has phones to ring."""
    line, policies = list(in_line(floor)), floor.rules.policies
    if len(line) <= SHORT_LINE:
        return served_before(line, policies, now)
    return await asyncio.to_thread(served_before, line, policies, now)
