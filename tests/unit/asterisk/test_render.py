"""Asterisk's files: what they allow, and what they refuse to be made from."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cti.asterisk.render import (
    AgentPhone,
    AsteriskPlan,
    BrowserPlan,
    TrunkPlan,
    quiet,
    render,
    write,
)
from cti.asterisk.text import UnsafeText

PLAN = AsteriskPlan(
    instance=Path("/srv/95518/asterisk"),
    prompts=Path("/srv/95518/prompts"),
    modules="/usr/lib/asterisk/modules",
    language="zh",
    sip_bind="127.0.0.1",
    sip_port=15060,
    phone_networks=("10.1.0.0/16",),
    numbers=("95518",),
    external_host="",
    local_networks=("127.0.0.0/8",),
    rtp_first=20000,
    rtp_last=20099,
    ami_bind="127.0.0.1",
    ami_port=15038,
    ami_user="cti",
    ami_secret="s3cret",
    ami_networks=("127.0.0.1/32",),
    agi_host="127.0.0.1",
    agi_port=14573,
    lost_after_s=5,
    auto_answer=False,
    phones=(AgentPhone(extension="8001", password="pw-1"),),
    trunks=(TrunkPlan(name="carrier", networks=("192.0.2.0/24",)),),
    browser=BrowserPlan(caller_secret="s3cret-2"),
)


def lines(name: str, plan: AsteriskPlan = PLAN) -> list[str]:
    text = render(plan)[name]
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != ";"]


def test_only_named_modules_are_loaded() -> None:
    found = lines("modules.conf")
    assert found[:2] == ["[modules]", "autoload=no"]
    assert all(line.startswith("load = ") for line in found[2:])
    loaded = {line.removeprefix("load = ") for line in found[2:]}
    assert not loaded & {"chan_iax2.so", "app_system.so", "func_shell.so", "res_http_post.so"}


def test_the_ami_user_can_neither_run_commands_nor_change_files() -> None:
    rights = [line for line in lines("manager.conf") if line.startswith(("read =", "write ="))]
    assert len(rights) == 2
    granted = set(re.split(r"[ ,=]+", rights[1])) - {"write", ""}
    assert granted == {"call", "originate", "reporting", "user", "agent"}
    assert "deny = 0.0.0.0/0.0.0.0" in lines("manager.conf")
    assert "permit = 127.0.0.1/255.255.255.255" in lines("manager.conf")


def test_sip_is_open_to_the_named_networks_only() -> None:
    found = lines("pjsip.conf")
    permits = [line for line in found if line.startswith("permit")]
    assert set(permits) == {
        "permit = 10.1.0.0/255.255.0.0",
        "permit = 192.0.2.0/255.255.255.0",
        "permit = 127.0.0.1/255.255.255.255",  # browsers' phones, by our own server
    }
    assert "deny = 0.0.0.0/0" in found
    assert "match = 192.0.2.0/24" in found


def test_callers_and_phones_reach_our_numbers_and_nothing_else() -> None:
    text = render(PLAN)["extensions.conf"]
    for context in ("acd-trunk", "from-agent"):
        section = text.split(f"[{context}]")[1].split("\n[")[0]
        exits = dict(re.findall(r"^exten => ([^,]+),1,(\w+)", section, re.MULTILINE))
        assert exits.pop("95518") == "Goto"
        assert exits.pop("echo", "Answer") == "Answer"
        assert set(exits.values()) == {"Hangup"}


def section(name: str, text: str) -> list[str]:
    """The lines of every section of this name, with what it takes over from."""
    found = re.findall(rf"^\[{name}\](\([^)]*\))?\n(.*?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for head, body in found for line in [head, *body.splitlines()]]


def test_each_extension_has_a_phone_in_the_browser_whose_secret_is_in_no_file() -> None:
    lines = section("8001w", render(PLAN)["pjsip.conf"])
    assert "(agent-browser)" in lines
    assert "auth = 8001w" in lines
    assert not [line for line in lines if "password" in line]
    assert "auth = astdb,browser-phones" in render(PLAN)["sorcery.conf"]


def test_only_our_server_speaks_for_browsers() -> None:
    text = render(PLAN)["pjsip.conf"]
    found = section("browser", text)
    assert "deny = 0.0.0.0/0" in found
    assert "permit = 127.0.0.1/255.255.255.255" in found
    assert "(browser)" in section("caller", text)
    assert "(!,browser)" in section("agent-browser", text)
    assert "bindaddr = 127.0.0.1" in render(PLAN)["http.conf"]


def test_the_sound_of_browsers_is_bound_to_the_address_that_is_given() -> None:
    named = replace(PLAN, browser=replace(PLAN.browser, media="192.0.2.9"))
    assert "media_address = 192.0.2.9" in section("browser", render(named)["pjsip.conf"])
    assert "bind = 192.0.2.9" in section("ws", render(named)["pjsip.conf"])
    assert "bind = 0.0.0.0" in section("ws", render(PLAN)["pjsip.conf"])


def test_nobody_can_call_the_caller_page() -> None:
    assert "type = aor" not in section("caller", render(PLAN)["pjsip.conf"])
    assert not [
        line for line in section("caller", render(PLAN)["pjsip.conf"]) if line.startswith("aors")
    ]


def test_nothing_of_a_template_is_left_unfilled() -> None:
    assert not [name for name, text in render(PLAN).items() if "@{" in text]


def test_phones_answer_by_themselves_only_when_wanted() -> None:
    assert "b(acd-predial^s^1)" not in render(PLAN)["extensions.conf"]
    assert "b(acd-predial^s^1)" in render(replace(PLAN, auto_answer=True))["extensions.conf"]


HOSTILE = ["", "a b", "a\nb", "a;b", "a[b]", "a=b", "${SHELL(id)}", "a,b", '"', "马", "a\x00"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_means_something_to_asterisk_is_refused(text: str) -> None:
    with pytest.raises(UnsafeText):
        quiet(text)
    for hostile in (
        replace(PLAN, ami_secret=text),
        replace(PLAN, numbers=(text,)),
        replace(PLAN, phones=(AgentPhone(extension=text, password="x"),)),
        replace(PLAN, phones=(AgentPhone(extension="8001", password=text),)),
        replace(PLAN, trunks=(TrunkPlan(name=text, networks=()),)),
    ):
        with pytest.raises(UnsafeText):
            render(hostile)


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear"):
        render(replace(PLAN, phone_networks=("anywhere",)))


def test_files_that_did_not_change_are_left_alone(tmp_path: Path) -> None:
    plan = replace(PLAN, instance=tmp_path / "asterisk", prompts=tmp_path / "prompts")
    assert {path.name for path in write(plan)} == set(render(plan))
    assert write(plan) == []
    assert [path.name for path in write(replace(plan, rtp_last=20199))] == ["rtp.conf"]


def test_files_with_secrets_are_not_for_everybody(tmp_path: Path) -> None:
    plan = replace(PLAN, instance=tmp_path / "asterisk", prompts=tmp_path / "prompts")
    write(plan)
    for name in ("manager.conf", "pjsip.conf"):
        assert (plan.instance / "etc" / name).stat().st_mode & 0o007 == 0


def test_beyond_a_nat_phones_are_told_the_address_outside() -> None:
    plan = replace(PLAN, external_host="192.0.2.7", local_networks=("172.31.96.10/32",))
    written = render(plan)["pjsip.conf"]
    assert "external_media_address = 192.0.2.7" in written
    assert "local_net = 172.31.96.10/32" in written
    assert "172.31.96.10 => 192.0.2.7" in render(plan)["rtp.conf"]
