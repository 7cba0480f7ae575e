"""Carrying out what people command, by socket or by request: within a limit, each outcome an answer."""

import asyncio
import logging
from collections.abc import Mapping
from typing import NamedTuple

from cti.services.ports import Account
from cti.web import (
    call_commands,
    desk_commands,
    line_supervision,
    messages,
    reach_commands,
    supervision_commands,
)
from cti.web.actors import Action
from cti.web.commands import Command
from cti.web.errors import described
from cti.web.parts import WebParts

log = logging.getLogger(__name__)

COMMAND_S = 5.0

ACTIONS: Mapping[str, Action] = {
    **desk_commands.ACTIONS,
    **call_commands.ACTIONS,
    **reach_commands.ACTIONS,
    **line_supervision.ACTIONS,
    **supervision_commands.ACTIONS,
}


class Answer(NamedTuple):
    """What a command came to: an HTTP status, and the frame that says so."""

    status: int
    payload: bytes


async def perform(parts: WebParts, who: Account, command: Command) -> None:
    """Do what the command asks. Raises Refused, StoreDown."""
    await ACTIONS[command.cmd](parts, who, command.fields)


async def performed(parts: WebParts, who: Account, language: str, command: Command) -> Answer:
    """Carry the command out; a failure is an answer too, in the person's language."""
    facts = {"cmd": command.cmd, "agent_id": who.agent_id}
    try:
        async with asyncio.timeout(COMMAND_S):
            await perform(parts, who, command)
    except Exception as why:
        status, code, message = described(why, language)
        log.info("command refused", extra={"fact": "command_refused", "code": code, **facts})
        return Answer(status, messages.not_done(command.ref, code, message))
    log.info("command done", extra={"fact": "command_done", **facts})
    return Answer(200, messages.done(command.ref))
