"""An admin's page over real tables, in a database of its own."""

import atexit
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy.ext.asyncio import AsyncEngine

from cti.admin_side import form_parts
from cti.config_files import load_configuration
from cti.draft_bench import DraftBench
from cti.health_side import silent
from cti.schemas import all_schemas
from cti.server_folder import DiskFolder
from cti.services.admin_ports import AuditQuery
from cti.services.draft_runs import DraftRuns
from cti.services.drafts import DraftParts, Drafts
from cti.services.forms import Forms
from cti.services.health import Health, Probe
from cti.services.live_nodes import LiveNodes
from cti.services.menu_pictures import MenuPictures, PictureParts
from cti.services.ports import Account, Role
from cti.services.users import UserParts, Users
from cti.speaking_booth import SpeakingBooth
from cti.store.sql_accounts import SqlAccounts
from cti.store.sql_audit import SqlAudit
from cti.store.sql_drafts import SqlDrafts
from cti.store.sql_link import migrate, open_engine
from cti.store.sql_traffic import walked_steps
from cti.web.admin_parts import AdminParts, Speech
from tests.web.parts import World
from tests.web.samples import ACCOUNTS, NOW, PASSWORD

ROOT = Path(__file__).resolve().parents[2]
ADMIN = "/api/v1/admin"
OpenAdmin = Callable[..., Awaitable["AdminWorld"]]


@dataclass
class AdminWorld:
    """A web server, and the tables behind its admin's page."""

    engine: AsyncEngine
    accounts: SqlAccounts
    audit: SqlAudit
    site: Path
    one_time: list[str] = field(default_factory=lambda: [f"one-time-{n}" for n in range(9)])
    probes: dict[str, Probe] = field(default_factory=dict)
    roster: set[str] = field(default_factory=lambda: {"ma", "li", "1099"})
    world: World = field(init=False)
    nodes: LiveNodes = field(init=False)

    def __post_init__(self) -> None:
        configuration, problems = load_configuration(self.site / "config")
        assert configuration, problems
        self.settings = configuration.settings
        self.folder = DiskFolder(configuration.settings.folders)
        self.bench = DraftBench(configuration)
        self.booth = SpeakingBooth(configuration.settings)

    def parts(self, world: World) -> AdminParts:
        self.nodes = LiveNodes(world.feed, world.stream, world.clock)
        users = UserParts(
            book=self.accounts,
            sessions=world.sessions,
            audit=self.audit,
            now=world.clock,
            one_time=lambda: self.one_time.pop(0),
            agents=lambda: self.roster,
        )
        drafts = DraftParts(
            store=SqlDrafts(self.engine),
            desk=world.versions.parts().desk,
            folder=self.folder,
            bench=self.bench,
            booth=self.booth,
            audit=self.audit,
            now=world.clock,
        )
        made = Drafts(drafts)
        pictures = PictureParts(
            desk=drafts.desk,
            easel=self.bench,
            nodes=self.nodes,
            calls=lambda: tuple(world.desk.calls.values()),
            steps=lambda since: walked_steps(self.engine, since),
            folder=self.folder.read,
            zone=ZoneInfo("Asia/Shanghai"),
            now=world.clock,
        )
        return AdminParts(
            users=Users(users),
            sessions=world.sessions,
            audit=self.audit,
            drafts=made,
            forms=Forms(form_parts(drafts, made, self.folder)),
            tests=DraftRuns(self.bench.test, world.clock),
            speech=Speech(
                runs=DraftRuns(self.booth.speak, world.clock, "speech_running"), booth=self.booth
            ),
            pictures=MenuPictures(pictures),
            health=Health(self.probes, silent, 0.2),
            schemas=all_schemas,
        )

    def use_voice(self, python: str) -> None:
        """Another voice speaks from now on: that of this Python, where there is one."""
        speech = self.settings.speech.model_copy(update={"python": python})
        self.booth.settings = self.settings.model_copy(update={"speech": speech})

    async def acts(self) -> list[tuple[str, str, str, str]]:
        """The audit, oldest first: who, what, to what, why."""
        found = await self.audit.find(AuditQuery(limit=1000))
        lines = [each.line for each in reversed(found)]
        return [(each.actor, each.action, each.subject, each.reason) for each in lines]


def small_site(site: Path) -> Path:
    """The sample installation's files, to be changed."""
    for name in ("config", "dialplan"):
        shutil.copytree(ROOT / name, site / name)
    (site / "prompts").symlink_to(ROOT / "prompts")
    return site


@asynccontextmanager
async def admin_world(static: Path, **options: Any) -> AsyncIterator[AdminWorld]:
    """Started; everybody of the samples may sign in, and there are two admins."""
    engine = open_engine(await _tables(static.parent / "admin.db"))
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    site = small_site(static.parent / "site")
    found = AdminWorld(engine, SqlAccounts(engine, cheap), SqlAudit(engine), site)
    second = Account(login="second", name="second", role=Role.ADMIN)
    for account in (*ACCOUNTS.values(), second):
        await found.accounts.add(account, PASSWORD, NOW)
    given: dict[str, Any] = {"accounts": found.accounts, "audit": found.audit, "admin": found.parts}
    async with World(static, **given, **options) as world:
        found.world = world
        yield found
    await engine.dispose()


async def _tables(file: Path) -> str:
    """The URL of a new database; its tables are made once for all tests."""
    template = Path(gettempdir()) / f"cti-admin-{os.getpid()}.db"
    if not _made:
        template.unlink(missing_ok=True)
        await migrate(f"sqlite:///{template}")
        _made.append(template)
        atexit.register(template.unlink, missing_ok=True)
    shutil.copy(template, file)
    return f"sqlite:///{file}"


_made: list[Path] = []
