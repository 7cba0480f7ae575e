"""Commands of a supervisor about calls under way: listening, taking over, picking up, ending."""

from collections.abc import Mapping
from typing import Any

from cti.core.ids import AgentId, CallId
from cti.core.watching import WatchMode
from cti.services.ports import Account, Refused
from cti.services.reach_ports import Act
from cti.web.actors import SUPERVISORS, Action, own_agent, supervisor
from cti.web.command_fields import Field, Shape
from cti.web.parts import WebParts

_REASON = Field(longest=200)
_MODE = Field(pattern="|".join(WatchMode))
_AGENT, _CALL = Field(), Field(longest=128)

SHAPES: Mapping[str, Shape] = {
    "monitorStart": {"agentId": _AGENT, "mode": _MODE, "reason": _REASON},
    "monitorChange": {"mode": _MODE},
    "monitorStop": {},
    "interceptCall": {
        "agentId": Field(optional=True),
        "callId": Field(longest=128, optional=True),
        "to": Field(optional=True),
        "reason": _REASON,
    },
    "pickUpCall": {"callId": _CALL, "to": Field(optional=True), "reason": _REASON},
    "releaseCall": {"agentId": _AGENT, "reason": _REASON},
}


async def _monitor(parts: WebParts, who: Account, fields: Mapping[str, Any]) -> None:
    act, watcher = _act(who, fields), _phone(who)
    mode = WatchMode(fields["mode"])
    await parts.supervision.monitor(act, watcher, AgentId(fields["agentId"]), mode)


async def _change(parts: WebParts, who: Account, fields: Mapping[str, Any]) -> None:
    by, mode = supervisor(who), WatchMode(fields["mode"])
    await parts.supervision.change_monitor(_phone(who), mode, by=by)


async def _stop(parts: WebParts, who: Account, _: Mapping[str, Any]) -> None:
    by = supervisor(who)
    await parts.supervision.stop_monitor(_phone(who), by=by)


async def _intercept(parts: WebParts, who: Account, fields: Mapping[str, Any]) -> None:
    act = _act(who, fields)
    if fields["agentId"]:
        agent_id = AgentId(fields["agentId"])
    else:
        agent_id = parts.supervision.agent_with(CallId(fields["callId"] or ""))
    await parts.supervision.intercept(act, agent_id, _taker(who, fields))


async def _pick_up(parts: WebParts, who: Account, fields: Mapping[str, Any]) -> None:
    """An agent may take a call himself; a supervisor may have anybody take it."""
    if who.role in SUPERVISORS:
        act, to = _act(who, fields), _taker(who, fields)
    else:
        act, to = Act(by=who.login, reason=fields["reason"]), own_agent(who)
    await parts.supervision.pick_up(act, CallId(fields["callId"]), to)


async def _release(parts: WebParts, who: Account, fields: Mapping[str, Any]) -> None:
    await parts.supervision.release(_act(who, fields), AgentId(fields["agentId"]))


def _act(who: Account, fields: Mapping[str, Any]) -> Act:
    return Act(by=supervisor(who), reason=fields["reason"])


def _taker(who: Account, fields: Mapping[str, Any]) -> AgentId:
    return AgentId(fields["to"]) if fields["to"] else _phone(who)


def _phone(who: Account) -> AgentId:
    if who.agent_id is None:
        raise Refused("no_phone")
    return who.agent_id


ACTIONS: Mapping[str, Action] = {
    "monitorStart": _monitor,
    "monitorChange": _change,
    "monitorStop": _stop,
    "interceptCall": _intercept,
    "pickUpCall": _pick_up,
    "releaseCall": _release,
}
