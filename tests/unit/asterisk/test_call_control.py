"""Orders of call control as the very actions that AMI gets."""

from cti.asterisk.call_control import WAYS, actions
from cti.core.acd.control_orders import (
    DialParty,
    LegMove,
    MoveLegs,
    MuteLeg,
    Place,
    PlayKeys,
    TellLeg,
    Told,
)
from cti.core.ids import CallId, ChannelName

CALL = CallId("1.1")
CALLER, AGENT, PARTY = (ChannelName(f"PJSIP/{name}-01") for name in ("trunk", "8001", "8003"))


def carrier(number: str) -> str:
    return f"PJSIP/{number}@carrier"


def test_what_legs_are_told_goes_before_the_one_redirect_of_both() -> None:
    order = MoveLegs(
        call_id=CALL,
        moves=(
            LegMove(channel=CALLER, place=Place.HOLD, told={Told.AGENT_LEG: AGENT}),
            LegMove(channel=AGENT, place=Place.SILENCE, told={Told.ROLE: "agent"}),
        ),
    )
    told = [
        ("Setvar", {"Channel": CALLER, "Variable": "ARRAY(ACD_AGENTCH)", "Value": AGENT}),
        ("Setvar", {"Channel": AGENT, "Variable": "ARRAY(ACD_ROLE)", "Value": "agent"}),
    ]
    both = {
        "Channel": CALLER,
        "Context": "acd-hold",
        "Exten": "s",
        "Priority": "1",
        "ExtraChannel": AGENT,
        "ExtraContext": "acd-leg",
        "ExtraExten": "silence",
        "ExtraPriority": "1",
    }
    assert actions(order, carrier) == [*told, ("Redirect", both)]


def test_a_third_leg_moves_before_the_other_two() -> None:
    moves = tuple(LegMove(channel=c, place=Place.CONFERENCE) for c in (CALLER, AGENT, PARTY))
    tells = (TellLeg(channel=CALLER, told={Told.STATE: "talking"}),)
    done = actions(MoveLegs(call_id=CALL, moves=moves, tells=tells), carrier)
    assert [(name, fields["Channel"]) for name, fields in done] == [
        ("Setvar", CALLER),
        ("Redirect", PARTY),
        ("Redirect", CALLER),
    ]


def party(target: str, *, inside: bool) -> DialParty:
    return DialParty(
        call_id=CALL,
        party_id="1.1-p1",
        target=target,
        inside=inside,
        peer=AGENT,
        caller=CALLER,
        ring_s=15,
        shown_number="95518",
    )


def test_a_partys_leg_bears_the_id_that_we_chose() -> None:
    [(name, fields)] = actions(party("8003", inside=True), carrier)
    assert name == "Originate"
    assert (fields["Channel"], fields["ChannelId"]) == ("PJSIP/8003", "1.1-p1")
    assert (fields["Timeout"], fields["CallerID"]) == (15000, "<95518>")
    assert f"ACD_ASKER={AGENT}" in fields["Variable"]  # type: ignore[operator]


def test_a_number_outside_is_dialled_through_the_carrier() -> None:
    [(_, fields)] = actions(party("09716123456", inside=False), carrier)
    assert fields["Channel"] == "PJSIP/09716123456@carrier"


def test_keys_are_sent_one_by_one_and_a_mute_is_a_variable() -> None:
    keys = actions(PlayKeys(channel=CALLER, digits="1#"), carrier)
    assert [(name, fields["Digit"]) for name, fields in keys] == [
        ("PlayDTMF", "1"),
        ("PlayDTMF", "#"),
    ]
    [(name, fields)] = actions(MuteLeg(channel=AGENT, on=True), carrier)
    assert (name, fields["Variable"], fields["Value"]) == ("Setvar", "MUTEAUDIO(in)", "on")


def test_every_place_has_its_way() -> None:
    assert set(WAYS) == set(Place)
