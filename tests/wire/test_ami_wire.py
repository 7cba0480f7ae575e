import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.asterisk.ami_wire import MESSAGE_BYTES, NotAmi, Sieve, parse_event, parse_fields

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
HANGUP = "Event: Hangup\r\nUniqueid: 1.1\r\nCallerIDName: 王小明𠮷\r\n\r\n".encode()
NOISE = b"Event: VarSet\r\nVariable: X\r\nValue: 1\r\n\r\n"


def sieve() -> Sieve:
    made = Sieve({"Hangup", "UserEvent"})
    assert made.feed(BANNER) == []
    return made


def test_only_wanted_events_pass_and_all_are_counted() -> None:
    made = sieve()
    assert made.feed(NOISE + HANGUP + NOISE) == [HANGUP[:-4]]
    assert made.seen == 3


@given(st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=60))
def test_however_the_stream_is_cut_the_messages_are_the_same(cuts: list[int]) -> None:
    stream = BANNER + HANGUP + b"\r\n" + NOISE + b"\r\n\r\n" + HANGUP
    made = Sieve({"Hangup"})
    found: list[bytes] = []
    at = 0
    for cut in cuts:
        found += made.feed(stream[at : at + cut])
        at += cut
    found += made.feed(stream[at:])
    assert [parse_fields(one)["CallerIDName"] for one in found] == ["王小明𠮷"] * 2
    assert made.seen == 3


def test_an_event_behind_stray_line_ends_is_not_lost() -> None:
    assert sieve().feed(NOISE + b"\r\n" + HANGUP + b"\r\n\r\n" + HANGUP) == [HANGUP[:-4]] * 2


def test_replies_always_pass() -> None:
    reply = b"Response: Success\r\nActionID: 1\r\n\r\n"
    assert sieve().feed(reply) == [reply[:-4]]


def test_events_of_a_list_pass_only_while_one_is_asked_for() -> None:
    made = sieve()
    item = b"Event: CoreShowChannel\r\nActionID: 1\r\n\r\n"
    assert made.feed(item) == []
    made.replies_pending = True
    assert made.feed(item + NOISE) == [item[:-4]]


@pytest.mark.parametrize(
    "garbage", [b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01", b"HTTP/1.1 400\r\n\r\n"]
)
def test_a_peer_that_is_not_a_manager_is_refused(garbage: bytes) -> None:
    with pytest.raises(NotAmi):
        Sieve(()).feed(garbage)


def test_a_banner_without_end_is_refused() -> None:
    with pytest.raises(NotAmi):
        Sieve(()).feed(b"Asterisk Call Manager/" + b"x" * 300)


def test_a_message_without_end_is_refused() -> None:
    made = sieve()
    with pytest.raises(NotAmi):
        made.feed(b"Event: Hangup\r\nX: " + b"x" * (MESSAGE_BYTES + 1))


def test_asterisks_own_field_counts_before_one_added_by_a_dialplan() -> None:
    event = parse_event(
        b"Event: UserEvent\r\nUniqueid: 1.1\r\nUserEvent: AcdWait\r\nUniqueid: evil"
    )
    assert event.name == "UserEvent"
    assert event.fields["Uniqueid"] == "1.1"


def test_channel_variables_are_told_apart() -> None:
    fields = parse_fields(
        b"Event: Hangup\r\nChanVariable: ACD_CALL=1.1\r\nChanVariable: ACD_STATE=a=b\r\nEmpty: \r\nBare:"
    )
    assert fields["ChanVariable(ACD_CALL)"] == "1.1"
    assert fields["ChanVariable(ACD_STATE)"] == "a=b"
    assert (fields["Empty"], fields["Bare"]) == ("", "")


def test_a_variables_name_in_a_reply_stays_a_field() -> None:
    assert parse_fields(b"Response: Success\r\nVariable: ACD_HB\r\nValue: 17") == {
        "Response": "Success",
        "Variable": "ACD_HB",
        "Value": "17",
    }


@given(st.binary(max_size=300))
def test_any_bytes_become_fields_without_an_error(garbage: bytes) -> None:
    assert isinstance(parse_fields(garbage), dict)


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_any_stream_is_read_or_refused(pieces: list[bytes]) -> None:
    made = sieve()
    for piece in pieces:
        made.feed(piece)
    assert made.seen >= 0
