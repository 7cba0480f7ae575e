#!/usr/bin/env bash
# Writes the lock files anew from pyproject.toml: exact versions with the hash of every file, no address of an index.
# Needs uv (any way of installing it will do). UPGRADE=1 takes the newest versions instead of keeping those locked.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
UV=${UV:-uv}

lock() {
    local out=$1
    shift
    "$UV" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --no-annotate ${UPGRADE:+--upgrade} --output-file "$out" "$@" pyproject.toml
}

lock requirements.txt
lock requirements-dev.txt --constraint requirements.txt --extra dev
lock requirements-prompts.txt --constraint requirements-dev.txt --extra prompts
lock requirements-node.txt --extra node --constraint requirements.txt

# The extras' own files hold only what the extra adds: they are installed on top of the others.
python3 - <<'PY'
import re
from pathlib import Path

def blocks(path: str) -> list[tuple[str, str]]:
    found = re.split(r"(?m)^(?=\S)", Path(path).read_text())
    return [(re.split(r"[=\[ ]", block, maxsplit=1)[0], block) for block in found if block.strip()]

below = {name for name, _ in blocks("requirements.txt")}
for path in ("requirements-prompts.txt", "requirements-node.txt"):
    Path(path).write_text("".join(block for name, block in blocks(path) if name not in below))
PY
