"""What a turn plays and asks, in the words of flow tests: JSON-ready data. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cti.core.ivr import session as out
from cti.core.ivr.session import Ask, Listen, Prompt, Turn, Utterance

Plain = object
"""JSON-ready data."""


def surveys_answered(turn: Turn) -> Mapping[str, Plain]:
    """Return the answers that a turn wrote down: survey → question → answer."""
    notes = (note for note in turn.notes if isinstance(note, out.SurveyAnswered))
    return {note.survey: dict(note.answers) for note in notes}


def plain_utterance(utterance: Utterance) -> Plain:
    """Return an utterance as it is written in YAML: ``prompt`` or ``{kind: value}``."""
    if isinstance(utterance, Prompt):
        return utterance.id
    return {utterance.kind: utterance.value}


def plain_end(ask: Ask) -> Mapping[str, Plain]:
    """Return what a turn asks, or how it ended, as it is written under ``ends``."""
    match ask:
        case Listen():
            return {"waits": True}
        case out.Fetch():
            return {"look_up": {ask.source: dict(ask.arguments)}}
        case out.RunScript():
            return {"script": {ask.name: dict(ask.arguments)}}
        case out.PlaceCallback():
            return {"callback": {"number": ask.number, **_queue_end(ask)}}
        case out.Record():
            return {"voicemail": {ask.box: {"longest_s": ask.longest_s}}}
        case out.SendSms():
            return {"sms": {ask.template: {"to": ask.to, **ask.values}}}
        case out.ToQueue():
            return _queue_end(ask)
    return _other_end(ask)


def _other_end(
    ask: out.Transfer | out.HangUp | out.Returned | out.Gone | out.Fault,
) -> Mapping[str, Plain]:
    match ask:
        case out.Returned(variables):
            given = {"variables": dict(variables)} if variables else {}
            return {"returns": True, **given}
        case out.Transfer(target):
            return {"transfer": target}
        case out.HangUp(reason):
            return {"hangup": reason}
        case out.Gone(cause):
            return {"gone": cause}
    return {"fault": ask.reason, "node": ask.node}


def _queue_end(ask: out.ToQueue | out.PlaceCallback) -> Mapping[str, Plain]:
    end: dict[str, Plain] = {"queue": ask.queue}
    if ask.priority is not None:
        end["priority"] = ask.priority
    if ask.needs:
        end["needs"] = dict(ask.needs)
    if ask.variables:
        end["variables"] = dict(ask.variables)
    return end


def shown(plain: Plain) -> str:
    """Return plain data on one line."""
    return json.dumps(plain, ensure_ascii=False)
