# Sees to it that asterisk-run.sh finds an Asterisk: the one installed, else the distribution's package, else Debian sid's
# in a root file system of its own, from the mirror this machine already uses. Source it after shell.sh and apt.sh.
# shellcheck shell=bash

# The major version in a file system ($1: its root, "/" for the machine's own); 0 where there is none.
asterisk_major() {
    local version=
    [ -x "${1%/}/usr/sbin/asterisk" ] && version=$("${1%/}/usr/sbin/asterisk" -V 2>/dev/null ||
        dpkg-query --admindir="${1%/}/var/lib/dpkg" -W -f '${Version}' asterisk 2>/dev/null)
    version=${version#Asterisk }
    version=${version#*:}
    version=${version%%.*}
    [[ $version =~ ^[0-9]+$ ]] || version=0
    echo "$version"
}

packaged_asterisk_major() {
    local version
    version=$(apt-cache policy asterisk 2>/dev/null | sed -n 's/^ *Candidate: *//p')
    version=${version#*:}
    version=${version%%.*}
    [[ $version =~ ^[0-9]+$ ]] || version=0
    echo "$version"
}

has_asterisk() {
    [ "$(asterisk_major "$ASTERISK_ROOT")" -ge "$ASTERISK_MIN" ] || [ "$(asterisk_major /)" -ge "$ASTERISK_MIN" ]
}

# The distribution's package, or the tool that makes a root file system.
asterisk_packages() {
    has_asterisk && return
    apt_refresh asterisk
    if [ "$(packaged_asterisk_major)" -ge "$ASTERISK_MIN" ]; then
        apt_need asterisk
    else
        apt_need mmdebstrap debian-archive-keyring
    fi
}

# The archive apt itself uses; empty where the machine is no Debian, and mmdebstrap then takes its own default.
debian_mirror() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian|Debian|//p' | sort -u | sed -n 1p
}

asterisk_root() {
    has_asterisk && return
    step "Asterisk: a root file system in $ASTERISK_ROOT (about 350 MB)"
    local new=$ASTERISK_ROOT.new mirror
    mirror=$(debian_mirror)
    as_root rm -rf "$new"
    # A mirror may lag behind the archive's own clock: its signatures count, their expiry date does not.
    quietly asterisk as_root mmdebstrap --variant=minbase --include=asterisk,tzdata \
        --aptopt='Acquire::Check-Valid-Until "false"' --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        sid "$new" ${mirror:+"$mirror"}
    as_root touch "$new/etc/hosts" "$new/etc/resolv.conf"
    as_root rm -rf "$ASTERISK_ROOT"
    as_root mv "$new" "$ASTERISK_ROOT"
    has_asterisk || die "the root file system's Asterisk is older than $ASTERISK_MIN"
}
