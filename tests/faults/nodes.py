"""A second server beside the first: same Asterisk, Redis and database; its own address and name."""

import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

from cti.config_models import Configuration
from cti.site_programs import answers_ok
from tests.asterisk.site import Site
from tests.faults.hotline import Hotline
from tests.servers import free_port

NAME, HOST = "cti2", "127.0.0.3"


def moved(configuration: Configuration, **changed: object) -> Configuration:
    """The same configuration with other settings at the top."""
    return replace(configuration, settings=configuration.settings.model_copy(update=changed))


def second_site(site: Site, port: int) -> Site:
    """The same site as somebody sees it who comes by the second server."""
    http = site.configuration.settings.http.model_copy(update={"port": port})
    return replace(site, configuration=moved(site.configuration, http=http))


@contextlib.asynccontextmanager
async def second_node(hotline: Hotline) -> AsyncIterator[Hotline]:
    """The hotline as it is seen through the second server, which runs as long as this."""
    port, site = free_port(), hotline.site
    folder = site.folder.with_name(NAME)
    shutil.copytree(site.folder / "secrets", folder / "secrets", dirs_exist_ok=True)
    own: Mapping[str, str] = {
        "CTI_NODE": NAME,
        "CTI_HTTP_PORT": str(port),
        "CTI_FOLDERS_INSTANCE": str(folder),
        "CTI_FOLDERS_ASTERISK": str(site.folder / "asterisk"),
        "CTI_FASTAGI_HOST": HOST,
        "CTI_FASTAGI_ADVERTISE": HOST,
    }
    first = site.wanted["server"]
    program = replace(
        first,
        name=NAME,
        environment={**first.environment, **own},
        log=first.log.with_name(f"{NAME}.log"),
        ready=lambda: answers_ok(f"http://127.0.0.1:{port}/healthz"),
    )
    await site.programs.start(program)
    seen = replace(hotline, site=second_site(site, port))
    try:
        yield seen
    finally:
        await ended(hotline)


async def ended(hotline: Hotline) -> None:
    """Stop the second server in order: it gives the lease back."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(hotline.site.pid(NAME), signal.SIGTERM)

    async def gone() -> bool:
        return not hotline.running(NAME)

    await hotline.until(gone, 15, f"the end of {NAME}")
