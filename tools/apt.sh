# Installs distribution packages, only the missing ones. Source it after shell.sh.
# shellcheck shell=bash

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "this needs root: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

# Reads the package lists anew, once per run of make.
apt_refresh() {
    [ -z "${APT_REFRESHED:-}" ] || return 0
    command -v apt-get >/dev/null || die "apt-get is missing: on this system, install by hand: ${*:-see README}"
    quietly apt apt_get update
    export APT_REFRESHED=yes
}

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# Packages must not start servers of their own: we start ours, with our own ports and folders.
without_services() {
    local policy=/usr/sbin/policy-rc.d
    [ -e "$policy" ] && { "$@"; return; }
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
    "$@"
    as_root rm -f "$policy"
}

apt_need() {
    local missing=() package
    for package in "$@"; do installed "$package" || missing+=("$package"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    step "installing ${missing[*]}"
    apt_refresh "${missing[@]}"
    without_services quietly apt apt_get install -y --no-install-recommends "${missing[@]}"
    local service
    for service in redis-server asterisk postgresql; do
        [[ " ${missing[*]} " == *" $service "* ]] || continue
        if [ -d /run/systemd/system ]; then as_root systemctl -q disable --now "$service" || true; fi
    done
}
