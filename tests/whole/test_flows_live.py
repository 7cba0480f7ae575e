"""Who hears which prompt: flow tests of the shipped menu on real Asterisk, with real phones and keys.

For each trait of a call the shortest flow that has it is called; what the phone heard is told from its
recording, sample by sample.
"""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from cti import messages
from cti.core.ivr import session as ivr
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Does, Flow, Kind
from cti.dialplan_files import load_dialplan, load_flows
from cti.flow_tests.run import Result, run_one
from cti.simulation.ear import Ear
from cti.simulation.live import LiveFailed, LivePlan, playable, run_live
from cti.simulation.script import Cue, cues_of, wanted_of

pytestmark = pytest.mark.timeout(420)

HERE, CALLERS = Path.cwd(), 14
CONFIG, DIALPLAN, PROMPTS = Path("config"), Path("dialplan"), Path("prompts")
Has = Callable[[Flow, Sequence[Cue]], bool]


def asks(kind: type[ivr.Ask]) -> Has:
    return lambda _flow, cues: any(isinstance(cue.turn.ask, kind) for cue in cues)


def does(heard: type[ivr.Heard]) -> Has:
    return lambda flow, _cues: any(
        isinstance(step, Does) and isinstance(step.heard, heard) for step in flow.steps
    )


def spoken_to_in(language: str) -> Has:
    return lambda _flow, cues: cues[-1].turn.session.language == language


def comes_to(node: str) -> Has:
    return lambda _flow, cues: any(
        isinstance(note, ivr.NodeEntered) and node in note.node
        for cue in cues
        for note in cue.turn.notes
    )


TRAITS: Mapping[str, Has] = {
    "a queue by keys": lambda flow, cues: "queue" in flow.ends and len(cues) > 2,
    "English": spoken_to_in("en"),
    "Tibetan": comes_to("tibetan"),
    "the night": lambda flow, cues: flow.facts.now.hour in (22, 23, 0, 1, 2, 3),
    "a mode of the centre": lambda flow, _cues: bool(flow.facts.modes),
    "a class of callers": lambda flow, _cues: bool(flow.facts.caller),
    "a number that is collected": lambda flow, cues: any(
        isinstance(cue.turn.ask, ivr.Listen) and cue.turn.ask.end_key for cue in cues
    ),
    "a look-up that knows": does(ivr.Found),
    "a look-up that does not know": does(ivr.Missing),
    "a look-up that breaks": does(ivr.Failed),
    "a spoken value": lambda _flow, cues: any(
        isinstance(each, ivr.Spoken) for cue in cues for each in cue.turn.play
    ),
    "silence": does(ivr.NoInput),
    "a caller who hangs up": does(ivr.HungUp),
    "good-bye": lambda flow, _cues: "hangup" in flow.ends,
    "a message left": asks(ivr.Record),
    "a text message": asks(ivr.SendSms),
    "a callback": asks(ivr.PlaceCallback),
    "a script": asks(ivr.RunScript),
    "a tree in the middle of a call": lambda flow, _cues: "returns" in flow.ends,
}


def through(*nodes: str) -> Has:
    return lambda _flow, cues: set(nodes) <= visited(cues)


def past(node: str, without: str) -> Has:
    return lambda _flow, cues: node in visited(cues) and without not in visited(cues)


def visited(cues: Sequence[Cue]) -> set[str]:
    notes = (note for cue in cues for note in cue.turn.notes)
    return {note.node for note in notes if isinstance(note, ivr.NodeEntered)}


LEAVES: Mapping[str, Has] = {
    "1-1 a major accident": through("motor_major"),
    "1-2 an accident, the plate confirmed": through("motor_plate_yes"),
    "1-2 an accident, another plate": through("motor_plate_no"),
    "1-2 an accident, no vehicle known": past("motor_general", without="motor_plate"),
    "1-3 a report that is there": through("motor_supplement"),
    "1-3 a report that is not there": through("motor_supplement_not_found"),
    "2-1 property": through("nonmotor_property"),
    "2-2 accident and health": through("nonmotor_accident"),
    "2-3 agriculture": through("nonmotor_agri"),
    "2-4 cargo and the rest": through("nonmotor_other"),
    "3-1 a claim's progress by report number": through("claim_lookup", "claim_status"),
    "3-1 a claim's progress by the caller's number": through("claim_newest", "claim_status"),
    "3-1 by text message": through("claim_sms_sent"),
    "3-1 the surveyor's number": through("claim_surveyor_phone"),
    "3-1 what only a person may say": through("claim_needs_agent"),
    "3-2 a policy": through("policy_details"),
    "3-2 its amounts by text message": through("policy_sms_sent"),
    "3-2 a caller who is not known": through("policy", "identity_failed"),
    "3-3 a policy that is genuine": through("verify_match"),
    "3-3 a policy that is not found": through("verify_no_match"),
    "3-4 a complaint's progress": through("enquiry", "complaint_status"),
    "3-5 a branch by text message": through("branch_by_sms"),
    "4-1 advice on motor": through("consult_motor", "consult_agent"),
    "4-2 other advice": through("consult_nonmotor", "consult_agent"),
    "4-3 renewal": through("renewal", "sales_agent"),
    "4-4 a new policy": through("new_policy", "sales_agent"),
    "4 at night": through("consult", "closed"),
    "5-1 a complaint": through("complaint_new", "complaint_agent"),
    "5-2 a suggestion": through("suggestion", "complaint_agent"),
    "5-3 what became of it": through("complaint", "complaint_status"),
    "5 at night, a message": through("complaint_closed", "message_saved"),
    "6-1 a tow": through("rescue_tow"),
    "6-2 a battery, a wheel, fuel": through("rescue_service"),
    "7 Amdo Tibetan": through("tibetan_amdo"),
    "7 Kham Tibetan": through("tibetan_kham"),
    "8 English": through("english"),
    "*518 the staff line": through("staff_agent"),
    "*518 refused": through("staff_refused"),
    "0 a person": through("agent_connecting"),
    "0 at night, a message": through("closed", "message", "message_saved"),
    "0 at night, a loss report": through("closed", "motor"),
    "a disaster": through("disaster"),
    "an emergency": through("emergency"),
    "a VIP": through("vip_agent"),
    "an elderly caller": through("elderly"),
    "a blocked caller who reports a loss": through("blocked", "motor_agent"),
    "a blocked caller who does not": through("blocked_end"),
    "a waiting caller who asks to be called back": through("registered"),
    "a waiting caller who gives another number": through("other_number"),
    "a good rating": through("very_satisfied"),
    "a bad rating and why": through("not_satisfied", "reasoned"),
}
"""Every way of the hotline's specification to its end."""
ALL = {**TRAITS, **LEAVES}


@cache
def shipped() -> tuple[Site, Sequence[Flow]]:
    site = load_dialplan(DIALPLAN).site
    assert site is not None
    flows, _ = load_flows(DIALPLAN)
    return site, [flow for flow in flows if playable(flow) and not run_one(site, flow).problem]


@cache
def chosen() -> Mapping[str, Flow]:
    """What is to be heard → a flow that has it: the shortest, or one that is called anyway."""
    site, flows = shipped()
    ear = Ear(PROMPTS, ("zh", "en"))
    cues = [cues_of(site.trees[flow.tree], flow) for flow in flows]
    by_length = sorted(zip(flows, cues, strict=True), key=lambda each: seconds(ear, *each))
    found: dict[str, Flow] = {}
    called: list[tuple[Flow, Sequence[Cue]]] = []
    for trait, has in ALL.items():
        fits = [each for each in (*called, *by_length) if has(*each)]
        if fits:
            found[trait] = fits[0][0]
            called.append(fits[0])
    return found


def seconds(ear: Ear, flow: Flow, cues: Sequence[Cue]) -> float:
    """About how long the call takes."""
    wanted = wanted_of(shipped()[0].trees[flow.tree], cues)
    heard_s = sum(ear.seconds.get(each.sound, 0) for each in wanted if each.whole)
    waits = (cue.turn.ask for cue in cues if isinstance(cue.does, ivr.NoInput))
    return heard_s + sum(ask.no_input_s for ask in waits if isinstance(ask, ivr.Listen))


async def called(flows: Sequence[Flow], folder: Path, config: Path = CONFIG) -> list[Result]:
    site, _ = shipped()
    plan = LivePlan(config=config, dialplan=HERE / DIALPLAN, folder=folder, callers=CALLERS)
    try:
        return [result async for result in run_live(site, flows, plan)]
    except LiveFailed as failed:
        pytest.fail(f"{failed}\n\n{failed.said}", pytrace=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    """All chosen flows, called; by their places."""
    flows = {str(flow.mark): flow for flow in chosen().values()}
    found = asyncio.run(called(list(flows.values()), tmp_path_factory.mktemp("live")))
    # A machine that is busy drops sound now and then; a menu that is wrong is wrong twice.
    again = [result.flow for result in found if result.problem]
    if again:
        found += asyncio.run(called(again, tmp_path_factory.mktemp("again")))
    return {str(result.flow.mark): result for result in found}


@pytest.mark.parametrize("trait", ALL)
def test_the_caller_hears_what_the_flow_says_and_ends_where_it_says(
    trait: str, results: Mapping[str, Result]
) -> None:
    if (flow := chosen().get(trait)) is None:
        pytest.fail(f"no flow test of the shipped menu has {trait}")
    problem = results[str(flow.mark)].problem
    assert problem is None or messages.line(problem, "en") == ""


def test_a_recording_of_nothing_is_missed(tmp_path: Path) -> None:
    for folder in (PROMPTS, CONFIG, DIALPLAN):
        shutil.copytree(folder, tmp_path / folder)
    for language in ("zh", "en"):
        silence = b"\xd5" * 8000
        (tmp_path / "prompts" / language / "recording_notice.alaw").write_bytes(silence)
    flow = chosen()["a queue by keys"]
    result, *_ = asyncio.run(called([flow], tmp_path / "run", tmp_path / "config"))
    difference = result.walked.difference if result.walked else None
    assert difference is not None
    assert difference.kind is Kind.HEARD
    assert "recording_notice" in str(difference.wanted)
    assert "recording_notice" not in str(difference.got)
