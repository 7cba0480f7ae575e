"""Orders of call control as AMI actions: one table, pure.

Each order becomes actions that go out in one write and are served in order. Only classes ``call`` and
``originate`` are needed (templates/manager.conf).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cti.asterisk.ami import Fields
from cti.asterisk.reach import REACH
from cti.asterisk.text import assignments, value_list
from cti.core.acd import control_orders as orders
from cti.core.acd.control_orders import ControlOrder, LegMove, Place, Told
from cti.core.ids import ChannelName

Action = tuple[str, Fields]
DialString = Callable[[str], str]
"""A number outside as ``Dial`` understands it."""
KEY_MS = 160
PARTY_ACTION = "party/"
"""How the Originate of a party is called, in the event that tells how it went."""


class Way(NamedTuple):
    """Where a place begins in the dialplan."""

    context: str
    exten: str = "s"


WAYS: Mapping[Place, Way] = {
    Place.HOLD: Way("acd-hold"),
    Place.ANSWER: Way("acd-answer"),
    Place.QUEUE: Way("acd-wait"),
    Place.BROKEN: Way("acd-over", "broken"),
    Place.SILENCE: Way("acd-leg", "silence"),
    Place.RINGING: Way("acd-leg", "ringing"),
    Place.CALLER: Way("acd-leg", "caller"),
    Place.PARTY: Way("acd-leg", "party"),
    Place.MUSIC: Way("acd-party", "music"),
    Place.MENU: Way("acd-menu"),
    Place.CONFERENCE: Way("acd-conf"),
}
VARIABLES: Mapping[Told, str] = {
    Told.STATE: "ACD_STATE",
    Told.ROLE: "ACD_ROLE",
    Told.AGENT: "ACD_AGENT",
    Told.AGENT_LEG: "ACD_AGENTCH",
    Told.PARTY_LEG: "ACD_PARTYCH",
    Told.PEER: "ACD_PEER",
    Told.CALLER: "ACD_CALLER",
    Told.PARTY: "SHARED(ACD_ASKS)",
}


def actions(order: ControlOrder, dial_string: DialString) -> list[Action]:
    """The AMI actions of an order. The last one's reply tells whether it was carried out."""
    return _TABLE[type(order)](order, dial_string)


def told(channel: ChannelName, facts: Mapping[Told, str]) -> list[Action]:
    """One Setvar for all of them."""
    if not facts:
        return []
    names = ",".join(VARIABLES[fact] for fact in facts)
    values = value_list(facts.values())
    return [("Setvar", {"Channel": channel, "Variable": f"ARRAY({names})", "Value": values})]


def redirect(move: LegMove, also: LegMove | None = None) -> Action:
    """Both at once or neither: Asterisk refuses the whole when one of the two is gone."""
    way = WAYS[move.place]
    fields: Fields = {
        "Channel": move.channel,
        "Context": way.context,
        "Exten": way.exten,
        "Priority": "1",
    }
    if also is None:
        return ("Redirect", fields)
    other = WAYS[also.place]
    extra: Fields = {
        "ExtraChannel": also.channel,
        "ExtraContext": other.context,
        "ExtraExten": other.exten,
        "ExtraPriority": "1",
    }
    return ("Redirect", {**fields, **extra})


def _move(order: orders.MoveLegs, _dial_string: DialString) -> list[Action]:
    first, *rest = order.moves
    also = rest[0] if rest else None
    facts = [(tell.channel, tell.told) for tell in order.tells]
    facts += [(move.channel, move.told) for move in order.moves]
    before = [action for channel, known in facts for action in told(channel, known)]
    later = [redirect(move) for move in rest[1:]]
    return [*before, *later, redirect(first, also)]


def _tell(order: orders.TellLeg, _dial_string: DialString) -> list[Action]:
    return told(order.channel, order.told)


def _dial(order: orders.DialParty, dial_string: DialString) -> list[Action]:
    outside = dial_string(order.target)
    variables = {
        "__ACD_CALL": order.call_id,
        "ACD_PARTY": order.party_id,
        "ACD_STATE": "asked",
        "ACD_ASKER": order.peer,
        "ACD_CALLER": order.caller,
    }
    fields: Fields = {
        "ActionID": f"{PARTY_ACTION}{order.call_id}/{order.party_id}",
        # Originate rings one phone, where Dial could ring several.
        "Channel": f"PJSIP/{order.target}" if order.inside else outside.partition("&")[0],
        "ChannelId": order.party_id,
        "Context": "acd-party",
        "Exten": "s",
        "Priority": "1",
        "Timeout": order.ring_s * 1000,
        "CallerID": f"<{order.shown_number}>",
        "Async": "true",
        "Variable": assignments(variables),
    }
    return [("Originate", fields)]


def _mute(order: orders.MuteLeg, _dial_string: DialString) -> list[Action]:
    # MuteAudio, the action, would want the class system.
    value = "on" if order.on else "off"
    return [("Setvar", {"Channel": order.channel, "Variable": "MUTEAUDIO(in)", "Value": value})]


def _silence(order: orders.SilenceRecording, _dial_string: DialString) -> list[Action]:
    state = "1" if order.on else "0"
    return [("MixMonitorMute", {"Channel": order.channel, "Direction": "both", "State": state})]


def _keys(order: orders.PlayKeys, _dial_string: DialString) -> list[Action]:
    return [
        ("PlayDTMF", {"Channel": order.channel, "Digit": digit, "Duration": KEY_MS})
        for digit in order.digits
    ]


def _send_out(order: orders.SendOut, dial_string: DialString) -> list[Action]:
    number = dial_string(order.number)
    redirected: Fields = {
        "Channel": order.channel,
        "Context": "acd-transfer",
        "Exten": "s",
        "Priority": "1",
    }
    return [
        ("Setvar", {"Channel": order.channel, "Variable": "ACD_TO", "Value": number}),
        ("Redirect", redirected),
    ]


def _recall(order: orders.RecallFromMenu, _dial_string: DialString) -> list[Action]:
    way: Fields = {"Context": "acd-menu", "Exten": "recalled", "Priority": "1"}
    told: Fields = {"Channel": order.channel, "Variable": "ACD_RECALLED", "Value": order.leg or ""}
    return [("Setvar", told), ("Redirect", {"Channel": order.channel, **way})]


_TABLE: Mapping[type, Callable[[Any, DialString], list[Action]]] = {
    orders.SendOut: _send_out,
    orders.MoveLegs: _move,
    orders.TellLeg: _tell,
    orders.DialParty: _dial,
    orders.MuteLeg: _mute,
    orders.PlayKeys: _keys,
    orders.SilenceRecording: _silence,
    orders.RecallFromMenu: _recall,
    **REACH,
}
