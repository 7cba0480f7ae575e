"""What supervisors make of agents, and the notices they send: checked, done, audited."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from cti.core.acd import signals as wished
from cti.core.agent_state import Agent, AgentStatus, Presence
from cti.core.control_events import NoticeSent
from cti.core.endpoints import PhoneKind
from cti.core.ids import AgentId
from cti.services.agents import Desk, DeskRules
from cti.services.desktop_watch import DesktopWatch
from cti.services.notices import LONGEST_NOTICE, Notices
from cti.services.people import People
from cti.services.ports import HistoryDown, Refused, TelephonyDown
from tests.unit.core.acd.floors import RULES, START, A
from tests.unit.services.test_dispatcher import Stage
from tests.web.memory import MemoryAudit
from tests.web.memory_people import MemoryNoticeBoard

STRANGER = AgentId("9999")
NOT_READY = AgentStatus.NOT_READY


class DownAudit(MemoryAudit):
    async def note(self, *_: object, **__: object) -> None:
        raise HistoryDown("asked to be down")


class PhonesThere:
    """``Phones`` of which some are there; None: nobody knows."""

    def __init__(self, *there: str) -> None:
        self.there: set[str] | None = set(there)

    async def registered(self, extension: str) -> bool:
        if self.there is None:
            raise TelephonyDown("asked to be down")
        return extension in self.there


class Place:
    """A floor with one agent, and whoever supervises him."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.audit = MemoryAudit()
        self.board = MemoryNoticeBoard()
        self.notices = Notices(self.board, RULES.policies, lambda: START)
        self.phones = PhonesThere("8001", "8011")
        self.people = self.supervised_by(self.audit)
        self.desk = Desk(
            stage.dispatcher,
            DeskRules(
                reasons=("LUNCH",),
                codes=("report",),
                extensions=("8001", "8002", "8011"),
                seats={"S1": "8011", "S2": "8012"},
                phones=self.phones,
            ),
        )

    def supervised_by(self, audit: MemoryAudit) -> People:
        known = ({"motor", "advice"}, {"zh", "en"})
        return People(self.stage.dispatcher, self.notices, audit, lambda: START, known)


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    stage = Stage()
    running = asyncio.create_task(stage.dispatcher.run())
    await stage.live()
    try:
        yield Place(stage)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def status(place: Place) -> tuple[AgentStatus, str | None]:
    agent = place.stage.dispatcher.floor.agents[A]
    return agent.status, agent.reason


async def test_a_forced_state_is_in_force_and_in_the_audit(place: Place) -> None:
    await place.desk.log_on(A)
    await place.people.force(A, AgentStatus.READY, by="2001", reason="高峰")
    assert status(place) == (AgentStatus.READY, None)
    [line] = place.audit.lines
    assert line[:4] == ("2001", "agent.force.ready", A, "高峰")


async def test_an_audit_that_is_away_undoes_nothing(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    await place.desk.log_on(A)
    await place.supervised_by(DownAudit()).force(A, AgentStatus.READY, by="2001", reason="高峰")
    assert status(place) == (AgentStatus.READY, None)
    assert "audit line lost" in caplog.text


@pytest.mark.parametrize(
    ("agent_id", "code"), [(STRANGER, "no_such_agent"), (A, "agent_logged_out")]
)
async def test_what_cannot_be_forced_is_refused_in_the_supervisors_words_and_not_audited(
    place: Place, agent_id: AgentId, code: str
) -> None:
    with pytest.raises(Refused) as no:
        await place.people.force(agent_id, NOT_READY, by="2001", reason="x")
    assert (no.value.code, place.audit.lines) == (code, [])


@pytest.mark.parametrize(
    ("skills", "languages", "code"),
    [
        ({"flying": 1}, None, "unknown_skill"),
        ({"motor": 0}, None, "skill_level"),
        ({"motor": 6}, None, "skill_level"),
        ({"motor": 1}, ["tlh"], "unknown_language"),
    ],
)
async def test_skills_that_are_not_there_are_refused(
    place: Place, skills: dict[str, int], languages: list[str] | None, code: str
) -> None:
    await place.desk.log_on(A)
    with pytest.raises(Refused) as no:
        await place.people.change_skills(A, skills, languages, by="2001", reason="x")
    assert no.value.code == code
    assert place.stage.dispatcher.floor.agents[A].skills == {"motor": 3}


async def test_a_notice_is_kept_audited_and_for_those_who_serve_its_queues(place: Place) -> None:
    await place.people.notify("  大雪,注意安全 ", ["motor", "motor"], by="2001")
    [notice] = await place.notices.recent()
    assert (notice.text, notice.queues) == ("大雪,注意安全", ("motor",))
    assert place.audit.lines[0][:3] == ("2001", "notice.send", "motor")
    agent = place.stage.dispatcher.floor.agents[A]
    assert place.notices.concerns(notice, agent)
    advice = NoticeSent(at=START, by="2001", text="x", queues=("advice",))
    assert not place.notices.concerns(advice, agent)


@pytest.mark.parametrize(
    ("text", "queues", "code"),
    [
        (" ", [], "notice_length"),
        ("字" * (LONGEST_NOTICE + 1), [], "notice_length"),
        ("x", ["nowhere"], "unknown_queue"),
    ],
)
async def test_a_notice_without_words_or_for_nobody_is_refused(
    place: Place, text: str, queues: list[str], code: str
) -> None:
    with pytest.raises(Refused) as no:
        await place.people.notify(text, queues, by="2001")
    assert (no.value.code, place.board.kept) == (code, [])


# -- sign-in


async def test_a_seat_is_signed_in_at_by_its_name(place: Place) -> None:
    await place.desk.log_on(A, seat="S1")
    agent = place.stage.dispatcher.floor.agents[A]
    assert (agent.extension, agent.seat) == ("8011", "S1")


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ({"seat": "S9"}, "unknown_seat"),
        ({"extension": "9999"}, "unknown_extension"),
        ({"seat": "S1", "extension": "8002"}, "seat_has_other_phone"),
        ({"seat": "S2"}, "phone_missing"),
        ({"extension": "8002"}, "phone_missing"),
    ],
)
async def test_nobody_signs_in_where_there_is_no_seat_or_phone(
    place: Place, where: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as no:
        await place.desk.log_on(A, **where)
    assert no.value.code == code
    assert status(place)[0] is AgentStatus.LOGGED_OUT


async def test_the_phone_in_the_browser_is_looked_for_by_its_own_name(place: Place) -> None:
    with pytest.raises(Refused) as no:
        await place.desk.log_on(A, phone=PhoneKind.BROWSER)
    assert no.value.code == "browser_phone_missing"
    own = place.stage.dispatcher.floor.agents[A].extension
    place.phones.there = {f"{own}w"}
    await place.desk.log_on(A, phone=PhoneKind.BROWSER)
    assert place.stage.dispatcher.floor.agents[A].phone is PhoneKind.BROWSER


async def test_the_phone_in_the_browser_may_be_seen_a_moment_later(place: Place) -> None:
    own = place.stage.dispatcher.floor.agents[A].extension
    signing_in = asyncio.create_task(place.desk.log_on(A, phone=PhoneKind.BROWSER))
    await asyncio.sleep(0)  # he is asked for, and not there
    place.phones.there = {f"{own}w"}
    await signing_in
    assert place.stage.dispatcher.floor.agents[A].signed_in


async def test_the_phone_in_the_browser_is_nobody_elses_seat(place: Place) -> None:
    with pytest.raises(Refused) as no:
        await place.desk.log_on(A, seat="S1", phone=PhoneKind.BROWSER)
    assert no.value.code == "browser_is_own"


async def test_who_is_signed_in_is_not_asked_for_his_phone_again(place: Place) -> None:
    await place.desk.log_on(A)
    place.phones.there = set()
    await place.desk.log_on(A)


async def test_while_asterisk_is_away_nobody_signs_in(place: Place) -> None:
    place.phones.there = None
    with pytest.raises(Refused) as no:
        await place.desk.log_on(A)
    assert no.value.code == "not_ready"


# -- desktops


class Watched:
    """A watch with a clock that stands until it is moved."""

    def __init__(self, place: Place) -> None:
        self.now = 0.0
        self.floor: Callable[[], Agent] = lambda: place.stage.dispatcher.floor.agents[A]
        self.ask = place.stage.dispatcher.ask
        self.watch = DesktopWatch(place.stage.dispatcher, 20.0, lambda: self.now)

    async def later(self, seconds: float) -> Presence:
        self.now += seconds
        self.watch.look()
        # Behind what was told; of no agent, so it changes nothing.
        await self.ask(wished.PhoneSeen(extension="0", reachable=True))
        return self.floor().desk


async def test_a_desktop_is_gone_only_after_its_time(place: Place) -> None:
    watched = Watched(place)
    await place.desk.log_on(A)
    watched.watch.came(A)
    watched.watch.went(A)
    assert await watched.later(19.9) is Presence.HERE
    assert await watched.later(0.2) is Presence.LOST
    watched.watch.came(A)
    assert await watched.later(0) is Presence.HERE


async def test_while_a_second_desktop_is_there_none_is_gone(place: Place) -> None:
    watched = Watched(place)
    await place.desk.log_on(A)
    watched.watch.came(A)
    watched.watch.came(A)
    watched.watch.went(A)
    assert await watched.later(1000) is Presence.HERE


async def test_a_watch_that_begins_anew_gives_everybody_the_whole_time(place: Place) -> None:
    first = Watched(place)
    await place.desk.log_on(A)
    first.watch.came(A)
    assert await first.later(0) is Presence.HERE
    fresh = Watched(place)
    assert await fresh.later(100) is Presence.HERE
    assert await fresh.later(20) is Presence.LOST


async def test_an_agent_who_works_by_requests_alone_is_left_alone(place: Place) -> None:
    watched = Watched(place)
    await place.desk.log_on(A)
    await watched.later(0)
    assert await watched.later(1000) is Presence.UNSEEN
