"""Commands of a supervisor about agents and calls; each with a reason, and in the audit."""

from collections.abc import Mapping

from cti.web import people_commands, routing_commands
from cti.web.actors import Action
from cti.web.command_fields import Shape

SHAPES: Mapping[str, Shape] = {**people_commands.SHAPES, **routing_commands.SHAPES}

ACTIONS: Mapping[str, Action] = {**people_commands.ACTIONS, **routing_commands.ACTIONS}
