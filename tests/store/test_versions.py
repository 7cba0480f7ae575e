"""Published versions on real Redis and both databases: one atomic step, several servers, outages."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ivr import versions as core
from cti.core.ivr.versions import Act, NotPossible
from cti.core.problems import Mark, Problem
from cti.core.version_events import (
    CanaryEnded,
    DialplanNotLoaded,
    DialplanPublished,
    DialplanRolledBack,
)
from cti.services.menu_follower import NothingToServe
from cti.services.ports import HistoryDown
from cti.services.version_desk import Unfit, Way
from cti.services.version_ports import NOT_SPOKEN, Examined, OutrunBy
from cti.store.redis_keys import Keys
from cti.store.sql_link import open_engine
from tests.store.versions import BROKEN, Versions, examined, wish


@pytest.fixture
def versions(redis_client: Redis, redis_prefix: str, engine: AsyncEngine) -> Versions:
    return Versions(redis_client, redis_prefix, engine)


async def test_a_version_keeps_its_author_message_digest_and_exact_files(
    versions: Versions,
) -> None:
    number = await versions.publish("motor")
    kept = await versions.archive.version(number)
    assert kept is not None
    assert (kept.number, kept.author, kept.message) == (1, "2001", "to motor")
    assert kept.files == wish("motor").files
    assert kept.digest == core.digest_of(kept.files)


async def test_the_second_of_two_at_once_is_refused_and_told_who_was_first(
    versions: Versions,
) -> None:
    before = await versions.desk.in_force()
    done = await asyncio.gather(
        versions.desk.publish(before, wish("motor", "Li")),
        versions.desk.publish(before, wish("consult", "Wang")),
        return_exceptions=True,
    )
    (lost,) = [each for each in done if isinstance(each, OutrunBy)]
    (won,) = [each for each in done if not isinstance(each, BaseException)]
    assert lost.held.act is not None
    assert (lost.held.act.author, lost.held.number) == (won.author, 1)
    assert len(await versions.desk.listed()) == 1
    facts = [fact for fact in await versions.facts() if isinstance(fact, DialplanPublished)]
    assert len(facts) == 1


async def test_a_change_that_is_said_twice_because_its_answer_was_lost_is_made_once(
    versions: Versions,
) -> None:
    await versions.publish("motor")
    held = await versions.desk.in_force()
    version = await versions.desk.version(1)
    act = Act(author="Li", message="m", at=version.at, ticket="t")
    change = core.start_shadow(held, version, act)
    await versions.store.commit(held, change, version)
    await versions.store.commit(held, change, version)
    assert len(await versions.facts()) == 2
    assert await versions.store.in_force() == change.after


async def test_a_refused_publish_changes_nothing(versions: Versions) -> None:
    await versions.publish("motor")
    before = await versions.desk.in_force()
    with pytest.raises(Unfit) as refused:
        await versions.desk.publish(before, wish(BROKEN))
    assert [problem.code for problem in refused.value.problems] == ["check.not_list"]
    assert await versions.desk.in_force() == before
    assert len(await versions.desk.listed()) == 1


async def test_a_publish_without_a_change_makes_no_version(versions: Versions) -> None:
    await versions.publish("motor")
    with pytest.raises(NotPossible, match="same_as_current"):
        await versions.publish("motor")
    assert len(await versions.desk.listed()) == 1


async def test_a_rollback_is_checked_against_today(versions: Versions) -> None:
    await versions.publish("motor")
    await versions.publish("consult")

    def gone(files: Mapping[str, str]) -> Examined:
        return examined(wish(BROKEN).files if "motor" in files["95518.yaml"] else files)

    desk = versions.make_desk(gone)
    with pytest.raises(Unfit):
        await desk.roll_back(await desk.in_force(), "Li", "back")
    assert (await desk.in_force()).current == 2
    assert await versions.desk.roll_back(await desk.in_force(), "Li", "back") == 1
    held = await desk.in_force()
    assert (held.current, held.previous, held.newest) == (1, 2, 2)
    assert isinstance((await versions.facts())[-1], DialplanRolledBack)


async def test_the_first_start_publishes_the_folder_as_version_1(versions: Versions) -> None:
    async with versions.server("cti1", first="first") as server:
        await server.until_current(1)
        (only,) = await versions.desk.listed()
        assert (only.version.author, only.state) == ("system", "current")


async def test_two_servers_that_start_at_once_have_one_version_1(versions: Versions) -> None:
    async with versions.server("cti1") as one, versions.server("cti2") as two:
        await one.until_current(1)
        await two.until_current(1)
        assert len(await versions.desk.listed()) == 1


async def test_a_start_with_nothing_published_and_a_broken_folder_ends_loudly(
    versions: Versions,
) -> None:
    with pytest.raises(BaseExceptionGroup) as ended:
        async with versions.server("cti1", first=None):
            await asyncio.sleep(5)
    assert ended.value.subgroup(NothingToServe)


async def test_a_start_with_a_broken_folder_serves_what_is_published(versions: Versions) -> None:
    await versions.publish("motor")
    async with versions.server("cti1", first=None) as server:
        await server.until_current(1)
        assert server.queue() == "motor"


async def test_all_servers_swap_within_a_second_and_a_call_keeps_its_edition(
    versions: Versions,
) -> None:
    await versions.publish("motor")
    async with versions.server("cti1") as one, versions.server("cti2") as two:
        await one.until_current(1)
        await two.until_current(1)
        held = one.menus.for_number("95518", "1")
        begun = time.perf_counter()
        await versions.publish("consult")
        await one.until_current(2)
        await two.until_current(2)
        assert time.perf_counter() - begun < 1
        assert (one.queue(), two.queue()) == ("consult", "consult")
        assert (held.version, held.tree.nodes["person"].enqueue) == (1, "motor")  # type: ignore[attr-defined]


async def test_old_editions_are_dropped_when_no_call_walks_them(versions: Versions) -> None:
    async with versions.server("cti1") as server:
        await server.until_current(1)
        server.used.add(1)
        for number, queue in enumerate(["a", "b", "c"], 2):
            await versions.publish(queue)
            await server.until_current(number)
        await server.until(lambda: server.menus.loaded == {1, 4})
        assert server.menus.walked("95518", 1).version == 1
        server.used.clear()
        await versions.publish("d")
        await server.until(lambda: server.menus.loaded == {5})


async def test_after_a_restart_a_call_finds_the_version_it_began_with(versions: Versions) -> None:
    for queue in ("a", "b", "c", "d"):
        await versions.publish(queue)
    assert await versions.store.version(1) is None, "Redis keeps what is needed at hand"
    async with versions.server("cti1") as server:
        server.used.add(1)
        await server.until(lambda: 1 in server.menus.loaded)
        assert server.menus.walked("95518", 1).version == 1
        assert server.current == 4


async def test_a_server_that_cannot_load_a_version_keeps_the_old_one_and_says_so(
    versions: Versions,
) -> None:
    def lacks_sound(files: Mapping[str, str]) -> Examined:
        return examined(wish(BROKEN).files if "consult" in files["95518.yaml"] else files)

    async with versions.server("cti1") as well, versions.server("cti2", examine=lacks_sound) as ill:
        await well.until_current(1)
        await ill.until_current(1)
        await versions.publish("consult")
        await well.until_current(2)
        await ill.until(lambda: bool(ill.follower.refused))
        assert (ill.current, ill.queue()) == (1, "first")
        told = [fact for fact in await versions.facts() if isinstance(fact, DialplanNotLoaded)]
        assert [(fact.server, fact.version) for fact in told] == [("cti2", 2)]
        await ill.until(lambda: True)
        async with asyncio.timeout(2):
            while not any(each.refused for each in await versions.desk.running()):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await versions.publish("motor")
        await ill.until_current(3)
        assert not ill.follower.refused


async def test_words_that_nobody_spoke_on_a_server_are_asked_for_while_the_old_version_serves(
    versions: Versions,
) -> None:
    asked: list[Mapping[str, str]] = []

    def silent(files: Mapping[str, str]) -> Examined:
        if "consult" not in files["95518.yaml"]:
            return examined(files)
        return Examined(
            site=None, problems=[Problem(Mark("prompts/catalogue.yaml", 4), NOT_SPOKEN)]
        )

    async with versions.server("cti1", examine=silent, speak=asked.append) as server:
        await server.until_current(1)
        await versions.publish("consult")
        await server.until(lambda: 2 in server.follower.refused)
        assert server.queue() == "first"
        assert ["consult" in files["95518.yaml"] for files in asked] == [True]


async def test_a_program_that_trips_over_newer_files_keeps_the_old_ones(
    versions: Versions,
) -> None:
    def trips(files: Mapping[str, str]) -> Examined:
        if "consult" in files["95518.yaml"]:
            raise ValueError("no such node type")
        return examined(files)

    async with versions.server("cti1", examine=trips) as server:
        await server.until_current(1)
        await versions.publish("consult")
        await server.until(lambda: 2 in server.follower.refused)
        assert server.queue() == "first"


async def test_a_canary_meets_its_share_of_the_callers_until_it_is_promoted(
    versions: Versions,
) -> None:
    numbers = [f"139{n:08}" for n in range(500)]
    async with versions.server("cti1") as server:
        await server.until_current(1)
        await versions.publish("consult", way=Way.CANARY, share=20)
        await server.until(lambda: server.menus.in_force.canary is not None)
        met = [number for number in numbers if server.queue(number) == "consult"]
        assert 60 < len(met) < 140
        assert await versions.desk.promote(await versions.desk.in_force(), "Li", "good") == 2
        await server.until_current(2)
        assert {server.queue(number) for number in numbers} == {"consult"}


async def test_a_rollback_without_a_number_ends_a_canary(versions: Versions) -> None:
    await versions.publish("motor")
    await versions.publish("consult", way=Way.CANARY, share=20)
    assert await versions.desk.roll_back(await versions.desk.in_force(), "Li", "bad") == 1
    held = await versions.desk.in_force()
    assert (held.current, held.canary) == (1, None)
    assert isinstance((await versions.facts())[-1], CanaryEnded)


async def test_without_sql_a_version_is_published_and_archived_when_it_is_back(
    versions: Versions, redis_client: Redis, redis_prefix: str, tmp_path: object
) -> None:
    await versions.publish("motor")
    away = open_engine("postgresql://postgres@127.0.0.1:9/none")
    lonely = Versions(redis_client, redis_prefix, away)
    assert await lonely.publish("consult") == 2
    async with lonely.server("cti1", first=None) as server:
        await server.until_current(2)
    with pytest.raises(HistoryDown):
        await lonely.archive.version(2)
    await away.dispose()
    assert [each.version.number for each in await versions.desk.listed()] == [2, 1]
    assert await versions.archive.version(2) is not None


async def test_an_empty_redis_goes_on_from_the_archive(
    versions: Versions, redis_client: Redis, redis_prefix: str
) -> None:
    await versions.publish("motor")
    await versions.publish("consult")
    held = await versions.desk.in_force()
    keys = Keys(redis_prefix)
    await redis_client.delete(keys.dialplan, keys.dialplan_versions, keys.journal)
    async with versions.server("cti1", first="first") as server:
        await server.until_current(2)
    assert await versions.desk.in_force() == held
    assert await versions.publish("motor") == 3


async def test_with_both_stores_ignorant_the_folder_serves_until_the_archive_is_back(
    redis_client: Redis, redis_prefix: str
) -> None:
    away = open_engine("postgresql://postgres@127.0.0.1:9/none")
    lonely = Versions(redis_client, redis_prefix, away)
    async with lonely.server("cti1", first="first") as server:
        await server.until(lambda: server.menus.ready)
        assert (server.current, server.queue()) == (0, "first")
    await away.dispose()


async def test_a_version_in_the_archive_is_never_overwritten(
    versions: Versions, engine: AsyncEngine
) -> None:
    await versions.publish("motor")
    version = await versions.desk.version(1)
    held = await versions.desk.in_force()
    await versions.archive.save([held], [replace(version, author="somebody else")])
    kept = await versions.archive.version(1)
    assert kept == version
    async with engine.connect() as connection:
        count = await connection.scalar(text("SELECT count(*) FROM dialplan_change"))
    assert count == 1
