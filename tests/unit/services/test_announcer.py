"""What the announcer sends, to whom, and how much of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.asterisk.wait_words import laid
from cti.core.acd import signals as seen
from cti.core.acd.announce import AnnounceRules
from cti.core.acd.estimate import LastHour
from cti.core.acd.floor import Floor
from cti.core.call import Call
from cti.core.ids import CallId, QueueName
from cti.services.announcer import MOST_AT_ONCE, Announcer, AnnouncerParts, WaitWords
from cti.services.phrases import Fragments
from tests.unit.core.acd.floors import MOTOR, ONE, TWO, A, Play, agent, caller_channel

HOUR = LastHour(answers=20, aht_s=180)


@dataclass
class Channels:
    """The waiting callers' channels."""

    sent: list[Sequence[WaitWords]] = field(default_factory=list)

    async def tell(self, words: Sequence[WaitWords]) -> None:
        self.sent.append(words)

    @property
    def last(self) -> WaitWords:
        return self.sent[-1][-1]


@dataclass
class Centre:
    """A floor in which everybody who is there talks, and its announcer."""

    play: Play
    channels: Channels = field(default_factory=Channels)
    hours: Mapping[QueueName, LastHour] = field(default_factory=lambda: {MOTOR: HOUR})
    rules: AnnounceRules = field(default_factory=AnnounceRules)
    live: bool = True

    def __post_init__(self) -> None:
        self.play.ready(A)
        self.play.waits(CallId("1.9"), number="13900000009")
        self.play.talks(CallId("1.9"), A)
        parts = AnnouncerParts(
            floor=self,
            lines=self.channels,
            rules={MOTOR: self.rules},
            hours=lambda: self.hours,
            values=Fragments(),
            spoken_in=lambda call: call.language,
            now=self.now,
        )
        self.announcer = Announcer(parts)

    @property
    def floor(self) -> Floor:
        return self.play.floor

    def now(self) -> datetime:
        return self.play.now

    async def later(self, seconds: float) -> None:
        self.play.pass_s(seconds)
        await self.announcer.announce()


def centre(**more: object) -> Centre:
    return Centre(Play(agent(A)), **more)  # type: ignore[arg-type]


async def test_the_next_to_be_served_hears_so_and_his_time() -> None:
    it = centre()
    it.play.waits(ONE)
    await it.later(10)
    assert it.channels.last == WaitWords(
        channel=caller_channel(ONE),
        prompts=("queue_next", "queue_eta_intro", "num/3", "unit/minutes", "queue_eta_about"),
        position=1,
        wait_s=180,
        quiet_until=it.channels.last.quiet_until,
    )


async def test_others_hear_how_many_are_before_them() -> None:
    it = centre(hours={})
    it.play.waits(ONE)
    it.play.waits(TWO, number="13900000002")
    await it.later(10)
    assert it.channels.last.prompts == ("queue_ahead_intro", "num/1", "unit/callers")
    assert it.channels.last.wait_s is None


async def test_the_longest_time_that_is_told_is_said_to_be_more() -> None:
    it = centre(hours={MOTOR: LastHour(answers=9, aht_s=5000)})
    it.play.waits(ONE)
    await it.later(10)
    assert it.channels.last.prompts[-3:] == ("num/15", "unit/minutes", "queue_eta_over")


async def test_what_was_sent_is_not_sent_again_until_it_is_due() -> None:
    it = centre()
    it.play.waits(ONE)
    await it.later(10)
    it.play.do(seen.WaitTold(call_id=ONE, position=1, wait_s=180))
    for _ in range(59):
        await it.later(1)
    assert len(it.channels.sent) == 1
    await it.later(1)
    assert len(it.channels.sent) == 2


async def test_words_that_were_never_heard_are_sent_again() -> None:
    it = centre()
    it.play.waits(ONE)
    await it.later(10)
    await it.later(19)
    assert len(it.channels.sent) == 1
    await it.later(1)
    assert len(it.channels.sent) == 2


async def test_nothing_is_sent_where_nothing_is_well_founded() -> None:
    it = centre(hours={}, rules=AnnounceRules(position=False))
    it.play.waits(ONE)
    await it.later(10)
    assert it.channels.sent == []


async def test_a_hundred_callers_cost_one_action_a_minute_each_and_few_a_second() -> None:
    it = centre()
    for number in range(100):
        it.play.waits(CallId(f"2.{number}"), number=f"139{number:08}")
    for _ in range(180):
        await it.later(1)
        for batch in it.channels.sent:
            assert len(batch) <= MOST_AT_ONCE
        for words in it.channels.sent[-1] if it.channels.sent else ():
            call_id = CallId(words.channel.removeprefix("PJSIP/trunk-"))
            call: Call = it.play.call(call_id)
            if call.told is None or call.told.at < it.play.now:
                it.play.do(seen.WaitTold(call_id=call_id, position=1, wait_s=None))
    total = sum(map(len, it.channels.sent))
    assert 100 <= total <= 3 * 100


async def test_who_has_left_is_forgotten() -> None:
    it = centre()
    it.play.waits(ONE)
    await it.later(10)
    it.play.leaves(ONE)
    await it.later(60)
    assert len(it.channels.sent) == 1


def test_the_words_lie_on_the_channel_in_one_action() -> None:
    words = WaitWords(
        channel=caller_channel(ONE),
        prompts=("queue_next", "num/3"),
        position=1,
        wait_s=None,
        quiet_until=None,
    )
    assert laid(words) == {
        "Channel": "PJSIP/trunk-1.1",
        "Variable": "ARRAY(ACD_PLACE,ACD_EXPECTED,ACD_QUIET,ACD_TELL)",
        "Value": "1,,,95518/queue_next&95518/num/3",
    }


async def test_he_hears_the_words_of_his_version() -> None:
    it = centre()
    it.announcer._parts = replace(it.announcer._parts, sound=lambda _call, each: f"own/{each}")
    it.play.waits(ONE)
    await it.later(10)
    prompts = it.channels.last.prompts
    assert prompts[0] == "own/queue_next"
    assert [each for each in prompts if each.startswith("own/")] == [
        "own/queue_next",
        "own/queue_eta_intro",
        "own/queue_eta_about",
    ]
