#!/bin/bash
# A Debian root file system with systemd for guests: tools/guest/mkroot.sh DIRECTORY [SUITE] [PACKAGE,PACKAGE…]
#
# Made by mmdebstrap from this machine's own apt sources, half a minute and 180 MB without further packages. It is kept:
# a second call with the same suite and packages does nothing. guest.sh lays an overlay over it, so it stays pristine.
set -euo pipefail

directory=${1:?usage: mkroot.sh DIRECTORY [SUITE] [PACKAGE,PACKAGE…]}
suite=${2:-bookworm}
further=${3:-}
# What a plain installation of a server has, and nothing of what the product wants: it must run on this.
packages=systemd,systemd-sysv,dbus,ca-certificates,openssl,curl,iproute2,procps${further:+,$further}
# Raise this number when the making changes.
recipe="3 $suite $packages"

command -v mmdebstrap >/dev/null || {
    echo "mkroot: mmdebstrap is missing; run tools/setup.sh guest" >&2
    exit 1
}
directory=$(realpath -m "$directory")
mkdir -p "$(dirname "$directory")"
exec 9>"$directory.lock"
flock 9
[ "$(cat "$directory.recipe" 2>/dev/null)" != "$recipe" ] || exit 0

sources=$(mktemp --suffix=.sources)
log=$(mktemp)
trap 'rm -f "$sources" "$log"' EXIT
if [ -r /etc/apt/sources.list.d/debian.sources ]; then
    # The first stanza is the main archive; the others are updates, which only the machine's own suite has.
    awk 'BEGIN { RS = "" } NR == 1' /etc/apt/sources.list.d/debian.sources |
        sed "/^#/d; s/^Suites:.*/Suites: $suite/" >"$sources"
else
    mv "$sources" "$sources.list"
    sources=$sources.list
    grep -hE '^deb ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null | head -n 1 |
        sed -E "s/^(deb( \[[^]]*\])? [^ ]+) [^ ]+/\1 $suite/" >"$sources"
fi

echo "mkroot: making $directory ($suite${further:+ with $further})"
rm -rf "$directory" "$directory.recipe"
# In a mount namespace of its own: whatever a package leaves mounted goes with it.
unshare --mount mmdebstrap --quiet --variant=minbase --mode=root \
    --aptopt='Acquire::Languages "none"' --aptopt='Apt::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt=force-unsafe-io --include="$packages" "$suite" "$directory" "$sources" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    rm -rf "$directory"
    exit 1
}
# A name of its own that it can resolve, as an installed machine has.
echo lab-one >"$directory/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 lab-one\n::1 localhost ip6-localhost ip6-loopback\n' >"$directory/etc/hosts"
# Empty, not absent: systemd makes a new one at each first boot.
: >"$directory/etc/machine-id"
echo "$recipe" >"$directory.recipe"
