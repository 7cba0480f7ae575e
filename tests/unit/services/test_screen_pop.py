"""The screen-pop goes out in time, with its parts or without them."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from cti.core.call import Call
from cti.services.screen_pop import Pop, PopSources, PressedKey, ScreenPops
from tests.web.memory import MemoryCustomers
from tests.web.memory_pop import CONTACT, MemoryCases, MemoryContacts, sources
from tests.web.samples import CUSTOMER, NOW, call

ALL = ("customers", "contacts", "cases")


async def all_of(pops: ScreenPops, whose: Call, language: str = "zh") -> list[Pop]:
    async with asyncio.timeout(5), aclosing(pops.follow(whose, language, NOW)) as found:
        return [pop async for pop in found]


async def first_of(made: PopSources, whose: Call | None = None, language: str = "zh") -> Pop:
    return (await all_of(ScreenPops(made), whose or call(), language))[0]


async def test_a_pop_tells_the_strip_and_all_parts_at_once() -> None:
    pops = ScreenPops(replace(sources(), place=lambda number, language: "西宁"))
    (pop,) = await all_of(pops, call())
    assert (pop.place, pop.queue, pop.waited_s, pop.priority) == ("西宁", "motor", 12.0, 60)
    assert pop.keys == (PressedKey("1", "zh 1"), PressedKey("2", "zh 2"))
    assert pop.customers == (CUSTOMER,)
    assert pop.claim_states == {"assessed": "已定损"}
    assert pop.contacts == (CONTACT,)
    assert [article.title for article in pop.articles] == ["车险报案"]


async def test_cases_come_soonest_due_first_in_the_agents_language() -> None:
    pop = await first_of(sources(), language="en")
    assert pop.cases is not None
    assert [case.case_id for case in pop.cases] == ["26000014", "12"]
    assert pop.case_words == {
        "case.complaint": "Complaint",
        "complaint.investigating": "being looked into",
        "case.follow_up": "Follow-up promised",
        "state.taken": "being seen to",
    }


async def test_earlier_calls_are_asked_for_without_this_one() -> None:
    contacts = MemoryContacts()
    await first_of(replace(sources(), contacts=contacts))
    assert contacts.asked == [("13812341234", "c-1", 5)]


async def test_claim_states_come_in_the_agents_language() -> None:
    assert (await first_of(sources(), language="en")).claim_states == {"assessed": "loss assessed"}


async def test_an_article_without_a_translation_speaks_chinese() -> None:
    (article,) = (await first_of(sources(), language="en")).articles
    assert (article.title, article.script) == ("Motor report", "请问人员是否受伤?")


async def test_keys_without_a_label_stay() -> None:
    pop = await first_of(replace(sources(), labels=lambda call, language: []))
    assert pop.keys == (PressedKey("1", ""), PressedKey("2", ""))


@pytest.mark.parametrize("slow", ALL)
async def test_a_slow_part_keeps_nothing_back_and_comes_later(slow: str) -> None:
    made = sources()
    part: MemoryCustomers | MemoryContacts | MemoryCases = getattr(made, slow)
    part.open.clear()
    async with aclosing(ScreenPops(made, deadline_s=0.02).follow(call(), "zh", NOW)) as found:
        pop = await anext(found)
        assert [name for name in ALL if getattr(pop, name) is None] == [slow]
        part.open.set()
        later = await anext(found)
        assert [name for name in ALL if getattr(later, name) is None] == []
        with pytest.raises(StopAsyncIteration):
            await anext(found)


async def test_late_parts_come_one_by_one() -> None:
    made = sources()
    contacts, cases = MemoryContacts(), MemoryCases()
    contacts.open.clear()
    cases.open.clear()
    pops = ScreenPops(replace(made, contacts=contacts, cases=cases), deadline_s=0.02)
    async with aclosing(pops.follow(call(), "zh", NOW)) as found:
        assert (await anext(found)).contacts is None
        cases.open.set()
        second = await anext(found)
        assert (second.contacts, len(second.cases or ())) == (None, 2)
        contacts.open.set()
        assert (await anext(found)).contacts == (CONTACT,)


async def test_a_slow_part_is_asked_once() -> None:
    contacts = MemoryContacts()
    contacts.open.clear()
    pops = ScreenPops(replace(sources(), contacts=contacts), deadline_s=0.02)
    async with aclosing(pops.follow(call(), "zh", NOW)) as found:
        await anext(found)
        contacts.open.set()
        await anext(found)
    assert len(contacts.asked) == 1


@pytest.mark.parametrize("broken", ALL)
async def test_a_broken_part_keeps_nothing_back_and_is_asked_again(broken: str) -> None:
    made = sources()
    getattr(made, broken).broken = 3
    pops = ScreenPops(made, deadline_s=0.02, late_s=1.0)
    first, last = await all_of(pops, call())
    assert getattr(first, broken) is None
    assert getattr(last, broken) is not None


async def test_a_part_that_never_comes_ends_the_asking() -> None:
    made = sources()
    customers = MemoryCustomers()
    customers.open.clear()
    pops = ScreenPops(replace(made, customers=customers), deadline_s=0.01, late_s=0.05)
    (pop,) = await all_of(pops, call())
    assert pop.customers is None


async def test_who_stops_listening_leaves_no_question_behind() -> None:
    contacts = MemoryContacts()
    contacts.open.clear()
    before = asyncio.all_tasks()
    pops = ScreenPops(replace(sources(), contacts=contacts), deadline_s=0.01)
    async with aclosing(pops.follow(call(), "zh", NOW)) as found:
        await anext(found)
        left = asyncio.all_tasks() - before
    await asyncio.wait(left, timeout=5)
    assert all(task.done() for task in left)


async def test_a_hidden_number_is_nobodys_and_is_not_looked_up() -> None:
    customers, contacts = MemoryCustomers(), MemoryContacts()
    made = replace(sources(customers), contacts=contacts)
    pop = await first_of(made, call(caller_number=""))
    assert (pop.customers, pop.contacts, pop.cases) == ((), (), ())
    assert (customers.asked, contacts.asked) == (0, [])
