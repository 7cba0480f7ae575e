"""https of our own."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import pytest

from cti.web.tls import CertificateFiles, TlsUnusable, renewed, server_context
from tests.web.conftest import OpenBrowser, OpenWorld
from tests.web.samples import LIMIT_S, PASSWORD


def self_signed(folder: Path, name: str) -> CertificateFiles:
    """A new certificate for this machine, in the same two files each time."""
    files = CertificateFiles(folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", files.key, "-out", files.certificate),
        ],
        check=True,
        capture_output=True,
    )
    return files


async def offered(port: int) -> str:
    """The certificate that the server shows to a new connection, PEM."""
    return await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))


async def test_with_certificate_files_everything_goes_by_https(
    open_world: OpenWorld, open_browser: OpenBrowser, tmp_path: Path
) -> None:
    files = self_signed(tmp_path, "95518")
    browser = await open_browser(await open_world(tls=server_context(files)))
    trusting = ssl.create_default_context(cafile=files.certificate)
    credentials = {"login": "ma", "password": PASSWORD}
    status, _, headers = await browser.request(
        "POST", "/api/v1/session", json=credentials, ssl=trusting
    )
    assert status == 200
    assert "Secure" in headers["Set-Cookie"]
    assert headers["Set-Cookie"].startswith("__Host-cti_session=")
    assert (await browser.request("GET", "/api/v1/session", ssl=trusting))[0] == 200
    _, _, headers = await browser.request("DELETE", "/api/v1/session", ssl=trusting)
    assert "Secure" in headers["Set-Cookie"]
    assert (await browser.request("GET", "/api/v1/session", ssl=trusting))[0] == 401
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_a_renewed_certificate_is_shown_to_new_connections(
    open_world: OpenWorld, tmp_path: Path
) -> None:
    files = self_signed(tmp_path, "old")
    context = server_context(files)
    world = await open_world(tls=context)
    old = await offered(world.port)
    looking = asyncio.create_task(renewed(context, files, every_s=0.01))
    try:
        await asyncio.to_thread(self_signed, tmp_path, "new")
        async with asyncio.timeout(LIMIT_S):
            while await offered(world.port) == old:
                pass
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def test_files_that_became_unusable_leave_the_old_certificate(
    open_world: OpenWorld, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = self_signed(tmp_path, "old")
    context = server_context(files)
    world = await open_world(tls=context)
    old = await offered(world.port)
    looking = asyncio.create_task(renewed(context, files, every_s=0.01))
    try:
        await asyncio.sleep(0)
        files.certificate.write_text("no certificate")
        async with asyncio.timeout(LIMIT_S):
            while "not renewed" not in caplog.text:  # noqa: ASYNC110 (a log)
                await asyncio.sleep(0.01)
        assert await offered(world.port) == old
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def test_a_certificate_without_its_own_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    files = self_signed(tmp_path, "one")
    other = self_signed(tmp_path / "other", "two")
    with pytest.raises(TlsUnusable, match=r"cert\.pem"):
        server_context(CertificateFiles(files.certificate, other.key))


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(TlsUnusable, match=r"missing\.pem"):
        server_context(CertificateFiles(tmp_path / "missing.pem", tmp_path / "key.pem"))
