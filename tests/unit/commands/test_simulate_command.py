"""`cti simulate`: questions at the keyboard, answered by the live router."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cti.cli import main
from cti.core.events import (
    AgentWorkingAfterCall,
    ConnectionCleared,
    Established,
    Event,
    Offered,
    Outcome,
    Queued,
    QueueLeft,
    WrapUpEnded,
)
from cti.core.ids import AgentId, CallId, ChannelName, EventId, QueueName
from cti.services.ports import Recorded
from cti.store.sql_journal import SqlJournal
from cti.store.sql_link import migrate, open_engine

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
MOTOR, AGENT = QueueName("motor"), AgentId("1001")
CREW = 'crew:\n  - {count: 8, skills: {motor: 3, rescue: 2, consult: 2}, shifts: ["00:00-24:00"]}\n'
Says = Callable[..., tuple[int, str, str]]


@pytest.fixture
def says(capsys: pytest.CaptureFixture[str]) -> Says:
    def run(*words: str) -> tuple[int, str, str]:
        code = main(["simulate", *words, "--language", "en"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_the_same_seed_gives_the_same_table(says: Says) -> None:
    first = says("--calls", "60", "--agents", "6", "--runs", "2")
    assert first == says("--calls", "60", "--agents", "6", "--runs", "2")
    assert first[0] == 0
    assert "motor" in first[1]
    assert "service level" in first[1]


def test_without_a_roster_the_people_of_the_configuration_work_and_supervisors_do_not(
    says: Says,
) -> None:
    code, out, err = says("--calls", "40", "--runs", "1")
    assert (code, err) == (0, "")
    assert "motor" in out


def test_more_agents_are_compared_on_the_same_calls(says: Says, tmp_path: Path) -> None:
    roster = tmp_path / "crew.yaml"
    roster.write_text(CREW, "utf-8")
    code, told, _ = says(
        "--calls", "80", "--agents", "3", "--against", str(roster), "--runs", "3", "--json"
    )
    found = json.loads(told)
    assert code == 0
    assert found["this"]["all"]["requests"] == found["other"]["all"]["requests"]
    assert found["difference"]["all"]["requests"] == {"mean": 0.0, "half": 0.0}
    assert found["difference"]["all"]["occupancy"]["mean"] < 0


def test_a_surge_brings_so_many_times_the_calls(says: Says) -> None:
    usual, many = (
        json.loads(says("--calls", "40", "--agents", "8", "--runs", "2", "--json", *surge)[1])
        for surge in ((), ("--surge", "10@00:00-24:00"))
    )
    calls = [found["only"]["all"]["requests"]["mean"] for found in (usual, many)]
    assert 7 < calls[1] / calls[0] < 13


@pytest.mark.parametrize("text", ["10", "x@10:00-11:00", "10@25:00-26:00", "-1@10:00-11:00"])
def test_a_wrong_surge_is_told(says: Says, text: str) -> None:
    code, _, wrong = says(f"--surge={text}")
    assert code == 2
    assert text in wrong


def test_a_wrong_file_is_told_with_its_line(says: Says, tmp_path: Path) -> None:
    roster = tmp_path / "crew.yaml"
    roster.write_text(CREW.replace("count: 8", "count: 0"), "utf-8")
    code, _, wrong = says("--roster", str(roster))
    assert code == 2
    assert "crew.yaml:2" in wrong


def test_queues_that_nobody_can_serve_are_told_before(says: Says, tmp_path: Path) -> None:
    roster = tmp_path / "crew.yaml"
    roster.write_text(CREW, "utf-8")
    _, _, warned = says("--calls", "20", "--runs", "1", "--roster", str(roster))
    assert "nobody can serve complaint" in warned


def test_a_past_day_is_exported_without_numbers_and_played_again(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/history.db"
    monkeypatch.setenv("CTI_SQL_URL", url)
    asyncio.run(_journal(url, [*_answered("1.1", NOON), *_answered("1.2", NOON)]))
    code, day, _ = says("--export", "2026-11-20")
    assert code == 0
    assert "13997" not in day
    assert day.count("talk_s: 100.0") == 2
    file = tmp_path / "day.yaml"
    file.write_text(day, "utf-8")
    played = [
        json.loads(says(*source, "--agents", "2", "--runs", "1", "--json")[1])
        for source in (("--day", str(file)), ("--from-history", "2026-11-20"))
    ]
    assert played[0] == played[1]
    assert played[0]["only"]["all"]["answer_rate"]["mean"] == 1.0


def test_a_day_without_calls_is_told(
    says: Says, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/history.db"
    monkeypatch.setenv("CTI_SQL_URL", url)
    asyncio.run(_journal(url, []))
    assert says("--from-history", "2026-11-20")[0] == 2


def _answered(call: str, at: datetime) -> list[Event]:
    call_id = CallId(call)
    picked_up, over, written = (at + timedelta(seconds=s) for s in (10, 110, 130))
    return [
        Offered(
            at=at,
            call_id=call_id,
            caller_number="13997000001",
            dialed_number="95518",
            channel=ChannelName("PJSIP/x"),
        ),
        Queued(
            at=at,
            call_id=call_id,
            queue=MOTOR,
            priority=60,
            needs={"motor": 2, "lang:zh": 1},
            language="zh",
        ),
        Established(
            at=picked_up,
            call_id=call_id,
            agent_id=AGENT,
            agent_channel=ChannelName("PJSIP/y"),
            waited_s=10.0,
        ),
        QueueLeft(
            at=picked_up, call_id=call_id, queue=MOTOR, outcome=Outcome.ANSWERED, waited_s=10.0
        ),
        ConnectionCleared(at=over, call_id=call_id, agent_id=AGENT, talked_s=100.0),
        AgentWorkingAfterCall(
            at=over, agent_id=AGENT, call_id=call_id, until=written + timedelta(seconds=25)
        ),
        WrapUpEnded(at=written, agent_id=AGENT, call_id=call_id, by="agent"),
    ]


async def _journal(url: str, events: Sequence[Event]) -> None:
    await migrate(url)
    engine = open_engine(url)
    await SqlJournal(engine).save(
        [Recorded(EventId(f"1-{n}"), event) for n, event in enumerate(events)]
    )
    await engine.dispose()
