"""Text messages: templates with typed variables, what they become as text, in how many parts.

UCS-2 holds 70 places in one message, 67 in each part of a longer one; plain text (the letters whose
codes are the same in ASCII and in the GSM alphabet) 160 and 153 (3GPP TS 23.038, 23.040).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MARKETING_FROM_H, MARKETING_UNTIL_H = 9, 20
REFUSAL = {"zh": "拒收请回复R", "en": "Reply R to stop"}
"""How a marketing message says that it can be refused (MIIT 2015)."""
OPT_OUT_WORDS = frozenset({"r", "td", "t", "退订", "拒收", "n", "stop"})
_SIGNS = re.compile(r"[\s。.!!]")
_PLAIN = re.compile(r"[A-Za-z0-9 !\"#%&'()*+,\-./:;<=>?\n]*")


class SmsClass(StrEnum):
    """Service messages belong to a matter of the receiver's; marketing needs his consent."""

    SERVICE = "service"
    MARKETING = "marketing"


class ValueType(StrEnum):
    """What a variable may hold."""

    TEXT = "text"
    CODE = "code"
    PHONE = "phone"
    PLATE = "plate"
    DATE = "date"
    TIME = "time"
    COUNT = "count"
    CLAIM_STATE = "claim_state"
    POLICY_KIND = "policy_kind"
    POLICY_STATUS = "policy_status"


CODED = frozenset({ValueType.CLAIM_STATE, ValueType.POLICY_KIND, ValueType.POLICY_STATUS})
"""Values that are codes of the data port; the receiver reads their words."""

LONGEST: Mapping[ValueType, int] = {
    ValueType.TEXT: 20,
    ValueType.CODE: 32,
    ValueType.PHONE: 16,
    ValueType.PLATE: 10,
    ValueType.DATE: 10,
    ValueType.TIME: 5,
    ValueType.COUNT: 4,
    ValueType.CLAIM_STATE: 8,
    ValueType.POLICY_KIND: 8,
    ValueType.POLICY_STATUS: 8,
}
"""Places that a value takes at most, once it is written out."""

_FORMS: Mapping[ValueType, re.Pattern[str]] = {
    ValueType.TEXT: re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+"),
    ValueType.CODE: re.compile(r"[0-9A-Za-z-]+", re.ASCII),
    ValueType.PHONE: re.compile(r"\+?[0-9][0-9 -]{1,18}", re.ASCII),
    ValueType.PLATE: re.compile(r"[\w·]+"),
    ValueType.DATE: re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    ValueType.TIME: re.compile(r"[0-2]\d:[0-5]\d", re.ASCII),
    ValueType.COUNT: re.compile(r"\d+", re.ASCII),
    **dict.fromkeys(CODED, re.compile(r"[a-z_]+", re.ASCII)),
}


class BadValues(ValueError):
    """A template's values are not those it needs; the message names the variable, not its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message as config/sms.yaml has it; ``variables``: name → type and longest text."""

    name: str
    sms_class: SmsClass
    variables: Mapping[str, tuple[ValueType, int]]
    text: Mapping[str, str]


Label = Callable[[ValueType, str, str], str | None]
"""A code's word: one of ``CODED``, code, language → text, None for no such code."""


def compose(template: Template, language: str, values: Mapping[str, str], label: Label) -> str:
    """The message's text, in Chinese where it has none in ``language``. Raises BadValues."""
    tongue = language if language in template.text else "zh"
    for name in values:
        if name not in template.variables:
            raise BadValues(f"{template.name} has no variable {name}")
    written = {
        name: _written(name, values.get(name, ""), kind, tongue, label)
        for name, kind in template.variables.items()
    }
    return PLACE.sub(lambda place: written[place[1]], template.text[tongue])


def _written(
    name: str, value: str, kind: tuple[ValueType, int], language: str, label: Label
) -> str:
    value_type, longest = kind
    if not _FORMS[value_type].fullmatch(value):
        raise BadValues(f"{name} is no {value_type}")
    found: str | None = value
    if value_type is ValueType.DATE:
        found = _date(value, language)
    elif value_type in CODED:
        found = label(value_type, value, language)
    if found is None or len(found) > longest:
        raise BadValues(f"{name} is no {value_type} of at most {longest} places")
    return found


def _date(value: str, language: str) -> str | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return f"{day.month}月{day.day}日" if language == "zh" else value


def is_plain(text: str) -> bool:
    """True where one octet a letter is enough, in whatever alphabet the network takes for its own."""
    return _PLAIN.fullmatch(text) is not None


def parts(text: str) -> tuple[str, ...]:
    """The text as the network will carry it, part by part; no letter is ever cut in two."""
    alone, each = (160, 153) if is_plain(text) else (70, 67)
    if units(text) <= alone:
        return (text,)
    found, part = [], ""
    for letter in text:
        if units(part) + units(letter) > each:
            found.append(part)
            part = ""
        part += letter
    return (*found, part)


def units(text: str) -> int:
    """Places in UTF-16: two for what lies beyond the first 65,536 characters."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def longest_parts(template: Template, language: str) -> int:
    """In how many parts the template goes out when every value is as long as it may be."""
    filled = PLACE.sub(
        lambda place: "国" * template.variables[place[1]][1], template.text[language]
    )
    return len(parts(filled))


def earliest(sms_class: SmsClass, now: datetime, zone: tzinfo) -> datetime:
    """When a message may go out: marketing only from 9:00 to 20:00 local time, at once otherwise."""
    local = now.astimezone(zone)
    if sms_class is SmsClass.SERVICE or MARKETING_FROM_H <= local.hour < MARKETING_UNTIL_H:
        return now
    day = local.date() + timedelta(days=local.hour >= MARKETING_UNTIL_H)
    morning = datetime(day.year, day.month, day.day, MARKETING_FROM_H, tzinfo=zone)
    return morning.astimezone(UTC)


def is_opt_out(text: str) -> bool:
    """Whether a reply says that no more marketing is wanted."""
    return _SIGNS.sub("", text).casefold() in OPT_OUT_WORDS
