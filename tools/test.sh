#!/usr/bin/env bash
# Runs every test in shares, some side by side: most of them wait for telephones. Each share has a network and process table of
# its own, so that no port and no process of one is seen by another. Where that is not allowed, one share after another.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
cd "$ROOT"

LOGS=$RUNTIME/test-logs
FAR=(tests/asterisk tests/whole tests/faults tests/browser)
shares() {
    echo tests/whole tests/faults tests/browser
    echo tests/asterisk/test_[a-c]*.py
    echo tests/asterisk/test_[d-p]*.py
    echo tests/asterisk/test_[q-z]*.py
    # This share only computes, so it gives way to those that keep time.
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

# More at once than processors: phones and sounds come too late, and tests that listen fail.
AT_ONCE=$(nproc)
[ ${#apart[@]} -gt 0 ] || AT_ONCE=1

mkdir -p "$LOGS"
rm -f "$LOGS"/*.code
step "tests: $AT_ONCE shares at a time; to watch them: tail -f ${LOGS#"$ROOT"/}/*.log"
number=0
while read -r -a wanted; do
    number=$((number + 1))
    while [ "$(jobs -rp | wc -l)" -ge "$AT_ONCE" ]; do
        wait -n || true
    done
    {
        code=0
        run_share "$number" "${wanted[@]}" >"$LOGS/$number.log" 2>&1 || code=$?
        echo "$code" >"$LOGS/$number.code"
    } &
done < <(shares)
wait

failed=0
for ((share = 1; share <= number; share++)); do
    if [ "$(cat "$LOGS/$share.code" 2>/dev/null)" = 0 ]; then
        tail -n 1 "$LOGS/$share.log"
    else
        failed=1
        cat "$LOGS/$share.log"
    fi
done
exit $failed
