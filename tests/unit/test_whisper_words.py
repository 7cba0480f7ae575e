"""What agents hear before a call, and waiting callers of their place, is said as the version has it."""

from cti.call_side import whisper_of
from cti.core.ivr.check import Site
from cti.core.ivr.versions import InForce
from cti.core.ivr.wording import Said
from cti.services.menus import LiveMenus

OWN = {"zh": {"whisper_motor": Said("spoken/00ff", "车险来电")}}


def test_a_whisper_is_the_servers_own_until_a_version_has_other_words() -> None:
    menus = LiveMenus()
    assert whisper_of(menus, "motor", "zh") == "95518/whisper_motor"
    menus.put(1, Site(wording=OWN))
    assert whisper_of(menus, "motor", "zh") == "95518/whisper_motor"
    menus.stand(InForce(current=1))
    assert whisper_of(menus, "motor", "zh") == "95518-spoken/00ff"
    assert whisper_of(menus, "motor", "en") == "95518/whisper_motor"
    assert whisper_of(menus, "consult", "zh") == "95518/whisper_consult"
