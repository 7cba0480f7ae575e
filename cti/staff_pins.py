"""PINs of the staff line: argon2id hashes (RFC 9106) in one file that only its owner reads.

A short PIN is guessed by trying, so a number that was given wrong ones is locked for a while.
"""

import fcntl
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

FILE = "staff_pins.json"
FAILURES = 5
LOCKED_FOR = timedelta(minutes=30)
SHORTEST, LONGEST = 4, 12


class PinResult(StrEnum):
    """What a check came to; a locked number is told nothing else than a wrong one."""

    OK = "ok"
    REFUSED = "refused"


class BadPin(ValueError):
    """Not 4 to 12 digits, or a number that is none."""


class StaffPins:
    """``{number: {hash, failures, locked_until}}`` in ``folder``; several processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def put(self, number: str, pin: str) -> None:
        """Give a number a PIN; it is unlocked by that. Raises BadPin."""
        if not (_digits(number) and _digits(pin) and SHORTEST <= len(pin) <= LONGEST):
            raise BadPin(number)
        with self._open() as pins:
            pins[number] = {"hash": PasswordHasher().hash(pin), "failures": 0}

    def remove(self, number: str) -> bool:
        """Take a number off the line; False when it was not there."""
        with self._open() as pins:
            return pins.pop(number, None) is not None

    @property
    def untouched(self) -> bool:
        """Nobody was ever given a PIN here."""
        return not self._path.exists() or not self._path.stat().st_size

    def numbers(self) -> list[str]:
        """Everybody who has a PIN."""
        with self._open() as pins:
            return sorted(pins)

    def check(self, number: str, pin: str, now: datetime) -> PinResult:
        """Compare, in the same time for every number; ``now`` is aware."""
        with self._open() as pins:
            entry = pins.get(number)
            fits = _fits(entry["hash"] if entry else _nobodys(), pin)
            if entry is None or _locked(entry, now):
                return PinResult.REFUSED
            if fits:
                entry.update(failures=0, locked_until=None)
                return PinResult.OK
            entry["failures"] += 1
            if entry["failures"] >= FAILURES:
                entry.update(failures=0, locked_until=(now + LOCKED_FOR).isoformat())
            return PinResult.REFUSED

    @contextmanager
    def _open(self) -> Iterator[dict[str, dict[str, Any]]]:
        """The file's content, written back at the end; nobody else reads or writes meanwhile."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path.touch(mode=0o600)
        with self._path.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = file.read()
            pins = json.loads(before or "{}")
            yield pins
            after = json.dumps(pins, indent=1)
            if after != (before or "{}"):
                file.seek(0)
                file.write(after)
                file.truncate()


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST


@cache
def _nobodys() -> str:
    """Checked in place of an unknown number's hash, so that both take the same time."""
    return PasswordHasher().hash(secrets.token_bytes(16))


def _fits(stored: str, pin: str) -> bool:
    try:
        return len(pin) <= LONGEST and PasswordHasher().verify(stored, pin)
    except (Argon2Error, InvalidHashError):
        return False


def _locked(entry: dict[str, Any], now: datetime) -> bool:
    until: str | None = entry.get("locked_until")
    return until is not None and now < datetime.fromisoformat(until)
