"""A headless Firefox, driven through Marionette: its own protocol on a loopback port, `LENGTH:JSON` each way."""

import contextlib
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time


class FirefoxRefused(Exception):
    """What Firefox said instead of showing the page."""


class Firefox:
    def __init__(self, connection):
        self.stream = connection.makefile("rwb")
        self.serial = 0
        self.receive()
        self.call("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})

    def receive(self):
        digits = bytearray()
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox closed the connection")
            digits += byte
        return json.loads(self.stream.read(int(digits)))

    def call(self, name, **parameters):
        self.serial += 1
        text = json.dumps([0, self.serial, name, parameters]).encode()
        self.stream.write(b"%d:%s" % (len(text), text))
        self.stream.flush()
        _, _, problem, result = self.receive()
        if problem:
            raise FirefoxRefused(f"{problem.get('error')}: {problem.get('message', '')}")
        return result

    def open(self, url):
        """Goes there and gives the title; a certificate that is not trusted is `FirefoxRefused`."""
        self.call("WebDriver:Navigate", url=url)
        return self.call("WebDriver:GetTitle")["value"]


@contextlib.contextmanager
def firefox(profile=None, wrap=()):
    """A Firefox with that profile or a fresh one; `wrap` goes before the command."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="cb-firefox."))
    if not profile:
        profile = place / "profile"
        profile.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n')
    process = subprocess.Popen(
        [*wrap, "firefox-esr", "--headless", "--marionette", "--profile", str(profile), "--no-remote"],
        env={"HOME": str(place), "PATH": "/usr/local/bin:/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), 1)
                break
            except OSError:
                assert process.poll() is None, f"Firefox ended with {process.returncode}"
                assert time.monotonic() < deadline, "Firefox did not open its port within a minute"
                time.sleep(0.05)
        connection.settimeout(60)
        with connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)
        shutil.rmtree(place, ignore_errors=True)
