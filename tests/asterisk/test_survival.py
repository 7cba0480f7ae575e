"""The compiled menu on a real Asterisk: every flow that needs no server ends as the interpreter says."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cti.asterisk.survive import FILE
from cti.asterisk.telephony import AmiTelephony
from cti.config_files import load_configuration
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow
from cti.core.ivr.versions import digest_of
from cti.core.ivr.wording import Said
from cti.dialplan_files import known_names, load_dialplan, load_flows
from cti.prompts.catalogue import load_catalogue
from cti.settings import environment
from tests.asterisk.site import CONFIG
from tests.asterisk.survival import AT_ONCE, Caller, running_survival
from tests.asterisk.survival_flows import REASONS, cannot_walk

log = logging.getLogger(__name__)
DIALPLAN = CONFIG.parent / "dialplan"


def shipped() -> tuple[Site, list[Flow]]:
    configuration, problems = load_configuration(CONFIG, environment())
    assert configuration is not None, problems
    known, _ = known_names(configuration)
    dialplan = load_dialplan(DIALPLAN, known)
    assert dialplan.site is not None, dialplan.problems
    flows, problems = load_flows(DIALPLAN)
    assert not problems
    return dialplan.site, flows


def in_own_words(site: Site) -> Site:
    """The same site with words of its own: for every second prompt in Mandarin, every third in English."""
    named = load_catalogue(CONFIG.parent / "prompts").prompts
    wording = {
        language: {
            name: Said(f"spoken/{digest_of({language: name})[:40]}", name)
            for n, name in enumerate(sorted(named))
            if n % step == 0
        }
        for language, step in (("zh", 2), ("en", 3))
    }
    return replace(site, wording=wording)


def first_day(flows: Sequence[Flow]) -> date:
    return min(flow.facts.now for flow in flows).date()


@pytest.mark.timeout(150)
async def test_every_flow_without_the_server_hears_the_same_and_ends_in_the_same_queue(
    tmp_path: Path,
) -> None:
    plain, flows = shipped()
    site = in_own_words(plain)
    reasons = {flow.name: cannot_walk(site, flow) for flow in flows}
    walked = [flow for flow in flows if not reasons[flow.name]]
    log.info("not walked: %s", Counter(reason for reason in reasons.values() if reason))
    assert {reason for reason in reasons.values() if reason} <= REASONS
    places = asyncio.Semaphore(AT_ONCE)
    wrong: dict[str, str] = {}

    async def walk(caller: Caller, name: str) -> None:
        async with places:
            try:
                found = await caller.walk()
            except TimeoutError:
                found = "nothing more was heard"
        wrong.pop(name, None)
        if found:
            wrong[name] = found

    began = time.monotonic()
    async with running_survival(tmp_path, site, first_day(walked)) as survival:
        callers = [Caller(survival, site, flow, n) for n, flow in enumerate(walked)]
        await asyncio.gather(*(walk(c, f.name) for c, f in zip(callers, walked, strict=True)))
        # A busy machine may lose a key between two of a number: once more, alone.
        for n, flow in enumerate([each for each in walked if each.name in wrong], len(walked)):
            await walk(Caller(survival, site, flow, n), flow.name)
        assert not survival.notes
    log.info("%d of %d flows walked in %.0f s", len(walked), len(flows), time.monotonic() - began)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())


async def test_new_trees_are_read_without_more_rights_and_the_heartbeat_stays(
    tmp_path: Path,
) -> None:
    site, flows = shipped()
    async with running_survival(tmp_path, site, first_day(flows)) as survival:
        telephony = AmiTelephony(survival.ami, str)
        await telephony.beat(1_795_000_000)
        trees = survival.etc / FILE
        told = "UserEvent(AcdNew,Acdchannel: new,Beat: ${ACD_HB})"
        trees.write_text(trees.read_text("utf-8") + f"[acd-new]\nexten => s,1,{told}\n", "utf-8")
        await telephony.reload_trees()
        async with asyncio.timeout(10):
            while survival.inboxes["new"].empty():
                await survival.ami.send_batch([("Originate", INTO_NEW)])
                await asyncio.sleep(0.2)
        assert survival.inboxes["new"].get_nowait().fields["Beat"] == "1795000000"


INTO_NEW = {
    "Channel": "Local/s@acd-new/n",
    "Context": "acd-reload",
    "Exten": "done",
    "Priority": "1",
    "Async": "true",
}
