"""Starts the real daemon in a temporary directory, talks to it over TLS, and stops it by its process id."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import uuid
import weakref

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("CB_BINARY", ROOT / ".build/debug/circuit-breaker"))
POSTGRES = os.environ.get("CB_TEST_POSTGRES", "")
ADMIN = {"email": "ada@example.org", "password": "correct horse battery 9", "display_name": "Ada"}
PASSWORD = "another long passphrase 7"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def engines():
    return ["sqlite", "postgres"] if POSTGRES else ["sqlite"]


class Answer:
    """One response, with its body read."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    """One caller with one kept connection. `cookie` is a person, `token` a program, neither is nobody."""

    def __init__(self, daemon, cookie=None, token=None, timeout=30):
        self.daemon = daemon
        self.cookie = cookie
        self.token = token
        self.timeout = timeout
        self.connection = None

    def request(self, method, path, body=None, headers=None, raw=None, content_type="application/json"):
        sent = {"Host": self.daemon.authority}
        if self.cookie:
            sent["Cookie"] = f"cb_session={self.cookie}"
            if method not in ("GET", "HEAD"):
                sent["Origin"] = self.daemon.address
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = content_type
        sent.update(headers or {})
        for attempt in (1, 2):
            fresh = self.connection is None
            if fresh:
                self.connection = self.daemon.connect(self.timeout)
            try:
                self.connection.request(method, path, body=data, headers=sent)
                response = self.connection.getresponse()
                answer = Answer(response.status, response.headers, response.read())
                if response.will_close:
                    self.close()
                return answer
            except (http.client.HTTPException, OSError):
                self.close()
                # A kept connection may have been closed meanwhile; a fresh one may not.
                if fresh or attempt == 2:
                    raise
        raise AssertionError("not reached")

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.request("PUT", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.request("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def made(self, path, body):
        """Creates something and insists on it."""
        answer = self.post(path, body)
        assert answer.status == 201, f"POST {path} {body}: {answer}"
        return answer.json

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Daemon:
    """A daemon of its own: directory, port, certificates, database."""

    def __init__(self, engine="sqlite", environment=None, port=None):
        self.engine = engine
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cb-e2e."))
        self.data = self.place / "data"
        self.certs = self.place / "certs"
        self.port = port or free_port()
        self.extra = environment or {}
        self.process = None
        self.database = None
        self.log = self.place / "log"
        self.cookie = None
        self.opened = weakref.WeakSet()
        if engine == "postgres":
            self.database = f"e2e_{uuid.uuid4().hex[:12]}"
            psql("postgres", f'CREATE DATABASE "{self.database}"')

    @property
    def authority(self):
        return f"localhost:{self.port}"

    @property
    def address(self):
        return f"https://{self.authority}"

    @property
    def environment(self):
        """What a person would write into /etc/circuit-breaker/env."""
        values = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place),
            "CB_DATA_DIR": str(self.data),
            "CB_SHARE_DIR": str(ROOT / "share/circuit-breaker"),
            "CB_SERVER_HOST": "127.0.0.1",
            "CB_SERVER_PORT": str(self.port),
            "CB_TLS_MODE": "local",
            "CB_TLS_DIRECTORY": str(self.certs),
        }
        if self.database:
            values["CB_DB_URL"] = postgres_url(self.database)
        values.update(self.extra)
        return values

    def start(self, wait=True):
        self.place.mkdir(parents=True, exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(BINARY), "serve"], env=self.environment, cwd=self.place, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log)
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.tail()}")
            with contextlib.suppress(OSError, ssl.SSLError, http.client.HTTPException, FileNotFoundError):
                if Client(self, timeout=5).get("/api/v1/health").status == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"the daemon was not ready after {seconds} s:\n{self.tail()}")

    def kill(self):
        """As a power cut would: no goodbye."""
        self.process.kill()
        self.process.wait(30)

    def stop(self):
        """As systemd would; returns the exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
                raise AssertionError(f"the daemon did not stop within 20 s:\n{self.tail()}") from None
        return self.process.returncode if self.process else None

    def remove(self):
        # A stopping daemon waits a second for whoever keeps a connection; nobody needs these any more.
        for connection in list(self.opened):
            connection.close()
        with contextlib.suppress(AssertionError):
            self.stop()
        if self.database:
            psql("postgres", f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
        shutil.rmtree(self.place, ignore_errors=True)

    def tail(self, lines=40):
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def ca(self):
        """The certificate of the CA in use, whatever it is called."""
        found = sorted(self.certs.glob("*ca*.crt"), key=lambda path: (path.name != "ca.crt", path.name))
        if not found:
            raise FileNotFoundError(f"no CA certificate in {self.certs}")
        return found[0]

    def tls(self, alpn=("http/1.1",)):
        context = ssl.create_default_context(cafile=str(self.ca))
        context.set_alpn_protocols(list(alpn))
        return context

    def connect(self, timeout=30):
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=timeout, context=self.tls())
        self.opened.add(connection)
        return connection

    def socket(self, timeout=10, alpn=("http/1.1",)):
        """A bare TLS socket, for input that no HTTP library would send."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        secure = self.tls(alpn).wrap_socket(plain, server_hostname="localhost")
        self.opened.add(secure)
        return secure

    @property
    def setup_code(self):
        return (self.data / "setup-code").read_text().strip()

    def set_up(self):
        """Takes the first administrator's steps; returns a client signed in as that person."""
        anyone = Client(self)
        answer = anyone.post("/api/v1/setup/account", {"code": self.setup_code, **ADMIN},
                             headers={"Origin": self.address})
        assert answer.status == 201, answer
        self.cookie = cookie_of(answer)
        admin = Client(self, cookie=self.cookie)
        answer = admin.put("/api/v1/setup/step", {"step": "done"})
        assert answer.status in (200, 204), answer
        return admin

    def sign_in(self, email=ADMIN["email"], password=ADMIN["password"]):
        answer = Client(self).post("/api/v1/auth/sign-in", {"email": email, "password": password},
                                   headers={"Origin": self.address})
        assert answer.status == 200, answer
        return Client(self, cookie=cookie_of(answer))

    def person(self, admin, role):
        """A new account with that role, signed in."""
        email = f"{role}-{uuid.uuid4().hex[:6]}@example.org"
        admin.made("/api/v1/users", {
            "email": email, "password": PASSWORD, "display_name": role.title(), "role": role})
        client = self.sign_in(email, PASSWORD)
        client.email = email
        return client

    def rss(self):
        """Resident memory in bytes."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) * 1024

    def processor_time(self):
        """Seconds that all its threads have worked so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_alive(self):
        return self.process.poll() is None and Client(self, timeout=10).get("/api/v1/health").status == 200


def cookie_of(answer):
    for header in answer.headers.get_all("Set-Cookie") or []:
        match = re.match(r"cb_session=([^;]+)", header)
        if match:
            return match.group(1)
    raise AssertionError(f"no session cookie in {answer.headers}")


def postgres_parts():
    return dict(part.split("=", 1) for part in POSTGRES.split())


def postgres_url(database):
    parts = postgres_parts()
    return f"postgresql://{parts.get('user', 'postgres')}@{parts['host']}:{parts['port']}/{database}"


def psql(database, statement):
    parts = postgres_parts()
    conninfo = " ".join(f"{key}={value}" for key, value in {**parts, "dbname": database}.items())
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", conninfo, "-c", statement], check=True,
                   stdout=subprocess.DEVNULL)


def run(*arguments, environment=None, timeout=60):
    """The program's other commands: (exit code, stdout, stderr)."""
    done = subprocess.run([str(BINARY), *arguments], env={"PATH": os.environ["PATH"], **(environment or {})},
                          capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr
