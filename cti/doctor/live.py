"""What only a running server can say of itself: its link to Asterisk, other servers, what is left undone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from redis.asyncio import Redis

from cti.doctor.findings import Finding, error, ok, warning
from cti.services.recording_ports import RawRecording
from cti.services.version_ports import Follower
from cti.store.redis_doctor import journal_lags, lease_holder

CONNECT_S = 1.0
LAG_WARNING, LAG_ERROR = 500, 10_000
"""Events that history, reports and other followers have not seen yet."""
LATE = timedelta(minutes=5)
"""A recording that ended so long ago should be joined by now."""
BEHIND_S = 5.0


async def check_link(up: bool, live: bool) -> AsyncIterator[Finding]:
    """Asterisk's events reach us, and we may route calls."""
    if not up:
        yield error("asterisk_link", "asterisk_link_down")
    elif not live:
        yield warning("asterisk_link", "asterisk_link_waiting")
    else:
        yield ok("asterisk_link")


async def check_fastagi(host: str, port: int) -> AsyncIterator[Finding]:
    """Somebody answers where Asterisk asks what callers hear."""
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as why:
        yield error("fastagi", "fastagi_silent", host=host, port=port, why=why or "-")
        return
    writer.close()
    yield ok("fastagi", host=host, port=port)


async def check_nodes(
    redis: Redis, prefix: str, running: Sequence[Follower], sequence: int
) -> AsyncIterator[Finding]:
    """Who routes calls now, and whether another server could take over."""
    names = ", ".join(sorted(each.server for each in running)) or "-"
    holder = await lease_holder(redis, prefix)
    if not holder:
        yield error("nodes", "nodes_nobody", names=names)
        return
    for each in running:
        if each.sequence < sequence:
            yield warning("nodes", "node_behind", name=each.server)
    code = ok("nodes", names=names, holder=holder) if len(running) > 1 else ok("node", name=holder)
    yield code


async def check_journal(redis: Redis, prefix: str) -> AsyncIterator[Finding]:
    """How far those who follow the journal are behind."""
    lags = await journal_lags(redis, prefix)
    for name, lag in sorted(lags.items()):
        told = {"name": name, "lag": lag}
        if lag >= LAG_ERROR:
            yield error("journal", "journal_lag", **told)
        elif lag >= LAG_WARNING:
            yield warning("journal", "journal_lag", **told)
    if all(lag < LAG_WARNING for lag in lags.values()):
        yield ok("journal", lag=max(lags.values(), default=0))


async def check_recordings(
    raw: Sequence[RawRecording], now: datetime, *, low: bool, free_bytes: int
) -> AsyncIterator[Finding]:
    """Recordings that should be joined by now, and room for more."""
    late = sum(now - each.changed_at > LATE for each in raw)
    free_gb = f"{free_bytes / 1e9:.1f}"
    if low:
        yield error("recordings", "recordings_room", free_gb=free_gb)
    if late:
        yield warning("recordings", "recordings_backlog", late=late)
    if not low and not late:
        yield ok("recordings", waiting=len(raw), free_gb=free_gb)
