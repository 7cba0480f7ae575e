"""Webhooks: signed, told at least once, tried again, and kept when in vain."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.circuit import CircuitRules
from cti.core.event_wire import to_wire
from cti.core.events import AgentReady, Event, SystemNoted
from cti.core.ids import AgentId, EventId
from cti.core.webhooks import DeliveryState, Hook, signature
from cti.hooks.http_post import HttpPost
from cti.services.ports import Recorded
from cti.services.webhooks import HookCollector, HookSender
from cti.store.sql_webhooks import SqlDeliveries
from tests.servers import free_port

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


class Receiver:
    """The other system: what came, and what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.came = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((headers, await request.read()))
        self.came.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 204)


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    there, port = Receiver(), free_port()
    app = web.Application()
    app.router.add_post("/facts", there.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield there, f"http://127.0.0.1:{port}/facts"
    await runner.cleanup()


@pytest.fixture
async def book(engine: AsyncEngine) -> SqlDeliveries:
    return SqlDeliveries(engine)


def hook(url: str, **changed: object) -> Hook:
    made = Hook(name="crm", url=url, events=frozenset({"agentReady"}), attempts_after_s=(5, 30))
    return replace(made, **changed)  # type: ignore[arg-type]


def recorded(*events: Event) -> Sequence[Recorded]:
    return [Recorded(EventId(f"{n + 1}-0"), event) for n, event in enumerate(events)]


def ready(agent: str = "1001") -> AgentReady:
    return AgentReady(at=START, agent_id=AgentId(agent))


def told(_hook: Hook, one: Recorded) -> str:
    return json.dumps({"id": one.event_id, **to_wire(one.event)})


async def collected(book: SqlDeliveries, hooks: Sequence[Hook], *events: Event) -> None:
    await HookCollector(hooks, book, told, lambda: START).save(recorded(*events))


@contextlib.asynccontextmanager
async def sending(
    book: SqlDeliveries, hooks: Sequence[Hook], time: Time
) -> AsyncIterator[HookSender]:
    post = HttpPost(lambda _name: SECRET, time)
    sender = HookSender(hooks, book, post, time, CircuitRules(failures=100, rest_s=1))
    running = [asyncio.create_task(post.run()), asyncio.create_task(sender.run())]
    yield sender
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def until_state(
    book: SqlDeliveries, state: DeliveryState, count: int = 1, passes: Time | None = None
) -> None:
    """Wait for so many deliveries in a state; an hour ``passes`` at each look."""
    async with asyncio.timeout(20):
        while len(await book.listed(state)) < count:
            if passes:
                passes.now += timedelta(hours=1)
            await asyncio.sleep(0.05)


async def until_came(there: Receiver, count: int) -> None:
    async with asyncio.timeout(15):
        while len(there.got) < count:
            there.came.clear()
            await there.came.wait()


async def test_a_fact_comes_signed_with_its_id(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    await collected(book, [hook(url)], ready())
    async with sending(book, [hook(url)], Time()):
        await until_state(book, DeliveryState.DONE)
    [(headers, body)] = there.got
    signed = b".".join((headers["webhook-id"].encode(), str(int(START.timestamp())).encode(), body))
    right = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert json.loads(body) == {
        "id": "1-0",
        "type": "agentReady",
        "at": "2026-11-22T01:00:00+00:00",
        "agentId": "1001",
    }


def test_the_signature_is_that_of_the_standard() -> None:
    # The example of Standard Webhooks' reference libraries.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)
    assert found == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_only_facts_that_were_asked_for_are_told_and_each_once(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    facts = (ready(), SystemNoted(at=START, what="recovered"))
    await collected(book, [hook(url)], *facts)
    await collected(book, [hook(url)], *facts)
    async with sending(book, [hook(url)], Time()):
        await until_state(book, DeliveryState.DONE)
    assert len(there.got) == 1


async def test_a_receiver_that_fails_is_tried_again_when_it_is_time(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    there.answers, time = [503], Time()
    await collected(book, [hook(url)], ready())
    async with sending(book, [hook(url)], time):
        await until_came(there, 1)
        await until_state(book, DeliveryState.DONE, passes=time)
    assert len(there.got) == 2


def test_pauses_between_attempts_are_as_configured_and_then_it_is_over() -> None:
    one = hook("https://crm.example.cn/")
    pauses = [one.next_at(attempts, START) for attempts in (1, 2, 3)]
    assert pauses == [START + timedelta(seconds=5), START + timedelta(seconds=30), None]


async def test_after_the_last_attempt_it_is_dead_and_can_be_sent_again_by_hand(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    there.answers, time = [500, 500, 500], Time()
    await collected(book, [hook(url)], ready())
    async with sending(book, [hook(url)], time):
        await until_state(book, DeliveryState.DEAD, passes=time)
        assert await book.again("crm", time.now) == 1
        await until_state(book, DeliveryState.DONE)
    assert len(there.got) == 4


async def test_a_receiver_that_says_gone_is_not_asked_again(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    there.answers = [410]
    await collected(book, [hook(url)], ready())
    async with sending(book, [hook(url)], Time()):
        await until_state(book, DeliveryState.DEAD)
    assert len(there.got) == 1


async def test_a_redirect_is_not_followed(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    there.answers = [302]
    await collected(book, [hook(url, attempts_after_s=())], ready())
    async with sending(book, [hook(url, attempts_after_s=())], Time()):
        await until_state(book, DeliveryState.DEAD)
    assert (await book.listed(DeliveryState.DEAD))[0].last_error == "HTTP 302"


async def test_a_receiver_that_is_away_does_not_hold_up_another(
    book: SqlDeliveries, receiver: tuple[Receiver, str]
) -> None:
    there, url = receiver
    away = hook(f"http://127.0.0.1:{free_port()}/", name="away")
    await collected(book, [away, hook(url)], *(ready(str(n)) for n in range(20)))
    async with sending(book, [away, hook(url)], Time()):
        await until_state(book, DeliveryState.DONE, 20)
    assert len(there.got) == 20
    assert len(await book.listed(DeliveryState.PENDING)) == 20


async def test_two_nodes_never_take_the_same_delivery(book: SqlDeliveries) -> None:
    one = hook("http://127.0.0.1:1/")
    await collected(book, [one], *(ready(str(n)) for n in range(10)))
    until = START + timedelta(seconds=60)
    taken = await asyncio.gather(*(book.claim("crm", START, until, 5) for _ in range(4)))
    ids = [each.delivery_id for batch in taken for each in batch]
    assert len(ids) == len(set(ids)) == 10
