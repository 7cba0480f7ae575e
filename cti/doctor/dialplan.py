"""Is what callers meet what was published, and can this machine serve it?"""

import asyncio
from collections.abc import AsyncIterator

from cti.config_models import Configuration
from cti.core.ivr.versions import InForce, Version
from cti.doctor.findings import Finding, error, ok, warning
from cti.own_words import files_of
from cti.publishing import examined, folder_apart
from cti.services.ports import StoreDown
from cti.store.redis_link import open_redis
from cti.store.redis_versions import RedisVersions


async def check_dialplan(configuration: Configuration) -> AsyncIterator[Finding]:
    """The current version, the folder beside it, and servers that cannot follow.

    Nothing where Redis is away, which another check tells, or knows of no version.
    """
    settings = configuration.settings
    client = open_redis(settings.redis.address)
    store = RedisVersions(client, settings.redis.prefix.strip(":"))
    try:
        held = await store.in_force()
        version = await store.version(held.current) if held else None
        if held is None or version is None:
            return
        for finding in await asyncio.to_thread(judged, configuration, held, version):
            yield finding
        for server in await store.followers():
            for number, why in server.refused.items():
                yield error(
                    "dialplan", "dialplan_refused", server=server.server, number=number, why=why
                )
    except StoreDown:
        return
    finally:
        await client.aclose()


def judged(configuration: Configuration, held: InForce, version: Version) -> list[Finding]:
    """The version in force as this machine could use it, and the folder against it."""
    found = examined(version.files, configuration)
    if found.site is None:
        first = (found.errors or found.problems)[0]
        values = {"number": held.current, "place": first.mark, "code": first.code}
        return [error("dialplan", "dialplan_unfit", **values)]
    findings = [ok("dialplan", number=held.current, author=version.author, message=version.message)]
    if apart := folder_apart(configuration, version.files):
        names = ", ".join(apart)
        findings.append(warning("dialplan", "dialplan_unpublished", count=len(apart), names=names))
    if spoken := files_of(configuration.settings.folders).kept():
        size_mb = sum(each.size for each in spoken) / 1_000_000
        findings.append(ok("spoken", count=len(spoken), size_mb=f"{size_mb:.1f}"))
    return findings
