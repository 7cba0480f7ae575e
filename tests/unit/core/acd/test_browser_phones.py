"""The two phones of an extension: which one is rung and watched, and what comes of one that goes."""

import pytest

from cti.core.acd import signals as wished
from cti.core.acd.declined import Declined
from cti.core.acd.lines import Line
from cti.core.acd.orders import MirrorMember, RingAgent
from cti.core.acd.reconcile import agent_at
from cti.core.agent_state import AgentStatus
from cti.core.endpoints import PhoneKind, endpoint_at, endpoint_of, extension_of, phone_of
from cti.core.events import AgentLoggedOn
from cti.core.ids import ChannelName
from tests.unit.core.acd.floors import ONE, A, Play, agent, kinds

DESK = agent(A).extension
BROWSER = f"{DESK}w"


@pytest.fixture
def play() -> Play:
    return Play()


def at_browser(play: Play) -> None:
    play.do(wished.LogOn(agent_id=A, phone=PhoneKind.BROWSER))
    play.do(wished.ChooseStatus(agent_id=A, status=AgentStatus.READY))


def phone_seen(reachable: bool, endpoint: str = BROWSER) -> wished.PhoneSeen:
    return wished.PhoneSeen(extension=endpoint, reachable=reachable)


def test_everything_goes_to_the_phone_that_he_signed_in_with(play: Play) -> None:
    at_browser(play)
    logged_on = next(e for s in play.steps for e in s.changes.events if e.TYPE == "agentLoggedOn")
    assert isinstance(logged_on, AgentLoggedOn)
    assert logged_on.phone is PhoneKind.BROWSER
    assert logged_on.extension == DESK
    mirrored = [o for s in play.steps for o in s.orders if isinstance(o, MirrorMember)]
    assert {order.extension for order in mirrored} == {BROWSER}
    [ring] = [o for o in play.waits(ONE).orders if isinstance(o, RingAgent)]
    assert ring.extension == BROWSER


def test_who_is_signed_in_with_one_phone_does_not_change_to_the_other(play: Play) -> None:
    at_browser(play)
    play.do(wished.LogOn(agent_id=A))
    with pytest.raises(Declined, match="other_phone"):
        play.do(wished.LogOn(agent_id=A, phone=PhoneKind.DESK))
    assert play.agent(A).phone is PhoneKind.BROWSER


def test_the_next_shift_begins_at_the_desk_unless_told_otherwise(play: Play) -> None:
    at_browser(play)
    play.do(wished.LogOff(agent_id=A))
    play.do(wished.LogOn(agent_id=A))
    assert play.agent(A).phone is PhoneKind.DESK


def test_a_page_that_loses_its_connection_and_is_back_makes_its_agent_ready_again(
    play: Play,
) -> None:
    at_browser(play)
    assert kinds(play.do(phone_seen(False, DESK))) == []
    assert kinds(play.do(phone_seen(False))) == ["phoneChanged", "agentNotReady"]
    assert kinds(play.do(phone_seen(True))) == ["phoneChanged", "agentReady"]


def test_a_leg_of_either_phone_is_its_agents(play: Play) -> None:
    for endpoint in (DESK, BROWSER):
        leg = Line(
            channel=ChannelName(f"PJSIP/{endpoint}-00000007"),
            call_id=ONE,
            is_caller=False,
            state="talking",
            bridge_id="b",
            caller_number="",
            dialed_number="",
            age_s=1.0,
            variables={},
        )
        found = agent_at(play.floor, leg)
        assert found is not None
        assert found.agent_id == A


@pytest.mark.parametrize(
    ("endpoint", "extension", "kind"),
    [
        ("8001", "8001", PhoneKind.DESK),
        ("8001w", "8001", PhoneKind.BROWSER),
        ("trunk-w", "trunk-w", PhoneKind.DESK),
        ("w", "w", PhoneKind.DESK),
        ("", "", PhoneKind.DESK),
    ],
)
def test_an_endpoint_tells_its_extension_and_which_phone_it_is(
    endpoint: str, extension: str, kind: PhoneKind
) -> None:
    assert extension_of(endpoint_at(f"PJSIP/{endpoint}-00000007")) == extension
    assert phone_of(endpoint) is kind


def test_each_phone_has_a_name_of_its_own() -> None:
    assert endpoint_of("8001", PhoneKind.DESK) == "8001"
    assert endpoint_of("8001", PhoneKind.BROWSER) == "8001w"
