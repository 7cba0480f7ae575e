"""Records as the server sends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]

CALL_ID = "cti-1780000000.11"


def ago(seconds: float = 0) -> str:
    """A moment ``seconds`` before now, as on the wire; negative for the future."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


def agent(**over: Any) -> Record:
    return {
        "agentId": "1023",
        "name": "李梅",
        "extension": "8001",
        "status": "not_ready",
        "reason": "LOGIN",
        "pending": None,
        "pendingReason": None,
        "state": "idle",
        "since": ago(5),
        "callId": None,
        "wrapUpUntil": None,
        "wrapUpExtended": False,
        "skills": {"motor": 3, "consult": 2},
        "languages": ["zh"],
        "seat": "",
        "forced": False,
        "asked": None,
        "askedUntil": None,
        "overstayed": False,
        "desk": "here",
        "phone": "desk",
        "reasonSince": None,
        "uses": {},
        "usesOn": None,
    } | over


def call(**over: Any) -> Record:
    return {
        "callId": CALL_ID,
        "callerNumber": "138****1234",
        "phase": "waiting",
        "queue": "motor",
        "priority": 60,
        "queuedAt": ago(12),
        "arrivedAt": ago(40),
        "agentId": None,
        "answeredAt": None,
        "language": "zh",
        "keys": ["1", "2"],
        "head": False,
        "attempt": 0,
        "alert": "",
        "direction": "inbound",
        "heldBy": "",
        "task": "",
        "muted": False,
        "recording": "",
        "recordingPaused": "",
        "parties": [],
    } | over


def party(**over: Any) -> Record:
    return {
        "partyId": "p1",
        "role": "consulted",
        "phase": "talking",
        "since": ago(7),
        "agentId": "1024",
        "queue": None,
        "number": "",
    } | over


def customer(**over: Any) -> Record:
    return {
        "customerId": 1,
        "name": "马桂花",
        "salutation": "马女士",
        "segment": "vip",
        "idTail": "****101X",
        "area": "西宁市城东区",
        "alerts": ["投诉未结", "重复来电"],
        "policies": [
            {
                "policyNo": "PDAA202663010000123456",
                "line": "机动车商业险",
                "plate": "青A12345",
                "startsOn": "2026-03-21",
                "endsOn": "2027-03-20",
                "status": "in_force",
                "statusLabel": "有效",
                "branch": "西宁分公司",
            },
            {
                "policyNo": "PDZA202663010000123457",
                "line": "交强险",
                "plate": "青A12345",
                "startsOn": "2026-03-21",
                "endsOn": "2027-03-20",
                "status": "in_force",
                "statusLabel": "有效",
                "branch": "西宁分公司",
            },
        ],
        "claims": [
            {
                "reportNo": "RDAA202663010000000123",
                "state": "assessed",
                "stateLabel": "已定损",
                "reportedAt": "2026-11-03T02:11:00+00:00",
                "plate": "青A12345",
                "surveyorName": "多杰",
                "documentsWanted": "行驶证、驾驶证",
            }
        ],
    } | over


def pop(**over: Any) -> Record:
    return {
        "type": "screenPop",
        "callId": CALL_ID,
        "callerNumber": "138****1234",
        "place": "青海 西宁",
        "queue": "motor",
        "language": "zh",
        "keys": [{"digits": "1", "label": "车险报案"}, {"digits": "2", "label": "一般事故"}],
        "waitedS": 17,
        "priority": 60,
        "variables": {"call_type": "motor_report"},
        "flags": ["known", "elderly", "repeat"],
        "customers": [customer()],
    } | over


def mode(name: str, zh: str) -> Record:
    return {"name": name, "label": {"zh": zh, "en": name}, "longestH": 12, "on": None}


OPTIONS: Record = {
    "queues": [
        {"name": "motor", "label": {"zh": "车险报案", "en": "Motor claims"}},
        {"name": "major", "label": {"zh": "重大事故", "en": "Major accidents"}},
        {"name": "consult", "label": {"zh": "业务咨询", "en": "Advice"}},
        {"name": "rescue", "label": {"zh": "道路救援", "en": "Roadside"}},
    ],
    "reasons": [
        {
            "code": "BREAK",
            "label": {"zh": "小休", "en": "Break"},
            "maxS": 900,
            "times": 2,
            "minutes": 30,
        },
        {"code": "MEAL", "label": {"zh": "用餐", "en": "Meal"}, "maxS": 2400},
        {"code": "MEETING", "label": {"zh": "会议", "en": "Meeting"}, "approval": True},
        {"code": "BACKOFF", "label": {"zh": "案头", "en": "Desk work"}},
        {"code": "LOGIN", "label": {"zh": "刚签入", "en": "Just signed in"}, "system": True},
        {"code": "RNA", "label": {"zh": "未应答", "en": "Ring no answer"}, "system": True},
    ],
    "wrapUpReasons": [
        {
            "code": "report",
            "label": {"zh": "报案", "en": "Loss report"},
            "children": [
                {"code": "report.motor_single", "label": {"zh": "车险单方", "en": "Motor, alone"}},
                {"code": "report.motor_both", "label": {"zh": "车险双方", "en": "Motor, two cars"}},
            ],
        },
        {
            "code": "enquiry",
            "label": {"zh": "查询", "en": "Enquiry"},
            "children": [
                {"code": "enquiry.claim", "label": {"zh": "理赔进度", "en": "Claim progress"}}
            ],
        },
        {"code": "void", "label": {"zh": "无效", "en": "Void"}},
    ],
    "seats": [{"seat": "B12", "extension": "8012"}],
    "menuTasks": [
        {"name": "identity", "label": {"zh": "身份核验", "en": "Identity check"}},
        {"name": "report_no", "label": {"zh": "输入报案号", "en": "Enter a report number"}},
    ],
    "shownNumbers": ["95518", "09718200000"],
    "targets": {
        "motor": {"share": 0.8, "withinS": 20},
        "major": {"share": 0.95, "withinS": 10},
    },
    "skills": [
        {"name": "motor", "label": {"zh": "车险报案", "en": "Motor claims"}},
        {"name": "consult", "label": {"zh": "咨询", "en": "Advice"}},
        {"name": "rescue", "label": {"zh": "道路救援", "en": "Roadside"}},
    ],
    "keepClasses": [
        {"name": "service", "label": {"zh": "服务", "en": "Service"}},
        {"name": "claims", "label": {"zh": "理赔与投诉 5 年", "en": "Claims, 5 years"}},
    ],
    "ringS": 15,
}

PHONE: Record = {
    "extension": "8001",
    "endpoint": "8001w",
    "uri": "sip:8001w@95518",
    "realm": "95518",
    "password": "drawn at sign-in",
    "socket": "/sip",
    "address": "192.0.2.7",
    "callerPage": True,
}


def call_row(**over: Any) -> Record:
    return {
        "callId": CALL_ID,
        "callerNumber": "138****1234",
        "dialedNumber": "95518",
        "arrivedAt": ago(600),
        "language": "zh",
        "queue": "motor",
        "agentId": "1023",
        "outcome": "answered",
        "keys": ["1", "2"],
        "waitedS": 17.2,
        "talkedS": 184.0,
        "clearedBy": "caller",
        "endedAt": ago(300),
        "wrapUpReason": "report.motor_single",
    } | over


STORY: Record = {
    "lines": [
        {"at": "2026-11-22T01:00:00+00:00", "text": "客户拨打 95518", "type": "offered"},
        {"at": "2026-11-22T01:00:09+00:00", "text": "按 1:车险报案", "type": "digitsDialed"},
        {"at": "2026-11-22T01:00:14+00:00", "text": "进入队列 车险报案", "type": "queued"},
        {"at": "2026-11-22T01:00:31+00:00", "text": "座席 李梅 振铃", "type": "delivered"},
        {"at": "2026-11-22T01:00:35+00:00", "text": "双方通话", "type": "established"},
    ],
    "events": [],
}
