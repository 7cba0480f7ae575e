"""Prompts known again in a recording, and recordings judged by what flows say."""

import random
import wave
from array import array
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cti.core.ivr import session as ivr
from cti.core.ivr.flows import Does, Flow, Hear, Kind
from cti.core.ivr.session import Facts
from cti.core.problems import Mark
from cti.simulation.ear import FRAME, RATE_HZ, Ear, Heard, levels
from cti.simulation.judge import difference
from cti.simulation.rehearsal import Actor
from cti.simulation.script import Wanted, cues_of, wanted_of
from tests.unit.core.ivr.test_flow_reports import tree

LEVELS = list(levels())


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    noise = random.Random(1)  # noqa: S311
    for name, seconds in (("hello", 2.0), ("digits/01", 0.3), ("main", 3.0), ("hum", 1.0)):
        path = tmp_path / "zh" / f"{name}.alaw"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise.randbytes(round(seconds * RATE_HZ)))
    (tmp_path / "zh" / "hum.alaw").write_bytes(b"\xd5" * RATE_HZ)
    return tmp_path


def recorded(folder: Path, *pieces: bytes) -> Path:
    """A recording of a-law pieces, as a phone writes it."""
    path = folder / "heard.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE_HZ)
        sound.writeframes(array("h", (LEVELS[byte] for byte in b"".join(pieces))).tobytes())
    return path


def piece(prompts: Path, name: str) -> bytes:
    return (prompts / "zh" / f"{name}.alaw").read_bytes()


QUIET = b"\xd5" * 1234


def test_prompts_are_told_in_order_wherever_they_begin(prompts: Path, tmp_path: Path) -> None:
    hello, one = piece(prompts, "hello"), piece(prompts, "digits/01")
    heard = Ear(prompts, ["zh"]).hear(recorded(tmp_path, QUIET, hello, QUIET, one, one))
    assert [sorted(each.sounds) for each in heard] == [
        [("zh", "hello")], [("zh", "digits/01")], [("zh", "digits/01")],
    ]  # fmt: skip
    assert all(each.whole for each in heard)
    assert heard[0].at_s == pytest.approx(1234 / RATE_HZ)


def test_a_prompt_that_is_cut_short_is_not_whole(prompts: Path, tmp_path: Path) -> None:
    heard = Ear(prompts, ["zh"]).hear(recorded(tmp_path, piece(prompts, "main")[: 60 * FRAME]))
    assert [(sorted(each.sounds), each.whole) for each in heard] == [([("zh", "main")], False)]


def test_a_lost_frame_does_not_make_two_of_one_prompt(prompts: Path, tmp_path: Path) -> None:
    main = piece(prompts, "main")
    lossy = (
        main[: 40 * FRAME] + main[42 * FRAME : 80 * FRAME] + b"\x55" * FRAME + main[80 * FRAME :]
    )
    heard = Ear(prompts, ["zh"]).hear(recorded(tmp_path, lossy))
    assert [each.whole for each in heard] == [True]


def test_noise_and_hum_are_no_prompts(prompts: Path, tmp_path: Path) -> None:
    noise = random.Random(2).randbytes(3 * RATE_HZ)  # noqa: S311
    assert Ear(prompts, ["zh"]).hear(recorded(tmp_path, noise, b"\xd5" * RATE_HZ)) == []


FACTS = Facts(caller_number="2", dialed_number="1", now=datetime(2026, 11, 23, 10, tzinfo=UTC))
MARK = Mark("f.yaml", 7)


def flow(*steps: object, ends: dict[str, object]) -> Flow:
    return Flow(name="a", tree="1", facts=FACTS, steps=steps, ends=ends, mark=MARK, ends_mark=MARK)  # type: ignore[arg-type]


PRESSED = flow(
    Hear(("hello", "main"), MARK),
    Does(ivr.Pressed("2"), MARK),
    Hear(("bye",), MARK),
    ends={"hangup": "finished"},
)


def heard(*names: str) -> list[Heard]:
    sounds = (name.split(" ") for name in names)
    return [
        Heard(sounds=frozenset({("zh", name)}), at_s=0.0, whole=not cut) for name, *cut in sounds
    ]


def actor(ended: dict[str, object]) -> tuple[Actor, list[Wanted]]:
    cues = cues_of(tree(), PRESSED)
    return Actor(flow=PRESSED, tree=tree(), cues=cues, ended=ended), list(wanted_of(tree(), cues))


def test_a_key_may_cut_the_last_prompt_and_no_other() -> None:
    wanted = actor({})[1]
    assert [(each.sound[1], each.whole, each.step) for each in wanted] == [
        ("hello", True, 2), ("main", False, 2), ("bye", True, 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "step"),
    [
        (("hello", "main cut", "bye"), None),
        (("hello", "main", "bye"), None),
        (("hello cut", "main", "bye"), 2),
        (("main", "hello", "bye"), 2),
        (("hello", "main"), 4),
        (("hello", "main", "bye", "other"), 4),
        ((), 2),
    ],
)
def test_what_is_heard_otherwise_is_a_difference_with_its_step(
    names: tuple[str, ...], step: int | None
) -> None:
    caller, wanted = actor({"hangup": "finished"})
    found = difference(caller, wanted, heard(*names), "")
    assert (found.step if found else None) == step
    assert found is None or found.kind is Kind.HEARD


def test_another_end_or_queue_is_a_difference() -> None:
    names = heard("hello", "main", "bye")
    caller, wanted = actor({"gone": "caller"})
    found = difference(caller, wanted, names, "")
    assert found is not None
    assert (found.kind, found.got) == (Kind.END, {"gone": "caller"})
    caller, wanted = actor({"hangup": "finished"})
    assert difference(caller, wanted, names, "desk") is not None


def test_a_turn_that_the_flow_does_not_know_is_told() -> None:
    caller, wanted = actor({})
    caller.strayed = (caller.cues[1], caller.cues[0].turn)
    found = difference(caller, wanted, [], "")
    assert found is not None
    assert found.wanted == {"node": "bye", "hear": ["bye"], "hangup": "finished"}
    assert found.got == {"node": "main", "hear": ["hello", "main"], "waits": True}
