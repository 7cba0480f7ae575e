"""The server's own dialplan and config folders, as drafts and forms see them."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cti.core.draft_paths import CATALOGUE, CONFIG, area_of, as_drafted
from cti.publishing import NotText, folder_files
from cti.services.admin_ports import Impossible
from cti.services.drafts import Unusable
from cti.settings_places import Folders


class DiskFolder:
    """``ServerFolder``."""

    def __init__(self, folders: Folders) -> None:
        self._dialplan, self._config = folders.dialplan, folders.config
        self._catalogue = folders.prompts / "catalogue.yaml"

    def read(self) -> Mapping[str, str]:
        """Every file that a draft may hold. Raises Unusable."""
        try:
            trees = as_drafted(folder_files(self._dialplan))
        except NotText as unreadable:
            raise Unusable([unreadable.problem]) from unreadable
        if self._catalogue.is_file():
            trees = {CATALOGUE: _text(self._catalogue), **trees}
        found = [*self._config.glob("*.yaml"), *self._config.glob("rules/*.yaml")]
        named = {CONFIG + path.relative_to(self._config).as_posix(): path for path in found}
        config = {name: _text(path) for name, path in sorted(named.items()) if area_of(name)}
        return {**trees, **config}

    def says(self, catalogue: str) -> bool:
        """Is this the server's own catalogue of prompts?"""
        return self._catalogue.is_file() and _text(self._catalogue) == catalogue

    def write(self, files: Mapping[str, str]) -> None:
        """Put files of config/ there, each whole or not at all. Raises Impossible."""
        for name, text in files.items():
            if not name.startswith(CONFIG) or area_of(name) is None:
                raise ValueError(f"not a file of config: {name}")
            try:
                _replace(self._config / name.removeprefix(CONFIG), text)
            except OSError as wrong:
                raise Impossible("read_only", file=name, why=wrong.strerror or "?") from wrong

    def writable(self, name: str) -> bool:
        """May this server write the file?"""
        folder = (self._config / name.removeprefix(CONFIG)).parent
        return os.access(folder, os.W_OK)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _replace(path: Path, text: str) -> None:
    """Who reads meanwhile sees the old file or the new one; rights stay as they were."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(made).chmod(mode)
        Path(made).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(made).unlink()
        raise
