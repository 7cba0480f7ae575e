"""Agents and calls as JSON, and back."""

from hypothesis import given
from hypothesis import strategies as st

import tests.events  # noqa: F401 (times in UTC)
from cti.core.agent_state import Agent
from cti.core.call import Call
from cti.store.json_text import AGENT, CALL, record_json, to_json

TEXT = st.text(st.characters(codec="utf-8"))
LEVELS = st.dictionaries(TEXT, st.integers(1, 5))
VERSIONS = st.integers(0, 2**53)


@given(st.builds(Agent, agent_id=TEXT, name=TEXT, skills=LEVELS, version=VERSIONS))
def test_every_agent_comes_back_as_he_was(agent: Agent) -> None:
    assert AGENT.validate_json(record_json(agent)) == agent


@given(
    st.builds(Call, caller_name=TEXT, needs=LEVELS, priority=VERSIONS, attempt=VERSIONS).filter(
        lambda call: call.version < 2**53
    )
)
def test_every_call_comes_back_as_it_was(call: Call) -> None:
    assert CALL.validate_json(record_json(call)) == call


@given(st.text(), st.text())
def test_any_text_can_be_written(name: str, key: str) -> None:
    assert to_json({"name": name, key: [name, {key: name}]})
