"""Which adapter the configuration chooses, and what is said when it cannot work."""

import json
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import ValidationError
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from cti.cli import main
from cti.core.ivr.tree import Enqueue, Lookup
from cti.core.ivr.ways import graph_of, reachable
from cti.data_source import open_data_source
from cti.dialplan_files import load_dialplan
from cti.doctor.insurer import check_insurer
from cti.insurer.http_lookups import HttpLookups
from cti.secret_files import SecretMissing, Secrets
from cti.settings import Settings
from cti.settings_places import DataPort
from cti.store.redis_link import open_redis
from tests.insurer_server import TOKEN, insurer
from tests.servers import free_port
from tests.unit.test_doctor import settings

DIALPLAN = Path(__file__).resolve().parents[2] / "dialplan"
SECRETS = Secrets(Path("nowhere"), {"CTI_SECRET_INSURER": TOKEN})
NO_SECRETS = Secrets(Path("nowhere"), {})
NEVER_IDENTIFIED = ("major", "motor", "nonmotor", "rescue", "complaint")


def asking(tmp_path: Path, url: str) -> Settings:
    found = settings(tmp_path)
    return found.model_copy(update={"data": DataPort(adapter="http", url=url)})


def connections() -> tuple[Redis, AsyncEngine]:
    """Ones that are never used."""
    return open_redis("redis://127.0.0.1:1/0"), create_async_engine("sqlite+aiosqlite://")


async def test_our_tables_are_asked_unless_told_otherwise(tmp_path: Path) -> None:
    source = open_data_source(settings(tmp_path), NO_SECRETS, *connections())
    assert source.insurer is None
    assert source.up
    await source.close()


async def test_the_insurers_system_is_asked_with_the_secret_token(tmp_path: Path) -> None:
    source = open_data_source(
        asking(tmp_path, "https://core.example.cn/hotline"), SECRETS, *connections()
    )
    assert isinstance(source.insurer, HttpLookups)
    assert source.up
    await source.close()


async def test_without_a_token_the_service_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing):
        open_data_source(asking(tmp_path, "https://core.example.cn"), NO_SECRETS, *connections())


@pytest.mark.parametrize(
    "url",
    [
        "http://core.example.cn",
        "core.example.cn",
        "https://",
        "ftp://127.0.0.1",
        "https://core.example.cn/?a=1",
        "",
    ],
)
def test_an_address_that_is_not_by_tls_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        DataPort(adapter="http", url=url)


def test_a_system_on_this_machine_may_do_without_tls() -> None:
    assert DataPort(adapter="http", url="http://127.0.0.1:8080/hotline").url


async def codes(found: Settings, secrets: Secrets) -> list[str]:
    return [each.code async for each in check_insurer(found, secrets)]


async def test_the_doctor_asks_the_insurers_system_for_a_branch(tmp_path: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.json_response({"found": False})

    async with insurer(answer) as url:
        assert await codes(asking(tmp_path, url), SECRETS) == ["doctor.insurer_ok"]
    assert asked == ["/v1/lookups/branches.by_area"]


async def test_the_doctor_tells_a_system_that_is_away_and_a_missing_token(tmp_path: Path) -> None:
    away = asking(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert await codes(away, SECRETS) == ["doctor.insurer_away"]
    assert await codes(away, NO_SECRETS) == ["doctor.insurer_secret"]
    assert await codes(settings(tmp_path), NO_SECRETS) == []


def test_reports_rescue_and_complaints_are_reached_without_identification() -> None:
    """Whatever the sources of identity answer: take away every node that asks them."""
    dialplan = load_dialplan(DIALPLAN)
    assert dialplan.site is not None, [json.dumps(each.values) for each in dialplan.problems]
    tree = dialplan.site.trees["95518"]
    asking_who = {
        name
        for name, node in tree.nodes.items()
        if isinstance(node, Lookup) and node.lookup.startswith("identity.")
    }
    graph = {
        name: targets - asking_who
        for name, targets in graph_of(tree).items()
        if name not in asking_who
    }
    reached = reachable(graph, [tree.start])
    queues = {node.enqueue for node in map(tree.nodes.get, reached) if isinstance(node, Enqueue)}
    assert set(NEVER_IDENTIFIED) <= queues


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTI_SQL_URL", f"sqlite:///{tmp_path / 'sample.db'}")
    monkeypatch.setenv("CTI_LANGUAGE", "en")


@pytest.mark.usefixtures("sampled")
def test_a_sample_is_written_once_and_anew_only_when_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sample", "--customers", "200", "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("200 customers written")
    assert main(["sample", "--customers", "300"]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["sample", "--customers", "300", "--replace"]) == 0
    assert capsys.readouterr().out.startswith("300 customers written")


@pytest.mark.usefixtures("sampled")
@pytest.mark.parametrize("customers", ["0", "99", "1000000000"])
def test_a_sample_has_a_size_that_makes_sense(
    customers: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", "--customers", customers]) == 1
    assert "100 to 200000" in capsys.readouterr().err
