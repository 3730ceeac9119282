#!/bin/bash
# Runs as process 1 of fresh namespaces: lays out what systemd wants of a container manager, then becomes systemd.
# Only guest.sh calls it: init.sh ROOT
set -euo pipefail
root=$1

mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
# Kernel settings are the machine's; those of the network are the guest's own.
mount --bind proc/sys proc/sys
mount --bind proc/sys/net proc/sys/net
mount -o remount,ro,bind proc/sys
if [ -e proc/sysrq-trigger ]; then
    mount --bind proc/sysrq-trigger proc/sysrq-trigger
    mount -o remount,ro,bind proc/sysrq-trigger
fi

mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm dev/mqueue
for node in null zero full random urandom tty; do
    mknod -m 666 "dev/$node" c "$(stat -c %Hr "/dev/$node")" "$(stat -c %Lr "/dev/$node")"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
: >dev/console
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs run

if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else # the mixed layout: version 1 controllers and version 2 without any
    mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
    for controller in cpu cpuacct cpuset memory pids blkio freezer devices; do
        mkdir "sys/fs/cgroup/$controller"
        mount -t cgroup -o "$controller" cgroup "sys/fs/cgroup/$controller" 2>/dev/null ||
            rmdir "sys/fs/cgroup/$controller"
    done
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
    mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
fi

# A boot has an id of its own; without it the journal takes all boots for one.
cat /proc/sys/kernel/random/uuid >run/boot_id
mount --bind run/boot_id proc/sys/kernel/random/boot_id
mount -o remount,ro,bind proc/sys/kernel/random/boot_id

pivot_root . mnt
cd /
hash -r
umount -l /mnt
# Credentials of services are mounted in a child of this mount namespace and must be seen in it.
mount --make-rshared /
mkdir -p /run/systemd/system
for unit in console-getty.service getty@tty1.service; do ln -s /dev/null "/run/systemd/system/$unit"; done

# The machine's clock, modules and raw input and output are not the guest's. The variable lets systemd 256 and newer
# use version 1 control groups.
exec env -i container=unshare PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 \
    setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio /sbin/init --show-status=1
