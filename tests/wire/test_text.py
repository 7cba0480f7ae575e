import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.asterisk.text import (
    AGI_LINE_BYTES,
    UnsafeText,
    agi_command,
    agi_quoted,
    ami_field,
    one_line,
    prompt_list,
    prompt_name,
    variable_name,
)

PLAIN_TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200)


@given(PLAIN_TEXT)
def test_quoted_text_comes_back_unchanged_when_the_far_end_unquotes_it(text: str) -> None:
    quoted = agi_quoted(text)
    inner = quoted[1:-1]
    unquoted = ""
    escaped = False
    for char in inner:
        if escaped or char != "\\":
            assert escaped or char != '"'
            unquoted += char
            escaped = False
        else:
            escaped = True
    assert (quoted[0], quoted[-1], unquoted, escaped) == ('"', '"', text, False)


@given(st.text(max_size=100))
def test_any_text_is_one_command_line_or_refused(text: str) -> None:
    try:
        sent = agi_command("SET VARIABLE", "NAME", text)
    except UnsafeText:
        return
    assert sent.count(b"\n") == 1
    assert sent.endswith(b"\n")
    assert not any(byte < 32 for byte in sent[:-1])


@given(st.text(max_size=100))
def test_any_text_is_one_ami_line_or_refused(text: str) -> None:
    try:
        line = ami_field("Value", text)
    except UnsafeText:
        return
    assert line == f"Value: {text}"
    assert not {"\r", "\n", "\0"} & set(line)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ('a" b', rb'SET VARIABLE "N" "a\" b"'),
        ("back\\slash", rb'SET VARIABLE "N" "back\\slash"'),
        ("${SHELL(id)}", b'SET VARIABLE "N" "${SHELL(id)}"'),
        ("王小明𠮷", 'SET VARIABLE "N" "王小明𠮷"'.encode()),
        ("", b'SET VARIABLE "N" ""'),
    ],
)
def test_a_hostile_name_is_one_quoted_argument(name: str, line: bytes) -> None:
    assert agi_command("SET VARIABLE", "N", name) == line + b"\n"


@pytest.mark.parametrize(
    "bad", ["a\nEXEC System id", "a\r", "a\0", "\x1b[31m", "\x7f", "\x85", "\ud800"]
)
def test_control_characters_and_lone_surrogates_are_refused_for_agi(bad: str) -> None:
    with pytest.raises(UnsafeText):
        agi_command("SET VARIABLE", "N", bad)


@pytest.mark.parametrize("bad", ["a\r\nAction: Originate", "a\n", "a\r", "a\0", "\udfff"])
def test_line_breaks_are_refused_for_ami(bad: str) -> None:
    with pytest.raises(UnsafeText):
        ami_field("Channel", bad)


@pytest.mark.parametrize("name", ["", "A: b", "Action\r\nX", "头", "9x"])
def test_an_ami_header_name_is_a_word(name: str) -> None:
    with pytest.raises(UnsafeText):
        ami_field(name, "x")


def test_a_command_too_long_for_asterisks_buffer_is_refused() -> None:
    room = AGI_LINE_BYTES - len(b'SET VARIABLE "N" ""')
    assert len(agi_command("SET VARIABLE", "N", "x" * room)) == AGI_LINE_BYTES + 1
    with pytest.raises(UnsafeText):
        agi_command("SET VARIABLE", "N", "x" * (room + 1))


def test_an_ami_header_too_long_for_asterisks_buffer_is_refused() -> None:
    with pytest.raises(UnsafeText):
        ami_field("Value", "中" * 400)


def test_numbers_are_sent_bare() -> None:
    assert agi_command("WAIT FOR DIGIT", 3000) == b"WAIT FOR DIGIT 3000\n"


def test_prompts_are_joined_in_order() -> None:
    assert prompt_list(["zh/welcome", "留言", "digits/1"]) == "zh/welcome&留言&digits/1"


@pytest.mark.parametrize("bad", ["a,b", "a&b", "a|b", 'a"b', "a\\b", "a\nb", ""])
def test_a_prompt_name_cannot_become_two_arguments(bad: str) -> None:
    with pytest.raises(UnsafeText):
        prompt_list(["ok", bad])
    with pytest.raises(UnsafeText):
        prompt_name(bad)


@pytest.mark.parametrize("name", ["ACD_NEXT", "__ACD_CALL", "CHANNEL(language)", "CALLERID(num)"])
def test_variables_of_the_call_may_be_named(name: str) -> None:
    assert variable_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "A B", 'A"', "SHELL(id)", "FILE(/etc/passwd)", "DB(a/b)", "CHANNEL(${X})", "A=1", "变量"],
)
def test_anything_else_is_no_variable_name(name: str) -> None:
    with pytest.raises(UnsafeText):
        variable_name(name)


def test_hostile_text_is_one_short_line_in_the_log() -> None:
    assert one_line("a\r\nb\x1b[0m" + "x" * 100) == "a??b?[0m" + "x" * 72
