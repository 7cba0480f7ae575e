"""What the generated pjsip.conf says."""

from pathlib import Path

from cti.asterisk.render import AsteriskPlan, BrowserPlan, TrunkPlan, render


def pjsip(sip_bind: str) -> str:
    plan = AsteriskPlan(
        instance=Path("/run/95518"), prompts=Path("/prompts"), modules="/modules", language="zh",
        sip_bind=sip_bind, sip_port=5060, external_host="", local_networks=("127.0.0.0/8",),
        phone_networks=("10.1.0.0/16",), numbers=("95518",), rtp_first=20000, rtp_last=20999,
        ami_bind="127.0.0.1", ami_port=5038, ami_user="cti",
        ami_secret="a-secret", ami_networks=("127.0.0.1/32",), agi_host="127.0.0.1", agi_port=4573,
        lost_after_s=5, auto_answer=False, phones=(),
        trunks=[TrunkPlan(name="carrier", networks=("10.2.0.1/32",))],
        browser=BrowserPlan(caller_secret="another-secret"),
    )  # fmt: skip
    return render(plan)["pjsip.conf"]


def test_sound_uses_the_address_of_sip_and_no_name_is_looked_up() -> None:
    text = pjsip("10.1.2.3")
    for template in ("agent", "trunk"):
        section = text.partition(f"[{template}](!)")[2].partition("\n[")[0]
        assert "media_address = 10.1.2.3\nbind_rtp_to_media_address = yes" in section


def test_sip_on_all_addresses_leaves_the_address_of_sound_open() -> None:
    assert "media_address" not in pjsip("0.0.0.0")
