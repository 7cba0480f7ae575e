"""Plain data as YAML text that our reader reads back the same: short words bare, the rest quoted."""

import re
from collections.abc import Mapping
from decimal import Decimal

BARE = re.compile(r"[a-z][a-z0-9_./-]*|\d{4}-\d{2}-\d{2}", re.ASCII)
NOT_BARE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""Words of YAML 1.2, and those that other readers take for yes or no."""


def flow_text(plain: object) -> str:
    """One line: ``{queue: motor, variables: {plate: "青A12345"}}``."""
    match plain:
        case Mapping():
            inside = (f"{scalar_text(str(key))}: {flow_text(each)}" for key, each in plain.items())
            return "{" + ", ".join(inside) + "}"
        case list() | tuple():
            return "[" + ", ".join(flow_text(each) for each in plain) + "]"
    return scalar_text(plain)


def block_text(plain: Mapping[str, object], indent: str) -> str:
    """A line for each entry; the first one without the indent."""
    lines = (f"{scalar_text(str(key))}: {flow_text(each)}" for key, each in plain.items())
    return f"\n{indent}".join(lines)


def scalar_text(value: object) -> str:
    """One text, number, true, false or null."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case int():
            return str(value)
        case float():
            digits = format(Decimal(repr(value)), "f")
            return digits if "." in digits else f"{digits}.0"
    text = str(value)
    return text if BARE.fullmatch(text) and text not in NOT_BARE else _quoted(text)


def _quoted(text: str) -> str:
    return '"' + "".join(_letter(letter) for letter in text) + '"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    # YAML takes fewer letters than Unicode has; those may stand only as their number.
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"
