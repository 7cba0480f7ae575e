"""Every flow test of the shipped dialplan, and of tests/flows, is one test here."""

from pathlib import Path

import pytest

from cti import messages
from cti.core.ivr.check import Site
from cti.core.ivr.flows import Flow
from cti.dialplan_files import load_dialplan, load_flows
from cti.flow_tests.run import run_flows, run_one

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
    problem = run_one(site, flow).problem
    assert problem is None or messages.line(problem, "en") == ""


def test_the_shipped_trees_have_at_least_150_flows_and_they_come_to_every_node() -> None:
    shipped = FLOWS[0][0]
    flows = [flow for site, flow in FLOWS if site is shipped]
    nodes, edges, _ = run_flows(shipped, flows).in_all
    assert len(flows) >= 150
    assert nodes.per_cent == 100
    assert edges.per_cent >= 95


def test_no_two_flows_have_one_name() -> None:
    names = [flow.name for _, flow in FLOWS]
    assert len(names) == len(set(names))
