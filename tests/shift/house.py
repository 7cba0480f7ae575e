"""The shift's own hotline: many agents of mixed skills and languages, short times, direct numbers."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml

from tests.asterisk.short_ways import (
    SHORT_MENU,
    direct_trees,
    open_always,
    reach_carrier,
    short_tree,
)
from tests.asterisk.site import CONFIG

ROOT = CONFIG.parent
DIRECT = {
    "major": "955183",
    "rescue": "955180",
    "motor": "955181",
    "nonmotor": "955195",
    "complaint": "955186",
    "consult": "955182",
    "sales": "955189",
    "staff": "955196",
}
REAL_MENU = "95518"
FIRST_AGENT, FIRST_EXTENSION = 3001, 8301
SUPERVISOR, SUPERVISOR_EXTENSION = "2001", "8101"
CALLBACK_AFTER_S = 5
SKILLS: Sequence[Mapping[str, int]] = (
    {"motor": 4, "rescue": 3, "dispatch": 2},
    {"motor": 3, "nonmotor": 2},
    {"consult": 3, "sales": 2, "nonmotor": 2},
    {"motor": 2, "consult": 2},
    {"motor": 3, "rescue": 2},
    {"complaint": 4, "consult": 3, "motor": 1},
    {"nonmotor": 3, "agri": 3, "motor": 2},
    {"sales": 3, "consult": 2, "motor": 1},
    {"motor": 5, "complaint": 3, "dispatch": 3},
    {"followup": 3, "motor": 1},
)
LANGUAGES: Sequence[Sequence[str]] = (
    ("zh",),
    ("zh", "en"),
    ("zh",),
    ("zh", "bo-adx"),
    ("zh",),
    ("zh", "bo-khg", "en"),
    ("zh",),
)


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent's number and phone."""

    agent_id: str
    extension: str


def seats(agents: int) -> Sequence[Seat]:
    """Whoever works in this shift."""
    return [Seat(str(FIRST_AGENT + n), str(FIRST_EXTENSION + n)) for n in range(agents)]


def written(folder: Path, agents: int, carrier_port: int) -> Mapping[str, str]:
    """Write configuration and menus; the settings with which programs find them."""
    shutil.copytree(CONFIG, folder / "config")
    shutil.copytree(ROOT / "dialplan", folder / "dialplan", ignore=shutil.ignore_patterns("tests"))
    _write_agents(folder / "config" / "agents.yaml", agents)
    queues = folder / "config" / "queues.yaml"
    queues.write_text(_quick(queues.read_text("utf-8")), "utf-8")
    reach_carrier(folder / "config" / "cti.yaml", carrier_port)
    _write_menus(folder / "dialplan")
    return {
        "CTI_CONFIG": str(folder / "config"),
        "CTI_FOLDERS_DIALPLAN": str(folder / "dialplan"),
        "CTI_FOLDERS_PROMPTS": str(ROOT / "prompts"),
        "CTI_SIP_NUMBERS": ",".join((REAL_MENU, *DIRECT.values(), SHORT_MENU)),
        "CTI_DESK_CALLS_FROM": "00:00",
        "CTI_DESK_CALLS_UNTIL": "00:00",
        "CTI_RTP_FIRST_PORT": "44000",
        "CTI_RTP_LAST_PORT": "45999",
    }


def _write_agents(path: Path, count: int) -> None:
    mixed = zip(seats(count), cycle(SKILLS), islice(cycle(LANGUAGES), count), strict=False)
    agents = [
        {
            "id": seat.agent_id,
            "name": f"座席{seat.agent_id}",
            "extension": seat.extension,
            "skills": dict(skills),
            "languages": list(languages),
        }
        for seat, skills, languages in mixed
    ]
    people = [
        {
            "login": SUPERVISOR,
            "name": "班长",
            "role": "supervisor",
            "extension": SUPERVISOR_EXTENSION,
        }
    ]
    text = yaml.safe_dump({"agents": agents, "people": people}, allow_unicode=True)
    path.write_text(text, "utf-8")


def _quick(queues: str) -> str:
    """Times of a minute become seconds; nobody waits for an agent he knows."""
    changed = (
        (r"^  ring_s: .*$", "  ring_s: 4"),
        (r"^  wrap_up_s: .*$", "  wrap_up_s: 6"),
        (r"^  wrap_up: .*$", "  wrap_up: {max_s: 12, codes_required: false, auto_ready: true}"),
        (r"first_after_s: 10, every_s: 60", "first_after_s: 3, every_s: 15"),
        (r"^  attempts_at_s: .*$", "  attempts_at_s: [0, 5, 10]"),
        (r"^  customer_ring_s: .*$", "  customer_ring_s: 10"),
        (r"callback: \{after_s: 30,", f"callback: {{after_s: {CALLBACK_AFTER_S},"),
        (r"overflow: \[\{after_s: \d+, number", "overflow: [{after_s: 8, number"),
        (r"\{after_s: (\d)(\d),", r"{after_s: \1,"),
    )
    for pattern, text in changed:
        queues, count = re.subn(pattern, text, queues, flags=re.MULTILINE)
        assert count, pattern
    return re.sub(r"place_s: \d+", "place_s: 0", queues)


def _write_menus(folder: Path) -> None:
    """The real menu at any hour, and shorter ways."""
    open_always(folder / "hours.yaml")
    for number, tree in {SHORT_MENU: short_tree(3), **direct_trees(DIRECT)}.items():
        (folder / f"{number}.yaml").write_text(tree, "utf-8")
