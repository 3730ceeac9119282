#!/bin/bash
# A file system that can lose its power: what was not synced is really gone afterwards.
#
#   powerloss.sh make FOLDER [SIZE]   an ext4 image in FOLDER, mounted at FOLDER/disk
#   powerloss.sh cut FOLDER           the disk stops at once; the kernel flushes nothing, not even its journal
#   powerloss.sh restore FOLDER       mounted again, which replays the journal as after a power cut
#   powerloss.sh remove FOLDER
#
# A guest on it: UPPER=FOLDER/disk/guest guest.sh up …; then cut, guest.sh kill, restore, guest.sh start.
set -euo pipefail
command=${1:?usage: powerloss.sh make|cut|restore|remove FOLDER}
folder=${2:?usage: powerloss.sh make|cut|restore|remove FOLDER}

unmount() {
    for _ in $(seq 200); do
        if ! mountpoint -q "$folder/disk" || umount "$folder/disk" 2>/dev/null; then
            # The loop device goes with the last user. Two mounts of one image would destroy it.
            [ -n "$(losetup --associated "$folder/image")" ] || return 0
        fi
        sleep 0.1
    done
    echo "powerloss: something still uses $folder/disk; run this in a mount namespace of its own (unshare --mount)," \
        "so that no other process copies the mount" >&2
    return 1
}

case $command in
    make)
        mkdir -p "$folder/disk"
        truncate -s "${3:-1G}" "$folder/image"
        mke2fs -q -t ext4 "$folder/image"
        mount -o loop,noatime "$folder/image" "$folder/disk"
        ;;
    cut)
        # EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH
        python3 -c 'import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))' "$folder/disk"
        ;;
    restore)
        unmount
        mount -o loop,noatime "$folder/image" "$folder/disk"
        ;;
    remove)
        unmount || umount -l "$folder/disk"
        rm -rf "$folder"
        ;;
    *)
        echo "powerloss: unknown command '$command'" >&2
        exit 2
        ;;
esac
