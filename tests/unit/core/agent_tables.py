"""The tables of docs/agent-states.md, made by asking the code; run as a module it writes them there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cti.core.acd import signals as wished
from cti.core.acd.desk_steps import Declined
from cti.core.acd.signals import Signal
from cti.core.agent_state import TRANSITIONS, Agent, AgentState, AgentStatus, Happened
from cti.core.call import Call, CallPhase
from cti.core.ids import CallId, ChannelName
from tests.unit.core.acd.floors import MOTOR, START, A, Play, agent

PAGE = Path(__file__).parents[3] / "docs" / "agent-states.md"
ONE = CallId("1.1")
WISHES: dict[str, Signal] = {
    "ready": wished.ChooseStatus(agent_id=A, status=AgentStatus.READY),
    "not ready (MEAL)": wished.ChooseStatus(
        agent_id=A, status=AgentStatus.NOT_READY, reason="MEAL"
    ),
    "sign out": wished.LogOff(agent_id=A),
    "forced ready": wished.ForceStatus(agent_id=A, status=AgentStatus.READY, by="s", reason="r"),
    "forced not ready": wished.ForceStatus(
        agent_id=A, status=AgentStatus.NOT_READY, by="s", reason="r"
    ),
    "forced out": wished.ForceStatus(agent_id=A, status=AgentStatus.LOGGED_OUT, by="s", reason="r"),
}


def row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def table(heads: list[str], rows: Iterator[list[str]]) -> str:
    return "\n".join([row(*heads), row(*("---" for _ in heads)), *(row(*each) for each in rows)])


def transitions() -> str:
    """What happens × state → the next state."""
    return table(
        ["", *(f"`{state}`" for state in AgentState)],
        (
            [f"`{h}`", *(f"`{t}`" if (t := TRANSITIONS[s].get(h)) else "–" for s in AgentState)]
            for h in Happened
        ),
    )


def wishes() -> str:
    """Status and state × wish → in force at once, pending, or the code it is declined with."""
    kinds = [(AgentStatus.LOGGED_OUT, AgentState.IDLE)]
    kinds += [(s, t) for s in (AgentStatus.READY, AgentStatus.NOT_READY) for t in AgentState]
    return table(
        ["status", "state", *WISHES],
        (
            [f"`{status}`", f"`{state}`", *(came(status, state, wish) for wish in WISHES.values())]
            for status, state in kinds
        ),
    )


def came(status: AgentStatus, state: AgentState, wish: Signal) -> str:
    """What the wish makes of an agent in this status and state."""
    play = Play(standing(status, state))
    if state is not AgentState.IDLE:
        play.floor.calls[ONE] = talk()
    before = play.agent(A)
    try:
        play.do(wish)
    except Declined as no:
        return f"no: `{no.code}`"
    after = play.agent(A)
    if after.pending is not None:
        return "pending"
    now_is = after.reason if after.status is AgentStatus.NOT_READY else after.status.value
    stands = (after.status, after.reason, after.state) == (before.status, before.reason, state)
    return "as it is" if stands else f"`{now_is}`"


def standing(status: AgentStatus, state: AgentState) -> Agent:
    wrapping = state is AgentState.WRAP_UP
    return replace(
        agent(A),
        status=status,
        reason="TRAIN" if status is AgentStatus.NOT_READY else None,
        state=state,
        since=START,
        call_id=None if state is AgentState.IDLE else ONE,
        wrap_up_until=START if wrapping else None,
        wrap_up_queue=MOTOR if wrapping else None,
    )


def talk() -> Call:
    return Call(
        call_id=ONE,
        channel=ChannelName("PJSIP/trunk-1"),
        caller_number="1",
        dialed_number="2",
        arrived_at=START,
        phase=CallPhase.TALKING,
        agent_id=A,
        queue=MOTOR,
    )


TABLES = {"transitions": transitions, "wishes": wishes}


def written(page: str) -> str:
    """The page with its tables made anew."""
    for name, make in TABLES.items():
        begins, ends = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
        before, _, rest = page.partition(begins)
        _, _, after = rest.partition(ends)
        page = before + begins + make() + ends + after
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
