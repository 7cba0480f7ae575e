import pytest

from cti.asterisk.agi_wire import (
    AgiReply,
    AgiSyntaxError,
    DeadChannel,
    Framed,
    ProtocolError,
    frame,
    mset_groups,
    parse_environment,
    parse_reply,
)

USAGE = (
    b"520-Invalid command syntax.  Proper usage follows:\nUsage: ANSWER\n\tText.\n"
    b"520 End of proper usage.\n"
)


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (b"200 result=0\n", AgiReply("0")),
        (b"200 result=-1\n", AgiReply("-1")),
        (b"200 result=49 endpos=8480\n", AgiReply("49", None, {"endpos": "8480"})),
        (b"200 result=1 (02112345678)\n", AgiReply("1", "02112345678")),
        (b"200 result=1 ()\n", AgiReply("1", "")),
        (b"200 result=1 (a (b) c)\n", AgiReply("1", "a (b) c")),
        (b"200 result=1 (k=v)\n", AgiReply("1", "k=v")),
        (b"200 result=1 (hangup)\n", AgiReply("1", "hangup")),
        ("200 result=1 (中文姓名𠮷)\n".encode(), AgiReply("1", "中文姓名𠮷")),
        (b"200 result=1 (line1\nline2)\n", AgiReply("1", "line1\nline2")),
        (b"200 result=-1 (hangup) endpos=800\n", AgiReply("-1", "hangup", {"endpos": "800"})),
        (b"200 result= (timeout)\n", AgiReply("", "timeout")),
        (b"200 result=\n", AgiReply("")),
        (b"200 result=23 (timeout)\n", AgiReply("23", "timeout")),
    ],
)
def test_a_recorded_reply_becomes_a_value(line: bytes, reply: AgiReply) -> None:
    found = parse_reply(line)
    assert (found.result, found.data) == (reply.result, reply.data)
    assert dict(found.pairs) == dict(reply.pairs)


def test_bytes_that_are_not_utf_8_are_replaced_not_fatal() -> None:
    assert parse_reply(b"200 result=1 (\xff\xfe)\n").data == "��"


def test_a_reply_without_a_result_is_not_agi() -> None:
    with pytest.raises(ProtocolError):
        parse_reply(b"200 OK\n")


def test_a_usage_text_is_one_reply() -> None:
    framed = frame(USAGE + b"HANGUP\n", value_asked=False)
    assert framed == Framed(USAGE, b"HANGUP\n", False)
    with pytest.raises(AgiSyntaxError, match="Usage: ANSWER"):
        parse_reply(USAGE)


def test_half_a_usage_text_is_waited_for() -> None:
    assert frame(USAGE[:-5], value_asked=False).reply is None


def test_a_dead_channel_is_told_from_a_bad_command() -> None:
    with pytest.raises(DeadChannel):
        parse_reply(b"511 Command Not Permitted on a dead channel or intercept routine\n")
    with pytest.raises(AgiSyntaxError):
        parse_reply(b"510 Invalid or unknown command\n")


def test_a_hangup_line_before_the_reply_is_skipped_and_remembered() -> None:
    assert frame(b"HANGUP\n200 result=0\n", value_asked=False) == Framed(
        b"200 result=0\n", b"", True
    )


def test_a_trying_line_is_skipped() -> None:
    assert frame(b"100 result=0 Trying...\n200 result=0\n", value_asked=False) == Framed(
        b"200 result=0\n", b"", False
    )


@pytest.mark.parametrize(
    "value", [b"a\nb", b"a)\nb", b"a\nHANGUP\nb", b"a)\n200 result=0\nb", b"\n", b"a\n\n)"]
)
def test_a_value_of_several_lines_is_one_reply(value: bytes) -> None:
    whole = b"200 result=1 (" + value + b")\n"
    assert frame(whole, value_asked=True) == Framed(whole, b"", False)
    assert parse_reply(whole).data == value.decode()


def test_a_hangup_line_behind_a_value_does_not_belong_to_it() -> None:
    framed = frame(b"200 result=1 (a\nb)\nHANGUP\n", value_asked=True)
    assert framed == Framed(b"200 result=1 (a\nb)\n", b"", True)


def test_half_a_value_is_waited_for() -> None:
    assert frame(b"200 result=1 (a\nb", value_asked=True).reply is None
    assert frame(b"200 result=1 (a\n", value_asked=True).reply is None


def test_a_line_that_is_no_reply_is_refused() -> None:
    with pytest.raises(ProtocolError):
        frame(b"GET / HTTP/1.1\r\n", value_asked=False)


def test_an_environment_becomes_a_mapping() -> None:
    block = "agi_network_script: ivr\nagi_calleridname: 王: 明\nagi_accountcode: ".encode()
    assert parse_environment(block) == {
        "agi_network_script": "ivr",
        "agi_calleridname": "王: 明",
        "agi_accountcode": "",
    }


@pytest.mark.parametrize(
    "block", [b"GET / HTTP/1.1", b"", b"agi_x", b"agi_a: 1\nb: 2", b"\xff\xfe: 1"]
)
def test_other_blocks_are_no_environment(block: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_environment(block)


def test_too_many_environment_lines_are_refused() -> None:
    with pytest.raises(ProtocolError, match="200"):
        parse_environment(b"\n".join(b"agi_arg_%d: x" % i for i in range(300)))


def test_plain_values_are_set_together_and_the_others_alone() -> None:
    groups, single = mset_groups({"A": "1", "B": "x,y", "C": "声音/欢迎", "D": 'q"', "E": "a b"})
    assert groups == ["A=1,C=声音/欢迎"]
    assert single == {"B": "x,y", "D": 'q"', "E": "a b"}


def test_many_values_are_split_into_commands_asterisk_takes() -> None:
    groups, single = mset_groups({f"V{i}": "x" * 100 for i in range(45)})
    assert single == {}
    assert sum(group.count("=") for group in groups) == 45
    assert all(len(group) <= 1_300 and group.count("=") <= 20 for group in groups)
