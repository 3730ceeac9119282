"""A guest: a machine whose process 1 is a real systemd, thrown away after the test. See docs/development/guests.md."""

import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools/guest/guest.sh"
POWER = ROOT / "tools/guest/powerloss.sh"
ROOTS = pathlib.Path(os.environ.get("CB_GUEST_ROOTS", ROOT / ".build-guest"))
ADMIN = {"email": "ada@example.org", "password": "correct horse battery 9", "display_name": "Ada"}

numbers = itertools.count(1)


class Failed(AssertionError):
    """A command that should have succeeded; its message shows what it said."""


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f"status {self.status}\n{self.out[-3000:]}\n{self.err[-3000:]}"


def wait_until(claim, seconds=60, what="it"):
    """Asks until the answer is true, and gives it. Bounded, so that a hang becomes a failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = claim()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


class Guest:
    def __init__(self, root="bookworm", power_loss=False):
        self.name = f"t{os.getpid()}-{next(numbers)}"
        self.root = root if str(root).startswith("/") else ROOTS / root
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="cb-guest-", dir=self._disk()))
        self.power_loss = power_loss
        self.environment = {**os.environ, "CB_GUESTS": str(self.home / "guests")}
        self.memory = None

    def _disk(self):
        # An overlay over this machine's own `/` needs its upper layer elsewhere.
        if str(self.root) == "/":
            return "/dev/shm"
        ROOTS.mkdir(parents=True, exist_ok=True)
        return ROOTS

    # -- life

    def _tool(self, command, *arguments, check=True, timeout=300, **more):
        done = subprocess.run([TOOL, command, self.name, *map(str, arguments)], env=self.environment, text=True,
                              capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL, errors="replace", **more)
        result = Result(done.returncode, done.stdout, done.stderr)
        if check and done.returncode != 0:
            raise Failed(f"{' '.join(map(str, (command, *arguments)))[:500]}: {result!r}")
        return result

    def up(self):
        self.environment["UPPER"] = str(self.home / "layer")
        if self.power_loss:
            self._power("make", "2G")
            self.environment["UPPER"] = str(self.home / "power/disk/guest")
        self._tool("up", self.root)
        return self

    def start(self):
        self._tool("start")

    def reboot(self):
        self._tool("reboot")

    def poweroff(self):
        self._tool("poweroff")

    def kill(self):
        """Process 1 and all below it end at once; what was written is in the kernel and not lost."""
        self._tool("kill")

    def _power(self, command, *arguments):
        subprocess.run([POWER, command, self.home / "power", *arguments], check=True, capture_output=True, timeout=120)

    def cut_power(self):
        """The disk stops, then everything ends: what was not synced is lost. `restore_power` boots again."""
        self._power("cut")
        self._tool("kill")
        # The overlay holds the disk; it goes before the disk can be mounted anew.
        root = self.home / "guests" / self.name / "root"
        wait_until(lambda: subprocess.run(["umount", "-R", root], capture_output=True).returncode == 0, 30,
                   "letting go of the disk")

    def restore_power(self):
        self._power("restore")
        self._tool("start")

    def remove(self):
        self._tool("rm", check=False)
        if self.power_loss:
            subprocess.run([POWER, "remove", self.home / "power"], capture_output=True, timeout=120)
        subprocess.run(["rm", "-rf", "--one-file-system", self.home], check=False)

    # -- talking to it

    def run(self, *command, check=True, timeout=300):
        return self._tool("exec", *command, check=check, timeout=timeout)

    def sh(self, text, check=True, timeout=300):
        return self._tool("sh", text, check=check, timeout=timeout)

    def put(self, source, target):
        self._tool("put", source, target)

    def get(self, source, target):
        self._tool("get", source, target)

    def write(self, path, text, mode="644"):
        with tempfile.NamedTemporaryFile("w", dir=self.home) as file:
            file.write(text)
            file.flush()
            self.put(file.name, path)
        self.sh(f"chown root:root {path}; chmod {mode} {path}")

    def read(self, path):
        return self.run("cat", path).out

    # -- systemd

    def state(self, unit="circuit-breaker.service"):
        return self.run("systemctl", "is-active", unit, check=False).out.strip()

    def show(self, name, unit="circuit-breaker.service"):
        return self.run("systemctl", "show", f"--property={name}", "--value", unit).out.strip()

    def journal(self, unit="circuit-breaker.service"):
        """Entries of the unit, oldest first: dictionaries with `MESSAGE` and `at` in seconds of the machine's clock."""
        text = self.run("journalctl", f"--unit={unit}", "--output=json", "--no-pager", "--all").out
        entries = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        for entry in entries:
            entry["at"] = int(entry["__REALTIME_TIMESTAMP"]) / 1e6
            if isinstance(entry.get("MESSAGE"), list):
                entry["MESSAGE"] = bytes(entry["MESSAGE"]).decode(errors="replace")
        return entries

    def ready_times(self):
        """When the daemon said that it is ready, once per start, by the journal's own clock."""
        return [entry["at"] for entry in self.journal() if str(entry.get("MESSAGE", "")).startswith("ready")]

    def await_ready(self, more_than=0, seconds=60):
        """The time of the newest start, when there are more than that many."""
        return wait_until(lambda: (times := self.ready_times())[more_than:] and times[-1], seconds, "READY")

    # -- the product

    @property
    def host(self):
        return self.run("hostname").out.strip()

    def https(self, path, method="GET", body=None, headers=(), port=8443, check=True):
        """Asks by curl inside, trusting what the machine trusts. Gives (status, text, headers)."""
        command = ["curl", "--silent", "--show-error", "--max-time", "30", "--include", "--http1.1", "--request", method]
        for header in headers:
            command += ["--header", header]
        if body is not None:
            command += ["--header", "Content-Type: application/json", "--data", json.dumps(body)]
        result = self.run(*command, f"https://{self.host}:{port}{path}", check=check)
        if result.status != 0:
            return 0, result.err, {}
        head, _, text = result.out.replace("\r\n", "\n").partition("\n\n")
        lines = head.splitlines()
        pairs = [line.split(": ", 1) for line in lines[1:] if ": " in line]
        return int(lines[0].split()[1]), text, {name.lower(): value for name, value in pairs}

    def set_up(self):
        """Takes the first administrator's steps; requests of `api` come from that person afterwards."""
        code = self.read("/var/lib/circuit-breaker/setup-code").strip()
        origin = f"Origin: https://{self.host}:8443"
        status, text, headers = self.https("/api/v1/setup/account", "POST", {"code": code, **ADMIN}, [origin])
        assert status == 201, (status, text)
        cookie = re.match(r"cb_session=[^;]+", headers["set-cookie"]).group(0)
        self.memory = [f"Cookie: {cookie}", origin]
        status, text, _ = self.api("/api/v1/setup/step", "PUT", {"step": "done"})
        assert status in (200, 204), (status, text)

    def api(self, path, method="GET", body=None, check=True):
        status, text, headers = self.https(path, method, body, self.memory or [], check=check)
        return status, json.loads(text) if text.lstrip().startswith(("{", "[")) else text, headers

    def chain(self):
        """What the daemon finds when it verifies its audit trail."""
        status, answer, _ = self.api("/api/v1/admin/audit-log/verify-chain")
        assert status == 200, answer
        return answer

    # -- the file system

    # What a running machine writes by itself, whatever is installed.
    VOLATILE = re.compile(
        r"^/(proc|sys|dev|run|tmp)(/|$)|^/var/log/|^/var/tmp/|^/var/cache/|^/var/lib/apt/|^/root/|^/var/lib/systemd/"
        r"(random-seed|timers$|timesync|catalog)|^/etc/(mtab|resolv\.conf|machine-id)$|^/var/lib/dpkg/"
        r"(lock|triggers|updates)|^/var/lib/dpkg/[a-z]+-old$|^/etc/\.updated$|^/var/\.updated$")

    def manifest(self):
        """Path → (kind, mode, owner, content) of everything on the disk."""
        listing = self.sh(r"find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \) -prune "
                          r"-o -printf '%p\t%y\t%m\t%U:%G\t%l\n'").out
        sums = self.sh(r"find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \) -prune "
                       r"-o -type f -print0 | xargs -0 sha256sum", timeout=600).out
        content = {}
        for line in sums.splitlines():
            digest, _, path = line.partition("  ")
            content[path] = digest
        found = {}
        for line in listing.splitlines():
            path, kind, mode, owner, target = line.split("\t")
            if not self.VOLATILE.match(path):
                found[path] = (kind, mode, owner, target or content.get(path, ""))
        return found

    def __str__(self):
        return f"{self.name} (CB_GUESTS={shlex.quote(self.environment['CB_GUESTS'])} {TOOL} sh {self.name} …)"


def difference(before, after):
    """Lines that say what is new, gone or changed; empty when nothing is."""
    lines = [f"+ {path} {after[path][:3]}" for path in sorted(after.keys() - before.keys())]
    lines += [f"- {path} {before[path][:3]}" for path in sorted(before.keys() - after.keys())]
    lines += [f"~ {path} {before[path][:3]} -> {after[path][:3]}" for path in sorted(before.keys() & after.keys())
              if before[path] != after[path]]
    return lines
