"""A new version in the middle of calls: whoever is inside keeps his, the next caller meets the new."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.asterisk.house import House, hearing
from tests.asterisk.short_ways import SHORT_MENU

pytestmark = [pytest.mark.asyncio(loop_scope="package"), pytest.mark.timeout(180)]

OLD, NEW = "whisper_motor", "whisper_consult"


class Publisher:
    """Somebody who edits the house's dialplan and publishes it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.folder = house.site.configuration.settings.folders.dialplan

    @property
    def tree(self) -> Path:
        return self.folder / f"{SHORT_MENU}.yaml"

    def edit(self, old: str, new: str) -> None:
        text = self.tree.read_text("utf-8")
        assert old in text
        self.tree.write_text(text.replace(old, new), "utf-8")

    async def runs(self, *words: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cti", *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(self._house.site.environment),
        )
        out, _ = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, out.decode()

    async def current(self) -> int:
        board = await self._house.board.get("/api/v1/versions")
        return int(board["inForce"]["current"])


@pytest_asyncio.fixture(loop_scope="package")
async def publisher(house: House) -> AsyncIterator[Publisher]:
    """With the house's files as they were, afterwards in force again."""
    found = Publisher(house)
    kept = {path: path.read_bytes() for path in found.folder.rglob("*.yaml")}
    for path in (found.folder / "tests").glob("*.yaml"):
        path.unlink()  # the house is open at any hour, which they do not expect
    before = await found.current()
    yield found
    for path, content in kept.items():
        path.write_bytes(content)
    if await found.current() != before:
        code, said = await found.runs("rollback", str(before), "-m", "test over")
        assert code == 0, said


async def test_a_new_greeting_is_heard_by_the_next_caller_and_not_by_the_one_inside(
    house: House, publisher: Publisher, tmp_path: Path
) -> None:
    inside, first = await house.call(house.caller(record_to=tmp_path), SHORT_MENU)
    await house.event("nodeEntered", first, node="main")
    publisher.edit(f"menu: {OLD}", f"menu: {NEW}")
    code, said = await publisher.runs("publish", "-m", "another greeting", "--author", "Li")
    assert code == 0, said
    number = await publisher.current()
    other = house.caller("13997000002", record_to=tmp_path)
    outside, second = await house.call(other, SHORT_MENU)
    inside.press("2")
    await house.event("digitsDialed", first, digits="2")
    await asyncio.sleep(2.5)
    for leg in (inside, outside):
        leg.hang_up()
        await leg.until("DISCONNECTED")
    kept, fresh = await hearing(inside), await hearing(outside)
    assert (bool(kept.prompt(OLD)), bool(kept.prompt(NEW))) == (True, False)
    assert (bool(fresh.prompt(OLD)), bool(fresh.prompt(NEW))) == (False, True)
    told = [await house.event("visitEnded", call_id) for call_id in (first, second)]
    assert [each["version"] for each in told] == [number - 1, number]


async def test_a_bad_tree_is_refused_in_the_middle_of_a_call_and_nothing_changes(
    house: House, publisher: Publisher
) -> None:
    leg, call_id = await house.call(house.caller(), SHORT_MENU)
    before = await publisher.current()
    publisher.edit('"1": person', '"1": nobody')
    code, said = await publisher.runs("publish", "-m", "bad")
    assert code == 1
    assert "nobody" in said
    assert await publisher.current() == before
    fresh, later = await house.call(house.caller("13997000002"), SHORT_MENU)
    for each, its_id in ((leg, call_id), (fresh, later)):
        each.press("1")
        assert (await house.event("queued", its_id, 20))["queue"] == "motor"
        each.hang_up()
        told = await house.event("visitEnded", its_id)
        assert told["version"] == before


async def test_a_rollback_is_met_by_the_next_caller(house: House, publisher: Publisher) -> None:
    before = await publisher.current()
    publisher.edit("enqueue: motor", "enqueue: consult")
    code, said = await publisher.runs("publish", "-m", "wrong queue")
    assert code == 0, said
    leg, call_id = await house.call(house.caller(), SHORT_MENU)
    leg.press("1")
    assert (await house.event("queued", call_id, 20))["queue"] == "consult"
    leg.hang_up()
    code, said = await publisher.runs("rollback", "-m", "back")
    assert (code, await publisher.current()) == (0, before), said
    leg, call_id = await house.call(house.caller("13997000002"), SHORT_MENU)
    leg.press("1")
    assert (await house.event("queued", call_id, 20))["queue"] == "motor"


async def test_a_shadow_lists_who_would_have_gone_elsewhere_and_touches_no_call(
    house: House, publisher: Publisher
) -> None:
    publisher.edit("enqueue: motor", "enqueue: consult")
    code, said = await publisher.runs("publish", "-m", "beside", "--shadow")
    assert code == 0, said
    leg, call_id = await house.call(house.caller(), SHORT_MENU)
    leg.press("1")
    assert (await house.event("queued", call_id, 20))["queue"] == "motor"
    told = await house.event("shadowDiffered", call_id)
    assert (told["node"], told["was"], told["would"]) == ("main", "queue:motor", "queue:consult")
    leg.hang_up()
    async with asyncio.timeout(10):
        while call_id not in (said := (await publisher.runs("shadow", "--json"))[1]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert '"would": "queue:consult"' in said
    assert (await publisher.runs("shadow", "--end", "-m", "seen"))[0] == 0


async def test_a_canary_with_a_faulty_tree_takes_itself_back(
    house: House, publisher: Publisher
) -> None:
    before = await publisher.current()
    # Nobody can choose in time, so that every visit to it fails.
    publisher.edit("no_input_s: 1", "no_input_s: 1, attempts: 1")
    publisher.edit('"2": main', '"3": main')
    code, said = await publisher.runs("publish", "-m", "on trial", "--canary", "99")
    assert code == 0, said
    for number in range(10, 18):
        leg, call_id = await house.call(house.caller(f"139970000{number}"), SHORT_MENU)
        leg.press("7")
        await house.event("queued", call_id, 30)
        leg.hang_up()
        await leg.until("DISCONNECTED")
        if any(frame.get("type") == "canaryEnded" for frame in house.board.frames):
            break
    ended = await house.board.until(15, type="canaryEnded")
    assert (ended["result"], ended["author"]) == ("rolledBack", "system")
    assert "failed: canary" in ended["why"]
    assert await publisher.current() == before
