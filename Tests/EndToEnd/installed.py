"""An installation as the installer lays it out, in a room of its own: the daemon runs as its user, `cb doctor` as root."""

import contextlib
import http.server
import json
import os
import pathlib
import subprocess
import threading
import urllib.error
import urllib.request

from daemon import ADMIN, BINARY, Client, Daemon, cookie_of, free_port
from room import CB, Room
from test_sign_in import totp

TOKEN = "a-token-for-tests-that-is-long-enough-0123456789"


class Installed(Daemon):
    """A `Daemon` whose files lie below /etc/circuit-breaker of its room."""

    def __init__(self, engine, profile):
        super().__init__(engine)
        self.room = Room()
        self.user = self.room.person("circuit-breaker")
        self.etc = self.room.place / "etc" / "circuit-breaker"
        self.data = self.etc / "data"
        self.certs = self.etc / "certs"
        self.profile = profile
        self.settings = {}

    def lay(self):
        """What the installer does: certificates, configuration, environment, modes and owners."""
        self.certs.mkdir(parents=True)
        self.data.mkdir()
        self.write()
        first = Daemon(port=self.port)
        first.certs = self.certs
        try:
            first.start()
        finally:
            first.remove()
        self.own(self.etc, 0, 0o755)
        self.own(self.certs, 0, 0o750)
        for file in self.certs.iterdir():
            self.own(file, 0, 0o640 if file.name == "server.key" else 0o644)
        key = self.certs / "ca.key"
        os.chown(key, 0, 0)
        key.chmod(0o600)
        self.own(self.data, self.user, 0o700)
        return self

    def own(self, path, user, mode):
        os.chown(path, user, self.user)
        path.chmod(mode)

    def write(self):
        """config.yaml and env, as they stand."""
        config = {
            "server": {"host": "127.0.0.1", "port": self.port,
                       **({"public_url": self.settings["public_url"]} if "public_url" in self.settings else {})},
            "tls": {"mode": "local", "directory": "/etc/circuit-breaker/certs"},
            "data": {"dir": "/etc/circuit-breaker/data", "share_dir": self.environment["CB_SHARE_DIR"]},
            "access": {"profile": self.profile}}
        lines = []
        for section, values in config.items():
            lines.append(f"{section}:")
            lines += [f"  {key}: {json.dumps(value)}" for key, value in values.items()]
        self.etc.mkdir(exist_ok=True)
        (self.etc / "config.yaml").write_text("\n".join(lines) + "\n")
        env = f"CB_API_TOKEN={TOKEN}\n"
        if self.database:
            env += f"CB_DB_URL={self.environment['CB_DB_URL']}\n"
        (self.etc / "env").write_text(env)
        for name in ("config.yaml", "env"):
            self.own(self.etc / name, 0, 0o640)

    def start(self, wait=True, environment=None):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.room.enter, "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups",
                 str(BINARY), "serve"], cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={"PATH": os.environ["PATH"], "HOME": "/home/circuit-breaker", **(environment or {})})
        if wait:
            self.wait_until_ready()
        return self

    def set_up(self):
        """The hardened profile wants a second factor before anything else."""
        if self.profile == "hardened":
            answer = Client(self).post("/api/v1/setup/account", {"code": self.setup_code, **ADMIN},
                                       headers={"Origin": self.address})
            assert answer.status == 201, answer
            admin = Client(self, cookie=cookie_of(answer))
            secret = admin.post("/api/v1/me/totp").json["secret"]
            assert admin.post("/api/v1/me/totp/confirm", {"code": totp(secret)}).status in (200, 204)
            assert admin.put("/api/v1/setup/step", {"step": "done"}).status in (200, 204)
            return admin
        return super().set_up()

    @property
    def backup(self):
        return self.data / "backups" / "monday.cbbackup"

    def back_up(self):
        """As a timer would."""
        secret = self.etc / "passphrase"
        secret.write_text("a passphrase for backups 9\n")
        done = self.room.run(
            "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups", "sh", "-c",
            f"mkdir -p /etc/circuit-breaker/data/backups && {BINARY} backup create --file "
            "/etc/circuit-breaker/data/backups/monday.cbbackup --passphrase-file /etc/circuit-breaker/passphrase",
            env={"PATH": os.environ["PATH"]})
        assert done.returncode == 0, done.stderr

    def doctor(self, **environment):
        """(exit code, findings) of `cb doctor` as root."""
        done = self.room.cb("doctor", "--json", environment=environment)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)["findings"]

    def remove(self):
        super().remove()
        self.room.close()


class Proxy(http.server.ThreadingHTTPServer):
    """A reverse proxy that may be wrong: it can add headers to what is asked, and change what is answered."""

    daemon_threads = True

    def __init__(self, daemon, add=None, change=None):
        self.target, self.add, self.change = daemon, add or {}, change or {}
        super().__init__(("127.0.0.1", free_port()), _Handler)
        self.url = f"http://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *error):
        self.shutdown()
        super().__exit__(*error)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        sent = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        request = urllib.request.Request(
            self.server.target.address + self.path, method=self.command, data=self.rfile.read(length) if length else None,
            headers={**sent, **self.server.add})
        try:
            answer = urllib.request.urlopen(request, context=self.server.target.tls(), timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, self.server.change.get(name.lower(), value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_DELETE = do_PATCH = handle_any

    def log_message(self, *_):
        pass
