"""Every flow test of the shipped dialplan, and of tests/flows, is one test here."""

from pathlib import Path

import pytest

from cti import messages
from cti.commands.test import run_one
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow
from cti.dialplan_files import load_dialplan, load_flows

FOLDERS = (Path("dialplan"), Path("tests/flows/golden"))


def _all_flows() -> list[tuple[Site, Flow]]:
    found = []
    for folder in FOLDERS:
        dialplan = load_dialplan(folder)
        flows, problems = load_flows(folder)
        wrong = [*dialplan.problems, *problems]
        assert dialplan.site is not None, [messages.line(each) for each in wrong]
        assert [messages.line(each) for each in problems] == []
        found += [(dialplan.site, flow) for flow in flows]
    return found


FLOWS = _all_flows()


@pytest.mark.parametrize(("site", "flow"), FLOWS, ids=[flow.name for _, flow in FLOWS])
def test_a_flow_goes_as_it_is_written(site: Site, flow: Flow) -> None:
    problems, _ = run_one(site, flow)
    assert [messages.line(each, "en") for each in problems] == []


def test_the_shipped_menu_has_at_least_thirty_flows_and_they_come_to_every_node() -> None:
    shipped = [(site, flow) for site, flow in FLOWS if flow.tree == "95518"]
    visited = {node for site, flow in shipped for node in run_one(site, flow)[1]}
    assert len(shipped) >= 30
    assert visited == set(shipped[0][0].trees["95518"].nodes)


def test_no_two_flows_have_one_name() -> None:
    names = [flow.name for _, flow in FLOWS]
    assert len(names) == len(set(names))
