"""All of Asterisk's files from our settings. Nobody edits a .conf by hand.

Templates use ``@{name}``, since ``${…}`` belongs to Asterisk.
"""

import ipaddress
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from cti.asterisk import broken_talks, survive
from cti.asterisk.phone_secrets import SECRETS
from cti.asterisk.text import UnsafeText
from cti.core.endpoints import PhoneKind, endpoint_of

AMI_EVENTS = (
    "Newstate",
    "HangupRequest",
    "Hangup",
    "Hold",
    "Unhold",
    "OriginateResponse",
    "FullyBooted",
    "Shutdown",
)
"""The native events we read, beside our own UserEvents."""

LANGUAGES = ("zh", "en", "bo-adx", "bo-khg")
COMFORT_EVERY_S = 30
NATIVE_QUEUE_S = 120
"""So long a caller waits for the people of his native queue; then anybody may take him."""
SLICE_S = 2
RECORD_PAUSE_S = 0.06
"""So long a recording that begins anew is not made: Asterisk drops the old one with the next frames."""
HOLD_LOOK_S = 20
"""How often a leg that waits for another looks whether that one still exists."""
ASK_S = 300
"""How long at most the parties to a consultation wait for each other."""
ANY = str(ipaddress.IPv4Address(0))
ECHO_S = 60
"""How long a browser phone that is tried may hear itself."""
MODULES_IN = (
    "/usr/lib/x86_64-linux-gnu/asterisk/modules",
    "/usr/lib/aarch64-linux-gnu/asterisk/modules",
    "/usr/lib/asterisk/modules",
)
_QUIET = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+/:@")


class ConfTemplate(string.Template):
    """``@{name}`` is replaced; everything else is Asterisk's."""

    delimiter = "@"
    idpattern = "(?!)"
    braceidpattern = "[a-z0-9_]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPhone:
    """One agent's SIP endpoint."""

    extension: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkPlan:
    """A carrier's gateway: its name, the networks it may send calls from, where it takes calls."""

    name: str
    networks: tuple[str, ...]
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserPlan:
    """SIP by WebSocket, for our server alone: where Asterisk listens, from which networks we come, and the
    secret of the endpoint that calls from a page. ``media`` is the address that browsers' sound is bound to:
    without one, Asterisk looks its own host up in DNS at every call."""

    bind: str = "127.0.0.1"
    port: int = 15088
    networks: tuple[str, ...] = ("127.0.0.1/32",)
    caller_secret: str
    media: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskPlan:
    """All that the files depend on. Addresses are numeric; secrets are plain text."""

    instance: Path
    prompts: Path
    modules: str
    language: str
    sip_bind: str
    sip_port: int
    external_host: str
    local_networks: tuple[str, ...]
    phone_networks: tuple[str, ...]
    numbers: tuple[str, ...]
    rtp_first: int
    rtp_last: int
    ami_bind: str
    ami_port: int
    ami_user: str
    ami_secret: str
    ami_networks: tuple[str, ...]
    agi_host: str
    agi_port: int
    lost_after_s: int
    auto_answer: bool
    silent_s: broken_talks.SilentFor = broken_talks.USUAL
    phones: Sequence[AgentPhone]
    trunks: Sequence[TrunkPlan]
    browser: BrowserPlan
    queues: Mapping[str, survive.NativeQueue] = field(default_factory=dict)
    menu_s: int = 180
    """So long a caller may be in the menu that his agent sent him to."""
    record_native: bool = True
    """Talks are recorded while the server is away."""
    trees: survive.Compiled = survive.NOTHING
    """The menu as native dialplan."""


def quiet(text: str) -> str:
    """A value for a .conf file as it stands. Raises UnsafeText where it could mean something else."""
    if not text or set(text) - _QUIET:
        raise UnsafeText(f"not fit for an Asterisk file: {text!r}")
    return text


def render(plan: AsteriskPlan) -> Mapping[str, str]:
    """File name → its text. Raises UnsafeText for a name or secret with a character of Asterisk's."""
    values = _values(plan)
    folder = resources.files("cti.asterisk").joinpath("templates")
    written = {
        found.name: ConfTemplate(found.read_text("utf-8")).substitute(values)
        for found in sorted(folder.iterdir(), key=lambda each: each.name)
        if found.name.endswith(".conf")
    }
    return {**written, survive.FILE: plan.trees.text}


def _values(plan: AsteriskPlan) -> Mapping[str, str]:
    return {
        "instance": str(plan.instance),
        "prompts": str(plan.prompts),
        "modules": plan.modules,
        "language": quiet(plan.language),
        "sip_bind": quiet(plan.sip_bind),
        "sip_port": str(plan.sip_port),
        "media": _media(plan.sip_bind),
        "web_media": quiet(plan.browser.media or ANY),
        "named_media": _named_media(plan.browser.media or ANY),
        "external": _external(plan),
        "sip_permits": _permits(_sip_networks(plan), " = "),
        "numbers": "\n".join(f"exten => {quiet(n)},1,Goto(acd-in,{n},1)" for n in plan.numbers),
        "rtp_first": str(plan.rtp_first),
        "rtp_last": str(plan.rtp_last),
        "ami_bind": quiet(plan.ami_bind),
        "ami_port": str(plan.ami_port),
        "ami_user": quiet(plan.ami_user),
        "ami_secret": quiet(plan.ami_secret),
        "ami_permits": _permits(plan.ami_networks, " = "),
        "ami_events": "\n".join(f"eventfilter(action(include),name({e})) =" for e in AMI_EVENTS),
        "agi_host": quiet(plan.agi_host),
        "agi_port": str(plan.agi_port),
        "lost_after_s": str(plan.lost_after_s),
        "comfort_every_s": str(COMFORT_EVERY_S),
        "slice_s": str(SLICE_S),
        "native_s": str(NATIVE_QUEUE_S),
        "record_native": "yes" if plan.record_native else "no",
        "hold_look_s": str(HOLD_LOOK_S),
        **broken_talks.values(plan.silent_s),
        "record_pause_s": str(RECORD_PAUSE_S),
        "ask_s": str(ASK_S),
        "menu_s": str(plan.menu_s),
        "native_queues": survive.queue_sections(plan.queues),
        "web_bind": quiet(plan.browser.bind),
        "web_port": str(plan.browser.port),
        "web_permits": _permits(plan.browser.networks, " = "),
        "web_secrets": SECRETS,
        "caller_secret": quiet(plan.browser.caller_secret),
        "ice": _ice(plan),
        "echo_s": str(ECHO_S),
        "predial": "b(acd-predial^s^1)" if plan.auto_answer else "",
        "agents": "\n".join(_phone(phone) for phone in plan.phones),
        "trunks": "\n".join(_trunk(trunk) for trunk in plan.trunks),
    }


def _media(address: str) -> str:
    """Sound on the address of SIP: else Asterisk looks its own host up in DNS at every call."""
    named = _named_media(address)
    return f"{named}\nbind_rtp_to_media_address = yes" if named else ""


def _named_media(address: str) -> str:
    if ipaddress.ip_address(address).is_unspecified:
        return ""
    return f"media_address = {address}"


def _sip_networks(plan: AsteriskPlan) -> list[str]:
    trunks = (network for trunk in plan.trunks for network in trunk.networks)
    return sorted({*plan.phone_networks, *trunks, *plan.browser.networks})


def _permits(networks: Sequence[str], equals: str) -> str:
    return "\n".join(f"permit{equals}{ipaddress.ip_network(n).with_netmask}" for n in networks)


def _external(plan: AsteriskPlan) -> str:
    """Beyond the local networks, SIP and media name this address instead of Asterisk's own.

    Asterisk puts it only in the place of an address that is itself in a ``local_net``.
    """
    host = plan.external_host
    if not host:
        return ""
    lines = [f"external_media_address = {quiet(host)}", f"external_signaling_address = {host}"]
    local = (f"local_net = {ipaddress.ip_network(n)}" for n in plan.local_networks)
    return "\n".join([*lines, *local])


def _ice(plan: AsteriskPlan) -> str:
    """Beyond a NAT, the candidates of Asterisk's own address name the one outside."""
    if not plan.external_host:
        return ""
    own = (ipaddress.ip_network(n) for n in plan.local_networks)
    hosts = [n.network_address for n in own if n.num_addresses == 1]
    return "\n".join(["[ice_host_candidates]", *(f"{h} => {plan.external_host}" for h in hosts)])


def _phone(phone: AgentPhone) -> str:
    name = quiet(phone.extension)
    web = endpoint_of(name, PhoneKind.BROWSER)
    return (
        f"[{name}](agent)\nauth = {name}\naors = {name}\ncallerid = <{name}>\n"
        f"[{name}](agent-aor)\n"
        f"[{name}](agent-auth)\nusername = {name}\npassword = {quiet(phone.password)}\n"
        f"[{web}](agent-browser)\nauth = {web}\naors = {web}\ncallerid = <{name}>\n"
        f"[{web}](agent-aor)\n"
    )


def _trunk(trunk: TrunkPlan) -> str:
    name = f"trunk-{quiet(trunk.name)}"
    matches = "\n".join(f"match = {ipaddress.ip_network(n)}" for n in trunk.networks)
    outward = ""
    if trunk.host:
        outward = f"aors = {name}\n[{name}]\ntype = aor\ncontact = sip:{quiet(trunk.host)}\n"
    return (
        f"[{name}](trunk)\ncontext = acd-trunk\n{outward}"
        f"[{name}]\ntype = identify\nendpoint = {name}\n{matches}\n"
    )


def write(plan: AsteriskPlan) -> Sequence[Path]:
    """Write etc/ and the sound folders of the instance; a file that did not change is left alone."""
    etc = plan.instance / "etc"
    etc.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in render(plan).items():
        path = etc / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.touch(mode=0o640)
            path.write_text(text, "utf-8")
            written.append(path)
    for folder in ("spool/voicemail", "spool/monitor", "log/cel-custom", "log/cdr-custom"):
        (plan.instance / folder).mkdir(parents=True, exist_ok=True)
    _link_sounds(plan)
    return written


def _link_sounds(plan: AsteriskPlan) -> None:
    sounds = plan.instance / "sounds" / "sounds"
    for language in LANGUAGES:
        folder = sounds / language
        folder.mkdir(parents=True, exist_ok=True)
        _link(folder / "95518", plan.prompts / language)
    # Where a language has no recording of its own, Asterisk plays the one without a language.
    _link(sounds / "95518", plan.prompts / plan.language)
    for name in ("phrases", "spoken"):
        folder = plan.instance / name
        folder.mkdir(exist_ok=True)
        _link(sounds / f"95518-{name}", folder)
    # pjsip refuses its own options where their documentation is not found.
    for name in ("documentation", "rest-api", "firmware"):
        _link(plan.instance / "sounds" / name, Path("/usr/share/asterisk") / name)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)
