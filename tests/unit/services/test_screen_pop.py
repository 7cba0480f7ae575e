"""The screen-pop goes out in time, with the customers or without them."""

from cti.services.screen_pop import PressedKey, ScreenPops
from tests.web.memory import MemoryCustomers
from tests.web.samples import CUSTOMER, NOW, call, key_labels


async def test_a_pop_tells_the_strip_and_the_customers() -> None:
    pops = ScreenPops(MemoryCustomers(), key_labels, place=lambda number: "西宁")
    pop = await pops.compose(call(), "zh", NOW)
    assert (pop.place, pop.queue, pop.waited_s, pop.priority) == ("西宁", "motor", 12.0, 60)
    assert pop.keys == (PressedKey("1", "zh 1"), PressedKey("2", "zh 2"))
    assert pop.customers == (CUSTOMER,)
    assert pop.claim_states == {"assessed": "已定损"}


async def test_claim_states_come_in_the_agents_language() -> None:
    pop = await ScreenPops(MemoryCustomers(), key_labels).compose(call(), "en", NOW)
    assert pop.claim_states == {"assessed": "loss assessed"}


async def test_keys_without_a_label_stay() -> None:
    pop = await ScreenPops(MemoryCustomers(), lambda call, language: []).compose(call(), "zh", NOW)
    assert pop.keys == (PressedKey("1", ""), PressedKey("2", ""))


async def test_slow_customers_do_not_keep_the_pop_back_and_come_later() -> None:
    customers = MemoryCustomers()
    customers.open.clear()
    pops = ScreenPops(customers, key_labels, deadline_s=0.02)
    pop = await pops.compose(call(), "zh", NOW)
    assert pop.customers is None
    customers.open.set()
    later = await pops.later(pop, "zh")
    assert later is not None
    assert later.customers == (CUSTOMER,)
    assert later.claim_states == {"assessed": "已定损"}


async def test_a_broken_customer_table_does_not_keep_the_pop_back_and_is_asked_again() -> None:
    customers = MemoryCustomers()
    customers.broken = 3
    pops = ScreenPops(customers, key_labels, late_s=1.0)
    pop = await pops.compose(call(), "zh", NOW)
    assert pop.customers is None
    later = await pops.later(pop, "zh")
    assert later is not None
    assert later.customers == (CUSTOMER,)
    assert customers.asked == 4


async def test_customers_that_never_come_end_the_asking() -> None:
    customers = MemoryCustomers()
    customers.open.clear()
    pops = ScreenPops(customers, key_labels, deadline_s=0.01, late_s=0.05)
    assert await pops.later(await pops.compose(call(), "zh", NOW), "zh") is None


async def test_a_hidden_number_belongs_to_no_customer_and_is_not_looked_up() -> None:
    customers = MemoryCustomers()
    pop = await ScreenPops(customers, key_labels).compose(call(caller_number=""), "zh", NOW)
    assert (pop.customers, customers.asked) == ((), 0)
