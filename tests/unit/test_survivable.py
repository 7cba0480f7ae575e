"""Asterisk's copy of the trees follows those in force."""

import asyncio
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cti.asterisk.survive import FILE
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.ivr.check import Site
from cti.core.ivr.tree import Defaults, Enqueue, Tree
from cti.core.problems import Mark
from cti.survivable import TreeWriter, dial_string, native_queues, write_trees
from tests.asterisk.site import CONFIG, site_environment

LIMIT_S = 5


def site(queue: str) -> Site:
    mark = Mark("t.yaml")
    start = Enqueue(id="start", mark=mark, enqueue=queue)
    tree = Tree(
        name="t",
        start="start",
        nodes={"start": start},
        calendar=Calendar(zone=ZoneInfo("Asia/Shanghai")),
        numbers=("95518",),
        defaults=Defaults(human="start"),
    )
    return Site(trees={"t": tree})


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    found, problems = load_configuration(CONFIG, site_environment(tmp_path, {}))
    assert found is not None, problems
    return found


def written(configuration: Configuration) -> str:
    return (configuration.settings.folders.of_asterisk / "etc" / FILE).read_text("utf-8")


def test_trees_are_written_once_and_again_when_they_change(configuration: Configuration) -> None:
    assert write_trees(configuration, site("motor"))[0]
    assert not write_trees(configuration, site("motor"))[0]
    assert write_trees(configuration, site("consult"))[0]
    assert "ACD_QUEUE=consult" in written(configuration)
    path = configuration.settings.folders.of_asterisk / "etc"
    assert [each.name for each in path.iterdir()] == [FILE]


async def test_asterisk_is_told_of_new_trees_only(configuration: Configuration) -> None:
    told = asyncio.Event()
    times = 0

    async def reload_trees() -> None:
        nonlocal times
        times += 1
        told.set()

    writer = TreeWriter(configuration, reload_trees)
    running = asyncio.create_task(writer.run())
    try:
        for queue in ("motor", "motor", "consult"):
            writer.stand(site(queue))
            if queue == "consult" or not times:
                told.clear()
                await asyncio.wait_for(told.wait(), LIMIT_S)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert times == 2
    assert "ACD_QUEUE=consult" in written(configuration)


async def test_a_folder_that_cannot_be_written_is_logged_and_calls_go_on(
    configuration: Configuration, caplog: pytest.LogCaptureFixture
) -> None:
    async def reload_trees() -> None:
        raise AssertionError("nothing to read")

    folder = configuration.settings.folders.of_asterisk
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder", "utf-8")
    writer = TreeWriter(configuration, reload_trees)
    running = asyncio.create_task(writer.run())
    writer.stand(site("motor"))
    async with asyncio.timeout(LIMIT_S):
        while "trees for survival not renewed" not in caplog.text:  # noqa: ASYNC110 (a log)
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_every_queue_has_a_native_one_with_its_priority_as_weight(
    configuration: Configuration,
) -> None:
    assert set(native_queues(configuration)) == set(configuration.queues.queues)
    assert native_queues(configuration)["major"].weight == 100


def test_an_extension_is_dialled_at_home_and_a_number_by_the_trunk(
    configuration: Configuration,
) -> None:
    assert dial_string(configuration, "8001") == "PJSIP/8001&PJSIP/8001w"
    assert dial_string(configuration, "12395;x") == "PJSIP/12395@trunk-carrier"
