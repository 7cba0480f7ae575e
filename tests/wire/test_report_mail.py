"""Mail over real SMTP: what arrives, and servers that refuse, hang, drop or lie."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from cti.core.report_document import File
from cti.reports.mail import MailPost, MailServer
from cti.secret_files import SecretMissing
from cti.services.report_ports import Letter, NotDelivered

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LETTER = Letter(
    message_id="report-daily-1",
    to=("lead@example.cn", "boss@example.cn"),
    subject="运营日报 2026-11-22,西宁客户服务中心全体队列与座席各时段情况",
    text="统计期间:2026-11-22\n",
    files=(
        File(name="运营日报_2026-11-22.xlsx", media_type="application/zip", body=b"PK\x00\xff"),
        File(name="daily.csv", media_type="text/csv; charset=utf-8", body="\ufeff队列".encode()),
    ),
)
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Inbox:
    """What came; ``replies`` by recipient or by command."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.replies: dict[str, str] = {}

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if reply := self.replies.get("DATA"):
            return reply
        self.envelopes.append(envelope)
        return "250 OK"

    def message(self) -> EmailMessage:
        (envelope,) = self.envelopes
        content = envelope.content
        assert isinstance(content, bytes)
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@asynccontextmanager
async def smtp(inbox: Inbox, **options: Any) -> AsyncIterator[int]:
    """A mail server; its port."""
    loop = asyncio.get_running_loop()
    tls = options.pop("tls", None)
    server = await loop.create_server(lambda: SMTP(inbox, **options), "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def raw(answer: Answer) -> AsyncIterator[int]:
    """A server that does as it pleases."""
    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        await stack.enter_async_context(server)
        yield server.sockets[0].getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that no authority signed; its key lies beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.parent / "key.pem")
    return context


def post(port: int, **changed: Any) -> MailPost:
    server = MailServer(
        host="127.0.0.1",
        port=port,
        tls="none",
        user="",
        sender="95518@example.cn",
        timeout_s=5,
        ca_file="",
        password=lambda: "right",
    )
    return MailPost(replace(server, **changed), lambda: NOW)


async def why_not(port: int, **changed: Any) -> NotDelivered:
    with pytest.raises(NotDelivered) as no:
        await post(port, **changed).send(LETTER)
    return no.value


async def test_chinese_arrives_whole_in_subject_text_and_names(inbox: Inbox) -> None:
    async with smtp(inbox) as port:
        assert await post(port).send(LETTER) == []
    message = inbox.message()
    assert message["Subject"] == LETTER.subject
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines() == LETTER.text.splitlines()
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == [file.name for file in LETTER.files]
    contents = [part.get_payload(decode=True) for part in message.iter_attachments()]
    assert contents == [file.body for file in LETTER.files]


async def test_a_letter_is_ascii_on_the_wire_and_known_again(inbox: Inbox) -> None:
    async with smtp(inbox) as port:
        await post(port).send(LETTER)
    content = inbox.envelopes[0].content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert b"filename*=utf-8''%E8%BF%90" in content.replace(b"\r\n ", b" ")
    message = inbox.message()
    assert message["Message-ID"] == "<report-daily-1@example.cn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert inbox.envelopes[0].rcpt_tos == list(LETTER.to)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_password_goes_by_tls_only(
    inbox: Inbox, tls: ssl.SSLContext, certificate: Path, way: str
) -> None:
    seen = []

    def check(_server: Any, session: Any, _envelope: Any, _kind: str, data: Any) -> AuthResult:
        seen.append((session.ssl is not None or way == "tls", data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    options: dict[str, Any] = {"authenticator": check, "auth_required": True}
    options |= (
        {"tls_context": tls} if way == "starttls" else {"tls": tls, "auth_require_tls": False}
    )
    async with smtp(inbox, **options) as port:
        ca = str(certificate)
        await post(port, tls=way, user="cti", ca_file=ca).send(LETTER)
        no = await why_not(port, tls=way, user="cti", ca_file=ca, password=lambda: "wrong")
    assert (seen[0], len(inbox.envelopes)) == ((True, b"right"), 1)
    assert "535" in str(no)
    assert not no.final


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    inbox: Inbox, tls: ssl.SSLContext
) -> None:
    async with smtp(inbox, tls_context=tls) as port:
        no = await why_not(port, tls="starttls")
    assert not no.final
    assert inbox.envelopes == []


async def test_a_server_without_tls_gets_no_mail_where_tls_is_wanted(inbox: Inbox) -> None:
    async with smtp(inbox) as port:
        no = await why_not(port, tls="starttls")
    assert not no.final
    assert inbox.envelopes == []


async def test_one_recipient_refused_does_not_cost_the_others(inbox: Inbox) -> None:
    inbox.replies = {"boss@example.cn": "550 no such user"}
    async with smtp(inbox) as port:
        assert await post(port).send(LETTER) == ["boss@example.cn"]
    assert inbox.envelopes[0].rcpt_tos == ["lead@example.cn"]


@pytest.mark.parametrize(("reply", "final"), [("550 no such user", True), ("451 later", False)])
async def test_all_recipients_refused_is_final_or_not_as_the_server_says(
    inbox: Inbox, reply: str, final: bool
) -> None:
    inbox.replies = dict.fromkeys(LETTER.to, reply)
    async with smtp(inbox) as port:
        assert (await why_not(port)).final is final


@pytest.mark.parametrize(("reply", "final"), [("552 too large", True), ("452 full", False)])
async def test_a_letter_refused_at_its_end_is_final_or_not(
    inbox: Inbox, reply: str, final: bool
) -> None:
    inbox.replies = {"DATA": reply}
    async with smtp(inbox) as port:
        assert (await why_not(port)).final is final


async def _hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await asyncio.sleep(30)
    finally:
        writer.close()


async def _drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 here\r\n")
    await reader.readline()
    writer.close()


async def _garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff" * 4000 + b"\r\n")
    await writer.drain()
    writer.close()


@pytest.mark.parametrize("answer", [_hang, _drop, _garbage])
async def test_a_server_that_hangs_drops_or_talks_nonsense_is_tried_again(answer: Answer) -> None:
    async with asyncio.timeout(10), raw(answer) as port:
        assert not (await why_not(port, timeout_s=0.5)).final


async def test_nobody_there_is_tried_again() -> None:
    async with raw(_drop) as port:
        pass
    assert not (await why_not(port)).final


async def test_a_missing_password_is_told_and_waited_for(inbox: Inbox) -> None:
    def missing() -> str:
        raise SecretMissing("CTI_SECRET_SMTP is not set")

    async with smtp(inbox) as port:
        no = await why_not(port, tls="starttls", user="cti", password=missing)
    assert "CTI_SECRET_SMTP" in str(no)
    assert not no.final
