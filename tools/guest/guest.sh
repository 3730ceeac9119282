#!/bin/bash
# A guest: a Debian root file system whose process 1 is a real systemd, in namespaces of this machine. Needs root and
# util-linux, no virtual machine; up in about a second.
#
#   guest.sh check                     says why guests are not to be had here, and fails; silent when they are
#   guest.sh up NAME ROOT              lays an overlay over ROOT (which stays pristine), boots, waits until it runs
#   guest.sh start NAME                boots again on the same overlay
#   guest.sh exec NAME COMMAND…        runs inside as root with a clean environment
#   guest.sh sh NAME 'TEXT'            the same through a shell
#   guest.sh put NAME FROM TO          copies into the guest;   guest.sh get NAME FROM TO   out of it
#   guest.sh poweroff|reboot NAME      as the guest's own commands do
#   guest.sh kill NAME                 SIGKILL to process 1: the kernel takes everything in it at once
#   guest.sh pid|log NAME              process 1 as this machine numbers it; the console
#   guest.sh rm NAME                   ends it and removes its overlay
#
# CB_GUESTS is where guests live (default: a folder in /tmp). UPPER=FOLDER puts the writable layer there, on another
# file system: needed when ROOT is `/`, and for power cuts. NETNS=FILE joins a network namespace instead of an own one.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
guests=${CB_GUESTS:-/tmp/cb-guests}
seconds_to_boot=120

fail() {
    echo "guest: $*" >&2
    exit 1
}

check() {
    [ "$(id -u)" = 0 ] || { echo "guests need root"; return 1; }
    command -v unshare nsenter setpriv >/dev/null || { echo "guests need util-linux"; return 1; }
    unshare --pid --mount --net --uts --ipc --cgroup --fork true 2>/dev/null ||
        { echo "namespaces are not to be had here"; return 1; }
    grep -qw overlay /proc/filesystems || { echo "the kernel has no overlay file system"; return 1; }
    [ -d /sys/fs/cgroup/systemd ] || [ -e /sys/fs/cgroup/cgroup.procs ] ||
        { echo "there are no control groups below /sys/fs/cgroup"; return 1; }
    # Creating groups may be forbidden although they can be seen.
    local probe
    read -r probe < <(groups_of_this_process)
    probe=$probe/cb-guest-check.$$
    mkdir "$probe" 2>/dev/null || { echo "control groups cannot be made here"; return 1; }
    rmdir "$probe"
}

# -- control groups: each guest sits in a child of this process's own group, in every hierarchy

groups_of_this_process() {
    local line hierarchy path controllers
    if [ -e /sys/fs/cgroup/cgroup.procs ]; then
        line=$(grep '^0::' /proc/self/cgroup)
        echo "/sys/fs/cgroup${line#0::}"
        return
    fi
    while IFS=: read -r hierarchy controllers path; do
        [ "$hierarchy" != 0 ] || controllers=unified
        controllers=${controllers#name=}
        for mounted in "/sys/fs/cgroup/$controllers" "/sys/fs/cgroup/${controllers%%,*}"; do
            [ -d "$mounted$path" ] || continue
            echo "$mounted${path%/}"
            break
        done
    done </proc/self/cgroup
}

enter_groups() { # moves the calling subshell; what it starts is in the guest's groups
    local group
    while read -r group; do
        group=$group/guest-$name
        mkdir -p "$group"
        if [ -e "$group/cpuset.cpus" ] && [ -z "$(cat "$group/cpuset.cpus")" ]; then
            cat "$group/../cpuset.cpus" >"$group/cpuset.cpus" 2>/dev/null || true
            cat "$group/../cpuset.mems" >"$group/cpuset.mems" 2>/dev/null || true
        fi
        echo "$BASHPID" >"$group/cgroup.procs" 2>/dev/null || true
    done < <(groups_of_this_process)
}

remove_groups() {
    local group
    while read -r group; do
        [ -d "$group/guest-$name" ] || continue
        find "$group/guest-$name" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    done < <(groups_of_this_process)
}

# -- processes

runs() { # one that ended and was not yet collected by its parent does not run
    [ -n "$1" ] && grep -q '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status" 2>/dev/null
}

supervisor_runs() {
    local pid
    pid=$(cat "$place/supervisor" 2>/dev/null) && runs "$pid"
}

leader() { # the guest's process 1: supervisor (bash) → unshare → init
    local supervisor namespaces init
    supervisor=$(cat "$place/supervisor" 2>/dev/null) || return 1
    for _ in $(seq 200); do
        kill -0 "$supervisor" 2>/dev/null || return 1
        for namespaces in $(pgrep -P "$supervisor" -x unshare || true); do
            for init in $(pgrep -P "$namespaces" || true); do
                case "$(tr '\0' ' ' <"/proc/$init/cmdline" 2>/dev/null)" in
                    /sbin/init* | /lib/systemd/systemd* | /usr/lib/systemd/systemd*)
                        echo "$init"
                        return
                        ;;
                esac
            done
        done
        sleep 0.05
    done
    return 1
}

inside() {
    local init
    init=$(leader) || fail "$name does not run"
    nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --root --wd -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "$@"
}

wait_until_up() {
    local state="" end=$((SECONDS + seconds_to_boot))
    while [ $SECONDS -lt $end ]; do
        supervisor_runs || { tail -n 5 "$place/console" >&2; fail "$name ended while it booted; its console is above"; }
        state=$(inside systemctl is-system-running 2>/dev/null) || true
        case $state in running | degraded) return ;; esac
        sleep 0.05
    done
    fail "$name is not up after $seconds_to_boot s: ${state:-no answer}"
}

wait_until_down() {
    for _ in $(seq 1200); do
        supervisor_runs || return 0
        sleep 0.05
    done
    fail "$name is still there after a minute"
}

start() {
    supervisor_runs && fail "$name runs already"
    mountpoint -q "$place/root" || mount -t overlay overlay "$place/root" \
        -o "lowerdir=$(cat "$place/lower"),upperdir=$(cat "$place/upper")/files,workdir=$(cat "$place/upper")/work"
    (
        enter_groups
        network=--net
        enter_network=()
        if [ -n "${NETNS:-}" ]; then
            network=
            enter_network=(nsenter --net="$NETNS")
        fi
        # shellcheck disable=SC2016 # the inner shell expands these
        exec setsid "${enter_network[@]}" bash -c '
            while :; do
                unshare --pid --mount $2 --uts --ipc --cgroup --fork --kill-child bash "$0" "$1"
                status=$?
                [ $status = 129 ] || exit $status # 129: the guest asked for a reboot
            done' "$here/init.sh" "$place/root" "$network"
    ) </dev/null >>"$place/console" 2>&1 &
    echo $! >"$place/supervisor"
    wait_until_up
}

end_at_once() {
    local init supervisor
    init=$(leader) || true
    supervisor=$(cat "$place/supervisor" 2>/dev/null) || true
    [ -z "$supervisor" ] || kill -KILL "$supervisor" 2>/dev/null || true
    [ -z "$init" ] || kill -KILL "$init" 2>/dev/null || true
    for _ in $(seq 500); do
        if ! runs "$init" && ! runs "$supervisor"; then
            rm -f "$place/supervisor"
            return 0
        fi
        sleep 0.02
    done
    fail "$name survived SIGKILL"
}

command=${1:-}
[ -n "$command" ] || fail "usage: guest.sh COMMAND …; the head of this file lists them"
if [ "$command" = check ]; then
    check
    exit
fi
name=${2:-}
[[ $name =~ ^[a-z0-9-]+$ ]] || fail "the name of a guest is made of a-z, 0-9 and -: '$name'"
shift 2
place=$guests/$name

case $command in
    up)
        [ ! -e "$place" ] || fail "$name exists; remove it with: guest.sh rm $name"
        mkdir -p "$place/root"
        realpath "$1" >"$place/lower"
        realpath -m "${UPPER:-$place/layer}" >"$place/upper"
        mkdir -p "$(cat "$place/upper")/files" "$(cat "$place/upper")/work"
        start
        ;;
    start) start ;;
    exec) inside "$@" ;;
    sh) inside sh -c "$1" ;;
    put)
        init=$(leader) || fail "$name does not run"
        cp -a "$1" "/proc/$init/root/$2"
        ;;
    get)
        init=$(leader) || fail "$name does not run"
        cp -a "/proc/$init/root/$1" "$2"
        ;;
    pid) leader || fail "$name does not run" ;;
    log) cat "$place/console" ;;
    poweroff)
        init=$(leader) || fail "$name does not run"
        kill -s RTMIN+4 "$init"
        wait_until_down
        ;;
    reboot)
        init=$(leader) || fail "$name does not run"
        kill -s RTMIN+5 "$init"
        for _ in $(seq 1200); do
            kill -0 "$init" 2>/dev/null || break
            sleep 0.05
        done
        wait_until_up
        ;;
    kill) end_at_once ;;
    rm)
        [ -d "$place" ] || exit 0
        end_at_once
        for _ in $(seq 100); do
            mountpoint -q "$place/root" || break
            umount -R "$place/root" 2>/dev/null || sleep 0.1
        done
        remove_groups
        rm -rf "$place"
        ;;
    *) fail "unknown command '$command'" ;;
esac
