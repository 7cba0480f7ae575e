"""Records as the server sends them."""

from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]

CALL_ID = "cti-1780000000.11"
PLACE = {"zh": "青海西宁", "en": "Xining, Qinghai"}


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
        "ringsUntil": None,
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
        "place": PLACE,
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
        "place": "青海西宁",
        "queue": "motor",
        "language": "zh",
        "keys": [{"digits": "1", "label": "车险报案"}, {"digits": "2", "label": "一般事故"}],
        "waitedS": 17,
        "priority": 60,
        "variables": {"call_type": "motor_report"},
        "flags": ["known", "elderly", "repeat"],
        "customers": [customer()],
        "contacts": [
            contact(),
            contact(
                callId="c-past-2",
                at=ago(86400 * 3),
                direction="outbound",
                agentId="1023",
                agentName="李梅",
                reason="enquiry.claim",
                remarks="已告知定损进度,客户无异议。",
                solved=True,
                reference="RDAA202663010000000123",
            ),
            contact(
                callId="c-past-3",
                at=ago(86400 * 40),
                outcome="abandoned",
                agentId=None,
                agentName=None,
                talkedS=None,
                reason=None,
                remarks="",
                solved=None,
                handling="",
            ),
        ],
        "cases": [
            open_case(),
            open_case(
                kind="follow_up",
                id="4711",
                topic="补交行驶证",
                state="taken",
                stateLabel="处理中",
                dueAt=ago(-900),
                takenBy="limei",
                overdue=False,
            ),
        ],
        "articles": [
            ARTICLES[0],
            ARTICLES[1],
        ],
    } | over


def contact(**over: Any) -> Record:
    return {
        "callId": "c-past-1",
        "at": ago(86400),
        "direction": "inbound",
        "queue": "motor",
        "agentId": "1024",
        "agentName": "王强",
        "outcome": "answered",
        "talkedS": 184,
        "reason": "report.motor_both",
        "remarks": "右前灯破损,对方全责,无人伤。\n已派查勘员多杰。",
        "solved": False,
        "handling": "dispatched",
        "reference": "",
    } | over


def open_case(**over: Any) -> Record:
    return {
        "kind": "complaint",
        "id": "TS20261118001",
        "topic": "理赔时效",
        "state": "investigating",
        "stateLabel": "调查中",
        "openedAt": ago(86400 * 5),
        "dueAt": ago(3600),
        "takenBy": "赵建国",
        "overdue": True,
    } | over


ARTICLES: list[Record] = [
    {
        "articleId": "motor-report",
        "title": "车险报案受理",
        "script": "您好,这里是人保财险 95518,工号 1023 为您服务。\n"
        "请问有人受伤吗?车辆现在是否安全?\n"
        "请您说一下车牌号、出险时间和地点。",
        "text": "先问人伤,再问车。有人伤亡立即转重大事故队列。\n"
        "单方事故、损失 2000 元以下且无争议的,引导线上自助理赔。",
    },
    {
        "articleId": "motor-photos",
        "title": "现场拍照要点",
        "script": "请在保证安全的前提下拍下车牌、碰撞部位和道路全景。",
        "text": "前后左右各一张,碰撞部位近照两张,双方证件各一张。",
    },
    {
        "articleId": "surveyor",
        "title": "查勘员多久到达",
        "script": "",
        "text": "市区 30 分钟,郊县 60 分钟,牧区按路程另行告知。",
    },
]


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


OWN_FIGURES: Record = {
    "since": ago(3600 * 6),
    "until": ago(),
    "offered": 43,
    "answered": 41,
    "missed": 2,
    "talks": 47,
    "talkMeanS": 191.4,
    "wrapUpMeanS": 38.2,
    "occupancy": 0.784,
    "transfers": 5,
    "wrapUpsMissing": 1,
}


def call_row(**over: Any) -> Record:
    return {
        "callId": CALL_ID,
        "callerNumber": "138****1234",
        "place": PLACE,
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
        "direction": "inbound",
        "flags": [],
        "wrapUpRemarks": "右前灯破损",
        "solved": True,
        "followUp": False,
        "handling": "dispatched",
        "callerRole": "holder",
        "emotion": "calm",
        "reference": "",
        "followUpDue": None,
        "wrappedUpAt": ago(250),
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
