"""What the server tells supervision: the wallboard, figures, reports, recordings, work."""

import io
import math
import struct
import wave
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.browser.samples import Record, ago

QUARTER = timedelta(minutes=15)


def day(**over: Any) -> Record:
    return {
        "arrived": 412,
        "handledIn": 356,
        "handledOut": 88,
        "answered": 356,
        "abandoned": 19,
        "answerRate": 0.93,
        "serviceLevel": 0.86,
        "serviceLevelNow": 0.78,
    } | over


def board(**over: Any) -> Record:
    queues = [
        queue_board("motor", waiting=3, waitingSince=ago(75), today=day(answered=181, abandoned=9)),
        queue_board("major", waiting=1, waitingSince=ago(9), today=day(answered=12, abandoned=0)),
        queue_board("consult", today=day(answered=120, abandoned=15, serviceLevel=0.71)),
        queue_board("rescue", today=day(answered=43, abandoned=1, serviceLevelNow=None)),
    ]
    return {
        "at": ago(),
        "complete": True,
        "centre": day(),
        "waiting": 4,
        "waitingSince": ago(75),
        "callbacks": 3,
        "workOpen": 6,
        "workDue": 1,
        "complaintsDue": 2,
        "complaintsOverdue": 1,
        "undispatched": 5,
        "queues": queues,
        "states": [],
    } | over


def queue_board(queue: str, **over: Any) -> Record:
    return {
        "queue": queue,
        "waiting": 0,
        "waitingSince": None,
        "callbacks": 0,
        "today": day(),
    } | over


def quarter_now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)


def recent_measures() -> Record:
    """Six hours by quarters, and the day by agents."""
    start = quarter_now() - 23 * QUARTER
    rows = [_quarter(start + i * QUARTER, i) for i in range(24)]
    return {"by": "centre", "interval": "15m", "figures": [], "rows": [*rows, *best()]}


def waited() -> list[Record]:
    """How many waited, by the same quarters."""
    start = quarter_now() - 23 * QUARTER
    means = [1 + math.sin(i / 3) for i in range(24)]
    return [
        {"at": (start + i * QUARTER).isoformat(), "mean": mean, "most": math.ceil(2 * mean) + i % 3}
        for i, mean in enumerate(means)
    ]


def best() -> list[Record]:
    """Who answered how much today."""
    talks = {"1023": 41, "1024": 38, "1025": 38, "1026": 29, "1027": 17, "1028": 4}
    return [
        {
            "at": None,
            "row": agent_id,
            "values": {"talks_in": [n, 1, n], "handle_time_in": [n * 200_000, n, 200.0 + n]},
        }
        for agent_id, n in talks.items()
    ]


def _quarter(at: datetime, i: int) -> Record:
    answered = 14 + round(8 * math.sin(i / 3))
    given = (i * 7) % 4
    values = {
        "answered": [answered, 1, answered],
        "abandoned_all": [given, 1, given],
        "service_level_5": [answered - given, answered, round(1 - given / answered, 3)],
    }
    return {"at": at.isoformat(), "row": "*", "values": values}


DEFINITIONS: list[Record] = [
    {
        "figure": figure,
        "name": name,
        "formula": formula,
        "unit": unit,
        "interval": "entry",
    }
    for figure, name, formula, unit in (
        ("requests", "人工请求量", "排队次数", "count"),
        ("answered", "人工接听量", "结局为接通", "count"),
        ("abandoned", "放弃量(不含速挂)", "排队中挂机,不含速挂", "count"),
        ("service_level_5", "服务水平 F5(默认)", "T 内接通 ÷ (接通 + 放弃 − 速挂)", "share"),
        ("answer_speed", "平均应答速度(ASA)", "接通者等待之和 ÷ 接通", "seconds"),
    )
]
REPORTS: list[Record] = [
    {
        "name": "daily",
        "title": "运营日报",
        "period": "yesterday",
        "formats": ["xlsx"],
        "tables": [
            {"table": "hours", "title": "逐时"},
            {"table": "queues", "title": "各队列"},
        ],
        "schedule": {"at": "07:00", "days": [], "monthDays": [], "workingDays": False},
        "ways": ["folder"],
    },
    {
        "name": "waits",
        "title": "放弃与等待",
        "period": "last_week",
        "formats": ["xlsx", "csv"],
        "tables": [{"table": "queues", "title": "各队列"}],
        "schedule": None,
        "ways": [],
    },
]


def _values(requests: int) -> Record:
    answered = requests * 9 // 10
    within = answered * 8 // 10
    return {
        "requests": [requests, 1, requests],
        "answered": [answered, 1, answered],
        "service_level_5": [within, requests, round(within / requests, 6)],
        "answer_speed": [answered * 12_300, answered, 12.3],
    }


def report(name: str) -> Record:
    start = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(
        days=2
    )
    hours = [
        {
            "at": (start + timedelta(hours=hour)).isoformat(),
            "row": "*",
            "label": "",
            "values": _values(20 + hour % 7),
            "yearBefore": _values(18 + hour % 5),
        }
        for hour in range(8, 20)
    ]
    queues = [
        {"at": None, "row": row, "label": label, "values": _values(count)}
        for row, label, count in (
            ("motor", "车险报案", 181),
            ("consult", "业务咨询", 135),
            ("*", "合计", 316),
        )
    ]
    return {
        "report": name,
        "title": next(one["title"] for one in REPORTS if one["name"] == name),
        "from": start.isoformat(),
        "to": (start + timedelta(days=1)).isoformat(),
        "madeAt": ago(),
        "tables": [
            {"table": "hours", "title": "逐时", "by": "centre", "interval": "1h", "rows": hours},
            {
                "table": "queues",
                "title": "各队列",
                "by": "queue",
                "interval": "whole",
                "rows": queues,
            },
        ],
        "figures": DEFINITIONS,
    }


def behind(figure: str, count: int = 3) -> Record:
    found = [
        {
            "at": ago(3600 + i),
            "callId": f"cti-{i}",
            "kind": figure,
            "amount": 1,
            "callerNumber": f"138****00{i}1",
            "queue": "motor",
            "agentId": "1023",
            "node": "",
            "reconstructed": i == 2,
        }
        for i in range(count)
    ]
    return {"figure": figure, "numerator": count, "behind": found}


def recording(**over: Any) -> Record:
    return {
        "recordingId": "rec-1",
        "callId": "cti-1780000000.11",
        "startedAt": ago(7200),
        "seconds": 8.0,
        "direction": "inbound",
        "queue": "motor",
        "agents": ["1023"],
        "keep": "claims",
        "keepUntil": ago(-86400 * 1827),
        "bytes": 128_044,
        "sha256": "0" * 64,
        "state": "kept",
        "heldBy": "",
        "heldWhy": "",
        "onHold": False,
        "wrapUp": "report.motor_single",
        "callerNumber": "138****1234",
        "parts": [
            {"kind": "talk", "agentId": "1023", "fromS": 0.0, "toS": 3.0},
            {"kind": "hold", "agentId": "1023", "fromS": 3.0, "toS": 5.0},
            {"kind": "talk", "agentId": "1023", "fromS": 5.0, "toS": 8.0},
        ],
    } | over


def sound(seconds: float = 8.0) -> bytes:
    """Two channels: the caller speaks first, the agent last, between them nobody."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        frames = bytearray()
        for i in range(int(seconds * 8000)):
            at = i / 8000
            swing = math.sin(at * 2 * math.pi * 220) * (0.4 + 0.3 * math.sin(at * 9))
            left, right = (swing if at < 3 else 0, swing if at >= 5 else 0)
            frames += struct.pack("<hh", int(left * 20_000), int(right * 20_000))
        file.writeframes(bytes(frames))
    return made.getvalue()


def ticket(**over: Any) -> Record:
    return {
        "callId": "cb-1",
        "origin": "queue",
        "number": "139****5678",
        "queue": "motor",
        "askedAt": ago(1500),
        "placeAt": ago(1620),
        "dueAt": ago(-300),
        "dials": 1,
        "dialling": False,
        "agentId": None,
    } | over


def work_item(**over: Any) -> Record:
    return {
        "itemId": 1,
        "kind": "voicemail",
        "state": "open",
        "openedAt": ago(40_000),
        "dueAt": ago(-3600),
        "queue": "complaint",
        "callId": "cti-1780000000.11",
        "number": "137****4321",
        "details": {"message_id": "m1", "seconds": "8"},
        "takenBy": None,
        "takenAt": None,
        "closedBy": None,
        "closedAt": None,
        "result": None,
        "remarks": None,
    } | over


WHY: Record = {
    "callId": "cti-1780000000.11",
    "waiting": None,
    "offers": [
        {
            "offer": 1,
            "at": "2026-11-22T01:00:31+00:00",
            "agentId": "1023",
            "queue": "motor",
            "waitedS": 17.2,
            "placeAt": None,
            "points": 77.2,
            "step": 1,
            "wish": None,
            "candidates": ["1023", "1025"],
            "excluded": {"1024": "level motor 2 1", "1026": "not_ready BREAK"},
            "unlisted": 0,
            "result": "established",
        }
    ],
}
