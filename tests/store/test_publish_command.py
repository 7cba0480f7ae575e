"""``cti publish`` and its sisters as an admin runs them, on real Redis: words, exit codes, kill -9."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from redis.asyncio import Redis

from cti.core.ivr.versions import digest_of
from cti.store.redis_versions import RedisVersions

ROOT = Path(__file__).resolve().parents[2]
TREE = """\
tree: "95518"
numbers: ["95518"]
defaults: {human: person}
start: root
nodes:
  root: {menu: whisper_motor, keys: {"1": person, "2": person}}
  person: {enqueue: motor}
"""
FLOW = """\
flows:
  - name: key 1 leads to a person
    tree: "95518"
    at: 2026-11-23T10:00+08:00
    from: "13997000001"
    steps: [{hear: [whisper_motor]}, {press: "1"}]
    ends: {queue: motor}
"""


class Admin:
    """Somebody with a dialplan's folder and a shell."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.dialplan, self._environment = folder / "dialplan", environment

    def start(self, *words: str) -> "asyncio.Future[asyncio.subprocess.Process]":
        return asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "cti", *words),
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=dict(self._environment),
                cwd=ROOT,
            )
        )

    async def runs(self, *words: str) -> tuple[int, str]:
        process = await self.start(*words)
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode or 0, (out + err).decode()

    def write(self, tree: str) -> None:
        (self.dialplan / "95518.yaml").write_text(tree, "utf-8")


@pytest.fixture
def admin(tmp_path: Path, redis_url: str, redis_prefix: str) -> Admin:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "dialplan" / "tests").mkdir(parents=True)
    shutil.copy(ROOT / "dialplan" / "hours.yaml", tmp_path / "dialplan")
    (tmp_path / "dialplan" / "tests" / "flow.yaml").write_text(FLOW, "utf-8")
    environment = {
        **os.environ,
        "CTI_CONFIG": str(tmp_path / "config"),
        "CTI_FOLDERS_INSTANCE": str(tmp_path / "run"),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_REDIS_URL": redis_url,
        "CTI_REDIS_PREFIX": redis_prefix,
        "CTI_LANGUAGE": "en",
    }
    found = Admin(tmp_path, environment)
    found.write(TREE)
    return found


@pytest.mark.timeout(120)
async def test_a_version_is_published_listed_shown_fetched_and_taken_back(
    admin: Admin, tmp_path: Path
) -> None:
    assert await admin.runs("publish", "-m", "the first", "--author", "Li") == (
        0,
        "  95518.yaml: 7 lines new, 0 gone\n"
        f"  hours.yaml: {_lines(admin, 'hours.yaml')} lines new, 0 gone\n"
        "  tests/flow.yaml: 7 lines new, 0 gone\n"
        f"Version 1 is published ({_digest(admin)[:12]})\n"
        "No server is running; it comes into force at the next start\n",
    )
    admin.write(TREE.replace('"2": person', '"3": person'))
    code, said = await admin.runs("publish", "-m", "key 3", "--author", "Wang")
    assert (code, "Version 2 is published" in said) == (0, True)
    code, said = await admin.runs("versions")
    assert re.search(r"   2  current   .*  Wang  key 3\n   1  previous  .*  Li  the first\n", said)
    code, said = await admin.runs("versions", "show", "1")
    assert "Against version 2, which is in force:\n  95518.yaml: 1 lines new, 1 gone" in said
    code, said = await admin.runs("diff", "1", "2", "--language", "en")
    assert (code, "key 2" in said, "key 3" in said) == (1, True, True)
    assert (await admin.runs("diff", "2", "7", "--language", "en"))[0] == 2
    assert (await admin.runs("versions", "get", "1", str(tmp_path / "old")))[0] == 0
    assert (tmp_path / "old" / "95518.yaml").read_text("utf-8") == TREE
    code, said = await admin.runs("rollback", "-m", "key 2 is missed")
    assert (code, said.splitlines()[0]) == (0, "Version 1 is in force now")
    code, said = await admin.runs("versions")
    assert "1 files of the dialplan folder are not as in force (95518.yaml)" in said


@pytest.mark.timeout(120)
async def test_a_refused_publish_tells_all_that_is_wrong_and_changes_nothing(admin: Admin) -> None:
    await admin.runs("publish", "-m", "the first")
    admin.write(
        TREE.replace("whisper_motor", "whisper_moter").replace('"1": person', '"1": nobody')
    )
    code, said = await admin.runs("publish", "-m", "bad")
    assert code == 1
    assert "dialplan/95518.yaml:6:16" in said
    assert "whisper_moter" in said
    assert "nobody" in said
    assert "nothing has changed" in said
    admin.write(TREE.replace("enqueue: motor", "enqueue: consult"))
    code, said = await admin.runs("publish", "-m", "a flow test fails")
    assert (code, "dialplan/tests/flow.yaml:7" in said) == (1, True)
    assert "   2  " not in (await admin.runs("versions"))[1]


@pytest.mark.timeout(120)
async def test_no_change_and_a_dry_run_make_no_version(admin: Admin) -> None:
    await admin.runs("publish", "-m", "the first")
    code, said = await admin.runs("publish", "-m", "again")
    assert (code, "No change" in said) == (0, True)
    admin.write(TREE + "\n")
    code, said = await admin.runs("publish", "-m", "try", "--dry-run")
    assert (code, "this would be version 2" in said) == (0, True)
    assert "   2  " not in (await admin.runs("versions"))[1]


@pytest.mark.timeout(120)
async def test_a_canary_and_a_shadow_are_started_promoted_and_ended(admin: Admin) -> None:
    await admin.runs("publish", "-m", "the first")
    admin.write(TREE + "\n")
    assert (await admin.runs("publish", "-m", "on trial", "--canary", "5%"))[0] == 0
    code, said = await admin.runs("publish", "-m", "over it")
    assert (code, "cti promote" in said) == (1, True)
    assert "   2  canary " in (await admin.runs("versions"))[1]
    assert (await admin.runs("promote", "-m", "good"))[0] == 0
    admin.write(TREE + "\n\n")
    assert (await admin.runs("publish", "-m", "beside", "--shadow"))[0] == 0
    code, said = await admin.runs("shadow")
    assert (code, said.startswith("Shadow version 3: 0 calls go the same way")) == (0, True)
    assert (await admin.runs("shadow", "--end", "-m", "seen"))[0] == 0
    assert (await admin.runs("shadow"))[0] == 1


@pytest.mark.timeout(180)
@pytest.mark.parametrize("after_s", [0.9, 1.3, 1.7, 2.1])
async def test_kill_9_in_the_middle_of_a_publish_leaves_the_old_or_the_new_version_whole(
    admin: Admin, redis_client: Redis, redis_prefix: str, after_s: float
) -> None:
    await admin.runs("publish", "-m", "the first")
    admin.write(TREE + "\n")
    process = await admin.start("publish", "-m", "the second")
    try:
        await asyncio.wait_for(process.wait(), after_s)
    except TimeoutError:
        process.kill()
        await process.wait()
    held = await RedisVersions(redis_client, redis_prefix).in_force()
    assert held is not None
    assert held.current in (1, 2)
    version = await RedisVersions(redis_client, redis_prefix).version(held.current)
    assert version is not None
    assert version.digest == digest_of(version.files)
    assert (await admin.runs("versions", "show", str(held.current)))[0] == 0
    assert (await admin.runs("publish", "-m", "once more"))[0] == 0
    assert (await admin.runs("versions"))[1].startswith("   2  current ")


def _lines(admin: Admin, name: str) -> int:
    return len((admin.dialplan / name).read_text("utf-8").splitlines())


def _digest(admin: Admin) -> str:
    names = ("95518.yaml", "hours.yaml", "tests/flow.yaml")
    return digest_of({name: (admin.dialplan / name).read_text("utf-8") for name in names})


@pytest.mark.timeout(120)
async def test_the_doctor_tells_that_an_edited_folder_is_not_what_callers_meet(
    admin: Admin,
) -> None:
    await admin.runs("publish", "-m", "the first", "--author", "Li")
    admin.write(TREE + "\n")
    _, said = await admin.runs("doctor", "--language", "en")
    assert "version 1 of the menu is in force (Li: the first)" in said
    assert "1 files of the dialplan folder are not as in force: 95518.yaml" in said
