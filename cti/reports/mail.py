"""Reports by mail: MIME with Chinese names (RFC 2047, RFC 2231), SMTP by TLS (RFC 5321, 3207, 8314)."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal

import aiosmtplib

from cti.services.report_ports import Letter, NotDelivered

FINAL = range(500, 600)
"""Replies that say: never (RFC 5321 §4.2.1)."""
PASSWORD_CODES = range(530, 536)
"""Not final: whoever mends the password wants the report that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail goes; ``password`` is asked for when ``user`` is given."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    user: str
    sender: str
    timeout_s: float
    ca_file: str
    password: Callable[[], str]


class MailPost:
    """``Post``; one connection a letter."""

    def __init__(self, server: MailServer, now: Callable[[], datetime]) -> None:
        self._server, self._now = server, now

    async def send(self, letter: Letter) -> Sequence[str]:
        try:
            return await self._sent(letter)
        except aiosmtplib.SMTPResponseException as wrong:
            final = wrong.code in FINAL and wrong.code not in PASSWORD_CODES
            raise NotDelivered(f"SMTP {wrong.code} {_plain(wrong.message)}", final=final) from None
        except aiosmtplib.SMTPRecipientsRefused as wrong:
            codes = [refused.code for refused in wrong.recipients]
            final = all(code in FINAL for code in codes)
            raise NotDelivered(f"SMTP: all recipients refused {codes}", final=final) from None
        except (aiosmtplib.SMTPException, OSError, LookupError) as wrong:
            raise NotDelivered(f"{type(wrong).__name__}: {wrong}") from None

    async def _sent(self, letter: Letter) -> Sequence[str]:
        server = self._server
        password = server.password() if server.user else ""
        context = ssl.create_default_context(cafile=server.ca_file or None)
        async with aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout_s,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=context if server.tls != "none" else None,
        ) as link:
            if server.user:
                await link.login(server.user, password)
            refused, _ = await link.send_message(self._message(letter))
        return list(refused)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = ", ".join(letter.to)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(self._now())
        domain = self._server.sender.rpartition("@")[2].strip("> ")
        message["Message-ID"] = f"<{letter.message_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        # base64: not every server on the way takes eight bits (RFC 6152).
        message.set_content(letter.text, cte="base64")
        for file in letter.files:
            main, _, kind = file.media_type.partition(";")[0].partition("/")
            message.add_attachment(file.body, maintype=main, subtype=kind, filename=file.name)
        return message


def _plain(words: str) -> str:
    return " ".join(words.split())
