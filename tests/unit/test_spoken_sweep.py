"""Sounds of own words go when nobody needs them, and never before."""

import os
import shutil
import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cti.core.draft_paths import CATALOGUE
from cti.core.ivr.versions import Version
from cti.core.ivr.wording import Said, Wording
from cti.core.speech.phrases import Kept, unneeded
from cti.prompts.catalogue import CatalogueError
from cti.prompts.phrase_files import put
from cti.prompts.spoken_files import GOING, SpokenFiles
from cti.services.ports import HistoryDown
from cti.spoken_sweep import UNUSED, SpokenSweep, SweepParts

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - 2 * UNUSED


def named(*names: str) -> str:
    """A catalogue that has these sounds, and nothing else."""
    return " ".join(names)


def names_in(catalogue: str) -> frozenset[str]:
    if catalogue.startswith("["):
        raise CatalogueError(catalogue)
    return frozenset(catalogue.split())


class Centre:
    """Versions, drafts and calls that need sounds, and the folder of one server."""

    def __init__(self, folder: Path) -> None:
        self.files = SpokenFiles(folder)
        self.now = NOW
        self.published: list[Version] = []
        self.drafts: list[tuple[datetime, str]] = []
        self.heard: Wording = {}
        self.asked: list[set[str]] = []
        self.away = False
        self.sweep = SpokenSweep(
            SweepParts(
                files=self.files,
                versions=self._versions,
                drafts=self._drafts,
                wordings=lambda: [self.heard],
                names=names_in,
                now=lambda: self.now,
            )
        )

    def publish(self, *names: str) -> None:
        number = len(self.published) + 1
        files = {CATALOGUE: named(*names)}
        self.published.append(
            Version(
                number=number,
                author="admin",
                message="",
                at=self.now,
                digest=str(number),
                files=files,
            )
        )

    def spoken(self, name: str, at: datetime = LONG_AGO) -> None:
        put(self.files.folder, name, b"\xd5")
        os.utime(self.files.folder / f"{name}.alaw", (at.timestamp(),) * 2)

    def lies(self) -> set[str]:
        return {each.name for each in self.files.kept()}

    async def _versions(self, known: Collection[str]) -> Sequence[Version]:
        if self.away:
            raise HistoryDown("away")
        self.asked.append(set(known))
        return [each for each in self.published if each.digest not in known]

    async def _drafts(self) -> Sequence[tuple[datetime, str]]:
        return self.drafts


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path / "spoken")


async def test_what_no_version_draft_or_call_has_goes(centre: Centre) -> None:
    centre.publish("a")
    centre.publish("b")
    centre.drafts = [(NOW, named("c"))]
    centre.heard = {"zh": {"welcome": Said("spoken/d", "您好")}}
    for name in "abcdxy":
        centre.spoken(name)
    found = await centre.sweep.sweep()
    assert centre.lies() == set("abcd")
    assert (found.gone, found.stay, found.stay_bytes) == (2, 4, 4)
    assert centre.sweep.gauges() == {"spoken_sounds": 4, "spoken_bytes": 4, "spoken_deleted": 2}


async def test_what_was_used_of_late_stays(centre: Centre) -> None:
    centre.spoken("old")
    centre.spoken("late", NOW - UNUSED + timedelta(minutes=1))
    centre.spoken("used")
    assert centre.files.use("used")
    await centre.sweep.sweep()
    assert centre.lies() == {"late", "used"}


async def test_a_version_is_read_once(centre: Centre) -> None:
    centre.publish("a")
    centre.spoken("a")
    await centre.sweep.sweep()
    centre.publish("b")
    await centre.sweep.sweep()
    assert centre.asked == [set(), {"1"}]
    assert centre.lies() == {"a"}


async def test_nothing_goes_while_the_versions_cannot_be_asked(centre: Centre) -> None:
    centre.spoken("x")
    centre.away = True
    with pytest.raises(HistoryDown):
        await centre.sweep.sweep()
    assert centre.lies() == {"x"}


async def test_nothing_goes_while_a_version_cannot_be_read(centre: Centre) -> None:
    centre.publish("[")
    centre.spoken("x")
    with pytest.raises(CatalogueError):
        await centre.sweep.sweep()
    assert centre.lies() == {"x"}


async def test_a_draft_in_the_middle_of_a_word_keeps_what_was_spoken_since_it_began(
    centre: Centre,
) -> None:
    begun = NOW - UNUSED - timedelta(days=2)
    centre.drafts = [(begun, "[")]
    centre.spoken("since", begun + timedelta(hours=1))
    centre.spoken("before", begun - timedelta(hours=1))
    await centre.sweep.sweep()
    assert centre.lies() == {"since"}


async def test_a_folder_that_is_not_there_is_an_empty_one(centre: Centre) -> None:
    assert (await centre.sweep.sweep()).stay == 0


async def test_what_a_killed_server_was_about_to_delete_comes_back_where_it_is_needed(
    centre: Centre,
) -> None:
    for name in "ax":
        centre.spoken(name)
        sound = centre.files.folder / f"{name}.alaw"
        sound.rename(sound.with_suffix(GOING))
    centre.publish("a")
    await centre.sweep.sweep()
    assert centre.lies() == {"a"}
    assert not list(centre.files.folder.glob(f"*{GOING}"))


async def test_halves_of_files_go_once_nobody_can_be_writing_them(centre: Centre) -> None:
    centre.spoken("a", NOW)
    old, young = (centre.files.folder / f"{name}.part" for name in ("old", "young"))
    for path, at in ((old, LONG_AGO), (young, NOW)):
        path.write_bytes(b"")
        os.utime(path, (at.timestamp(),) * 2)
    await centre.sweep.sweep()
    assert (old.exists(), young.exists()) == (False, True)


async def test_other_files_of_the_folder_are_not_touched(centre: Centre) -> None:
    centre.spoken("a", NOW)
    note = centre.files.folder / "README"
    note.write_text("ours", "utf-8")
    os.utime(note, (0, 0))
    await centre.sweep.sweep()
    assert note.exists()


def test_a_sound_that_somebody_asked_for_and_found_is_there_afterwards(tmp_path: Path) -> None:
    """Whoever was told that it is there may play it: against a sweep at the same moment."""
    files, before = SpokenFiles(tmp_path), NOW.timestamp()
    lost = []
    for n in range(200):
        put(tmp_path, "a", b"\xd5")
        os.utime(tmp_path / "a.alaw", (0, 0))
        go = threading.Barrier(2)

        def clear(go: threading.Barrier = go) -> None:
            go.wait()
            files.clear((), before)

        thread = threading.Thread(target=clear)
        thread.start()
        go.wait()
        told = files.use("a")
        thread.join()
        if told and not (tmp_path / "a.alaw").is_file():
            lost.append(n)
    assert lost == []


def test_two_servers_may_clear_one_folder_at_once(tmp_path: Path) -> None:
    files = SpokenFiles(tmp_path)
    wrong: list[BaseException] = []
    for n in range(300):
        put(tmp_path, f"x{n}", b"\xd5")
        os.utime(tmp_path / f"x{n}.alaw", (0, 0))
    put(tmp_path, "needed", b"\xd5")
    os.utime(tmp_path / "needed.alaw", (0, 0))

    def clear() -> None:
        try:
            files.clear({"needed"}, NOW.timestamp())
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=clear) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
    files.clear({"needed"}, NOW.timestamp())
    assert {each.name for each in files.kept()} == {"needed"}


NAMES = st.sampled_from("abcdefgh")


class Shelf(RuleBasedStateMachine):
    """Admins write, speak, publish and give up, servers are killed, days pass: no version loses a sound."""

    @initialize()
    def begin(self) -> None:
        self.centre = Centre(Path(mkdtemp()) / "spoken")

    @rule(name=NAMES)
    def speak(self, name: str) -> None:
        if not self.centre.files.use(name):
            self.centre.spoken(name, self.centre.now)
        self._used(name)

    @rule(names=st.sets(NAMES, max_size=4))
    def draft(self, names: set[str]) -> None:
        self.centre.drafts = [(self.centre.now, named(*names))]

    @rule()
    def give_up(self) -> None:
        self.centre.drafts = []

    @rule(names=st.sets(NAMES, max_size=4))
    def publish(self, names: set[str]) -> None:
        there = [each for each in names if self.centre.files.use(each)]
        for each in there:
            self._used(each)
        self.centre.publish(*there)

    @rule(name=NAMES)
    def killed(self, name: str) -> None:
        """In the middle of deleting a sound that nobody needs."""
        needed = self._needed()
        sound = self.centre.files.folder / f"{name}.alaw"
        if name not in needed and sound.exists():
            sound.rename(sound.with_suffix(GOING))

    @rule(days=st.integers(1, 10))
    def wait(self, days: int) -> None:
        self.centre.now += timedelta(days=days)

    @rule()
    def sweep(self) -> None:
        needed, before = self._needed(), (self.centre.now - UNUSED).timestamp()
        self.centre.files.clear(needed, before)
        assert not unneeded(self.centre.files.kept(), needed, before)

    @invariant()
    def every_version_can_be_heard(self) -> None:
        for version in self.centre.published:
            assert names_in(version.files[CATALOGUE]) <= self.centre.lies()

    def teardown(self) -> None:
        shutil.rmtree(self.centre.files.folder.parent)

    def _needed(self) -> set[str]:
        texts = [each.files[CATALOGUE] for each in self.centre.published]
        texts += [text for _, text in self.centre.drafts]
        return set().union(*map(names_in, texts))

    def _used(self, name: str) -> None:
        """By the clock of this test."""
        at = self.centre.now.timestamp()
        os.utime(self.centre.files.folder / f"{name}.alaw", (at, at))


TestShelf = Shelf.TestCase
TestShelf.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=[*HealthCheck]
)


def test_unneeded_is_what_is_old_and_has_no_use() -> None:
    kept = [Kept(name=name, size=1, used=used) for name, used in (("a", 1), ("b", 1), ("c", 5))]
    assert unneeded(kept, {"a"}, 5) == ["b"]
