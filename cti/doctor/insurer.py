"""The insurer's core system, where self-service asks it: reachable, and our token is good."""

import random
from collections.abc import AsyncIterator

from cti.data_source import insurer_system
from cti.doctor.findings import Finding, error, ok
from cti.insurer.http_lookups import HttpLookups
from cti.secret_files import SecretMissing, Secrets
from cti.services.sources import SourceDown
from cti.settings import Settings

PROBE = ("branches.by_area", {"area": "1"})
"""A question about nobody."""


async def check_insurer(settings: Settings, secrets: Secrets) -> AsyncIterator[Finding]:
    """Nothing where our own tables are asked."""
    if settings.data.adapter == "sql":
        return
    try:
        lookups = HttpLookups(insurer_system(settings, secrets), random.random)
    except (SecretMissing, OSError) as wrong:
        yield error("insurer", "insurer_secret", why=wrong)
        return
    try:
        await lookups.fetch(*PROBE)
    except SourceDown as down:
        yield error("insurer", "insurer_away", url=settings.data.url, why=down)
    else:
        yield ok("insurer", url=settings.data.url)
    finally:
        await lookups.close()
