"""config/*.yaml: what is wrong is said at its place with its cure; the environment lies over it."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from cti import messages
from cti.config_files import load_configuration
from cti.config_models import FILES, Configuration
from cti.core.agent_state import AgentStatus
from cti.core.ids import QueueName
from cti.services.ports import Role

SAMPLE = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the sample configuration, to be broken."""
    for name in FILES:
        (tmp_path / "config").mkdir(exist_ok=True)
        shutil.copy(SAMPLE / f"{name}.yaml", tmp_path / "config")
    return tmp_path / "config"


def write(config: Path, name: str, old: str, new: str) -> None:
    """Replace one piece of a file; it must be there once."""
    path = config / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


def said(config: Path, environment: Mapping[str, str] | None = None) -> list[str]:
    """What an admin reads."""
    found, problems = load_configuration(config, environment)
    assert (found is None) == bool(problems)
    return [messages.line(each, "en") for each in problems]


def loaded(config: Path, environment: Mapping[str, str] | None = None) -> Configuration:
    found, problems = load_configuration(config, environment)
    assert found is not None, problems
    return found


def test_the_sample_configuration_has_no_problem() -> None:
    assert said(SAMPLE) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line"),
    [
        (
            "cti",
            "http: {host: 127.0.0.1, port: 8095,",
            "http: {host: 127.0.0.1, port: 70000,",
            "config/cti.yaml:6:25: error: http.port has a bad value: "
            "Input should be less than or equal to 65535 — change the value",
        ),
        (
            "cti",
            "port: 8095, ",
            "",
            "config/cti.yaml:6:1: error: http.port is missing — add it",
        ),
        (
            "cti",
            "language: zh",
            "langauge: zh",
            "config/cti.yaml:4:1: error: langauge is not a known key — remove it or mend the "
            "spelling (config/schema lets editors complete it)",
        ),
        (
            "cti",
            'allow: ["127.0.0.1/32"]}\nsip',
            'allow: ["127.0.0.300"]}\nsip',
            "config/cti.yaml:8:65: error: ami.allow has a bad value: Value error, "
            "'127.0.0.300' does not appear to be an IPv4 or IPv6 network — change the value",
        ),
        (
            "queues",
            "fallback_queue: motor",
            "fallback_queue: moter",
            "config/queues.yaml:3:1: error: 'moter' is not defined — known are: complaint, "
            "consult, major, motor, nonmotor, rescue, sales, staff",
        ),
        (
            "queues",
            "    needs: {complaint: 3}",
            "    needs: {complain: 3}",
            "config/queues.yaml:85:13: error: 'complain' is not defined — known are: agri, "
            "complaint, consult, dispatch, followup, lang:*, lang:bo-adx, lang:bo-khg, lang:en, "
            "lang:zh, motor, nonmotor, print, rescue, sales, supplement",
        ),
        (
            "queues",
            '      - {after_s: 60, needs: {dispatch: 0, motor: 1, "lang:*": 0}}',
            "      - {after_s: 60, needs: {despatch: 0}}",
            "config/queues.yaml:96:31: error: 'despatch' is not defined — known are: agri, "
            "complaint, consult, dispatch, followup, lang:*, lang:bo-adx, lang:bo-khg, lang:en, "
            "lang:zh, motor, nonmotor, print, rescue, sales, supplement",
        ),
        (
            "queues",
            "    overflow: [{after_s: 60, number: partner}]",
            "    overflow: [{after_s: 60, number: partners}]",
            "config/queues.yaml:58:30: error: 'partners' is not defined — known are: duty, partner",
        ),
        (
            "queues",
            "    overflow: [{after_s: 60, number: partner}]",
            "    overflow: [{after_s: 60, queue: motors}]",
            "config/queues.yaml:58:30: error: 'motors' is not defined — known are: complaint, "
            "consult, major, motor, nonmotor, rescue, sales, staff",
        ),
        (
            "queues",
            "    overflow: [{after_s: 60, number: partner}]",
            "    overflow: [{queue: motor, number: partner}]",
            "config/queues.yaml:58:16: error: queues.rescue.overflow.0 has a bad value: Value error, "
            "either queue or number — change the value",
        ),
        (
            "queues",
            "    overflow: [{after_s: 60, number: partner}]",
            "    overflow: [{after_s: 60, queue: rescue}]",
            "config/queues.yaml:58:5: error: overflow goes round in a circle: rescue → rescue — take "
            "one of these steps out, or let it go to a number",
        ),
        (
            "queues",
            "{skills: {followup: 1},",
            "{skills: {followups: 1},",
            "config/queues.yaml:33:19: error: 'followups' is not defined — known are: agri, "
            "complaint, consult, dispatch, followup, motor, nonmotor, print, rescue, sales, "
            "supplement",
        ),
        (
            "agents",
            "skills: {complaint: 4,",
            "skills: {complaints: 4,",
            "config/agents.yaml:7:57: error: 'complaints' is not defined — known are: agri, "
            "complaint, consult, dispatch, followup, motor, nonmotor, print, rescue, sales, "
            "supplement",
        ),
        (
            "agents",
            'extension: "8002"',
            'extension: "8001"',
            "config/agents.yaml:5:30: error: extension '8001' stands twice — use each only once; "
            "change one of them",
        ),
        (
            "agents",
            '{id: "1003"',
            '{id: "1001"',
            "config/agents.yaml:6:6: error: id '1001' stands twice — use each only once; "
            "change one of them",
        ),
        (
            "agents",
            "role: supervisor",
            "role: superviser",
            "config/agents.yaml:9:32: error: people.0.role has a bad value: Input should be "
            "'agent', 'supervisor', 'qa', 'admin' or 'auditor' — change the value",
        ),
        (
            "agents",
            'login: "2001"',
            'login: "1001"',
            "config/agents.yaml:9:6: error: login '1001' stands twice — use each only once; "
            "change one of them",
        ),
        (
            "agents",
            "skills: {motor: 4,",
            "skills: {motor: 9,",
            "config/agents.yaml:4:57: error: agents.0.skills.motor has a bad value: Input should "
            "be less than or equal to 5 — change the value",
        ),
        (
            "queues",
            "needs: {motor: 3}",
            "needs: {motor: 33}",
            "config/queues.yaml:41:13: error: queues.major.needs.motor has a bad value: Input "
            "should be less than or equal to 5 — change the value",
        ),
        (
            "cti",
            "Asia/Shanghai",
            "Asia/Xining",
            "config/cti.yaml:5:1: error: time_zone has a bad value: Value error, no time zone is "
            "called 'Asia/Xining' — change the value",
        ),
        (
            "cti",
            'numbers: ["95518"]',
            'numbers: ["9 5518"]',
            "config/cti.yaml:9:47: error: sip.numbers.0 has a bad value: String should match "
            "pattern '^\\+?[0-9]{2,20}$' — change the value",
        ),
        (
            "cti",
            "first_port: 20000",
            "first_port: 30000",
            "config/cti.yaml:10:1: error: rtp has a bad value: Value error, first_port is above "
            "last_port — change the value",
        ),
        (
            "reasons",
            "max_s: 900",
            "max_s: 0",
            "config/reasons.yaml:6:39: error: reasons.BREAK.max_s has a bad value: Input should "
            "be greater than 0 — change the value",
        ),
        (
            "skills",
            "motor: {zh: 车险报案, en: Motor reports}",
            "motor: {zh: 车险报案}",
            "config/skills.yaml:4:3: error: skills.motor.en is missing — add it",
        ),
    ],
)
def test_one_mistake_gets_exactly_these_words(
    config: Path, name: str, old: str, new: str, line: str
) -> None:
    write(config, name, old, new)
    assert said(config) == [line]


def test_all_problems_of_all_files_are_said_at_once(config: Path) -> None:
    write(config, "cti", "port: 8095", "port: no")
    write(config, "queues", "ring_s: 15", "ring_s: 1")
    write(config, "reasons", "max_s: 900", "max_s: -1")
    assert [line.split(":")[0] for line in said(config)] == [
        "config/cti.yaml",
        "config/queues.yaml",
        "config/reasons.yaml",
    ]


def test_a_key_written_twice_is_an_error(config: Path) -> None:
    write(config, "queues", "fallback_queue: motor", "fallback_queue: motor\nfallback_queue: major")
    assert said(config) == [
        "config/queues.yaml:4:1: error: 'fallback_queue' stands twice (first on line 3) — "
        "delete one or rename it"
    ]


def test_a_missing_file_is_named(config: Path) -> None:
    (config / "skills.yaml").unlink()
    assert said(config) == [
        "config/skills.yaml:1:1: error: the file cannot be read: No such file or directory — "
        "check that it exists and may be read"
    ]


def test_every_problem_has_words_in_chinese_too(config: Path) -> None:
    write(config, "queues", "fallback_queue: motor", "fallback_queue: moter")
    _, problems = load_configuration(config)
    assert messages.line(problems[0], "zh").startswith("config/queues.yaml:3:1: 错误: ")


def test_the_environment_lies_over_the_file(config: Path) -> None:
    settings = loaded(config, {"CTI_HTTP_PORT": "9000", "CTI_LANGUAGE": "en"}).settings
    assert (settings.http.port, settings.language) == (9000, "en")
    assert settings.http.host == "127.0.0.1"


def test_a_list_in_the_environment_is_parted_by_commas(config: Path) -> None:
    settings = loaded(config, {"CTI_SIP_NUMBERS": "95518,96695518"}).settings
    assert settings.sip.numbers == ("95518", "96695518")


def test_the_environment_may_fill_a_section_that_the_file_leaves_out(config: Path) -> None:
    write(config, "cti", "log: {level: INFO, form: auto}\n", "")
    assert loaded(config, {"CTI_LOG_LEVEL": "DEBUG"}).settings.log.level == "DEBUG"


def test_a_bad_value_of_the_environment_is_refused(config: Path) -> None:
    [line] = said(config, {"CTI_HTTP_PORT": "many"})
    assert "http.port has a bad value" in line


def test_folders_are_relative_to_the_one_above_the_configuration(config: Path) -> None:
    folders = loaded(config).settings.folders
    assert folders.dialplan == config.parent / "dialplan"
    assert folders.instance == config.parent / ".runtime" / "run"


def test_an_absolute_folder_stays_where_it_is(config: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folders = loaded(config, {"CTI_FOLDERS_INSTANCE": str(elsewhere)}).settings.folders
    assert folders.instance == elsewhere


def test_history_lies_in_the_instance_folder_unless_a_url_says_otherwise(config: Path) -> None:
    plain = loaded(config).settings
    assert plain.sql_url == f"sqlite+aiosqlite:///{plain.folders.instance}/history.sqlite"
    assert loaded(config, {"CTI_SQL_URL": "postgresql+asyncpg://x/y"}).settings.sql_url == (
        "postgresql+asyncpg://x/y"
    )


def test_a_queue_takes_the_defaults_for_what_it_leaves_out(config: Path) -> None:
    write(config, "queues", "ring_s: 15", "ring_s: 22")
    policy = loaded(config).policies()[QueueName("motor")]
    assert (policy.ring_s, policy.wrap_up.s, policy.ageing.cap) == (22, 45, 30)


def test_a_queue_may_have_no_wrap_up_at_all(config: Path) -> None:
    write(config, "queues", "    priority: 60\n", "    priority: 60\n    wrap_up_s: 0\n")
    assert loaded(config).policies()[QueueName("motor")].wrap_up.s == 0


def test_agents_begin_signed_out_with_their_skills(config: Path) -> None:
    agent = loaded(config).roster()[0]
    assert (agent.agent_id, agent.status) == ("1001", AgentStatus.LOGGED_OUT)
    assert agent.skills == {"motor": 4, "rescue": 3, "dispatch": 2}


def test_everybody_may_sign_in_agents_by_their_number(config: Path) -> None:
    accounts = {each.login: each for each in loaded(config).accounts()}
    assert accounts["1001"].role is Role.AGENT
    assert accounts["1001"].agent_id == "1001"
    assert (accounts["admin"].role, accounts["admin"].agent_id) == (Role.ADMIN, None)
