"""A mount namespace of the test's own, in which `cb trust` may change /etc and homes: nothing of the host is touched.

A small shell holds the namespace open; commands enter it with nsenter. The network is the host's, so a daemon that
runs outside answers inside.
"""

import atexit
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from daemon import ROOT

COVERED = ("/etc", "/home", "/root", "/usr/local/share/ca-certificates", "/var/lib/dpkg", "/var/lib/ca-certificates-java")
CB = pathlib.Path(os.environ.get("CB_CLIENT", ROOT / ".build/debug/cb"))


class Room:
    #: A copy of the first room as it was when it was new. To make the bundle takes seconds, so later rooms begin with its.
    model = None

    def __init__(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cb-room."))
        model, mounts = Room.model, ""
        for path in COVERED:
            copy = self.place / path.strip("/").replace("/", "-")
            if path in ("/home", "/root"):
                copy.mkdir()
            elif pathlib.Path(path).exists():
                subprocess.run(["cp", "-a", str(model / copy.name) if model else path, str(copy)], check=True)
            else:
                continue
            mounts += f"mount --bind {copy} {path} && "
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", mounts + "echo ready && exec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.holder.stdout.readline() == b"ready\n"
        self.people = 0
        if model:
            return
        # The bundle is what Debian's tool makes of the folders, whatever the host's is.
        self.run("update-ca-certificates", "--fresh")
        Room.model = pathlib.Path(tempfile.mkdtemp(prefix="cb-room-model."))
        atexit.register(shutil.rmtree, Room.model, ignore_errors=True)
        subprocess.run(["cp", "-a", f"{self.place}/.", str(Room.model)], check=True)

    @property
    def enter(self):
        return ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt"]

    def run(self, *command, **more):
        return subprocess.run([*self.enter, *command], capture_output=True, text=True, timeout=120, **more)

    def cb(self, *arguments, environment=None, **more):
        return self.run(str(CB), *arguments, env={"PATH": os.environ["PATH"], **(environment or {})}, **more)

    def person(self, name):
        number = 4711 + self.people
        self.people += 1
        line = f"{name}:x:{number}:{number}::/home/{name}:/bin/bash"
        done = self.run("sh", "-ec", f"echo '{line}' >>/etc/passwd; echo '{name}:x:{number}:' >>/etc/group; "
                        f"install -d -m 700 -o {number} -g {number} /home/{name}")
        assert done.returncode == 0, done.stderr
        return number

    def manifest(self):
        """Path, mode, owner and content of everything that could change."""
        found = {}
        for copy in sorted(self.place.iterdir()):
            for folder, _, files in os.walk(copy):
                for path in [folder, *(os.path.join(folder, name) for name in files)]:
                    status = os.lstat(path)
                    if os.path.islink(path):
                        content = os.readlink(path)
                    elif os.path.isfile(path):
                        content = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
                    else:
                        content = "directory"
                    found[path] = (oct(status.st_mode), status.st_uid, status.st_gid, content)
        return found

    def changes(self, before):
        now = self.manifest()
        # dpkg keeps a lock file and its log of triggers; neither is a certificate's business.
        quiet = ("/var-lib-dpkg/", "/etc/.pwd.lock")
        return {path: (before.get(path), now.get(path)) for path in before.keys() | now.keys()
                if before.get(path) != now.get(path) and not any(one in path for one in quiet)}

    def close(self):
        self.holder.stdin.close()
        self.holder.wait(10)
        shutil.rmtree(self.place, ignore_errors=True)
