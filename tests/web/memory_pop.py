"""What screen-pops are made of, in memory, and ways to disturb it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from cti.core.ids import AgentId, CallId
from cti.core.knowledge import Article, When
from cti.services.knowledge import Knowledge
from cti.services.pop_parts import Contact, OpenCase
from cti.services.ports import HistoryDown
from cti.services.screen_pop import PopSources
from cti.services.wrap_ups import Standing, WrapUpDraft
from tests.web.memory import MemoryCustomers
from tests.web.samples import NOW, key_labels

CONTACT = Contact(
    call_id=CallId("c-0"),
    at=NOW - timedelta(days=2),
    direction="inbound",
    queue="motor",
    agent_id="1024",
    outcome="answered",
    talked_s=61.5,
    reason="report_single",
    remarks="青A12345 追尾",
    solved=False,
    handling="dispatched",
    reference="RDAA2026",
)
CASES = (
    OpenCase(
        kind="follow_up",
        case_id="12",
        topic="",
        state="taken",
        opened_at=NOW - timedelta(days=1),
        due_at=NOW + timedelta(hours=3),
        taken_by="1024",
    ),
    OpenCase(
        kind="complaint",
        case_id="26000014",
        topic="理赔时效",
        state="investigating",
        opened_at=NOW - timedelta(days=9),
        due_at=NOW - timedelta(hours=1),
    ),
)
ARTICLE = Article(
    article_id="motor",
    title={"zh": "车险报案", "en": "Motor report"},
    script={"zh": "请问人员是否受伤?"},
    text={"zh": "先问人伤。", "en": "Ask about injuries first."},
    when=When(queues=frozenset({"motor"})),
    keywords=("出险",),
)
OTHER = Article(
    article_id="rescue",
    title={"zh": "道路救援", "en": "Roadside assistance"},
    script={"zh": ""},
    text={"zh": "拖车", "en": "Towing"},
)
KNOWLEDGE = Knowledge((ARTICLE, OTHER), lambda: ())


class _Disturbed:
    """``open`` is cleared to let it wait, ``broken`` counts the failures to come."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.broken = 0
        self.asked: list[tuple[object, ...]] = []

    async def _ask(self, *what: object) -> None:
        self.asked.append(what)
        if self.broken:
            self.broken -= 1
            raise OSError("no table")
        await self.open.wait()


class MemoryContacts(_Disturbed):
    """``Contacts``."""

    found: Sequence[Contact] = (CONTACT,)

    async def last_of(self, number: str, but: CallId, limit: int) -> Sequence[Contact]:
        await self._ask(number, but, limit)
        return self.found


class MemoryCases(_Disturbed):
    """``Cases``."""

    found: Sequence[OpenCase] = CASES

    async def open_of(self, number: str) -> Sequence[OpenCase]:
        await self._ask(number)
        return self.found


def sources(customers: MemoryCustomers | None = None) -> PopSources:
    """All of them at their best."""
    return PopSources(
        customers=customers or MemoryCustomers(),
        contacts=MemoryContacts(),
        cases=MemoryCases(),
        articles=KNOWLEDGE,
        labels=key_labels,
    )


class MemoryWrapUps:
    """``WrapUpBook``; ``standings`` by call and agent, ``talked`` who talked in a call last."""

    def __init__(self) -> None:
        self.standings: dict[tuple[str, str], Standing] = {}
        self.talked: dict[str, AgentId] = {}
        self.kept: dict[tuple[str, str], WrapUpDraft] = {}
        self.down = False
        self.unwritten = 0

    def _answer(self) -> None:
        if self.down:
            raise HistoryDown("asked to be down")

    async def standing(self, call_id: CallId, agent_id: AgentId) -> Standing:
        self._answer()
        return self.standings.get((call_id, agent_id), Standing())

    async def agent_of(self, call_id: CallId) -> AgentId | None:
        self._answer()
        return self.talked.get(call_id)

    async def drafts(self, agent_id: AgentId) -> Sequence[WrapUpDraft]:
        self._answer()
        own = [draft for (agent, _), draft in self.kept.items() if agent == agent_id]
        return sorted(own, key=lambda draft: draft.changed_at, reverse=True)

    async def keep(self, agent_id: AgentId, draft: WrapUpDraft) -> WrapUpDraft | None:
        self._answer()
        before = self.kept.get((agent_id, draft.call_id))
        if before and before.changed_at > draft.changed_at:
            return before
        self.kept[agent_id, draft.call_id] = draft
        return None

    async def drop(self, agent_id: AgentId, call_id: CallId) -> None:
        self._answer()
        self.kept.pop((agent_id, call_id), None)

    async def missing(self, agent_id: AgentId, since: datetime) -> int:
        self._answer()
        return self.unwritten

    async def sweep(self, before: datetime) -> int:
        self._answer()
        old = [key for key, draft in self.kept.items() if draft.changed_at < before]
        for key in old:
            del self.kept[key]
        return len(old)
