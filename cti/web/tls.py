"""https of our own: one context for all connections, renewed when its files are.

Sources: TLS 1.2 and newer (RFC 9325 §3.1.1); cipher suites as the ssl module's defaults."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files: the certificate with its chain, and its key without a password."""

    certificate: Path
    key: Path

    def changed_at(self) -> tuple[float, float]:
        """When each was written last, seconds since 1970. Raises OSError."""
        return self.certificate.stat().st_mtime, self.key.stat().st_mtime


class TlsUnusable(Exception):
    """Certificate and key cannot be read, or do not belong together."""


def server_context(files: CertificateFiles) -> ssl.SSLContext:
    """What the server takes connections with. Raises TlsUnusable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, files)
    return context


def _load(context: ssl.SSLContext, files: CertificateFiles) -> None:
    try:
        context.load_cert_chain(files.certificate, files.key, password=lambda: b"")
    except (OSError, ValueError) as wrong:  # SSLError is an OSError
        raise TlsUnusable(f"{files.certificate}, {files.key}: {wrong}") from wrong


async def renewed(
    context: ssl.SSLContext, files: CertificateFiles, every_s: float = LOOK_AGAIN_S
) -> None:
    """For ever: take renewed files for new connections; what cannot be used leaves the old ones."""
    seen = files.changed_at()
    while True:
        await asyncio.sleep(every_s)
        try:
            now = files.changed_at()
            if now == seen:
                continue
            _load(context, files)
            seen = now
            log.info("certificate renewed", extra={"fact": "tls_renewed"})
        except (OSError, TlsUnusable) as wrong:
            log.warning("certificate not renewed: %s", wrong, extra={"fact": "tls_not_renewed"})
