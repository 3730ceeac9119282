"""Runs Debian's reverse proxies in front of a daemon, with the configurations that `cb proxy-config` prints."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from daemon import ROOT, free_port

CB = pathlib.Path(os.environ.get("CB_CLIENT", ROOT / ".build/debug/cb"))


def cb(daemon, *arguments, environment=None, timeout=60):
    """(exit code, stdout, stderr) of cb, with the daemon's own environment."""
    done = subprocess.run([str(CB), *arguments], env={**daemon.environment, **(environment or {})},
                          capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


class Proxy:
    """One running proxy: a folder, a port, a certificate of its own, ended by its process id."""

    def __init__(self, kind, daemon):
        self.kind = kind
        self.daemon = daemon
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cb-proxy."))
        self.place.chmod(0o755)
        self.port = free_port()
        self.crt, self.key = self.place / "proxy.crt", self.place / "proxy.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             self.key, "-out", self.crt, "-days", "3", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        self.process = None
        self.log = self.place / "log"

    @property
    def authority(self):
        return f"localhost:{self.port}"

    @property
    def address(self):
        return f"https://{self.authority}"

    def printed(self):
        code, text, said = cb(
            self.daemon, "proxy-config", self.kind, "--hostname", "localhost", "--port", str(self.port),
            "--certificate", str(self.crt), "--key", str(self.key))
        assert code == 0, said
        return text

    def start(self):
        """The printed text as it is, but for the places only root may write."""
        command = getattr(self, f"_{self.kind}")(self.printed())
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, cwd=self.place, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={"PATH": os.environ["PATH"], "HOME": str(self.place)})
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            time.sleep(0.02)
        raise AssertionError(f"{self.kind} does not listen: {self.log.read_text()}")

    def _nginx(self, text):
        (self.place / "site.conf").write_text(text)
        main = self.place / "nginx.conf"
        main.write_text(
            "daemon off;\nmaster_process off;\nworker_processes 1;\n"
            f"pid {self.place}/pid;\nerror_log {self.place}/error.log;\nevents {{ worker_connections 256; }}\n"
            "http {\n  access_log off;\n"
            + "".join(f"  {kind}_temp_path {self.place}/{kind};\n"
                      for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            + f"  include {self.place}/site.conf;\n}}\n")
        return ["nginx", "-e", f"{self.place}/error.log", "-c", str(main)]

    def _haproxy(self, text):
        pair = self.place / "pair.pem"
        pair.write_bytes(self.crt.read_bytes() + self.key.read_bytes())
        text = text.replace("/etc/haproxy/certs/localhost.pem", str(pair))
        file = self.place / "haproxy.cfg"
        file.write_text("global\n    maxconn 200\n\n" + text)
        return ["haproxy", "-db", "-f", str(file)]

    def _caddy(self, text):
        authority = self.place / "ca.crt"
        if "tls_trusted_ca_certs" in text:
            shutil.copy(self.daemon.ca, authority)
        text = text.replace("/etc/caddy/circuit-breaker-ca.crt", str(authority))
        file = self.place / "Caddyfile"
        file.write_text(
            "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n"
            f"\tstorage file_system {self.place}/storage\n}}\n\n" + text)
        return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        shutil.rmtree(self.place, ignore_errors=True)
