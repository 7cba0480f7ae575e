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
from cti.simulation.live import LivePlan, playable, run_live
from cti.simulation.script import Cue, cues_of, wanted_of

pytestmark = pytest.mark.timeout(420)

HERE = Path.cwd()
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


@cache
def shipped() -> tuple[Site, Sequence[Flow]]:
    site = load_dialplan(DIALPLAN).site
    assert site is not None
    flows, _ = load_flows(DIALPLAN)
    return site, [flow for flow in flows if playable(flow) and not run_one(site, flow).problem]


@cache
def chosen() -> Mapping[str, Flow]:
    """Trait → the shortest flow that has it and that no other trait has taken."""
    site, flows = shipped()
    ear = Ear(PROMPTS, ("zh", "en"))
    cues = [cues_of(site.trees[flow.tree], flow) for flow in flows]
    by_length = sorted(zip(flows, cues, strict=True), key=lambda each: seconds(ear, *each))
    found: dict[str, Flow] = {}
    for trait, has in TRAITS.items():
        fitting = [flow for flow, cues in by_length if has(flow, cues)]
        fresh = [flow for flow in fitting if flow not in found.values()]
        if fitting:
            found[trait] = (fresh or fitting)[0]
    return found


def seconds(ear: Ear, flow: Flow, cues: Sequence[Cue]) -> float:
    """About how long the call takes."""
    wanted = wanted_of(shipped()[0].trees[flow.tree], cues)
    heard_s = sum(ear.seconds.get(each.sound, 0) for each in wanted if each.whole)
    waits = (cue.turn.ask for cue in cues if isinstance(cue.does, ivr.NoInput))
    return heard_s + sum(ask.no_input_s for ask in waits if isinstance(ask, ivr.Listen))


async def called(flows: Sequence[Flow], folder: Path, config: Path = CONFIG) -> list[Result]:
    site, _ = shipped()
    plan = LivePlan(config=config, dialplan=HERE / DIALPLAN, folder=folder)
    return [result async for result in run_live(site, flows, plan)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    """All chosen flows, called once; by their places."""
    flows = {str(flow.mark): flow for flow in chosen().values()}
    found = asyncio.run(called(list(flows.values()), tmp_path_factory.mktemp("live")))
    return {str(result.flow.mark): result for result in found}


def test_most_traits_have_a_flow() -> None:
    assert len(chosen()) >= 12


@pytest.mark.parametrize("trait", TRAITS)
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
