#!/usr/bin/env bash
# Runs Asterisk on one instance folder, in the foreground, as the process that was started: a signal to it reaches
# Asterisk, and nothing is left mounted however it ends.
#
#   tools/asterisk-run.sh INSTANCE [ASTERISK ARGUMENTS...]      default arguments: -f
#   tools/asterisk-run.sh INSTANCE -rx 'core show channels'     talks to the running one
#
# INSTANCE holds etc/ (with asterisk.conf) and var/ log/ spool/ run/ sounds/; Asterisk sees it, and the folders of
# CTI_SOUND_DIRS (colon-separated; default: prompts/ of this project), under the same absolute paths as everybody.
# Everything else it sees is read-only. Any number of instances may run at once.
#
# Started by root, Asterisk runs as user and group CTI_ASTERISK_UID (default 19518, a number without an account):
# it owns var/ log/ spool/ run/ and may only read etc/ and sounds/. Started by anybody else, it runs as that user.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"

ID=${CTI_ASTERISK_UID:-19518}

# The root file system Asterisk runs in: our own if it was made, else the machine's.
find_root() {
    if [ -x "$ASTERISK_ROOT/usr/sbin/asterisk" ]; then echo "$ASTERISK_ROOT"; return; fi
    [ -x /usr/sbin/asterisk ] || die "no Asterisk here: run 'make setup'"
    echo /
}

sound_dirs() {
    local dir
    tr ':' '\n' <<<"${CTI_SOUND_DIRS:-$ROOT/prompts}" | while read -r dir; do
        if [ -d "$dir" ]; then realpath "$dir"; fi
    done
}

prepare() {
    mkdir -p "$1"/{var,log,spool,run,sounds}
    [ -f "$1/etc/asterisk.conf" ] || die "$1/etc/asterisk.conf is missing: write it first ('cti render')"
    [ "$(id -u)" = 0 ] || return 0
    chgrp "$ID" "$1"
    chmod g+rx "$1"
    chown -hR "$ID:$ID" "$1"/{var,log,spool,run}
    chgrp -hR "$ID" "$1"/{etc,sounds}
    chmod -R g+rX "$1"/{etc,sounds}
    sound_dirs | while read -r dir; do chmod -R a+rX "$dir"; done
}

show() { mkdir -p "$STAGE$1"; mount --bind ${2:+-o "$2"} "$1" "$STAGE$1"; }

# Runs inside a mount namespace of its own: builds the tree Asterisk will see on a tmpfs that dies with the process.
build_view() {
    local from=$1 instance=$2 name dir mask
    mask=$(umask)
    umask 022
    mount -t tmpfs -o mode=755,size=64m tmpfs "$STAGE"
    for name in bin sbin lib lib32 lib64 libx32 usr etc; do
        if [ -L "$from/$name" ]; then
            cp -P "$from/$name" "$STAGE/$name"
        elif [ -d "$from/$name" ]; then
            mkdir "$STAGE/$name"
            mount --bind -o ro "$from/$name" "$STAGE/$name"
        fi
    done
    for name in resolv.conf hosts; do
        [ -f "/etc/$name" ] && [ -f "$STAGE/etc/$name" ] && mount --bind -o ro "/etc/$name" "$STAGE/etc/$name"
    done
    mkdir -m 1777 "$STAGE/tmp"
    mkdir "$STAGE/proc" "$STAGE/dev" "$STAGE/run" "$STAGE/var"
    mount --rbind /proc "$STAGE/proc"
    mount --rbind /dev "$STAGE/dev"
    show "$instance"
    sound_dirs | while read -r dir; do show "$dir" ro; done
    umask "$mask"
}

# Without the right to mount (a plain container): the instance moves into the root file system and a link stays behind,
# so that its path is true on both sides; sounds are copied.
move_in() {
    local from=$1 instance=$2 dir
    [ "$from" != / ] || return 0
    if [ ! -L "$instance" ]; then
        rm -rf "${from:?}$instance"
        mkdir -p "$from$(dirname "$instance")"
        mv "$instance" "$from$instance"
        ln -s "$from$instance" "$instance"
    fi
    open_way "$from" "$(dirname "$instance")"
    sound_dirs | while read -r dir; do
        mkdir -p "$from$dir"
        cp -Ru "$dir/." "$from$dir/"
        open_way "$from" "$dir"
    done
}

# Lets Asterisk's own user pass the folders above ours, such as /root; they hold nothing else in there.
open_way() {
    local folder=$2
    while [ "$folder" != / ]; do
        chmod a+x "$1$folder"
        folder=$(dirname "$folder")
    done
}

enter() {
    local from=$1 instance=$2
    shift 2
    [ $# -gt 0 ] || set -- -f
    local limit
    limit=$(ulimit -Hn)
    [[ $limit =~ ^[0-9]+$ ]] && [ "$limit" -le 65536 ] || limit=65536
    ulimit -n "$limit"
    cd /
    local who=()
    [ -n "${AS_ID:-}" ] && who=(--userspec="$AS_ID:$AS_ID" --groups="$AS_ID")
    exec env -u AS_ID -u STAGE PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$instance/var" \
        chroot "${who[@]}" "$from" /usr/sbin/asterisk -C "$instance/etc/asterisk.conf" "$@"
}

if [ "${1:-}" = --in-namespace ]; then
    shift
    STAGE=$RUNTIME/stage
    build_view "$1" "$2"
    shift
    enter "$STAGE" "$@"
fi

[ $# -ge 1 ] || die "usage: asterisk-run.sh INSTANCE [ASTERISK ARGUMENTS...]"
[ -d "$1" ] || die "$1 is not a folder"
instance=$(cd "$1" && pwd -L)
shift
from=$(find_root)
[ -L "$instance" ] || instance=$(realpath "$instance")
[[ ${1:-} == -r* ]] || prepare "$instance"
mkdir -p "$RUNTIME/stage"

self=$(realpath "${BASH_SOURCE[0]}")
if [ "$(id -u)" = 0 ]; then
    export AS_ID=$ID
    namespace=(unshare --mount --propagation private)
else
    namespace=(unshare --user --map-root-user --mount --propagation private)
fi
if [ "${CTI_ASTERISK_NAMESPACE:-yes}" = yes ] && "${namespace[@]}" true 2>/dev/null; then
    exec "${namespace[@]}" "$self" --in-namespace "$from" "$instance" "$@"
fi
if [ "$(id -u)" = 0 ]; then
    [[ ${1:-} == -r* ]] || move_in "$from" "$instance"
    if [ "$from" = / ] && ! chroot --userspec="$ID:$ID" --groups="$ID" / test -r "$instance/etc/asterisk.conf"; then
        step "Asterisk runs as root: nobody else may enter the folders above $instance" >&2
        unset AS_ID
    fi
    enter "$from" "$instance" "$@"
fi
[ "$from" = / ] || die "this user may neither chroot nor make a user namespace: run as root, allow user namespaces," \
    "or install the distribution's asterisk >= $ASTERISK_MIN"
[ $# -gt 0 ] || set -- -f
exec /usr/sbin/asterisk -C "$instance/etc/asterisk.conf" "$@"
