"""One example of each node type, for editors."""

from collections.abc import Mapping
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "menu": {"menu": "root", "keys": {"1": "motor", "2": "nonmotor"}, "human": "motor_agent"},
    "collect": {
        "collect": "motor_report_no",
        "into": "report_no",
        "digits": 8,
        "next": "motor_report_lookup",
        "on_failure": "human",
    },
    "branch": {
        "branch": [
            {"mode": "disaster", "go": "welcome_disaster"},
            {"hours": "closed", "of": "consult", "go": "welcome_night"},
        ],
        "else": "welcome",
    },
    "lookup": {
        "lookup": "claims.status",
        "with": {"report_no": "$report_no"},
        "into": "claim",
        "timeout_s": 3,
        "sensitive": ["surveyor_phone", "registered_phone"],
        "found": "claim_found",
        "missing": "claim_missing",
        "failed": "claim_unavailable",
    },
    "script": {"script": "staff_pin", "timeout_s": 45, "next": "staff_agent", "failed": "human"},
    "enqueue": {"enqueue": "motor", "say": "connecting", "set": {"call_type": "motor_report"}},
    "callback": {"callback": "consult", "next": "end", "failed": "person"},
    "voicemail": {
        "voicemail": "consult",
        "say": "leave_message",
        "next": "end",
        "silent": "end",
        "failed": "person",
    },
    "sms": {
        "sms": "policy_amounts",
        "to": "$policy.registered_phone",
        "with": {"tail": "$policy.tail"},
        "next": "policy_sms_sent",
        "failed": "policy_sms_failed",
    },
    "survey": {"survey": "service", "answers": {"rating": "1"}, "next": "thanks"},
    "transfer": {"transfer": "09716102222", "say": "connecting"},
    "subtree": {"subtree": "identify", "next": "policy_identified"},
    "hangup": {"hangup": "finished", "say": "goodbye"},
    "language": {"language": "en", "next": "root"},
    "say": {"say": ["welcome", {"digits": "$claim.tail"}], "next": "root"},
    "set": {"set": {"call_type": "renewal"}, "next": "sales_hours"},
}
