# Finds a Node for building the desktop: the machine's, else one from a Python package. Source it after shell.sh.
# shellcheck shell=bash

# Prints the folder that holds a usable node and npm.
find_node() {
    local bin major
    for bin in "$(dirname "$(command -v node || echo /none/node)")" "$VENV/bin"; do
        [ -x "$bin/npm" ] || continue
        major=$("$bin/node" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
        [ "$major" -ge "$NODE_MIN" ] && { echo "$bin"; return; }
    done
    return 1
}

use_node() {
    local bin
    bin=$(find_node) || die "no Node >= $NODE_MIN: run 'make setup'"
    export PATH=$bin:$PATH
}

setup_node() {
    find_node >/dev/null && return
    step "Node into .venv"
    quietly node "$VENV/bin/python" -m pip --disable-pip-version-check install -q --require-hashes \
        -r "$ROOT/requirements-node.txt"
}
