"""An admin's scripts: ``NAME.py`` in the scripts folder, each with ``def run(agi, **arguments)``."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import ModuleType

from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.script import ScriptAgi, ScriptFailed, run_script
from cti.services.caller_line import ScriptBroke

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class ScriptFolder:
    """Runs scripts by name; a file is read anew for each run, so an edit needs no restart.

    A script finds the folder of secret files in ``agi.secrets``.
    """

    def __init__(self, folder: Path, secrets: Path) -> None:
        self._folder, self._secrets = folder, secrets

    async def run(
        self, connection: AgiConnection, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        """The values the script returned. Raises ScriptBroke, CallerHungUp, PeerClosed."""
        script = partial(self._load_and_run, name, dict(arguments))
        try:
            return await run_script(connection, script, limit_s=limit_s)
        except ScriptFailed as wrong:
            raise ScriptBroke(f"{name}: {wrong}") from wrong

    def _load_and_run(
        self, name: str, arguments: dict[str, str], agi: ScriptAgi
    ) -> Mapping[str, str]:
        # In the script's own thread from the first line on: a module's top level, too, may block
        # or exit, and what is returned may have words of its own to run.
        agi.secrets = self._secrets
        returned = self._load(name).run(agi, **arguments)
        if returned is None:
            return {}
        if not isinstance(returned, Mapping):
            raise TypeError(f"returned {type(returned).__name__}, wanted a mapping")
        return {str(key): str(value) for key, value in returned.items()}

    def _load(self, name: str) -> ModuleType:
        path = self._folder / f"{name}.py"
        if not _NAME.fullmatch(name) or not path.is_file():
            raise LookupError(f"no script {name!r}")
        module = ModuleType(f"dialplan_script_{name}")
        module.__file__ = str(path)
        # Not by an import: its byte code cache misses an edit within a second of the same length.
        code = compile(path.read_bytes(), path, "exec")
        exec(code, module.__dict__)  # noqa: S102 (the admin's own code)
        return module
