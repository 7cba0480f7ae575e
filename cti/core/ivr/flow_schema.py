"""JSON Schema of flow test files (``dialplan/tests/*.yaml``), for the completion of editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cti.core.ivr import reading
from cti.core.ivr.flows import REST
from cti.core.ivr.parts import SPOKEN_KINDS
from cti.core.ivr.read_flows import REQUIRED, WORDS
from cti.core.ivr.schema import DRAFT

Schema = dict[str, Any]

_VALUE: Schema = {"type": ["string", "number", "boolean"]}
_TEXT: Schema = {"type": ["string", "integer"]}
_VALUES: Schema = {"type": "object", "additionalProperties": _VALUE}
_ASKED: Schema = {"type": "object", "minProperties": 1}
_KEYS: Schema = {"type": ["string", "integer"], "pattern": "^[0-9*#A-D]*$"}
_ABOUT_WORDS: Mapping[str, str] = {
    "silence": "The caller presses nothing until the wait is over.",
    "missing": "The source answers and does not know it.",
    "failed": "The source, script or errand breaks, or is too slow.",
    "hang_up": "The caller hangs up.",
    "moved": "Somebody moves the call out of the menu.",
    "done": "The script or errand ends well.",
}


def flows_schema() -> Schema:
    """Return the schema of a file of flow tests."""
    flows = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/flow"}}
    return {
        "$schema": DRAFT,
        "title": "flows",
        "description": "Flow tests: who calls when, what he hears and presses, where he ends.",
        "type": "object",
        "properties": {"flows": flows},
        "required": ["flows"],
        "additionalProperties": False,
        "$defs": {"flow": _flow(), "step": {"anyOf": [_word(), *_steps()]}, "heard": _heard()},
    }


def _about(schema: Schema, description: str, *examples: object) -> Schema:
    shown = {"examples": list(examples)} if examples else {}
    return {**schema, "description": description, **shown}


def _flow() -> Schema:
    properties = {
        "name": _about(_TEXT, "What is proved, as a sentence; no other flow has it."),
        "tree": _about(_TEXT, "The tree that is walked.", "95518"),
        "at": _about({"type": "string"}, "When he calls, with the zone.", "2026-11-23T10:00+08:00"),
        "from": _about(_TEXT, "The number he calls from.", "13897000001"),
        "to": _about(_TEXT, "The number he dials; left out, the tree's name."),
        "language": _about({"type": "string"}, "What he is spoken to in; left out, zh."),
        "caller": _about(_VALUES, "The classes he is of.", {"vip": True}),
        "modes": _about(
            {"type": "array", "minItems": 1, "items": {"type": "string"}},
            "Modes of the centre in force when he calls.",
            ["disaster"],
        ),
        "knows": _about(_VALUES, "Variables that the call brings along.", {"queue": "motor"}),
        "after": _about(
            {"type": "array", "minItems": 1, "items": _KEYS},
            "Keys pressed first, each when its menu is heard; what is heard is not looked at.",
            ["3", "1"],
        ),
        "steps": _about(
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
            "What is heard and done, in order.",
        ),
        "ends": _about(_ASKED, "How the visit ends.", *_ENDS),
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(REQUIRED),
        "additionalProperties": False,
    }


_ENDS: tuple[Mapping[str, object], ...] = (
    {"queue": "motor", "priority": 60, "variables": {"call_type": "motor_report"}},
    {"hangup": "finished"},
    {"transfer": "09716102222"},
    {"returns": True},
    {"waits": True},
)


def _word() -> Schema:
    return {"anyOf": [{"const": word, "description": _ABOUT_WORDS[word]} for word in WORDS]}


def _steps() -> list[Schema]:
    heard: Schema = {"$ref": "#/$defs/heard"}
    count: Schema = {"type": "integer", "minimum": 1, "maximum": reading.MOST_ATTEMPTS}
    asked = ("look_up", "script", "callback", "voicemail", "sms")
    steps = {
        "hear": _about(
            {"anyOf": [heard, {"type": "array", "items": heard}]},
            f"All that is heard since the last thing done; '{REST}' at the end: and whatever follows.",
            ["welcome", REST],
        ),
        "press": _about(_KEYS, "The keys that he presses.", "20260123#"),
        "silence": _about(count, "He presses nothing, so many times in a row."),
        **{each: _about(_ASKED, f"The tree must ask exactly this: {each}.") for each in asked},
        "survey": _about(_ASKED, "These answers must have been written down."),
        "found": _about(_VALUES, "The source answers with these values."),
        "done": _about(_VALUES, "The script ends well, with these values."),
    }
    return [
        {
            "type": "object",
            "properties": {key: schema},
            "required": [key],
            "additionalProperties": False,
        }
        for key, schema in steps.items()
    ]


def _heard() -> Schema:
    spoken = dict.fromkeys(SPOKEN_KINDS, _VALUE)
    value = {
        "type": "object",
        "properties": spoken,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    prompt = _about({"type": "string"}, "A prompt of prompts/catalogue.yaml.", "welcome")
    return {"anyOf": [prompt, _about(value, "A spoken value.", {"digits": "0123"})]}
