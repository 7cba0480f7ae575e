"""Node types that the shipped menu does not use, on a live line: transfer, script, subtree."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.simulation.phones import Leg, Phone, Phones, Registrar
from tests.asterisk.site import Desktop, Site, desktop, running_site

TREE = """
tree: "95518"
numbers: ["95518"]
languages: [zh, en]
defaults: {human: agent}
start: root
nodes:
  root:
    menu: root
    keys: {"1": to_phone, "2": pin, "3": broken, "4": elsewhere}
  to_phone: {transfer: "8002"}
  pin: {script: ask_pin, with: {wanted: "4711"}, into: pin, timeout_s: 20, next: agent, failed: rescue}
  broken: {script: broken, timeout_s: 3, next: agent, failed: rescue}
  elsewhere: {subtree: farewell, next: rescue}
  agent: {enqueue: consult, set: {pin: $pin.verdict}}
  rescue: {enqueue: rescue}
"""
SUBTREE = """
tree: farewell
start: bye
nodes:
  bye: {say: goodbye, next: return}
"""
ASK_PIN = '''
def run(agi, wanted):
    """Asks for four digits with pyst2's verbs."""
    agi.verbose("asking for a PIN", 1)
    digits = agi.get_data("95518/beep", 8000, 4)
    return {"verdict": "right" if digits == wanted else "wrong"}
'''
BROKEN = """
import time


def run(agi):
    while True:
        time.sleep(0.1)
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    folder, shipped = tmp_path / "dialplan", Path(__file__).parents[2] / "dialplan"
    (folder / "scripts").mkdir(parents=True)
    (folder / "95518.yaml").write_text(TREE, "utf-8")
    (folder / "farewell.yaml").write_text(SUBTREE, "utf-8")
    (folder / "hours.yaml").write_text((shipped / "hours.yaml").read_text("utf-8"), "utf-8")
    (folder / "scripts" / "ask_pin.py").write_text(ASK_PIN, "utf-8")
    (folder / "scripts" / "broken.py").write_text(BROKEN, "utf-8")
    more = {
        "CTI_FOLDERS_DIALPLAN": str(folder),
        "CTI_FOLDERS_SCRIPTS": str(folder / "scripts"),
    }
    async with running_site(tmp_path / "run", more) as found:
        yield found


async def answered(phone: Phone) -> Leg:
    leg = phone.dial("95518")
    await leg.until("CONFIRMED", 20)
    return leg


@pytest.mark.timeout(180)
async def test_transfer_script_and_subtree_work_on_a_live_line(site: Site) -> None:
    registrar = Registrar(host="127.0.0.1", port=site.configuration.settings.sip.port)
    async with Phones().running() as phones, desktop(site, "2001") as board:
        caller = phones.add(Phone("13997000002", registrar, tone_hz=500))
        target = phones.add(Phone("8002", registrar), site.secrets.get("sip_8002"))
        await target.until_registered()
        await transfer_connects(caller, target, board)
        await script_asks(caller, board)
        await endless_script_is_ended(caller, board)
        await subtree_comes_back(caller, board)
    assert await site.channels() == 0


async def transfer_connects(caller: Phone, target: Phone, board: Desktop) -> None:
    leg = await answered(caller)
    leg.press("1")
    rung = await target.until_rung(20)
    await rung.until("CONFIRMED", 20)
    assert (await board.until(type="transferred"))["target"] == "**02"
    leg.hang_up()
    await rung.until("DISCONNECTED", 20)


async def script_asks(caller: Phone, board: Desktop) -> None:
    leg = await answered(caller)
    leg.press("2")
    await board.until(type="nodeEntered", node="pin")
    leg.press("4711")
    queued = await board.until(type="queued", queue="consult", limit_s=30)
    assert queued["variables"]["pin"] == "right"
    leg.hang_up()
    await board.until(type="callCleared", callId=queued["callId"])


async def endless_script_is_ended(caller: Phone, board: Desktop) -> None:
    leg = await answered(caller)
    leg.press("3")
    queued = await board.until(type="queued", queue="rescue", limit_s=30)
    leg.hang_up()
    await board.until(type="callCleared", callId=queued["callId"])


async def subtree_comes_back(caller: Phone, board: Desktop) -> None:
    leg = await answered(caller)
    leg.press("4")
    entered = await board.until(type="nodeEntered", node="farewell/bye", limit_s=20)
    queued = await board.until(type="queued", callId=entered["callId"], limit_s=20)
    assert queued["queue"] == "rescue"
    leg.hang_up()
    await board.until(type="callCleared", callId=queued["callId"])
