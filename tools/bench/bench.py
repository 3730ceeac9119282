"""Measures a release build over TLS beside nginx serving the same bytes in the same run, and prints one table.

Loopback only; every load is bounded in time. Environment: SIZES="1 10" (times 3,700 objects and 5,000 edges),
SECONDS_EACH=4 per load, CB_BINARY=.build/release/circuit-breaker.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CB_BINARY", str(ROOT / ".build/release/circuit-breaker"))
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from daemon import Client, Daemon, free_port  # noqa: E402
from seed import Door, seed  # noqa: E402

SECONDS = int(os.environ.get("SECONDS_EACH", "4"))
SIZES = [int(size) for size in os.environ.get("SIZES", "1 10").split()]
TICK = os.sysconf("SC_CLK_TCK")
PAGE = 4096


class Case:
    """One request: `lua` varies it; `created` marks the one that writes."""

    def __init__(self, name, path, headers=None, lua=None, method="GET", connections=8):
        self.name = name
        self.path = path
        self.headers = headers or {}
        self.lua = lua
        self.method = method
        self.connections = connections


SEARCH = """
local words = {"hw-00042", "svc-01", "rack", "vm-0099", "net-00", "instance app", "Dell", "batch 7", "link-0"}
local turn = 0
request = function()
    turn = turn + 1
    local path = "/api/v1/search?limit=20&q=" .. words[turn % #words + 1]:gsub(" ", "%%20") .. (turn % 7)
    return wrk.format("GET", path)
end
"""

CREATE = """
local turn = 0
local tag = "%s"
request = function()
    turn = turn + 1
    return wrk.format("POST", nil, nil, '{"name":"bench-' .. tag .. "-" .. turn .. '","notes":"made by make bench"}')
end
"""


def cpu(pids):
    """User and system seconds of some processes so far."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def rss(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / (1 << 20)


def wrk(url, headers, seconds, connections, script=None):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "20s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(script)]
    out = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    latency = {}
    for share in ("50%", "99%"):
        found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s)\s*$", out, re.M)
        latency[share] = float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else float("nan")
    requests = int(re.search(r"(\d+) requests in", out)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return {"requests": requests, "rate": rate, "p50": latency["50%"], "p99": latency["99%"],
            "bad": int(bad[1]) if bad else 0}


def measure(url, headers, case, pids, scratch, name):
    script = None
    if case.lua:
        script = scratch / "case.lua"
        script.write_text(case.lua % name if "%s" in case.lua else case.lua)
    if case.method == "POST":
        text = script.read_text() if script else ""
        script = scratch / "case.lua"
        script.write_text(f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n{text}')
    wrk(url, headers, 1, case.connections, script)
    alone = wrk(url, headers, max(1, SECONDS // 2), 1, relabel(script, "one"))
    before = cpu(pids)
    many = wrk(url, headers, SECONDS, case.connections, relabel(script, "many"))
    spent = cpu(pids) - before
    return {"p50": alone["p50"], "p99": alone["p99"], "rate": many["rate"], "bad": many["bad"] + alone["bad"],
            "cpu": spent * 1000 / max(1, many["requests"]), "p99_many": many["p99"]}


def relabel(script, label):
    """Names made by the create case must differ from run to run."""
    if script:
        text = script.read_text()
        script.write_text(re.sub(r'local tag = ".*"', f'local tag = "{label}-{time.monotonic_ns()}"', text))
    return script


class Nginx:
    """nginx on its own port with the daemon's certificate, serving saved answers."""

    def __init__(self, daemon, scratch):
        self.port = free_port()
        self.place = scratch / "nginx"
        self.place.mkdir()
        self.locations = []
        self.daemon = daemon
        self.process = None

    def add(self, case, answer):
        file = self.place / f"{case.name.replace(' ', '-')}.body"
        file.write_bytes(answer.body)
        encoding = answer.headers.get("Content-Encoding")
        kind = answer.headers.get("Content-Type", "application/json")
        extra = f"add_header Content-Encoding {encoding};" if encoding else ""
        if case.method == "POST":
            text = answer.body.decode().replace("\\", "\\\\").replace("'", "\\'").replace("$", "")
            self.locations.append(f"location = /{file.name} {{ default_type '{kind}'; return 201 '{text}'; }}")
        else:
            self.locations.append(
                f"location = /{file.name} {{ default_type '{kind}'; alias {file}; {extra} }}")
        return f"https://localhost:{self.port}/{file.name}"

    def start(self):
        certs = self.daemon.certs
        user = "user root;" if os.getuid() == 0 else ""
        (self.place / "nginx.conf").write_text(f"""{user}
            daemon off; worker_processes 1; pid {self.place}/pid; error_log {self.place}/error.log;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; sendfile on; keepalive_requests 1000000; open_file_cache max=100;
                client_body_temp_path {self.place}/body; proxy_temp_path {self.place}/proxy;
                fastcgi_temp_path {self.place}/fastcgi; uwsgi_temp_path {self.place}/uwsgi;
                scgi_temp_path {self.place}/scgi;
                server {{
                    listen 127.0.0.1:{self.port} ssl; server_name localhost;
                    ssl_certificate {certs}/server.crt; ssl_certificate_key {certs}/server.key;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    {' '.join(self.locations)}
                }}
            }}""")
        self.process = subprocess.Popen(["nginx", "-c", str(self.place / "nginx.conf"), "-p", str(self.place)],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit(f"nginx did not start: {(self.place / 'error.log').read_text()}")

    @property
    def pids(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)


def time_to_ready(daemon):
    """Milliseconds from exec to READY=1, as systemd would see it."""
    path = str(daemon.place / "notify")
    pathlib.Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(30)
        daemon.extra["NOTIFY_SOCKET"] = path
        started = time.monotonic()
        daemon.start(wait=False)
        while b"READY=1" not in listener.recv(4096):
            pass
        took = (time.monotonic() - started) * 1000
        del daemon.extra["NOTIFY_SOCKET"]
    daemon.wait_until_ready()
    return took


def bench(size, scratch):
    daemon = Daemon()
    nginx = None
    rows = []
    try:
        daemon.start()
        admin = daemon.set_up()
        token = admin.made("/api/v1/tokens", {"name": "bench", "role": "admin", "expires_at": None})["token"]
        made = seed(Door(daemon.address, str(daemon.ca), token), size,
                    say=lambda text: print(f"# {text}", file=sys.stderr))
        starts = []
        for _ in range(7):
            assert daemon.stop() == 0
            starts.append(time_to_ready(daemon))
        time.sleep(3)
        facts = {"start": sorted(starts)[3], "idle": rss(daemon.process.pid)}

        reader = Client(daemon, token=token)
        gzip = {"Accept-Encoding": "gzip"}
        tag = reader.get("/api/v1/topology", headers=gzip).headers["ETag"]
        cases = [
            Case("health", "/api/v1/health"),
            Case("one object", f"/api/v1/hardware/{made['hardware'][7]}"),
            Case("list of 50", "/api/v1/hardware?limit=50"),
            Case("search", "/api/v1/search?limit=20&q=rack", lua=SEARCH),
            Case("topology full", "/api/v1/topology", gzip),
            Case("topology 304", "/api/v1/topology", {**gzip, "If-None-Match": tag}),
            Case("create", "/api/v1/misc-items", lua=CREATE, method="POST"),
        ]
        nginx = Nginx(daemon, scratch)
        twins = {}
        for case in cases:
            if case.method == "POST":
                answer = reader.post(case.path, {"name": "twin", "notes": "made by make bench"})
            else:
                answer = reader.get(case.path, headers={k: v for k, v in case.headers.items() if k != "If-None-Match"})
            assert answer.status in (200, 201), (case.name, answer)
            twins[case.name] = (nginx.add(case, answer), len(answer.body))
        for case in cases:
            if "If-None-Match" in case.headers:  # what was just created is on the map
                case.headers["If-None-Match"] = reader.get(case.path, headers=gzip).headers["ETag"]
        nginx.start()
        caller = {"Authorization": f"Bearer {token}"}
        for case in cases:
            ours = measure(daemon.address + case.path, {**caller, **case.headers}, case, [daemon.process.pid], scratch,
                           "ours")
            url, bytes_sent = twins[case.name]
            headers = dict(case.headers)
            if "If-None-Match" in headers:
                headers["If-None-Match"] = etag_of(url, daemon)
            plain = Case(case.name, case.path, headers, None, case.method, case.connections)
            theirs = measure(url, headers, plain, nginx.pids, scratch, "nginx")
            rows.append((case.name, bytes_sent, ours, theirs))
        facts["loaded"] = rss(daemon.process.pid)
        assert admin_chain(reader), "the audit chain does not verify after the bench"
        return facts, rows
    finally:
        if nginx:
            nginx.stop()
        daemon.remove()


def admin_chain(reader):
    return reader.get("/api/v1/admin/audit-log/verify-chain").json["ok"]


def etag_of(url, daemon):
    out = subprocess.run(["curl", "-sI", "--cacert", str(daemon.ca), url], capture_output=True, text=True, check=True)
    return re.search(r'(?im)^etag:\s*(\S+)', out.stdout)[1]


def show(size, facts, rows):
    objects = 3700 * size
    print(f"\n{objects:,} objects and {5000 * size:,} edges: start to READY {facts['start']:.0f} ms (median of 7), "
          f"RSS idle {facts['idle']:.0f} MiB, after the load {facts['loaded']:.0f} MiB\n")
    print("| request | bytes | p50 ms | p99 ms | req/s | CPU ms/req | nginx p50 | nginx p99 | nginx req/s | nginx CPU |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, size_of, ours, theirs in rows:
        bad = f" ({ours['bad']} refused)" if ours["bad"] else ""
        print(f"| {name}{bad} | {size_of:,} | {ours['p50']:.2f} | {ours['p99']:.2f} | {ours['rate']:,.0f} | "
              f"{ours['cpu']:.3f} | {theirs['p50']:.2f} | {theirs['p99']:.2f} | {theirs['rate']:,.0f} | "
              f"{theirs['cpu']:.3f} |")


def judge(results):
    """The figures of the contract at the smaller size, and growth."""
    facts, rows = results[SIZES[0]]
    by = {name: ours for name, _, ours, _ in rows}
    limits = [
        ("start to READY, ms", facts["start"], 300), ("idle RSS, MiB", facts["idle"], 64),
        ("list of 50, CPU ms", by["list of 50"]["cpu"], 1), ("topology full, CPU ms", by["topology full"]["cpu"], 1),
        ("topology 304, CPU ms", by["topology 304"]["cpu"], 0.2), ("search p99 at concurrency 1, ms",
                                                                   by["search"]["p99"], 5),
    ]
    if len(SIZES) > 1:
        grown = {name: ours for name, _, ours, _ in results[SIZES[-1]][1]}
        times = SIZES[-1] / SIZES[0]
        for name in ("list of 50", "one object", "search"):
            limits.append((f"{name}, CPU grows by", grown[name]["cpu"] / max(by[name]["cpu"], 1e-9), 1.6))
        limits.append(("topology full, CPU grows by", grown["topology full"]["cpu"] / by["topology full"]["cpu"], times))
    print("\n| figure | measured | limit | |\n|---|---:|---:|---|")
    for name, value, limit in limits:
        print(f"| {name} | {value:.2f} | {limit} | {'met' if value <= limit else 'MISSED'} |")
    return all(value <= limit for _, value, limit in limits)


def main():
    for tool in ("wrk", "nginx", "curl"):
        if not shutil.which(tool):
            raise SystemExit(f"bench: {tool} is missing; run 'make setup'")
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="cb-bench."))
    try:
        results = {}
        for size in SIZES:
            place = scratch / str(size)
            place.mkdir()
            results[size] = bench(size, place)
        print(f"# {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, TLS on, p50 and p99 at concurrency 1, req/s and CPU "
              f"at 8 connections, {SECONDS} s each; load maker, daemon and nginx (one worker) share the machine")
        for size in SIZES:
            show(size, *results[size])
        judge(results)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
