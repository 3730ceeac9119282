"""The certificate directory across power cuts and across a change of the root, and what Chromium makes of it."""

import contextlib
import http.server
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import threading
import time

import pytest

DAY = 86_400
LIFE = 3_650


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    """A library that moves the daemon's clock and cuts its power."""
    library = tmp_path_factory.mktemp("shim") / "moved_clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library),
                    str(pathlib.Path(__file__).with_name("moved_clock.c")), "-ldl"], check=True)
    return library


class Machine:
    """A certificate directory, and daemons that start on it at any day."""

    def __init__(self, new_daemon, shim):
        self.new_daemon = new_daemon
        self.shim = shim

    def start(self, certs, day, kill=None):
        """The daemon once it is ready; None when the power was cut before."""
        daemon = self.new_daemon(start=False, environment={
            "LD_PRELOAD": str(self.shim), "CB_TEST_CLOCK": str(day * DAY), "CB_LOG_FORMAT": "json",
            **({"CB_TEST_KILL": str(kill)} if kill else {})})
        daemon.certs = certs
        daemon.start(wait=False)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if re.search(r'"message": ?"ready"', daemon.tail(400)):
                return daemon
            if daemon.process.poll() is not None:
                assert kill and daemon.process.returncode == -9, daemon.tail()
                return None
            time.sleep(0.02)
        raise AssertionError(f"not ready: {daemon.tail()}")

    def run(self, certs, day, kill=None):
        """Whether it became ready; it is stopped again."""
        daemon = self.start(certs, day, kill)
        if daemon:
            assert daemon.stop() == 0
        return daemon is not None


def verifies(certs, root, day):
    done = subprocess.run(
        ["openssl", "verify", "-attime", str(int(time.time()) + day * DAY), "-x509_strict", "-purpose", "sslserver",
         "-verify_hostname", "localhost", "-CAfile", str(root), "-untrusted", "server.crt", "server.crt"],
        cwd=certs, capture_output=True, text=True)
    return done.returncode == 0


def shape(certs):
    """The names of the files and their modes; an archived root's name without its fingerprint."""
    return sorted((re.sub(r"-[0-9a-f]{12}\.", "-X.", str(path.relative_to(certs))), oct(path.stat().st_mode))
                  for path in certs.rglob("*"))


def key_belongs(certs, name):
    of_certificate = subprocess.run(["openssl", "x509", "-in", f"{name}.crt", "-noout", "-pubkey"], cwd=certs,
                                    capture_output=True).stdout
    of_key = subprocess.run(["openssl", "pkey", "-in", f"{name}.key", "-pubout"], cwd=certs, capture_output=True).stdout
    return of_key and of_key == of_certificate


@pytest.mark.long
@pytest.mark.parametrize("phase", ["first start", "successor", "take-over", "end"])
def test_a_power_cut_between_any_two_writes_is_repaired_by_the_next_start(new_daemon, shim, tmp_path, phase):
    machine = Machine(new_daemon, shim)
    days = {"first start": 0, "successor": LIFE - 150, "take-over": LIFE - 70, "end": LIFE + 2}
    base = tmp_path / "base" / "certs"
    base.mkdir(parents=True, mode=0o750)
    for earlier, day in days.items():
        if earlier == phase:
            break
        assert machine.run(base, day)
    day = days[phase]
    clean = tmp_path / "clean" / "certs"
    shutil.copytree(base, clean)
    assert machine.run(clean, day)

    for cut in range(1, 40):
        certs = tmp_path / str(cut) / "certs"
        shutil.copytree(base, certs)
        was_cut = not machine.run(certs, day, kill=cut)
        assert machine.run(certs, day)
        assert shape(certs) == shape(clean), f"cut {cut}"
        assert key_belongs(certs, "ca") and key_belongs(certs, "server")
        assert verifies(certs, certs / "ca.crt", day), f"cut {cut}"
        for other in ("ca-next.crt", "ca-previous.crt"):
            assert not (certs / other).exists() or verifies(certs, certs / other, day), f"cut {cut}: {other}"
        if phase in ("successor", "take-over"):
            assert verifies(certs, base / "ca.crt", day), f"cut {cut}: who trusted before is refused"
        if not was_cut:
            assert cut > 3, "the power was never cut"
            return
    raise AssertionError("it never came to an end")


class Browser:
    """Chromium with a trust store of its own."""

    def __init__(self, place, root):
        self.home = place
        store = place / ".pki" / "nssdb"
        store.mkdir(parents=True)
        for command in (["-N", "--empty-password"], ["-A", "-n", "lab", "-t", "C,,", "-i", str(root)]):
            subprocess.run(["certutil", "-d", f"sql:{store}", *command], check=True, capture_output=True)

    def open(self, address):
        """(the page, what the browser logged); the page of a refused certificate is empty."""
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.home}/profile",
             "--host-resolver-rules=MAP * 127.0.0.1", "--enable-logging=stderr",
             "--dump-dom", address],
            env={"HOME": str(self.home), "PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=90,
            stdin=subprocess.DEVNULL)
        return done.stdout, done.stderr


@contextlib.contextmanager
def served(certificate, key):
    """A page behind that certificate; the port."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>reached</title>")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def issue(certs, place, name):
    """As a thief of the CA's key would: our own code does not issue such a thing."""
    (place / "ext").write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature\n")
    for command in (
        ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key"],
        ["req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr"],
        ["x509", "-req", "-in", f"{name}.csr", "-CA", str(certs / "ca.crt"), "-CAkey", str(certs / "ca.key"), "-days",
         "9", "-extfile", "ext", "-out", f"{name}.crt"],
    ):
        subprocess.run(["openssl", *command], cwd=place, check=True, capture_output=True)
    return place / f"{name}.crt", place / f"{name}.key"


def test_chromium_refuses_a_name_outside_of_the_constraints(new_daemon, tmp_path):
    daemon = new_daemon()
    browser = Browser(tmp_path / "home", daemon.certs / "ca.crt")

    with served(*issue(daemon.certs, tmp_path, "nas.home.arpa")) as port:
        page, log = browser.open(f"https://nas.home.arpa:{port}/")
        assert "<title>reached" in page, log
    with served(*issue(daemon.certs, tmp_path, "www.bank.test")) as port:
        page, log = browser.open(f"https://www.bank.test:{port}/")
        assert "reached" not in page
        # -207 is ERR_CERT_INVALID: what breaks the rules of its own authority; an unknown authority would be -202.
        assert "net_error -207" in log, log[-2000:]


@pytest.mark.parametrize("starts", [(100 - LIFE, 0), (60 - LIFE, -70, 0)], ids=["announced", "taken over"])
def test_chromium_accepts_the_server_by_either_root_while_the_root_changes(new_daemon, shim, tmp_path, starts):
    machine = Machine(new_daemon, shim)
    certs = tmp_path / "certs"
    certs.mkdir(mode=0o750)
    for day in starts[:-1]:
        assert machine.run(certs, day)
    daemon = machine.start(certs, starts[-1])
    others = [name for name in ("ca-next.crt", "ca-previous.crt") if (certs / name).exists()]
    assert others == [["ca-next.crt"], ["ca-previous.crt"]][len(starts) - 2]

    for index, root in enumerate(["ca.crt", *others]):
        page, log = Browser(tmp_path / str(index), certs / root).open(f"https://localhost:{daemon.port}/")
        assert "Circuit Breaker" in page, f"{root}: {log[-1500:]}"
