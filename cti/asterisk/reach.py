"""Transfers, outbound calls and listening as AMI actions: one table, pure.

Only the classes ``call`` and ``originate`` are needed (templates/manager.conf).
"""

from collections.abc import Callable, Mapping
from typing import Any

from cti.asterisk.ami import Fields
from cti.asterisk.text import assignments, value_list
from cti.core.acd import reach_orders as orders
from cti.core.control_events import TargetKind
from cti.core.watching import WatchMode

Action = tuple[str, Fields]
DialString = Callable[[str], str]
CONTEXTS: Mapping[TargetKind, str] = {
    TargetKind.QUEUE: "acd-wait",
    TargetKind.NUMBER: "acd-transfer",
    TargetKind.SURVEY: "acd-after",
}
SPY_OPTIONS: Mapping[WatchMode, str] = {
    WatchMode.LISTEN: "",
    WatchMode.WHISPER: "w",
    WatchMode.BARGE: "B",
}
"""ChanSpy's: nothing is sent, to the spied channel alone, or to both sides of its bridge."""
ANSWER_NOW = (
    r"PJSIP_HEADER(add,Call-Info)=<sip:127.0.0.1>\;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)=info=alert-autoanswer",
)
"""What asks a phone to pick up by itself, as ``[acd-predial]`` does."""


def _send(order: orders.SendCaller, dial_string: DialString) -> list[Action]:
    told = _TOLD[order.kind](order.target, dial_string)
    names, values = ",".join(told), value_list(told.values())
    before: Fields = {"Channel": order.channel, "Variable": f"ARRAY({names})", "Value": values}
    move: Fields = {
        "Channel": order.channel,
        "Context": CONTEXTS[order.kind],
        "Exten": "s",
        "Priority": "1",
    }
    return [*([("Setvar", before)] if told else []), ("Redirect", move)]


def _queue(target: str, _dial_string: DialString) -> Mapping[str, str]:
    # He joins a line anew: its first announcement and its offers are for him again.
    return {"ACD_QUEUE": target, "ACD_JOINED": "", "ACD_OFFERED": "", "ACD_QUIET": ""}


def _number(target: str, dial_string: DialString) -> Mapping[str, str]:
    # Nobody of ours is there to be rated afterwards.
    return {"ACD_TO": dial_string(target), "ACD_UOK": ""}


def _survey(_target: str, _dial_string: DialString) -> Mapping[str, str]:
    return {}


_TOLD: Mapping[TargetKind, Callable[[str, DialString], Mapping[str, str]]] = {
    TargetKind.QUEUE: _queue,
    TargetKind.NUMBER: _number,
    TargetKind.SURVEY: _survey,
}


def _dial_out(order: orders.DialOut, dial_string: DialString) -> list[Action]:
    variables = {
        "__ACD_CALL": order.call_id,
        "ACD_STATE": "ringing",
        "ACD_AGENT": order.agent_id,
        "ACD_TRY": str(order.attempt),
        "ACD_NUMBER": order.number,
        "ACD_DID": order.shown_number,
        "ACD_TO": dial_string(order.number),
        "ACD_RING": str(order.customer_ring_s),
        "__ACD_RECORD": "yes" if order.record else "no",
    }
    fields = _originate(order.call_id, order.extension, "acd-outbound", order.ring_s)
    return [("Originate", {**fields, **_told(variables), "CallerID": f"<{order.number}>"})]


def _watch(order: orders.Watch, _dial_string: DialString) -> list[Action]:
    variables = {
        "ACD_CALL": order.leg,
        "ACD_SPIED": order.channel,
        "ACD_SPYAS": SPY_OPTIONS[WatchMode(order.mode)],
    }
    fields = _originate(order.leg, order.extension, "acd-watch", order.ring_s)
    return [("Originate", {**fields, **_told(variables)})]


def _originate(call_id: str, extension: str, context: str, ring_s: int) -> Fields:
    return {
        "ActionID": f"{call_id}/1",
        "Channel": f"PJSIP/{extension}",
        "ChannelId": call_id,
        "Context": context,
        "Exten": "s",
        "Priority": "1",
        "Timeout": ring_s * 1000,
        "Async": "true",
    }


def _told(variables: Mapping[str, str]) -> Fields:
    return {"Variable": assignments(variables)}


def _rewatch(order: orders.Rewatch, _dial_string: DialString) -> list[Action]:
    options = SPY_OPTIONS[WatchMode(order.mode)]
    way: Fields = {"Context": "acd-watch", "Exten": "again", "Priority": "1"}
    return [
        ("Setvar", {"Channel": order.leg, "Variable": "ACD_SPYAS", "Value": options}),
        ("Redirect", {"Channel": order.leg, **way}),
    ]


REACH: Mapping[type, Callable[[Any, DialString], list[Action]]] = {
    orders.SendCaller: _send,
    orders.DialOut: _dial_out,
    orders.Watch: _watch,
    orders.Rewatch: _rewatch,
}
"""Joins the table of ``call_control``."""


def answering(actions: list[Action]) -> list[Action]:
    """The same; a phone that is rung is asked to answer by itself."""
    return [(name, _answering(fields)) for name, fields in actions]


def _answering(fields: Fields) -> Fields:
    told = fields.get("Variable")
    return {**fields, "Variable": [*told, *ANSWER_NOW]} if isinstance(told, list) else fields
