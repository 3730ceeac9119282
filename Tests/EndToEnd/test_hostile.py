"""Input that no honest client sends, over raw TLS: the right status, bounded memory, a daemon that lives."""

import contextlib
import json
import socket
import ssl
import threading
import time

import pytest
from daemon import Client

MEBIBYTE = 1 << 20
# What one daemon may grow by over all of this, however much was sent at it.
GROWTH = 96 * MEBIBYTE


@pytest.fixture(scope="module")
def target(lab):
    daemon, admin = lab
    admin.made("/api/v1/hardware", {"name": "victim"})
    before = daemon.rss()
    yield daemon, admin
    assert daemon.is_alive()
    grown = daemon.rss() - before
    assert grown < GROWTH, f"grew by {grown / MEBIBYTE:.0f} MiB"


@pytest.fixture(autouse=True)
def lives_on(target):
    yield
    assert target[0].is_alive(), target[0].tail()


def raw(daemon, data, seconds=15, finish=True):
    """Sends bytes, returns all that comes back until the server closes or the time is over."""
    received = b""
    with contextlib.suppress(OSError, ssl.SSLError), daemon.socket(timeout=seconds) as wire:
        with contextlib.suppress(OSError, ssl.SSLError):
            wire.sendall(data)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            wire.settimeout(max(0.05, deadline - time.monotonic()))
            with contextlib.suppress(TimeoutError):
                piece = wire.recv(65536)
                if not piece:
                    break
                received += piece
                if finish and complete(received):
                    break
    return received


def complete(received):
    head, gap, body = received.partition(b"\r\n\r\n")
    if not gap:
        return False
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return b"chunked" in head.lower() and body.endswith(b"0\r\n\r\n")


def status(received):
    words = received.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/") else 0


def head(daemon, method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {daemon.authority}", *lines, "", ""]).encode()


BODIES = {
    "empty": (b"", 400),
    "truncated object": (b'{"name":"a"', 400),
    "truncated string": (b'{"name":"a', 400),
    "truncated escape": (b'{"name":"\\u12', 400),
    "lone surrogate": (b'{"name":"\\ud800"}', 400),
    "bad UTF-8": (b'{"name":"\xff\xfe"}', 400),
    "overlong UTF-8": (b'{"name":"\xc0\xaf"}', 400),
    "UTF-16": ('{"name":"a"}'.encode("utf-16"), 400),
    "control character": (b'{"name":"a\x01b"}', 400),
    "raw NUL": (b'{"name":"a\x00b"}', 400),
    "trailing text": (b'{"name":"a"} x', 400),
    "two documents": (b'{"name":"a"}{"name":"b"}', 400),
    "trailing comma": (b'{"name":"a",}', 400),
    "single quotes": (b"{'name':'a'}", 400),
    "duplicate key": (b'{"name":"a","name":"b"}', 400),
    "NaN": (b'{"name":"a","ram_mb":NaN}', 400),
    "leading zero": (b'{"name":"a","ram_mb":01}', 400),
    "deep arrays": (b"[" * 100_000 + b"]" * 100_000, 400),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400),
    "an array": (b'["name"]', (400, 422)),
    "a string": (b'"name"', (400, 422)),
    "null": (b"null", (400, 422)),
    "escaped NUL": (b'{"name":"a\\u0000b"}', 422),
    "number for a text": (b'{"name":7}', 422),
    "object for a text": (b'{"name":{"a":1}}', 422),
    "huge exponent": (b'{"name":"a","rack_unit":1e999}', (400, 422)),
    "long integer": (b'{"name":"a","rack_unit":99999999999999999999999}', (400, 422)),
    "unknown field": (b'{"name":"a","nonsense":1}', 422),
    "text of a megabyte": (b'{"name":"' + b"a" * MEBIBYTE + b'"}', 422),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_gets_its_status(target, name):
    _, admin = target
    body, expected = BODIES[name]

    answer = admin.post("/api/v1/hardware", raw=body)

    assert answer.status in (expected if isinstance(expected, tuple) else (expected,)), answer
    assert answer.json["code"] and answer.json["message"]
    assert len(answer.body) < 4096, "the answer echoes the input"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded",
                                          "multipart/form-data; boundary=x"])
def test_a_foreign_content_type_is_unsupported(target, content_type):
    _, admin = target

    assert admin.post("/api/v1/hardware", raw=b'{"name":"ct"}', content_type=content_type).status == 415


HEADS = {
    "no version": (b"GET /\r\n\r\n", (0, 400)),
    "garbage": (b"\x00\x01\x02\x03" * 100 + b"\r\n\r\n", (0, 400)),
    "TLS in TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (0, 400)),
    "bad version": (b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", (0, 400, 505)),
    "no host": (b"GET /api/v1/health HTTP/1.1\r\n\r\n", (200, 400)),
    "NUL in path": (b"GET /api/v1/\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n", (0, 400, 404)),
    "space in header name": (b"GET / HTTP/1.1\r\nHost: localhost\r\nA b: c\r\n\r\n", (0, 400)),
    "header without colon": (b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n", (0, 400)),
    "negative length": (b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n", (0, 400)),
    "two lengths": (b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                    b"Content-Length: 6\r\n\r\n{}", (0, 400)),
    "length and chunked": (b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (0, 400, 415, 422)),
    "bad chunk": (b"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"zz\r\n", (0, 400, 415)),
    "long path": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", (0, 400, 414, 431)),
    "long header": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n", (0, 400, 431)),
    "many headers": (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: 1\r\n" * 20_000 + b"\r\n", (0, 400, 431)),
    "unknown method": (b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n", (0, 400, 404, 405, 501)),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_bad_head_is_refused(target, name):
    daemon, _ = target
    data, expected = HEADS[name]

    received = raw(daemon, data, seconds=5)

    assert status(received) in expected, received[:300]


def test_a_hundred_megabytes_are_refused_early(target):
    daemon, admin = target
    before = daemon.rss()
    begin = head(daemon, "POST", "/api/v1/hardware", f"Cookie: cb_session={admin.cookie}",
                 f"Origin: {daemon.address}", "Content-Type: application/json", f"Content-Length: {100 * MEBIBYTE}")
    piece = b'{"name":"' + b"a" * (MEBIBYTE - 9)
    sent = 0
    with daemon.socket(timeout=30) as wire:
        with contextlib.suppress(OSError, ssl.SSLError):
            wire.sendall(begin)
            while sent < 100 * MEBIBYTE:
                wire.sendall(piece)
                sent += len(piece)
        received = b""
        with contextlib.suppress(OSError, ssl.SSLError):
            received = wire.recv(4096)

    assert status(received) in (0, 413), received[:200]
    assert daemon.rss() - before < 64 * MEBIBYTE
    declared = raw(daemon, begin, seconds=5)
    assert status(declared) == 413, declared[:200]


def test_a_hundred_megabytes_in_chunks_are_cut_off(target):
    daemon, admin = target
    before = daemon.rss()
    begin = head(daemon, "POST", "/api/v1/hardware", f"Cookie: cb_session={admin.cookie}",
                 f"Origin: {daemon.address}", "Content-Type: application/json", "Transfer-Encoding: chunked")
    piece = b"100000\r\n" + b"a" * MEBIBYTE + b"\r\n"
    received = b""
    with daemon.socket(timeout=30) as wire:
        with contextlib.suppress(OSError, ssl.SSLError):
            wire.sendall(begin)
            for _ in range(100):
                wire.sendall(piece)
        with contextlib.suppress(OSError, ssl.SSLError):
            received = wire.recv(4096)

    assert status(received) in (0, 400, 413), received[:200]
    assert daemon.rss() - before < 64 * MEBIBYTE


def test_forty_slow_clients_do_not_stop_the_others(new_daemon):
    """Slow loris: heads that never end are cut off after the time for a head, and others are served meanwhile."""
    daemon = new_daemon(environment={"CB_SERVER_LIMITS_HEADER_SECONDS": "2"})
    daemon.set_up()
    wires = [daemon.socket() for _ in range(40)]
    for wire in wires:
        wire.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nX-A: ")
    started = time.monotonic()

    assert Client(daemon, timeout=5).get("/api/v1/health").status == 200
    assert time.monotonic() - started < 2

    for _ in range(6):
        time.sleep(0.5)
        for wire in wires:
            with contextlib.suppress(OSError, ssl.SSLError):
                wire.sendall(b"a")
    closed = 0
    for wire in wires:
        wire.settimeout(3)
        try:
            while wire.recv(4096):
                pass
            closed += 1
        except (ConnectionError, ssl.SSLError):
            closed += 1
        except TimeoutError:
            pass
        wire.close()
    assert closed == len(wires), f"{len(wires) - closed} slow connections are still held"


def test_connections_beyond_the_limit_do_not_end_the_daemon(target):
    daemon, _ = target
    wires = []
    with contextlib.suppress(OSError):
        for _ in range(400):
            wire = socket.create_connection(("127.0.0.1", daemon.port), timeout=2)
            wires.append(wire)
    for wire in wires:
        wire.close()
    deadline = time.monotonic() + 15
    alive = False
    while not alive and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            alive = Client(daemon, timeout=5).get("/api/v1/health").status == 200
    assert alive


TRAVERSALS = [
    "/ui/../../../../etc/passwd", "/ui/x/../../../../../etc/passwd", "/../etc/passwd", "//etc/passwd",
    "/ui/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/ui/x/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
    "/ui/x/..%5c..%5c..%5cetc/passwd", "/ui/x/%252e%252e/%252e%252e/etc/passwd", "/ui/x/....//....//etc/passwd",
    "/ui/x/lib/%00/etc/passwd", "/ui/x/lib/api.js%00.html", "/ui/x/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "/ui//etc/passwd", "/ui/x//etc/passwd", "/etc/passwd", "/ui/x/../../app.db", "/ui/x/%2e%2e/openapi.json",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_path_leaves_the_pages(target, path):
    daemon, _ = target

    received = raw(daemon, head(daemon, "GET", path), seconds=5)

    assert b"root:" not in received and b"SQLite format" not in received and b'"openapi"' not in received
    assert status(received) in (200, 301, 308, 400, 404), received[:200]
    if status(received) == 200:
        assert b"<!doctype html>" in received.lower(), received[:300]


QUERIES = [
    "limit=0", "limit=-1", "limit=999999", "limit=x", "cursor=%00", "cursor=zzzz", "cursor=" + "a" * 5000,
    "sort=;drop%20table", "sort=id%2C(select%201)", "q=%27%22%3B--", "q=%00", "q=%ff%fe", "q=%22%22%22", "q=*",
    "q=NEAR(", "q=" + "a%20" * 2000, "nonsense=1", "status=%27%20or%201=1--", "tag=%25", "limit=1&limit=2", "&&&=&",
    "count=maybe", "trash=2", "q=%E2%80%AE%F0%9F%92%A9",
]


@pytest.mark.parametrize("query", QUERIES)
def test_odd_queries_are_answered(target, query):
    _, admin = target

    for path in ("/api/v1/hardware", "/api/v1/search", "/api/v1/admin/audit-log", "/api/v1/topology"):
        answer = admin.get(f"{path}?{query}")
        assert answer.status in (200, 400, 422), (path, query, answer)
        json.loads(answer.body)


@pytest.mark.parametrize("identity", ["0", "-1", "x", "9223372036854775807", "99999999999999999999", "1.5", "%00",
                                      "1%20or%201=1", "null", "１"])
def test_odd_ids_name_nothing(target, identity):
    _, admin = target
    from urllib.parse import quote

    answer = admin.get(f"/api/v1/hardware/{quote(identity, safe='%')}")

    assert answer.status == 404, answer


def test_names_from_the_network_stay_text(target):
    _, admin = target
    name = "<script>alert(1)</script>'\"; DROP TABLE objects; -- \u202e💥 ${{7*7}}"

    made = admin.made("/api/v1/hardware", {"name": name})

    assert admin.get(f"/api/v1/hardware/{made['id']}").json["name"] == name
    page = admin.get("/")
    assert b"DROP TABLE" not in page.body
    sheet = admin.get("/api/v1/hardware/export?format=csv")
    assert sheet.status == 200 and "script" in sheet.body.decode()


def test_random_bytes_in_parallel(target):
    daemon, _ = target
    import random

    def throw(seed):
        chance = random.Random(seed)
        for _ in range(15):
            raw(daemon, chance.randbytes(chance.randrange(1, 3000)), seconds=0.3)

    threads = [threading.Thread(target=throw, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert daemon.is_alive()


def test_a_thousand_requests_pipelined(target):
    daemon, _ = target
    one = head(daemon, "GET", "/api/v1/health")

    received = raw(daemon, one * 200 + head(daemon, "GET", "/api/v1/health", "Connection: close"), seconds=20,
                   finish=False)

    assert received.count(b"HTTP/1.1 200") >= 1
    assert daemon.is_alive()


def test_many_aborted_handshakes(target):
    daemon, _ = target

    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", daemon.port), timeout=2) as wire:
            wire.sendall(b"\x16\x03\x01\x00\xff\x01")
    assert daemon.is_alive()


def test_http2_garbage_after_the_preface(target):
    daemon, _ = target

    for garbage in (b"\x00\x00\x04\xff\xff\xff\xff\xff\xff" * 50, b"\xff" * 5000,
                    b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" * 2000):
        with contextlib.suppress(OSError, ssl.SSLError), daemon.socket(alpn=("h2",)) as wire:
            wire.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + garbage)
            wire.settimeout(1)
            while wire.recv(65536):
                pass
    assert daemon.is_alive()


def test_errors_echo_no_input(target):
    _, admin = target
    secret = "hunter2-hunter2"

    for body in ({"email": "x", "password": secret}, {"email": 7, "password": secret}, [secret]):
        answer = admin.post("/api/v1/auth/sign-in", body)
        assert secret.encode() not in answer.body, answer
