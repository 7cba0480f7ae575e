# Shared by the scripts beside it: places, messages, stamps. Source it, do not run it.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
RUNTIME=$(realpath -m "${CTI_RUNTIME_DIR:-$ROOT/.runtime}")
VENV=$ROOT/.venv
STAMPS=$RUNTIME/stamps
ASTERISK_ROOT=$RUNTIME/asterisk
ASTERISK_MIN=20
NODE_MIN=20

step() { printf '>> %s\n' "$*"; }
die() { printf 'ERROR: %s\n' "$*" >&2; exit 1; }

# quietly NAME COMMAND...: output goes to a log; only a failure shows its last lines.
quietly() {
    local log=$RUNTIME/logs/$1.log
    shift
    mkdir -p "$RUNTIME/logs"
    "$@" >>"$log" 2>&1 </dev/null && return
    tail -n 30 "$log" >&2
    die "'$*' failed; the whole output is in $log"
}

# A step is skipped while the hash of its inputs is the one it was last finished with.
hash_of() { sha256sum | cut -c1-40; }
fresh() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
stamp() { mkdir -p "$STAMPS"; printf '%s\n' "$2" >"$STAMPS/$1"; }
