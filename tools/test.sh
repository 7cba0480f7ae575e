#!/usr/bin/env bash
# Runs every test in shares, some side by side: most of them wait for telephones. Each share has a network and process table of
# its own, so that no port and no process of one is seen by another. Where that is not allowed, one share after another.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
cd "$ROOT"

LOGS=$RUNTIME/test-logs
FAR=(tests/asterisk tests/whole tests/faults tests/browser)
# Shares that keep time, the longest first.
shares() {
    echo tests/whole/test_b*.py
    echo tests/faults
    echo tests/whole/test_[!b]*.py
    echo tests/asterisk/test_[d-p]*.py
    echo tests/asterisk/test_[a-c]*.py
    echo tests/asterisk/test_[q-z]*.py
    echo tests/browser
}

apart=(unshare --net --pid --fork --kill-child --mount-proc)
"${apart[@]}" true 2>/dev/null || apart=()

# Browsers and Asterisk leave loopback out of ICE: sound needs one other address (of RFC 5737, which leads nowhere), and only
# one: where a page hides its addresses, nobody can tell the second one's port from the first one's. What is looked up by name
# is refused at once, else everybody waits for an answer that cannot come.
NETWORK='ip link set lo up && ip link add here type veth peer name there && ip link set here addrgenmode none &&
    ip link set there addrgenmode none && ip addr add 198.51.100.7/24 dev here && ip link set here up &&
    ip link set there up && ip route add default dev here && mount --bind "$0" /etc/resolv.conf'

run_share() {
    local number=$1 niceness=$2 code=0
    shift 2
    local pytest=(nice -n "$niceness" "$VENV/bin/python" -m pytest -o "cache_dir=.pytest_cache/$number" "$@")
    if [ ${#apart[@]} -gt 0 ]; then
        pytest=("${apart[@]}" bash -c "$NETWORK"' && exec "$@"' "$LOGS/resolv.conf" "${pytest[@]}")
    fi
    "${pytest[@]}" >"$LOGS/$number.log" 2>&1 || code=$?
    echo "$code" >"$LOGS/$number.code"
}

# More at once than processors: phones and sounds come too late, and tests that listen fail.
AT_ONCE=$(nproc)
[ ${#apart[@]} -gt 0 ] || AT_ONCE=1

mkdir -p "$LOGS"
rm -f "$LOGS"/*.code
echo "nameserver 127.0.0.1" >"$LOGS/resolv.conf"
step "tests: $AT_ONCE shares at a time; to watch them: tail -f ${LOGS#"$ROOT"/}/*.log"

# The share that only computes runs beside the others, and takes what processor time they leave.
computing=(tests "${FAR[@]/#/--ignore=}")
beside=0
if [ ${#apart[@]} -gt 0 ]; then
    run_share 1 19 "${computing[@]}" &
    beside=$!
else
    run_share 1 0 "${computing[@]}"
fi

keeping_time() {
    jobs -rp | grep -vcx "$beside" || true
}

number=1
while read -r -a wanted; do
    number=$((number + 1))
    while [ "$(keeping_time)" -ge "$AT_ONCE" ]; do
        wait -n || true
    done
    run_share "$number" 0 "${wanted[@]}" &
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
