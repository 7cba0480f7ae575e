"""What screen-pops are made of, in memory, and ways to disturb it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from cti.core.ids import CallId
from cti.core.knowledge import Article, When
from cti.services.knowledge import Knowledge
from cti.services.pop_parts import Contact, OpenCase
from cti.services.screen_pop import PopSources
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
KNOWLEDGE = Knowledge((ARTICLE, OTHER), lambda call: (), lambda: ())


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
