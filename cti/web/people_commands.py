"""Commands of a supervisor about people at work: states, skills, reasons asked for, notices."""

from collections.abc import Mapping

from cti.core.agent_state import AgentStatus
from cti.core.ids import AgentId
from cti.services.notices import LONGEST_NOTICE
from cti.web.actors import Action, supervisor
from cti.web.command_fields import Field, Shape

AGENT = Field(pattern=r"[0-9A-Za-z_-]{1,16}")
WHY = Field(longest=200, pattern=r"(?s).*\S.*")
"""The supervisor's reason: some words."""

SHAPES: Mapping[str, Shape] = {
    "forceAgentState": {
        "agentId": AGENT,
        "status": Field(pattern="ready|not_ready|logged_out"),
        "reason": WHY,
    },
    "changeSkills": {
        "agentId": AGENT,
        "skills": Field(dict),
        "languages": Field(list, longest=16, optional=True),
        "reason": WHY,
    },
    "decideReason": {"agentId": AGENT, "granted": Field(bool), "reason": WHY},
    "sendNotice": {
        "text": Field(longest=LONGEST_NOTICE, pattern=r"(?s).*\S.*"),
        "queues": Field(list, optional=True),
    },
}

ACTIONS: Mapping[str, Action] = {
    "forceAgentState": lambda parts, who, fields: parts.people.force(
        AgentId(fields["agentId"]),
        AgentStatus(fields["status"]),
        by=supervisor(who),
        reason=fields["reason"].strip(),
    ),
    "changeSkills": lambda parts, who, fields: parts.people.change_skills(
        AgentId(fields["agentId"]),
        fields["skills"],
        fields["languages"],
        by=supervisor(who),
        reason=fields["reason"].strip(),
    ),
    "decideReason": lambda parts, who, fields: parts.people.decide(
        AgentId(fields["agentId"]),
        fields["granted"],
        by=supervisor(who),
        reason=fields["reason"].strip(),
    ),
    "sendNotice": lambda parts, who, fields: parts.people.notify(
        fields["text"], fields["queues"] or (), by=supervisor(who)
    ),
}
