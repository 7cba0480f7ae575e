#!/usr/bin/env bash
# Installs what running needs (setup.sh), or also what the tests need (setup.sh test). Run it as often as you like:
# a finished step is skipped until its inputs change.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
# shellcheck source=tools/apt.sh
. "$ROOT/tools/apt.sh"
# shellcheck source=tools/node.sh
. "$ROOT/tools/node.sh"
# shellcheck source=tools/asterisk.sh
. "$ROOT/tools/asterisk.sh"

TEST_PACKAGES=(postgresql fonts-noto-cjk sip-tester iproute2)

is_new_enough() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# 3.11 and 3.12 first: the SIP phones of tests and demo exist for these.
find_python() {
    local python
    for python in ${PYTHON:-} /usr/bin/python3.1{1,2} python3.1{1,2} /usr/bin/python3 python3; do
        command -v "$python" >/dev/null && is_new_enough "$python" && { command -v "$python"; return; }
    done
    return 1
}

python_packages() {
    find_python >/dev/null && return
    apt_need python3 python3-venv
    find_python >/dev/null || apt_need python3.11 python3.11-venv
}

setup_python() {
    local hash
    hash=$(cd "$ROOT" && { echo "$ROOT"; cat requirements-dev.txt pyproject.toml; } | hash_of)
    [ -x "$VENV/bin/cti" ] && fresh python "$hash" && return
    step "Python packages into .venv"
    if ! is_new_enough "$VENV/bin/python"; then
        quietly python "$(find_python)" -m venv --clear "$VENV"
    fi
    local pip=("$VENV/bin/python" -m pip --disable-pip-version-check install -q)
    quietly python "${pip[@]}" --require-hashes -r "$ROOT/requirements-dev.txt"
    quietly python "${pip[@]}" --no-deps -e "$ROOT"
    stamp python "$hash"
}

desktop_sources() {
    find "$ROOT/desktop" \( -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z
}

setup_desktop() {
    [ -f "$ROOT/desktop/package.json" ] || return 0
    local hash lock
    hash=$(desktop_sources | xargs -0 sha256sum | hash_of)
    [ -f "$ROOT/cti/web/static/index.html" ] && fresh desktop "$hash" && return
    setup_node
    use_node
    lock=$(cat "$ROOT"/desktop/package*.json | hash_of)
    cd "$ROOT/desktop"
    if [ ! -d node_modules ] || ! fresh npm "$lock"; then
        step "desktop: packages"
        quietly desktop npm ci --no-audit --no-fund
        stamp npm "$lock"
    fi
    step "desktop: build"
    quietly desktop npm run build
    [ -f "$ROOT/cti/web/static/index.html" ] || die "the desktop's build left no cti/web/static/index.html"
    stamp desktop "$hash"
}

find_browser() {
    local name
    for name in chromium chromium-browser google-chrome; do command -v "$name" && return; done
    find "$HOME/.cache/ms-playwright" -name chrome -type f 2>/dev/null | grep -m 1 .
}

# Ubuntu's chromium package is a snap, which cannot be driven from a test: there Playwright brings its own.
setup_browser() {
    find_browser >/dev/null && return
    if ! grep -qx 'ID=ubuntu' /etc/os-release; then
        apt_need chromium
        return
    fi
    step "a browser for the tests"
    quietly browser as_root "$VENV/bin/playwright" install --with-deps chromium
}

setup_run() {
    command -v redis-server >/dev/null || apt_need redis-server
    apt_need ca-certificates
    python_packages
    asterisk_packages
    asterisk_root &
    local asterisk=$!
    trap wait EXIT
    setup_python
    setup_desktop
    wait "$asterisk"
}

setup_test() {
    apt_need "${TEST_PACKAGES[@]}"
    setup_browser
    "$VENV/bin/python" -c 'import pjsua2' 2>/dev/null ||
        die "the tests' SIP phones need Python 3.11 or 3.12 on x86-64: install one, 'rm -r .venv', and try again"
}

mkdir -p "$RUNTIME"
exec 9>"$RUNTIME/setup.lock"
flock 9
case ${1:-run} in
    run) setup_run ;;
    test) setup_test ;;
    *) die "usage: setup.sh [run|test]" ;;
esac
