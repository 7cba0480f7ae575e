"""What may need a sound, as the stores know it: every version that can come back, and everybody's draft."""

from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.core.ivr.versions import digest_of
from cti.services.admin_ports import Draft, DraftFile
from cti.services.ports import HistoryDown
from cti.store.sql_drafts import SqlDrafts
from cti.store.sql_link import open_engine
from cti.store.tables_versions import dialplan_change, dialplan_version
from tests.store.versions import Versions, wish

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CATALOGUE = "prompts/catalogue.yaml"


@pytest.fixture
def versions(redis_client: Redis, redis_prefix: str, engine: AsyncEngine) -> Versions:
    return Versions(redis_client, redis_prefix, engine)


def draft(login: str, text: str | None, base: str | None) -> Draft:
    file = DraftFile(path=CATALOGUE, text=text, base_text=base, etag="e")
    other = DraftFile(path="dialplan/hours.yaml", text="x", base_text="x", etag="e")
    return Draft(
        login=login,
        base=1,
        begun_at=NOW,
        changed_at=NOW,
        revision=1,
        files={each.path: each for each in (file, other)},
    )


async def test_every_version_is_told_but_those_that_are_known(versions: Versions) -> None:
    for queue in ("motor", "consult", "complaint"):
        await versions.publish(queue)
    found = await versions.desk.every(())
    assert [each.number for each in found] == [1, 2, 3]
    assert found[1].files == wish("consult").files
    known = {digest_of(wish(queue).files) for queue in ("motor", "consult")}
    assert [each.number for each in await versions.desk.every(known)] == [3]


async def test_versions_of_which_the_archive_knows_nothing_yet_are_told_too(
    versions: Versions, engine: AsyncEngine
) -> None:
    await versions.publish("motor")
    async with engine.begin() as connection:
        for table in (dialplan_version, dialplan_change):
            await connection.execute(delete(table))
    assert [each.number for each in await versions.desk.every(())] == [1]


async def test_nothing_is_told_while_the_archive_is_away(
    redis_client: Redis, redis_prefix: str
) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/none")
    away = Versions(redis_client, redis_prefix, engine)
    with pytest.raises(HistoryDown):
        await away.desk.every(())
    await engine.dispose()


async def test_everybodys_draft_is_told_as_it_is_and_as_it_began(engine: AsyncEngine) -> None:
    drafts = SqlDrafts(engine)
    for login, text, base in (("a", "new", "old"), ("b", None, "old"), ("c", "own", None)):
        await drafts.begin(draft(login, text, base))
    found = await drafts.texts_of(CATALOGUE)
    assert sorted(text for _, text in found) == ["new", "old", "old", "own"]
    assert {at for at, _ in found} == {NOW}
    await drafts.drop("a")
    assert sorted(text for _, text in await drafts.texts_of(CATALOGUE)) == ["old", "own"]
