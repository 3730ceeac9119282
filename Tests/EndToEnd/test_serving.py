"""How the daemon serves: HTTP/2, redirect, reload without a dropped connection, systemd, proxies, stopping."""

import http.client
import os
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
from daemon import BINARY, Client, free_port


def until(claim, seconds=10):
    """Waits for something that happens outside of this process."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.02)
    return False


def pair(place, name, days=30):
    """A certificate of its own root, as an administrator brings one."""
    key, crt = place / f"{name}.key", place / f"{name}.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", crt, "-days", str(days), "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return crt, key


def served(port):
    """The certificate a new connection is shown, as DER."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as wire:
            return wire.getpeercert(binary_form=True)


def der(crt):
    return ssl.PEM_cert_to_DER_cert(pathlib.Path(crt).read_text())


class Provided:
    """A daemon with a certificate of the administrator's."""

    def __init__(self, new_daemon, place, **environment):
        self.crt, self.key = place / "server.crt", place / "server.key"
        self.place = place
        self.use("one")
        self.daemon = new_daemon(start=False, environment={
            "CB_TLS_MODE": "provided", "CB_TLS_CERT_FILE": str(self.crt), "CB_TLS_KEY_FILE": str(self.key),
            **environment})
        self.daemon.start(wait=False)
        assert until(self.answers), self.daemon.tail()

    def answers(self):
        try:
            return served(self.daemon.port) is not None
        except OSError:
            return False

    def use(self, name, key_of=None):
        crt, key = pair(self.place, name)
        if key_of:
            _, key = pair(self.place, key_of)
        # As certbot and cp do: one file after the other.
        self.key.write_bytes(key.read_bytes())
        self.crt.write_bytes(crt.read_bytes())
        return der(crt)


def test_http2_is_agreed_by_alpn(new_daemon):
    daemon = new_daemon()

    with daemon.socket(alpn=("h2", "http/1.1")) as wire:
        assert wire.selected_alpn_protocol() == "h2"
        assert wire.version() in ("TLSv1.2", "TLSv1.3")
    with daemon.socket(alpn=("http/1.1",)) as wire:
        assert wire.selected_alpn_protocol() == "http/1.1"


def test_curl_speaks_http2_and_trusts_the_ca(new_daemon):
    daemon = new_daemon()

    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", str(daemon.ca), "-o", "/dev/null", "-w", "%{http_version} %{http_code}",
         f"https://localhost:{daemon.port}/api/v1/health"], capture_output=True, text=True, timeout=30)

    assert done.stdout in ("2 200", "1.1 200"), done


def test_old_tls_is_refused(new_daemon):
    daemon = new_daemon()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.warns(DeprecationWarning):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1

    with pytest.raises((ssl.SSLError, OSError)), socket.create_connection(("127.0.0.1", daemon.port)) as plain:
        context.wrap_socket(plain, server_hostname="localhost")


def test_the_redirect_port_redirects_and_nothing_else(new_daemon):
    port = free_port()
    daemon = new_daemon(environment={"CB_SERVER_REDIRECT_PORT": str(port)})

    for method, path in (("GET", "/hardware/7?x=1"), ("POST", "/api/v1/setup/code")):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request(method, path, headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        assert response.status == 308, response.status
        assert response.headers["Location"] == f"https://localhost:{daemon.port}{path}"
        connection.close()


def test_every_answer_carries_the_security_headers(new_daemon):
    daemon = new_daemon()
    anyone = Client(daemon)

    for path in ("/", "/api/v1/health", "/api/v1/nonsense", "/absent.txt", "/ca.crt"):
        answer = anyone.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe-eval" not in policy and "'unsafe-inline'" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Strict-Transport-Security"]
        assert re.fullmatch(r"[0-9a-z]{12}", answer.headers["X-Request-ID"])


def test_a_reload_takes_a_new_certificate_and_drops_no_connection(new_daemon, tmp_path):
    bench = Provided(new_daemon, tmp_path)
    daemon = bench.daemon
    context = ssl.create_default_context(cafile=str(bench.crt))
    kept = http.client.HTTPSConnection("localhost", daemon.port, timeout=10, context=context)
    kept.request("GET", "/api/v1/health")
    assert kept.getresponse().read()

    new = bench.use("two")
    daemon.process.send_signal(signal.SIGHUP)

    assert until(lambda: served(daemon.port) == new), daemon.tail()
    kept.request("GET", "/api/v1/health")
    assert kept.getresponse().status == 200


def test_changed_files_are_taken_up_without_a_signal(new_daemon, tmp_path):
    bench = Provided(new_daemon, tmp_path)

    new = bench.use("two")

    assert until(lambda: served(bench.daemon.port) == new), bench.daemon.tail()


def test_a_bad_new_pair_is_refused_with_one_line_and_the_old_one_stays(new_daemon, tmp_path):
    bench = Provided(new_daemon, tmp_path)
    old = served(bench.daemon.port)

    bench.use("two", key_of="three")
    bench.daemon.process.send_signal(signal.SIGHUP)

    assert until(lambda: "refused" in bench.daemon.tail()), bench.daemon.tail()
    bench.daemon.process.send_signal(signal.SIGHUP)
    assert until(lambda: bench.daemon.tail().count("reloaded") >= 2)
    assert served(bench.daemon.port) == old
    lines = [line for line in bench.daemon.tail().splitlines() if "refused" in line]
    assert len(lines) == 1 and "server.key" in lines[0], lines


class Systemd:
    """Hears what the daemon tells systemd."""

    def __init__(self, place):
        self.path = str(place / "notify")
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire.bind(self.path)
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                self.heard.append(self.wire.recv(4096).decode())
            except OSError:
                return

    def says(self, word):
        return until(lambda: any(word in message.splitlines() for message in self.heard))


def test_systemd_hears_ready_reloading_watchdog_and_stopping(new_daemon, tmp_path):
    systemd = Systemd(tmp_path)
    daemon = new_daemon(environment={"NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "200000"})

    assert systemd.says("READY=1")
    assert any(f":{daemon.port}" in message for message in systemd.heard if "STATUS=" in message), systemd.heard
    assert systemd.says("WATCHDOG=1")
    del systemd.heard[:]
    daemon.process.send_signal(signal.SIGHUP)
    assert systemd.says("RELOADING=1") and systemd.says("READY=1")
    assert daemon.stop() == 0
    assert systemd.says("STOPPING=1")


def test_a_socket_handed_over_by_systemd_is_served(new_daemon):
    daemon = new_daemon(start=False)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        daemon.port = listener.getsockname()[1]
        daemon.place.mkdir(parents=True, exist_ok=True)
        with open(daemon.log, "ab") as log:
            # As systemd does it: the socket is descriptor 3, and the variables name this very process.
            daemon.process = subprocess.Popen(
                ["bash", "-c", f"LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=https exec {BINARY} serve "
                 f"3<&{listener.fileno()}"],
                env={**daemon.environment, "CB_SERVER_PORT": "1"}, cwd=daemon.place, pass_fds=[listener.fileno()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        daemon.wait_until_ready()

    assert Client(daemon).get("/api/v1/health").status == 200


def test_the_unix_socket_answers_in_the_clear(new_daemon):
    daemon = new_daemon(start=False)
    path = daemon.place / "api.sock"
    daemon.extra["CB_SERVER_SOCKET"] = str(path)
    daemon.start()

    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(path))
        wire.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert wire.recv(4096).startswith(b"HTTP/1.1 200")
    assert daemon.stop() == 0
    assert not path.exists()


def test_a_stop_finishes_the_request_under_way_and_is_over_in_time(new_daemon):
    daemon = new_daemon()
    wire = daemon.socket()
    body = b'{"code":"WRONG"}'
    wire.sendall(f"POST /api/v1/setup/code HTTP/1.1\r\nHost: {daemon.authority}\r\nOrigin: {daemon.address}\r\n"
                 f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
                 "Expect: 100-continue\r\n\r\n".encode())
    assert wire.recv(4096).startswith(b"HTTP/1.1 100"), "the request is under way"
    began = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    assert until(lambda: not listens(daemon.port)), "it still accepts"
    wire.sendall(body)

    assert wire.recv(4096).startswith(b"HTTP/1.1 4")
    assert daemon.process.wait(15) == 0
    assert time.monotonic() - began < 10


def listens(port):
    with socket.socket() as wire:
        return wire.connect_ex(("127.0.0.1", port)) == 0


def test_a_stop_with_idle_connections_does_not_wait_for_them(new_daemon):
    daemon = new_daemon()
    wires = [daemon.socket() for _ in range(5)]
    kept = daemon.connect()
    kept.request("GET", "/api/v1/health")
    kept.getresponse().read()
    began = time.monotonic()

    assert daemon.stop() == 0
    assert time.monotonic() - began < 5
    for wire in wires:
        wire.close()


def test_a_second_signal_does_not_spoil_the_stop(new_daemon):
    daemon = new_daemon()
    daemon.process.send_signal(signal.SIGTERM)
    daemon.process.send_signal(signal.SIGTERM)
    daemon.process.send_signal(signal.SIGHUP)

    assert daemon.process.wait(15) == 0


def test_log_lines_as_json(new_daemon):
    import json

    daemon = new_daemon(environment={"CB_LOG_FORMAT": "json"})
    daemon.stop()

    lines = [json.loads(line) for line in daemon.log.read_text().splitlines()]
    assert any(line["message"] == "ready" and line["fields"]["url"] for line in lines)


def test_a_proxy_that_is_trusted_names_the_client(new_daemon):
    daemon = new_daemon(environment={
        "CB_TLS_MODE": "off", "CB_SERVER_TRUSTED_PROXIES": "127.0.0.1", "CB_LOG_LEVEL": "debug"}, start=False)
    daemon.start(wait=False)
    assert until(lambda: listens(daemon.port)), daemon.tail()

    connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)
    connection.request("GET", "/api/v1/health", headers={
        "Host": "lab", "X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https"})

    assert connection.getresponse().status == 200
    assert until(lambda: "address=198.51.100.7" in daemon.tail()), daemon.tail()


def test_the_data_directory_is_closed_to_others(new_daemon):
    daemon = new_daemon()

    assert os.stat(daemon.data).st_mode & 0o777 == 0o700
    assert os.stat(daemon.data / "app.db").st_mode & 0o077 == 0
