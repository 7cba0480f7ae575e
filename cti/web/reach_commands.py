"""Commands of an agent that send his caller on, or call somebody up."""

from collections.abc import Mapping

from cti.core.control_events import TargetKind
from cti.web.actors import Action, own_agent
from cti.web.command_fields import Field, Shape

SHAPES: Mapping[str, Shape] = {
    "singleStepTransfer": {"kind": Field(pattern="agent|queue|number"), "target": Field()},
    "transferToSurvey": {},
    "sendToMenu": {"task": Field(longest=64)},
    "makeCall": {"number": Field(longest=32), "shownNumber": Field(longest=32, optional=True)},
}

ACTIONS: Mapping[str, Action] = {
    "singleStepTransfer": lambda parts, who, fields: parts.reach.transfer(
        own_agent(who), TargetKind(fields["kind"]), fields["target"]
    ),
    "transferToSurvey": lambda parts, who, _: parts.reach.to_survey(own_agent(who)),
    "sendToMenu": lambda parts, who, fields: parts.reach.to_menu(own_agent(who), fields["task"]),
    "makeCall": lambda parts, who, fields: parts.reach.make_call(
        own_agent(who), fields["number"], fields["shownNumber"]
    ),
}
