"""Secrets: from the environment (``CTI_SECRET_NAME``), else one file each in the instance's folder."""

import secrets as random
from collections.abc import Callable, Mapping
from pathlib import Path

PREFIX = "CTI_SECRET_"


class SecretMissing(LookupError):
    """No such secret; the message says where it is looked for."""


def password() -> str:
    """A random password of 16 letters, digits and underscores."""
    return random.token_urlsafe(12).replace("-", "x")


class Secrets:
    """``ami``, ``sip_EXTENSION``, ``login_LOGIN``."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder, self._environment = folder, environment

    def get(self, name: str) -> str:
        """The secret. Raises SecretMissing."""
        if (found := self._environment.get(PREFIX + name.upper())) is not None:
            return found
        path = self._folder / name
        try:
            return path.read_text("utf-8").strip()
        except FileNotFoundError:
            raise SecretMissing(
                f"{PREFIX}{name.upper()} is not set and {path} is missing"
            ) from None

    def get_or_make(self, name: str, make: Callable[[], str] = password) -> str:
        """The secret; a random one is made and kept where there is none."""
        try:
            return self.get(name)
        except SecretMissing:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / name
            path.touch(mode=0o600)
            path.write_text(made := make(), "utf-8")
            return made
