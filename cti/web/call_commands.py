"""Commands of an agent about the call that he has, or wants to make."""

from collections.abc import Mapping

from cti.web.actors import Action
from cti.web.command_fields import Shape

SHAPES: Mapping[str, Shape] = {}

ACTIONS: Mapping[str, Action] = {}
