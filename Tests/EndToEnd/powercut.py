"""A power cut without a machine: what the daemon did to its files since it last synced them is taken back.

`unsynced.c` writes the record. A cut takes back every act that no sync followed, then does some of them again: none, any
of them, or any 512 bytes of them, as a disk may have done by itself.
"""

import os
import pathlib
import struct
import subprocess

HEAD = struct.Struct("<4I3Q")
WRITE, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, SYNC_FOLDER = range(1, 8)
SECTOR = 512
KEEPS = ("nothing", "some writes", "some sectors")


def build(folder):
    """Compiles the library; returns its path."""
    library = pathlib.Path(folder) / "unsynced.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(library),
                    str(pathlib.Path(__file__).with_name("unsynced.c")), "-ldl", "-lpthread"], check=True)
    return library


class PowerCut:
    """The record of one daemon's files."""

    def __init__(self, library, daemon):
        self.root = daemon.data
        self.journal = daemon.place / "journal"
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        daemon.extra.update({"LD_PRELOAD": str(library), "CB_TEST_ROOT": str(self.root),
                             "CB_TEST_JOURNAL": str(self.journal)})

    def records(self):
        if not self.journal.exists():
            return
        data = self.journal.read_bytes()
        at = 0
        while at + HEAD.size <= len(data):
            kind, first, second, _, inode, offset, size = HEAD.unpack_from(data, at)
            at += HEAD.size
            if at + first + second > len(data):
                return  # killed while it was written down: nobody was told of that act
            yield kind, inode, offset, size, data[at:at + first], data[at + first:at + first + second]
            at += first + second

    def unsynced(self):
        """The acts that no sync followed: (on files by inode, on names)."""
        files, names = {}, []
        for record in self.records():
            kind, inode, folder = record[:3]
            if kind in (WRITE, TRUNCATE):
                files.setdefault(inode, []).append(record)
            elif kind == SYNC:
                files.pop(inode, None)
            elif kind == SYNC_FOLDER:
                names = [name for name in names if name[2] != inode]
            else:
                names.append((kind, inode, folder, *record[3:]))
        return files, names

    def cut(self, chance, keeps):
        """Plays the cut on the files of a daemon that is gone; returns how many acts were lost."""
        files, names = self.unsynced()
        places = {path.stat().st_ino: path for path in self.root.rglob("*") if path.is_file()}
        lost = 0
        for inode, acts in files.items():
            if inode in places:
                lost += len(acts)
                self.take_back(places[inode], acts, chance, keeps)
        for name in reversed(names):
            lost += 1
            self.take_back_name(*name)
        for leftover in self.root.rglob("*-shm"):
            leftover.unlink()
        for leftover in self.journal.parent.glob("journal*"):
            leftover.unlink()
        return lost

    @staticmethod
    def take_back(path, acts, chance, keeps):
        with open(path, "r+b") as file:
            for kind, _, offset, size, before, _ in reversed(acts):
                file.seek(offset)
                file.write(before)
                file.truncate(size)
            if keeps == "nothing":
                return
            for kind, _, offset, _, _, after in acts:
                if kind == TRUNCATE or (keeps == "some writes" and chance.random() < 0.5):
                    continue
                for part in range(0, len(after), SECTOR):
                    if keeps == "some writes" or chance.random() < 0.5:
                        file.seek(offset + part)
                        file.write(after[part:part + SECTOR])

    def take_back_name(self, kind, inode, _, size, first, second):
        kept = pathlib.Path(f"{self.journal}.{size}")
        path = first.decode()
        if kind == CREATE:
            if os.path.exists(path) and os.stat(path).st_ino == inode:
                os.unlink(path)
        elif kind == RENAME:
            target = second.decode()
            if os.path.exists(target) and os.stat(target).st_ino == inode:
                os.rename(target, path)
                if size:
                    os.link(kept, target)
        elif kind == UNLINK and size and not os.path.exists(path):
            os.link(kept, path)
