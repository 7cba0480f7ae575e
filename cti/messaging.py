"""Messages, text messages, surveys and their work items: this part of the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from cti import messages
from cti.config_models import Configuration
from cti.core.clock.hours import Calendar
from cti.core.clock.working_days import next_morning
from cti.core.sms import ValueType
from cti.lasting import Parts
from cti.secret_files import SecretMissing, Secrets
from cti.services.fact_relay import FactRelay
from cti.services.follow_ups import FollowUps
from cti.services.journal_writer import JournalGroup, JournalWriter
from cti.services.mailbox import VoiceMailbox
from cti.services.ports import LiveState
from cti.services.sms_outbox import Outbox, SmsRules
from cti.services.sms_ports import SmsGateway
from cti.sms.file_gateway import FileGateway
from cti.sms.http_gateway import HttpAccount, HttpGateway
from cti.sms.smpp_gateway import SmppAccount, SmppGateway
from cti.store.phone_numbers import normalised
from cti.store.sql_facts import SqlFacts
from cti.store.sql_sms import SqlSms
from cti.store.sql_voicemail import SqlVoicemail
from cti.store.sql_work import SqlWork
from cti.store.voice_files import VoiceFiles
from cti.web.parts import MessageParts

RECEIPTS_TOKEN = "sms_receipts"  # noqa: S105 (a name, not the secret)
OPEN_HOURS = "consult"
"""The opening hours of the people who answer messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the messages stand on; ``calendar`` gives the opening hours in force."""

    configuration: Configuration
    secrets: Secrets
    engine: AsyncEngine
    state: LiveState
    group: JournalGroup
    calendar: Callable[[], Calendar]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Messaging:
    """What others use, and the tasks that must run."""

    mailbox: VoiceMailbox
    outbox: Outbox
    web: MessageParts
    tasks: Parts


def messaging(around: Around) -> Messaging:
    """Everything, built; nothing runs yet. Raises SecretMissing for a gateway without its secret."""
    relay = FactRelay(SqlFacts(around.engine), around.state)
    gateway = sms_gateway(around.configuration, around.secrets)
    outbox = Outbox(
        sms_rules(around.configuration), SqlSms(around.engine, relay.poke), gateway, around.now
    )
    shelf = VoiceFiles(around.configuration.settings.folders.instance / "messages")
    work = SqlWork(around.engine, around.now)
    book = SqlVoicemail(around.engine, relay.poke)

    def due(_queue: str, at: datetime) -> datetime:
        return due_at(around.calendar(), at)

    mailbox = VoiceMailbox(shelf, book, due, around.now)
    rules = around.configuration.surveys.rules()
    follow_ups = FollowUps(rules, around.calendar, work, outbox)
    web = MessageParts(
        work=work,
        audio=lambda message_id: _audio(mailbox, shelf, message_id),
        news=outbox,
        token=_secret(around.secrets, RECEIPTS_TOKEN),
    )
    tasks: Parts = {
        "facts": relay.run,
        "voice messages": mailbox.run,
        "text messages": outbox.run,
        "gateway": partial(gateway.run, outbox),
        "follow-ups": JournalWriter(around.group, follow_ups).run,
    }
    return Messaging(mailbox=mailbox, outbox=outbox, web=web, tasks=tasks)


def due_at(calendar: Calendar, at: datetime) -> datetime:
    """At once while those who answer messages are there, else the next working morning."""
    if OPEN_HOURS in calendar.hours and calendar.is_open(OPEN_HOURS, at):
        return at
    return next_morning(calendar, at)


async def _audio(mailbox: VoiceMailbox, shelf: VoiceFiles, message_id: str) -> Path | None:
    file = await mailbox.audio_of(message_id)
    path = shelf.path(file) if file else None
    return path if path and path.is_file() else None


def _secret(secrets: Secrets, name: str) -> str:
    try:
        return secrets.get(name)
    except SecretMissing:
        return ""


def sms_rules(configuration: Configuration) -> SmsRules:
    """The outbox's rules from config/sms.yaml and the settings."""
    settings = configuration.settings
    return SmsRules(
        templates=configuration.sms.all(),
        zone=ZoneInfo(settings.time_zone),
        normalised=normalised,
        label=code_word,
        valid_h=settings.sms.valid_h,
        per_s=settings.sms.per_s,
    )


CODE_WORDS = {
    ValueType.CLAIM_STATE: "claim",
    ValueType.POLICY_STATUS: "policy",
    ValueType.POLICY_KIND: "policy_kind",
}
"""Where under `pop` the words of each sort of code stand."""


def code_word(value_type: ValueType, code: str, language: str) -> str | None:
    """A code of the data port in words, None for no such code."""
    try:
        return messages.text(f"pop.{CODE_WORDS[value_type]}.{code}", language)
    except KeyError:
        return None


def sms_gateway(configuration: Configuration, secrets: Secrets) -> SmsGateway:
    """The gateway that the settings name. Raises SecretMissing."""
    sms = configuration.settings.sms
    match sms.gateway:
        case "http":
            return HttpGateway(
                HttpAccount(url=sms.url, token=secrets.get("sms_gateway"), sender=sms.sender)
            )
        case "smpp":
            return SmppGateway(
                SmppAccount(
                    host=sms.host,
                    port=sms.port,
                    system_id=sms.system_id,
                    password=secrets.get("sms_gateway"),
                    sender=sms.sender,
                )
            )
    return FileGateway(configuration.settings.folders.instance / "sms" / "sent.jsonl")
