"""What a page may say by SIP, and what closes its socket."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.web.sip_identity import AgentSpeaker, CallerSpeaker, Foreign
from cti.web.sip_wire import MOST_HEADERS, NotSip, sip_message
from tests.web.sip_texts import CONTACT, ENDPOINT, call, request

AGENT = AgentSpeaker(ENDPOINT)
TOKEN, NUMBER = "c0ffee", "13997000002"
CALLER = CallerSpeaker({TOKEN: NUMBER, "withheld": ""}.get)
TALK = {"To": "<sip:95518@95518.invalid>;tag=as1"}


def said(frame: str, speaker: AgentSpeaker | CallerSpeaker = AGENT) -> None:
    message = sip_message(frame)
    assert message is not None
    speaker.check(message)


@pytest.mark.parametrize(
    "frame",
    [
        request("REGISTER"),
        request("REGISTER", over={"Contact": "*"}),
        request("REGISTER", 'Authorization: Digest username="8001w", realm="95518"'),
        request("INVITE", body="v=0\r\no=马 1 1 IN IP4 0.0.0.0\r\n"),
        request("CANCEL"),
        request("ACK", over=TALK),
        request("BYE", over={**TALK, "From": "<sip:k3v0p1@2fhd9a.invalid>;tag=x"}),
        request("INFO", over=TALK, body="Signal=5\r\n"),
        "SIP/2.0 180 Ringing\r\nCSeq: 102 INVITE\r\nContact: " + CONTACT + "\r\nl: 0\r\n\r\n",
        "SIP/2.0 200 OK\r\nv: SIP/2.0/WS 10.0.0.1\r\nContent-Length: 3\r\n\r\nv=0",
    ],
)
def test_a_phone_may_register_call_and_be_called(frame: str) -> None:
    said(frame)


@pytest.mark.parametrize("frame", ["", "\r\n", "\r\n\r\n"])
def test_a_keep_alive_is_no_message(frame: str) -> None:
    assert sip_message(frame) is None


OTHER = "<sip:8002w@95518.invalid>;tag=1"


@pytest.mark.parametrize(
    "frame",
    [
        request("REGISTER", over={"From": OTHER}),
        request("REGISTER", over={"To": "<sip:8002w@95518.invalid>"}),
        request("REGISTER", over={"From": OTHER, "To": "<sip:8002w@95518.invalid>;tag=2"}),
        request("REGISTER", over={"From": '"8001w" <sip:8002w@95518.invalid>;tag=1'}),
        request("REGISTER", over={"From": "<sip:8001w:pw@95518.invalid>;tag=1"}),
        request("REGISTER", over={"From": "<sip:%38001w@95518.invalid>;tag=1"}),
        request("REGISTER", over={"From": "sip:8001w@95518.invalid;tag=1"}),
        request("INVITE", over={"From": OTHER}),
        request("INVITE", over={"From": "<sip:caller@95518.invalid>;tag=1"}),
        request("INVITE", over={"From": "<sip:random@95518.invalid>;tag=1"}),
        request("BYE", over={**TALK, "From": OTHER}),
        request("INVITE", over={"From": ""}),
        request("INVITE", "P-Asserted-Identity: <sip:110@95518>"),
    ],
)
def test_nobody_speaks_as_another(frame: str) -> None:
    with pytest.raises(Foreign):
        said(frame)


@pytest.mark.parametrize(
    "frame",
    [
        *(request(m) for m in ("MESSAGE", "SUBSCRIBE", "NOTIFY", "REFER", "PUBLISH", "XYZ")),
        request("INVITE", over={"CSeq": "1 REGISTER"}),
        request("INVITE", "Route: <sip:10.0.0.9;lr>"),
        request("INVITE", "Record-Route: <sip:10.0.0.9;lr>"),
        request("INVITE", "Replaces: abc;to-tag=1;from-tag=2"),
        request("INVITE", "r: <sip:110@10.0.0.9>"),
        request("REGISTER", "Path: <sip:10.0.0.9;lr>"),
        request("REGISTER", over={"Contact": "<sip:a@10.0.0.9:5060>"}),
        request("REGISTER", over={"Contact": f"{CONTACT}, <sip:a@10.0.0.9>"}),
        request("INVITE", over={"Contact": "*"}),
        request("INVITE", over={"Via": "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1"}),
        request("INVITE", over={"Via": "SIP/2.0/WS a.invalid;maddr=10.0.0.9;branch=z9hG4bK1"}),
        request("INVITE", "Via: SIP/2.0/WS b.invalid;branch=z9hG4bK2"),
        "SIP/2.0 200 OK\r\nContact: <sip:a@10.0.0.9>\r\nContent-Length: 0\r\n\r\n",
        "SIP/2.0 200 OK\r\nRecord-Route: <sip:10.0.0.9;lr>\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_nothing_leads_asterisk_elsewhere_or_into_other_calls(frame: str) -> None:
    with pytest.raises(Foreign):
        said(frame)


HEAD = request("OPTIONS").removesuffix("\r\n\r\n")


@pytest.mark.parametrize(
    "frame",
    [
        "hello",
        "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        " " + request("OPTIONS"),
        "\r\n" + request("OPTIONS"),
        request("OPTIONS") + request("REGISTER", over={"From": OTHER}),
        request("OPTIONS", over={"X": "1"}).replace("Content-Length: 0", "Content-Length: 5"),
        HEAD.replace("Content-Length: 0", "X: 1") + "\r\n\r\n",
        HEAD + "\r\nContent-Length: 0\r\n\r\n",
        HEAD + "\r\nl: 0\r\n\r\n",
        HEAD + "\r\nf: " + OTHER + "\r\n\r\n",
        HEAD + "\r\nFROM: " + OTHER + "\r\n\r\n",
        HEAD + "\r\nX: 1\r\n folded\r\n\r\n",
        HEAD + "\r\nX : 1\r\n\r\n",
        HEAD + "\r\nX: 1\nFrom: " + OTHER + "\r\n\r\n",
        HEAD + "\r\nX: 1\rFrom: " + OTHER + "\r\n\r\n",
        HEAD + "\r\nX: \x00\r\n\r\n",
        HEAD + "".join(f"\r\nX{n}: 1" for n in range(MOST_HEADERS)) + "\r\n\r\n",
        request("OPTIONS").replace(" SIP/2.0", " SIP/3.0", 1),
        request("OPTIONS").replace("\r\n", "\n"),
        "SIP/2.0 2000 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_asterisk_could_read_otherwise_is_no_sip(frame: str) -> None:
    with pytest.raises(NotSip):
        said(frame)


@given(st.text(max_size=300), st.integers(0, 200), st.integers(0, 20))
def test_no_text_breaks_the_parser(text: str, at: int, cut: int) -> None:
    whole = request("INVITE", body="v=0\r\n")
    for frame in (text, whole[:at] + text + whole[at + cut :]):
        try:
            message = sip_message(frame)
            if message is not None:
                AGENT.check(message)
        except (NotSip, Foreign) as refused:
            assert str(refused).isascii()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("From", "<sip:8001w@" + "x" * 15_000),
        ("From", "<sip:" + "x" * 15_000),
        ("From", '"' + "\\\\" * 7_000),
        ("From", "x " * 7_000),
        ("Contact", "<sip:a@b.invalid" + ";a" * 7_000),
        ("Contact", "<sip:a@b.invalid>" + ';"' * 7_001),
        ("Via", "SIP/2.0/WS a.invalid" + ";a" * 7_000 + ","),
    ],
)
def test_no_header_takes_long_to_be_refused(name: str, value: str) -> None:
    frame = request("INVITE", over={name: value})
    began = perf_counter()
    for _ in range(10):
        with pytest.raises(Foreign):
            said(frame)
    assert perf_counter() - began < 0.5


def test_a_caller_shows_the_number_of_his_token() -> None:
    said(call(TOKEN, NUMBER), CALLER)
    said(request("BYE", over={**TALK, "From": "<sip:caller@x.invalid>;tag=1"}), CALLER)


def test_a_withheld_number_is_shown_by_nothing() -> None:
    caller = {"From": "<sip:caller@95518.invalid>;tag=1"}
    said(request("INVITE", "X-Call-Token: withheld", over=caller), CALLER)
    with pytest.raises(Foreign):
        said(call("withheld", NUMBER), CALLER)


@pytest.mark.parametrize(
    "frame",
    [
        call("none", NUMBER),
        call("", NUMBER),
        call(TOKEN, "110"),
        call(TOKEN, f"{NUMBER}@95518>, <sip:110"),
        call(TOKEN, NUMBER, From=OTHER),
        request("INVITE", f"X-Call-Token: {TOKEN}", over={"From": "<sip:caller@x>;tag=1"}),
        request("REGISTER", over={"From": "<sip:caller@x>;tag=1", "To": "<sip:caller@x>"}),
        request(
            "UPDATE",
            "P-Asserted-Identity: <sip:110@95518>",
            over={**TALK, "From": "<sip:caller@x>;tag=1"},
        ),
    ],
)
def test_a_caller_is_nobody_else(frame: str) -> None:
    with pytest.raises(Foreign):
        said(frame, CALLER)
