"""The shift's own count of CEL and CDR, on calls that are written by hand."""

from pathlib import Path

import pytest

from tests.shift.asterisk_count import AsteriskCount, counted
from tests.shift.sound import EVERY_S, Voice

CALLER, AGENT, OUTSIDE = "1.1", "1.2", "1.3"
NAMES = {
    CALLER: "PJSIP/trunk-carrier-0001",
    AGENT: "PJSIP/8301-0002",
    OUTSIDE: "PJSIP/trunk-carrier-0003",
}


def line(at: float, kind: str, who: str, context: str, extra: str = "{}") -> str:
    cells = (f"{at}", kind, who, CALLER, NAMES[who], context, "", extra.replace('"', '""'))
    return ",".join(f'"{cell}"' for cell in cells)


def bridge(at: float, kind: str, who: str, name: str = "b", technology: str = "simple") -> str:
    extra = f'{{"bridge_id":"{name}","bridge_technology":"{technology}"}}'
    return line(at, f"BRIDGE_{kind}", who, "acd-connect", extra)


def seen(tmp_path: Path, *lines: str) -> AsteriskCount:
    cel, cdr = tmp_path / "cel.csv", tmp_path / "cdr.csv"
    cel.write_text("\n".join(lines) + "\n", "utf-8")
    cdr.write_text("", "utf-8")
    return counted(cel, cdr, ["8301"])


def test_a_talk_lasts_as_long_as_both_are_in_one_bridge(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        line(0, "CHAN_START", CALLER, "acd-trunk"),
        bridge(1, "ENTER", CALLER, "h", "holding_bridge"),
        line(2, "CHAN_START", AGENT, "from-agent"),
        bridge(4, "ENTER", AGENT),
        bridge(5, "ENTER", CALLER),
        bridge(8, "EXIT", AGENT),
        bridge(9, "EXIT", CALLER),
        line(9, "CHAN_END", AGENT, "from-agent"),
        line(10, "CHAN_END", CALLER, "acd-after"),
    )
    assert dict(found.calls[CALLER].talks) == {"8301": pytest.approx(3.0)}
    assert (found.calls[CALLER].answered, found.open_channels) == (True, 0)


@pytest.mark.parametrize(
    ("context", "source", "abandoned"),
    [
        ("acd-wait", NAMES[CALLER], True),
        ("acd-choosing", NAMES[CALLER], True),
        ("acd-choosing", "", False),
        ("acd-in", NAMES[CALLER], False),
    ],
)
def test_who_hangs_up_while_he_waits_gave_up(
    tmp_path: Path, context: str, source: str, abandoned: bool
) -> None:
    found = seen(
        tmp_path,
        line(0, "CHAN_START", CALLER, "acd-trunk"),
        line(5, "HANGUP", CALLER, context, f'{{"hangupcause":16,"hangupsource":"{source}"}}'),
        line(5, "CHAN_END", CALLER, context),
    )
    assert found.calls[CALLER].abandoned == abandoned


def test_a_leg_to_the_outside_is_no_caller_and_a_leg_without_an_end_is_open(tmp_path: Path) -> None:
    found = seen(
        tmp_path,
        line(0, "CHAN_START", CALLER, "acd-trunk"),
        line(1, "CHAN_START", OUTSIDE, "acd-trunk"),
    )
    assert (list(found.calls), found.open_channels) == ([CALLER], 2)


def test_an_end_is_known_by_its_sound_and_each_pause_begins_a_new_stretch() -> None:
    agent, caller = Voice("8301"), Voice("0000001")
    for at in (10.0, 10.25, 10.5, 20.0):
        caller.take(agent.packet(), at)
    caller.take(bytes(172), 21.0)
    assert list(caller.heard) == ["8301"]
    assert caller.heard["8301"].stretches == [[10.0, 10.5], [20.0, 20.0]]
    assert caller.heard["8301"].seconds == 0.5 + 2 * EVERY_S
