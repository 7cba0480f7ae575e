"""An admin's scripts: ``NAME.py`` in the scripts folder, each with ``def run(agi, **arguments)``."""

import asyncio
import importlib.util
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from cti.asterisk.fastagi import AgiConnection
from cti.asterisk.script import ScriptFailed, run_script
from cti.services.ivr_call import ScriptBroke

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class ScriptFolder:
    """Runs scripts by name; a file is read anew for each run, so an edit needs no restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def run(
        self, connection: AgiConnection, name: str, arguments: Mapping[str, str], limit_s: float
    ) -> Mapping[str, str]:
        """The values the script returned. Raises ScriptBroke, CallerHungUp, PeerClosed."""
        function = await asyncio.to_thread(self._load, name)
        try:
            returned = await run_script(
                connection, partial(_call, function, dict(arguments)), limit_s=limit_s
            )
        except ScriptFailed as wrong:
            raise ScriptBroke(f"{name}: {wrong}") from wrong
        if returned is None:
            return {}
        if not isinstance(returned, Mapping):
            raise ScriptBroke(f"{name}: returned {type(returned).__name__}, wanted a mapping")
        return {str(key): str(value) for key, value in returned.items()}

    def _load(self, name: str) -> Callable[..., Any]:
        path = self._folder / f"{name}.py"
        if not _NAME.fullmatch(name) or not path.is_file():
            raise ScriptBroke(f"no script {name!r}")
        spec = importlib.util.spec_from_file_location(f"dialplan_script_{name}", path)
        if spec is None or spec.loader is None:
            raise ScriptBroke(f"{name}: cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
            found: Callable[..., Any] = module.run
        except Exception as wrong:
            raise ScriptBroke(f"{name}: {wrong!r}") from wrong
        return found


def _call(function: Callable[..., Any], arguments: dict[str, str], agi: object) -> Any:
    return function(agi, **arguments)
