"""JSON Schema of a rule pack, for editors."""

from __future__ import annotations

from cti.core.ivr.rules.read_pack import HIGHEST_BOUND
from cti.core.ivr.rules.table import RULES, Bound, Level, Rule
from cti.core.ivr.schema import DRAFT, Schema

_LEVEL: Schema = {"enum": [each.value for each in Level]}


def rules_schema() -> Schema:
    """Return the schema of config/rules/NAME.yaml."""
    text: Schema = {"type": "string", "minLength": 1}
    properties: Schema = {
        "title": text,
        "source": {**text, "description": "The rule book behind the pack."},
        "rules": {
            "type": "object",
            "minProperties": 1,
            "properties": {name: _rule(rule) for name, rule in RULES.items()},
            "additionalProperties": False,
        },
    }
    return {
        "$schema": DRAFT,
        "title": "rules",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rule(rule: Rule) -> Schema:
    bounds = {name: _bound(usual) for name, usual in rule.bounds.items()}
    whole: Schema = {
        "type": "object",
        "minProperties": 1,
        "properties": {"severity": {**_LEVEL, "default": rule.level.value}, **bounds},
        "additionalProperties": False,
    }
    return {"description": f"{rule.code} ({rule.source})", "anyOf": [_LEVEL, whole]}


def _bound(usual: Bound) -> Schema:
    if isinstance(usual, tuple):
        items: Schema = {"type": "string", "minLength": 1}
        return {"type": "array", "minItems": 1, "items": items}
    if isinstance(usual, str):
        return {"type": "string", "minLength": 1, "default": usual}
    highest = {"exclusiveMinimum": 0, "maximum": HIGHEST_BOUND}
    return {"type": "number", **highest, "default": usual}
