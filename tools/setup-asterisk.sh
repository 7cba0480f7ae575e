#!/usr/bin/env bash
# Sees to it that an Asterisk >= 20 can be started by asterisk-run.sh: the one installed, else the distribution's package,
# else Debian sid's in a root file system of its own, from the mirror this machine already uses.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
# shellcheck source=tools/apt.sh
. "$ROOT/tools/apt.sh"

packaged_major() {
    local version
    version=$(apt-cache policy asterisk 2>/dev/null | sed -n 's/^ *Candidate: *//p')
    version=${version#*:}
    version=${version%%.*}
    [[ $version =~ ^[0-9]+$ ]] && echo "$version" || echo 0
}

# The archive apt itself uses; empty where the machine is not a Debian, and mmdebstrap then takes its own default.
debian_mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|Debian|//p' | sort -u | head -n 1
}

make_root() {
    apt_need mmdebstrap debian-archive-keyring
    local new=$ASTERISK_ROOT.new mirror
    mirror=$(debian_mirror)
    rm -rf "$new"
    # A mirror may lag behind the archive's own clock: its signatures count, their expiry date does not.
    quietly asterisk as_root mmdebstrap --variant=minbase --include=asterisk,tzdata \
        --aptopt='Acquire::Check-Valid-Until "false"' --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        sid "$new" ${mirror:+"$mirror"}
    as_root touch "$new/etc/hosts" "$new/etc/resolv.conf"
    as_root rm -rf "$ASTERISK_ROOT"
    as_root mv "$new" "$ASTERISK_ROOT"
    chroot_version=$(asterisk_major "$ASTERISK_ROOT")
    [ "$chroot_version" -ge "$ASTERISK_MIN" ] || die "the root file system has Asterisk $chroot_version, not >= $ASTERISK_MIN"
}

[ "$(asterisk_major "$ASTERISK_ROOT")" -ge "$ASTERISK_MIN" ] && exit 0
[ "$(asterisk_major)" -ge "$ASTERISK_MIN" ] && exit 0
mkdir -p "$RUNTIME"
apt_refresh
if [ "$(packaged_major)" -ge "$ASTERISK_MIN" ]; then
    step "Asterisk: the distribution's package"
    apt_need asterisk
else
    step "Asterisk: a root file system in $ASTERISK_ROOT (about 350 MB, a minute at most)"
    make_root
fi
