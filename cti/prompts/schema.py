"""JSON Schema of ``prompts/catalogue.yaml``, for the completion of editors."""

from typing import Any

from cti.core.ivr.schema import DRAFT
from cti.prompts.catalogue import LANGUAGES, LONGEST_TEXT, PROMPT_ID, READING


def prompts_schema() -> dict[str, Any]:
    """Return the schema of the catalogue of prompts."""
    return {
        "$schema": DRAFT,
        "title": "prompts",
        "type": "object",
        "properties": {
            "prompts": {
                "type": "object",
                "propertyNames": {"pattern": f"^{PROMPT_ID.pattern}$"},
                "additionalProperties": {"$ref": "#/$defs/prompt"},
            }
        },
        "required": ["prompts"],
        "additionalProperties": False,
        "$defs": {"prompt": _prompt()},
    }


def _prompt() -> dict[str, Any]:
    text = {"type": "string", "maxLength": LONGEST_TEXT}
    readings = {"type": "string", "pattern": f"^{READING}$"}
    return {
        "title": "prompt",
        "type": "object",
        "properties": {
            **dict.fromkeys(LANGUAGES, text),
            "pinyin": {"type": "object", "additionalProperties": readings},
            "note": {"type": "string"},
        },
        "required": list(LANGUAGES),
        "additionalProperties": False,
    }
