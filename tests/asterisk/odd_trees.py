"""Menus of the shortest sounds for callers and scripts that misbehave: one key leads to one node."""

from collections.abc import Mapping
from pathlib import Path

SCRIPTS, NODES, STAFF = "955191", "955192", "955193"

SCRIPT_TEXTS: Mapping[str, str] = {
    "loops": "while True:\n        pass",
    "blocks": "import time\n    time.sleep(15)",
    "raises": "return 1 / 0",
    "exits": "import sys\n    sys.exit(3)",
    "returns_garbage": "return [object(), 1]",
    "prints": (
        "import sys\n"
        "    for _ in range(3000):\n"
        "        print('x' * 200)\n"
        "        sys.stderr.write('y' * 200)\n"
        "    raise ValueError('all printed')"
    ),
    "opens_threads": (
        "import threading, time\n"
        "    for _ in range(50):\n"
        "        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()\n"
        "    time.sleep(15)"
    ),
    "floods": "while True:\n        agi.get_variable('NOTHING')",
}
"""Name → what ``run(agi)`` does; none of them comes to a good end."""
SCRIPT_LIMIT_S = 2
ASKS = 'def run(agi):\n    return {"keys": agi.get_data("95518/beep", 5000, 40)}\n'

_MISBEHAVE = "\n".join(
    f"  {name}: {{script: {name}, timeout_s: {SCRIPT_LIMIT_S}, next: fine, failed: broken}}"
    for name in SCRIPT_TEXTS
)
_CHOICES = ", ".join(f'"{key}": {name}' for key, name in enumerate(SCRIPT_TEXTS, start=1))
TREES: Mapping[str, str] = {
    SCRIPTS: f"""\
tree: "{SCRIPTS}"
numbers: ["{SCRIPTS}"]
languages: [zh, en]
defaults: {{human: broken}}
start: main
nodes:
  main: {{menu: claim_now, keys: {{{_CHOICES}}}}}
{_MISBEHAVE}
  fine: {{enqueue: motor, set: {{script: fine}}}}
  broken: {{enqueue: motor, set: {{script: broken}}}}
""",
    NODES: f"""\
tree: "{NODES}"
numbers: ["{NODES}"]
languages: [zh, en]
defaults: {{human: person, no_input_s: 1, inter_digit_s: 1, attempts: 2}}
start: main
nodes:
  main:
    menu: claim_now
    keys:
      "1": digits
      "2": looks
      "3": asks
      "4": message
      "5": text
      "6": call_back
      "7": rated
      "8": english
      "#": plays
      "*4": deaf
      "*7": gives_up
      "*8": patchy
  digits: {{collect: claim_now, into: number, digits: {{least: 4, most: 12}}, next: person}}
  looks:
    lookup: claims.status
    with: {{report_no: "20260001"}}
    into: claim
    sensitive: [surveyor_phone, registered_phone]
    timeout_s: 3
    found: plays
    missing: plays
    failed: plays
  asks: {{script: asks, timeout_s: 8, next: person, failed: person}}
  message: {{voicemail: consult, longest_s: 20, next: bye, silent: silent, failed: person}}
  text: {{sms: complaint, with: {{no: "20261122"}}, next: plays, failed: plays}}
  call_back: {{callback: motor, next: plays, failed: plays}}
  rated: {{survey: service, answers: {{rating: "1"}}, next: plays}}
  english: {{language: en, next: plays}}
  plays: {{say: [root, motor, root], next: person}}
  deaf: {{say: [vip_welcome], barge_in: false, next: digits}}
  gives_up: {{menu: claim_now, keys: {{"1": person}}, on_no_input: bye, on_failure: bye}}
  patchy: {{say: [claim_now, claim_received, claim_report_of], next: bye}}
  silent: {{hangup: silent, say: goodbye}}
  bye: {{hangup: left, say: goodbye}}
  person: {{enqueue: motor}}
""",
    STAFF: f"""\
tree: "{STAFF}"
numbers: ["{STAFF}"]
languages: [zh, en]
defaults: {{human: person}}
start: main
nodes:
  main: {{menu: claim_now, keys: {{"*518": staff, "1": refused}}}}
  staff: {{script: staff_pin, into: staff, timeout_s: 45, next: checked, failed: refused}}
  checked:
    branch:
      - {{var: staff.result, is: ok, go: staff_agent}}
    else: refused
  staff_agent: {{enqueue: staff}}
  refused: {{say: staff_refused, next: main}}
  person: {{enqueue: motor}}
""",
}


def write_scripts(folder: Path) -> None:
    """The scripts that these menus name."""
    for name, does in SCRIPT_TEXTS.items():
        (folder / f"{name}.py").write_text(f"def run(agi):\n    {does}\n", "utf-8")
    (folder / "asks.py").write_text(ASKS, "utf-8")
