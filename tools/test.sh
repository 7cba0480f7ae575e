#!/usr/bin/env bash
# Runs every test in shares side by side: most of them wait for telephones. Each share has a network and process table of
# its own, so that no port and no process of one is seen by another. Where that is not allowed, one share after another.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
cd "$ROOT"

LOGS=$RUNTIME/test-logs
FAR=(tests/asterisk tests/whole tests/faults tests/browser)
shares() {
    echo tests/asterisk/test_[a-c]*.py
    echo tests/asterisk/test_[d-p]*.py
    echo tests/asterisk/test_[q-z]*.py
    echo tests/whole tests/faults tests/browser
    # The last share only computes, so it gives way to those that keep time.
    echo tests "${FAR[@]/#/--ignore=}"
}
COMPUTES=5

apart=(unshare --net --pid --fork --kill-child --mount-proc)
"${apart[@]}" true 2>/dev/null || apart=()

run_share() {
    local number=$1
    shift
    local gives_way=()
    [ "$number" -ne $COMPUTES ] || gives_way=(nice -n 10)
    local pytest=("${gives_way[@]}" "$VENV/bin/python" -m pytest -o "cache_dir=.pytest_cache/$number" "$@")
    if [ ${#apart[@]} -gt 0 ]; then
        "${apart[@]}" bash -c 'ip link set lo up && exec "$@"' share "${pytest[@]}"
    else
        "${pytest[@]}"
    fi
}

mkdir -p "$LOGS"
step "tests: in shares side by side; to watch them: tail -f ${LOGS#"$ROOT"/}/*.log"
number=0
declare -A share_of
while read -r -a wanted; do
    number=$((number + 1))
    run_share "$number" "${wanted[@]}" >"$LOGS/$number.log" 2>&1 &
    share_of[$!]=$number
    [ ${#apart[@]} -gt 0 ] || wait $! || true
done < <(shares)

failed=0
for pid in "${!share_of[@]}"; do
    code=0
    wait "$pid" || code=$?
    log=$LOGS/${share_of[$pid]}.log
    if [ "$code" -ne 0 ]; then
        failed=1
        cat "$log"
    else
        tail -n 1 "$log"
    fi
done
exit $failed
