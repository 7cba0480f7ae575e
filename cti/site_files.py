"""One installation on disk: its configuration, secrets and Asterisk files, as every command needs them."""

import ipaddress
import os
import secrets as random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cti import messages
from cti.asterisk.broken_talks import SilentFor
from cti.asterisk.render import MODULES_IN, AgentPhone, AsteriskPlan, BrowserPlan, TrunkPlan
from cti.config_files import load_configuration
from cti.config_models import Configuration
from cti.core.problems import Problem, Severity
from cti.language_option import of_environment
from cti.secret_files import Secrets
from cti.services.own_address import own_address
from cti.settings import Settings, environment
from cti.staff_pins import StaffPins
from cti.survivable import compiled_files, native_queues

CONFIG_ENV = "CTI_CONFIG"
RUNTIME_ENV = "CTI_RUNTIME_DIR"
SAMPLE_STAFF = "6001"
"""The staff number that a new installation can be tried with."""


class Unusable(Exception):
    """The configuration has errors; they are printed already."""


def config_folder() -> Path:
    """``CTI_CONFIG``, else ``config`` here."""
    return Path(environment().get(CONFIG_ENV, "config"))


def load() -> Configuration:
    """The configuration, or every problem on stderr and Unusable."""
    configuration, problems = load_configuration(config_folder(), environment())
    report(problems)
    if configuration is None:
        raise Unusable
    return configuration


def report(problems: Sequence[Problem]) -> None:
    """Print errors in the language of the environment."""
    language = of_environment()
    for problem in problems:
        if problem.severity is Severity.ERROR:
            sys.stderr.write(messages.line(problem, language) + "\n")


def secrets_of(configuration: Configuration) -> Secrets:
    """The run's secrets."""
    return Secrets(configuration.settings.folders.instance / "secrets", environment())


def sample_secrets(configuration: Configuration, secrets: Secrets) -> Mapping[str, str]:
    """Make whatever secret is missing: AMI, phones, sign-ins. Login → password."""
    for name in ("ami", "sms_receipts", "sip_caller"):
        secrets.get_or_make(name)
    for extension in configuration.agents.extensions():
        secrets.get_or_make(f"sip_{extension}")
    return {a.login: secrets.get_or_make(f"login_{a.login}") for a in configuration.accounts()}


def put_sample_staff(configuration: Configuration, secrets: Secrets) -> None:
    """Put ``SAMPLE_STAFF`` on the staff line, with a random PIN, where nobody ever was on it."""
    pin = secrets.get_or_make(f"staff_{SAMPLE_STAFF}", lambda: f"{random.randbelow(10**6):06d}")
    pins = StaffPins(configuration.settings.folders.instance / "secrets")
    if pins.untouched:
        pins.put(SAMPLE_STAFF, pin)


def asterisk_plan(configuration: Configuration, secrets: Secrets) -> AsteriskPlan:
    """What Asterisk's files are made from. Raises SecretMissing."""
    settings = configuration.settings
    return AsteriskPlan(
        instance=settings.folders.of_asterisk,
        prompts=settings.folders.prompts,
        modules=modules_folder(),
        language=settings.language,
        sip_bind=settings.sip.host,
        sip_port=settings.sip.port,
        external_host=settings.sip.external_host,
        local_networks=settings.sip.local,
        phone_networks=settings.sip.phones,
        numbers=settings.sip.numbers,
        rtp_first=settings.rtp.first_port,
        rtp_last=settings.rtp.last_port,
        ami_bind=settings.ami.bind,
        ami_port=settings.ami.port,
        ami_user=settings.ami.user,
        ami_secret=secrets.get("ami"),
        ami_networks=settings.ami.allow,
        agi_host=settings.fastagi.advertise,
        agi_port=settings.fastagi.port,
        lost_after_s=settings.heartbeat.lost_after_s,
        auto_answer=settings.desk.auto_answer,
        menu_s=settings.desk.menu_s,
        phones=[
            AgentPhone(extension=each, password=secrets.get(f"sip_{each}"))
            for each in configuration.agents.extensions()
        ],
        trunks=[
            TrunkPlan(name=name, networks=trunk.allow, host=trunk.host)
            for name, trunk in settings.trunks.items()
        ],
        browser=BrowserPlan(
            bind=settings.browser_phone.bind,
            port=settings.browser_phone.port,
            networks=settings.ami.allow,
            caller_secret=secrets.get("sip_caller"),
            media=browser_media(settings),
        ),
        queues=native_queues(configuration),
        record_native=configuration.recording.survival,
        silent_s=SilentFor(settings.sip.silent_s, settings.browser_phone.silent_s),
        trees=compiled_files(configuration),
    )


def browser_media(settings: Settings) -> str:
    """The address that the sound of browsers' phones is bound to; '' for any."""
    host = ipaddress.ip_address(settings.sip.host)
    given = settings.browser_phone.media
    if given or not (host.is_loopback or host.is_unspecified):
        return given or settings.sip.host
    return own_address()


def runtime_folder() -> Path:
    """Where ``make setup`` put what it installed."""
    return Path(environment().get(RUNTIME_ENV, ".runtime")).resolve()


def modules_folder() -> str:
    """Asterisk's modules, as Asterisk will see the path."""
    roots = (runtime_folder() / "asterisk", Path("/"))
    found = (m for r in roots for m in MODULES_IN if (r / m.lstrip("/")).is_dir())
    return next(found, f"/usr/lib/{os.uname().machine}-linux-gnu/asterisk/modules")
