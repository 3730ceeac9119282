"""Real browsers of an ordinary user open the page without a flag about certificates and without a warning."""

import pytest
from conftest import install

pytestmark = pytest.mark.browser

FIREFOX = r'''
import json, os, socket, subprocess, sys, tempfile, time
profile = tempfile.mkdtemp()
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
with open(profile + "/user.js", "w") as file:
    file.write('user_pref("marionette.port", %d);\n' % port)
browser = subprocess.Popen(["firefox-esr", "--headless", "--marionette", "--profile", profile, "--no-remote"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(600):
        try:
            wire = socket.create_connection(("127.0.0.1", port), 1)
            break
        except OSError:
            time.sleep(0.1)
    else:
        sys.exit("Firefox does not listen")
    wire.settimeout(90)
    stream = wire.makefile("rb")
    def receive():
        size = b""
        while (byte := stream.read(1)) != b":":
            size += byte
        return json.loads(stream.read(int(size)))
    def ask(number, name, **parameters):
        message = json.dumps([0, number, name, parameters]).encode()
        wire.sendall(b"%d:%s" % (len(message), message))
        _, _, error, value = receive()
        if error:
            sys.exit("%s: %s" % (error["error"], error["message"]))
        return value
    receive()
    ask(1, "WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})
    ask(2, "WebDriver:Navigate", url=sys.argv[1])
    print(ask(3, "WebDriver:GetTitle")["value"])
    print(ask(4, "WebDriver:GetCurrentURL")["value"])
finally:
    browser.kill()
    browser.wait()
'''


def person(guest):
    guest.sh("useradd --create-home person")


def chromium(guest, address):
    return guest.sh("runuser -u person -- env HOME=/home/person timeout 90 chromium --headless --disable-gpu "
                    f"--dump-dom --virtual-time-budget=5000 {address} 2>/tmp/chromium.err", check=False, timeout=120)


def test_chromium(make_guest, browser_root, tarball):
    guest = make_guest(browser_root)
    person(guest)
    install(guest, tarball, "--https", "local", "--trust", "--yes")
    page = chromium(guest, f"https://{guest.host}:8443/")
    assert "Circuit Breaker" in page.out, (page.out[:800], guest.read("/tmp/chromium.err")[-800:])
    assert "ERR_CERT" not in page.out and "privacy error" not in page.out.lower()
    # The test can fail: without trust the same browser refuses.
    guest.sh("circuit-breaker-installer --untrust --yes")
    refused = chromium(guest, f"https://{guest.host}:8443/")
    errors = guest.read("/tmp/chromium.err")
    assert "<title>Circuit Breaker" not in refused.out, refused.out[:800]
    assert "ERR_CERT" in refused.out + errors or "net_error -202" in refused.out + errors, (refused.out[:800], errors)


def test_firefox(make_guest, browser_root, tarball):
    guest = make_guest(browser_root)
    person(guest)
    install(guest, tarball, "--https", "local", "--trust", "--yes")
    guest.write("/tmp/open.py", FIREFOX)
    address = f"https://{guest.host}:8443/"
    page = guest.sh(f"runuser -u person -- env HOME=/home/person python3 /tmp/open.py {address}", timeout=180)
    assert "Circuit Breaker" in page.out and address in page.out, page
    guest.sh("circuit-breaker-installer --untrust --yes")
    refused = guest.sh(f"runuser -u person -- env HOME=/home/person python3 /tmp/open.py {address}", check=False,
                       timeout=180)
    assert refused.status != 0 and "nsecure" in refused.err, refused
