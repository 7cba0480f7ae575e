"""The catalogue of look-up sources, its page, its protocol and its sentences say the same."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cti import messages
from cti.core.ivr.sources import Form, Source, SourceValue
from cti.services.sources import AREA_KEYS, SOURCES
from cti.store.sample_demo import DEMO_CALLERS, DEMO_NUMBERS
from tests.test_docs import DOCS, section, table

PAGE = (DOCS / "data-port.md").read_text("utf-8")
PROTOCOL = yaml.safe_load((DOCS / "protocol" / "insurer-api.yaml").read_text("utf-8"))


def shown(value: SourceValue) -> str:
    return f"`{value.name}`" + "*" * value.personal + "?" * value.optional


def row(source: Source) -> list[str]:
    takes = " ".join(f"`{name}`" for name in source.arguments)
    gives = " ".join(shown(value) for value in source.values) or "–"
    return [f"`{source.name}`", takes, gives, messages.text(f"sources.{source.name}", "en")]


def test_the_table_of_sources_is_the_catalogue() -> None:
    rows = table(section(PAGE, "Sources").partition("### Codes")[0])
    assert rows == [row(source) for source in SOURCES.values()]


def test_the_table_of_codes_is_the_catalogue() -> None:
    told = {
        each[0].strip("`"): tuple(re.findall(r"`(\w+)`", each[1]))
        for each in table(section(PAGE, "Sources").partition("### Codes")[2])
    }
    codes = {
        f"{source.name}.{value.name}": value.codes
        for source in SOURCES.values()
        for value in source.values
        if value.codes
    }
    assert codes == {**codes, **told}
    assert set(codes.values()) == set(told.values())


def test_every_demo_caller_is_on_the_page() -> None:
    rows = {each[0]: each[1] for each in re.findall(r"\| (1399\d+) \| (.+) \|", PAGE)}
    assert list(rows) == list(DEMO_NUMBERS)
    for caller in DEMO_CALLERS:
        numbers = [pair[1] for pair in (caller.claim, caller.complaint) if pair]
        assert all(number in rows[caller.number] for number in numbers)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_one_line_in_both_languages(name: str) -> None:
    lines = [messages.text(f"sources.{name}", language) for language in messages.LANGUAGES]
    assert len(set(lines)) == 2
    assert all("\n" not in line and len(line) < 100 for line in lines)


def test_the_protocol_has_one_path_a_source_and_no_other() -> None:
    assert list(PROTOCOL["paths"]) == [f"/v1/lookups/{name}" for name in SOURCES]


@pytest.mark.parametrize("name", SOURCES)
def test_the_protocol_takes_the_sources_arguments(name: str) -> None:
    post = PROTOCOL["paths"][f"/v1/lookups/{name}"]["post"]
    asked = post["requestBody"]["content"]["application/json"]["schema"]["properties"]["arguments"]
    assert tuple(asked["required"]) == tuple(asked["properties"]) == SOURCES[name].arguments
    for name_, schema in asked["properties"].items():
        assert schema["$ref"] == f"#/components/schemas/{name_}"
        assert name_ in PROTOCOL["components"]["schemas"]


def answer(name: str) -> dict[str, Any]:
    post = PROTOCOL["paths"][f"/v1/lookups/{name}"]["post"]
    found: dict[str, Any] = post["responses"]["200"]["content"]["application/json"]["schema"]
    return found


@pytest.mark.parametrize("name", SOURCES)
def test_the_protocol_gives_the_sources_values_in_their_forms(name: str) -> None:
    values = answer(name)["properties"]["values"]
    source = SOURCES[name]
    assert tuple(values["properties"]) == source.gives
    needed = [value.name for value in source.values if not value.optional]
    assert values.get("required", []) == needed
    for value in source.values:
        schema = values["properties"][value.name]
        assert tuple(schema.get("enum", ())) == value.codes
        assert (schema.get("format") == "date") == (value.form is Form.DATE)
        assert ("pattern" in schema) == (value.form is Form.DIGITS)


@pytest.mark.parametrize("name", SOURCES)
def test_the_protocol_says_which_sources_always_answer(name: str) -> None:
    found = answer(name)["properties"]["found"]
    assert found == ({"const": True} if SOURCES[name].always else {"type": "boolean"})


def test_the_page_names_all_areas() -> None:
    assert all(re.search(rf"\b{key} [A-Z]", PAGE) for key in AREA_KEYS)


def test_the_page_lies_where_the_settings_point() -> None:
    page = (DOCS / "configuration.md").read_text("utf-8")
    assert "(data-port.md)" in page
    assert Path(DOCS / "data-port.md").is_file()
