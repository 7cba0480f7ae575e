"""The JSON Schemas of all files that people edit, each key with its meaning in both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

from cti import messages
from cti.config_models import schemas
from cti.core.ivr.flow_schema import flows_schema
from cti.core.ivr.rules.schema import rules_schema
from cti.core.ivr.schema import dialplan_schema, hours_schema
from cti.prompts.schema import prompts_schema

Schema = dict[str, Any]


def all_schemas() -> Mapping[str, Schema]:
    """File name without its ending → its schema."""
    made = {name: make() for name, make in schemas().items()}
    made |= {"dialplan": dialplan_schema(), "flows": flows_schema(), "hours": hours_schema()}
    made |= {"rules": rules_schema(), "prompts": prompts_schema()}
    return {name: _described(schema, name, "") for name, schema in made.items()}


def _described(found: Any, file: str, owner: str) -> Any:
    """The same with a description at each property. ``owner``: title of the nearest record."""
    if isinstance(found, list):
        return [_described(each, file, owner) for each in found]
    if not isinstance(found, dict):
        return found
    owner = found.get("title", owner)
    whole = {key: _described(each, file, owner) for key, each in found.items()}
    properties = found.get("properties")
    if isinstance(properties, dict):
        whole["properties"] = {
            key: _with_meaning(_described(each, file, ""), file, owner, key)
            for key, each in properties.items()
        }
    return whole


def _with_meaning(schema: Schema, file: str, owner: str, key: str) -> Schema:
    meaning = next(_meanings(file, owner, key), None)
    return schema if meaning is None else {**schema, "description": meaning}


def _meanings(file: str, owner: str, key: str) -> Iterator[str]:
    """Of this record's key, of the file's keys of that name, of any file's."""
    for place in (f"{file}.{owner}.{key}", f"{file}.{key}", f"any.{key}"):
        try:
            yield "\n".join(messages.text(f"schema.{place}", each) for each in messages.LANGUAGES)
        except (KeyError, TypeError):  # no such place, or a sentence where it goes on
            continue
