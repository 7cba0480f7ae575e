"""JSON Schemas of dialplan files, for the completion and checks of editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cti.core.clock.read_hours import DAYS, FILE_KEYS, HOLIDAY
from cti.core.clock.read_modes import LONGEST_MODE_H
from cti.core.ivr import reading
from cti.core.ivr.conditions import Operator
from cti.core.ivr.entries import ENTRIES
from cti.core.ivr.parse import LABELS, TREE_KEYS
from cti.core.ivr.parts import SPOKEN_KINDS, Reads
from cti.core.ivr.schema_examples import EXAMPLES
from cti.core.ivr.shapes import Shape, shapes_of
from cti.core.ivr.tree import NODE_TYPES, Defaults

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _pattern(compiled: re.Pattern[str]) -> str:
    return f"^(?:{compiled.pattern})$"


def _whole(highest: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": highest}


def _entries(value: Schema, names: re.Pattern[str] | None = None) -> Schema:
    entries: Schema = {"type": "object", "minProperties": 1, "additionalProperties": value}
    return {**entries, "propertyNames": {"pattern": _pattern(names)}} if names else entries


def _record(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }


_NAME: Schema = {"type": "string", "pattern": _pattern(reading.NAME)}
_TARGET: Schema = {
    "type": "string",
    "pattern": _pattern(reading.NODE_ID),
    "description": "A node, or back, repeat, human, return.",
}
_VALUE: Schema = {"type": ["string", "number", "boolean"]}
_DIGITS: Schema = {
    "anyOf": [
        _whole(reading.MOST_DIGITS),
        _record({key: _whole(reading.MOST_DIGITS) for key in ("least", "most")}, ["least", "most"]),
    ]
}

SCHEMAS: Mapping[Reads, Schema] = {
    Reads.NAME: _NAME,
    Reads.TEXT: {"type": ["string", "integer"]},
    Reads.TARGET: _TARGET,
    Reads.EXPRESSION: _VALUE,
    Reads.NAMES: {"type": "array", "minItems": 1, "items": _NAME},
    Reads.UTTERANCES: {"$ref": "#/$defs/utterances"},
    Reads.KEYS: _entries(_TARGET, reading.DTMF),
    Reads.CASES: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/case"}},
    Reads.ASSIGNMENTS: _entries(_VALUE, reading.NAME),
    Reads.LEVELS: _entries(_whole(reading.HIGHEST_LEVEL)),
    Reads.DIGITS: _DIGITS,
    Reads.SECONDS: {
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": reading.LONGEST_WAIT_S,
    },
    Reads.COUNT: _whole(reading.MOST_ATTEMPTS),
    Reads.PRIORITY: _whole(reading.HIGHEST_PRIORITY),
    Reads.YES_NO: {"type": "boolean"},
}
"""What a YAML key holds, as JSON Schema: one for each ``Reads``."""


def dialplan_schema() -> Schema:
    """Return the schema of a tree file."""
    texts = {"type": "array", "minItems": 1, "items": {"type": ["string", "integer"]}}
    properties: dict[str, Schema] = {
        "tree": {"type": ["string", "integer"]},
        "numbers": texts,
        "entry": {"enum": list(ENTRIES)},
        "tasks": _entries(_record({key: {"type": "string"} for key in LABELS}, [*LABELS])),
        "languages": texts,
        "fallback": _entries(_NAME),
        "defaults": _of_shapes(shapes_of(Defaults)),
        "start": _TARGET,
        "nodes": _entries({"anyOf": [_node(key) for key in NODE_TYPES]}, reading.NODE_ID),
    }
    return {
        "$schema": DRAFT,
        "title": "dialplan",
        **_record({key: properties[key] for key in TREE_KEYS}, ["tree", "start", "nodes"]),
        "$defs": _definitions(),
    }


def _node(key: str) -> Schema:
    node_type = NODE_TYPES[key]
    about = (node_type.__doc__ or "").strip()
    found = {"title": key, "description": about, **_of_shapes(shapes_of(node_type))}
    return {**found, "examples": [EXAMPLES[key]]}


def _of_shapes(shapes: tuple[Shape, ...]) -> Schema:
    properties = {}
    for shape in shapes:
        plain = isinstance(shape.default, str | int | float) and shape.default != ""
        default = {"default": shape.default} if plain else {}
        properties[shape.key] = {**SCHEMAS[shape.reads], **default}
    return _record(properties, [shape.key for shape in shapes if shape.required])


def _definitions() -> Mapping[str, Schema]:
    spoken = [_record({kind: _VALUE}, [kind]) for kind in SPOKEN_KINDS]
    case = _record(
        {"case": _VALUE, "prompts": _entries(_NAME), "else": _NAME}, ["case", "prompts", "else"]
    )
    one: Schema = {"anyOf": [_NAME, *spoken, case]}
    conditions = _conditions()
    cases = [
        _record({**each["properties"], "go": _TARGET}, [*each["required"], "go"])
        for each in conditions
    ]
    return {
        "utterances": {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}]},
        "condition": {"anyOf": conditions},
        "case": {"anyOf": cases},
    }


def _conditions() -> list[Schema]:
    several: Schema = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}}
    values: Schema = {"type": "array", "minItems": 1, "items": _VALUE}
    compared = [
        _record(
            {"var": _NAME, each.value: values if each is Operator.ONE_OF else _VALUE},
            ["var", each.value],
        )
        for each in Operator
    ]
    return [
        *compared,
        _record({"hours": {"enum": ["open", "closed"]}, "of": _NAME}, ["hours", "of"]),
        _record({"mode": _NAME}, ["mode"]),
        _record({"caller": _NAME}, ["caller"]),
        _record({"all": several}, ["all"]),
        _record({"any": several}, ["any"]),
        _record({"not": {"$ref": "#/$defs/condition"}}, ["not"]),
    ]


def hours_schema() -> Schema:
    """Return the schema of ``hours.yaml``."""
    span: Schema = {"type": "string", "pattern": r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$"}
    day: Schema = {
        "anyOf": [{"enum": ["always", "closed"]}, {"type": "array", "minItems": 1, "items": span}]
    }
    names = f"^(?:{HOLIDAY}|({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?)$"
    week: Schema = {"type": "object", "patternProperties": {names: day}}
    opening = {"anyOf": [{"const": "always"}, {**week, "additionalProperties": False}]}
    a_day: Schema = {"type": "string", "format": "date"}
    days = {
        "type": "array",
        "items": _record(
            {"from": a_day, "to": a_day, "name": {"type": "string"}}, ["from", "to", "name"]
        ),
    }
    text: Schema = {"type": "string", "minLength": 1}
    forced = _entries({"enum": ["open", "closed"]}, reading.NAME)
    mode = _record(
        {
            "label": _record({"zh": text, "en": text}, ["zh", "en"]),
            "longest_h": {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_MODE_H},
            "hours": forced,
        },
        ["label", "longest_h"],
    )
    properties = {
        "timezone": {"type": "string"},
        "calendar": {"type": "string"},
        "hours": _entries(opening, reading.NAME),
        "holidays": days,
        "make_up_days": days,
        "modes": _entries(mode, reading.NAME),
    }
    return {"$schema": DRAFT, "title": "hours", **_record(properties, list(FILE_KEYS))}
