"""What `cb trust` puts in makes real programs accept the daemon, and what it takes out leaves no trace."""

import base64
import hashlib
import json
import os
import plistlib
import shutil
import ssl
import subprocess

import pytest
from browser import chromium, new_page
from daemon import Client
from firefox import FirefoxRefused, firefox
from playwright.sync_api import Error, sync_playwright
from room import CB, Room

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mount namespaces need root")
with_firefox = pytest.mark.skipif(not shutil.which("firefox-esr"), reason="Debian's firefox-esr is not installed")


@pytest.fixture
def room():
    made = Room()
    yield made
    made.close()


def fingerprint(daemon):
    der = ssl.PEM_cert_to_DER_cert((daemon.certs / "ca.crt").read_text())
    digits = hashlib.sha256(der).hexdigest().upper()
    return ":".join(digits[at:at + 2] for at in range(0, 64, 2))


def trust(room, daemon, *arguments, ends=0):
    done = room.cb("trust", *arguments, environment=daemon.environment)
    assert done.returncode == ends, (done.returncode, done.stdout, done.stderr)
    return done


@as_root
def test_system_store(room, new_daemon):
    daemon = new_daemon()
    address = f"{daemon.address}/api/v1/health"
    before = room.manifest()
    assert room.run("curl", "-sS", "-o", "/dev/null", address).returncode == 60
    assert trust(room, daemon, "fingerprint").stdout.split()[0] == fingerprint(daemon)

    report = json.loads(trust(room, daemon, "install", "--json").stdout)

    assert [(one["store"], one["state"]) for one in report] == [("system", "installed")]
    assert report[0]["note"] == f"curl accepted {address} by the system store."
    assert room.run("curl", "-sS", "-o", "/dev/null", address).returncode == 0
    python = f"import urllib.request; urllib.request.urlopen('{address}')"
    assert room.run("python3", "-c", python).returncode == 0
    assert trust(room, daemon, "install").stdout.split() == ["kept", "system"]
    assert "trusted" in trust(room, daemon, "status", "--store", "system").stdout.split()
    assert trust(room, daemon, "remove").stdout.split() == ["removed", "system"]
    assert room.run("curl", "-sS", "-o", "/dev/null", address).returncode == 60
    assert room.changes(before) == {}


@as_root
def test_everything_and_back(room, new_daemon):
    daemon = new_daemon()
    for name in ("ada", "bob"):
        room.person(name)
    profile = "/home/bob/.mozilla/firefox/x1.default-esr"
    assert room.run("runuser", "-u", "bob", "--", "sh", "-c",
                    f"mkdir -p {profile} && certutil -d sql:{profile} -N --empty-password").returncode == 0
    before = room.manifest()

    report = json.loads(trust(room, daemon, "install", "--json", "--store", "all", "--all-users").stdout)

    stores = {one["store"]: one["state"] for one in report}
    # The machine's own Java keystore is written by the system store's hook already, so nothing is left to do there.
    assert set(stores.values()) <= {"installed", "kept"}, report
    assert {"system", "firefox-policy", "nss:ada:/home/ada/.pki/nssdb", f"nss:bob:{profile}"} <= stores.keys()
    owners = room.run("stat", "-c", "%U", "/home/ada/.pki/nssdb/cert9.db", f"{profile}/cert9.db").stdout.split()
    assert owners == ["ada", "bob"]
    trust(room, daemon, "remove")
    assert room.changes(before) == {}


@as_root
def test_own_database_without_root(room, new_daemon):
    daemon = new_daemon()
    room.person("ada")
    root = daemon.place / "root.pem"
    shutil.copy(daemon.certs / "ca.crt", root)
    before = room.manifest()

    def as_ada(*arguments):
        # The client is in a folder of root's, so it is opened before the rights are given away.
        os.chmod(daemon.place, 0o755)
        return room.run("setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", str(room_client(daemon)), "trust",
                        *arguments)

    refused = as_ada("install", "--root", str(root), "--store", "system")
    assert refused.returncode == 4 and "root" in refused.stderr, refused
    done = as_ada("install", "--root", str(root))
    assert (done.returncode, done.stdout.split()) == (0, ["installed", "nss:ada:/home/ada/.pki/nssdb"]), done
    assert as_ada("remove").returncode == 0
    assert room.changes(before) == {}


def room_client(daemon):
    copy = daemon.place / "cb"
    if not copy.exists():
        shutil.copy(CB, copy)
        copy.chmod(0o755)
    return copy


@as_root
def test_wrong_usage(room, new_daemon, tmp_path):
    daemon = new_daemon()
    leaf = daemon.certs / "server.crt"
    assert trust(room, daemon, "install", "--store", "moon", ends=2).stderr
    assert "not a root" in trust(room, daemon, "install", "--root", str(leaf), ends=2).stderr
    assert "no certificate" in trust(room, daemon, "install", "--root", "/dev/null", ends=2).stderr
    assert trust(room, daemon, "install", "--user", "nobody-here", ends=1).stderr
    daemon.extra["CB_TLS_MODE"] = "off"
    assert trust(room, daemon, "install", ends=4).stderr


@as_root
def test_chromium_by_its_database(room, new_daemon):
    daemon = new_daemon()
    assert chromium_title(room, daemon) is None

    trust(room, daemon, "install", "--store", "nss", "--user", "root")

    assert "Circuit Breaker" in chromium_title(room, daemon)
    trust(room, daemon, "remove")
    assert chromium_title(room, daemon) is None


@as_root
def test_chromium_by_policy(room, new_daemon):
    daemon = new_daemon()
    trust(room, daemon, "install", "--store", "chromium-policy")

    assert "Circuit Breaker" in chromium_title(room, daemon)
    trust(room, daemon, "remove")
    assert chromium_title(room, daemon) is None


def chromium_title(room, daemon):
    """The page's title as Chromium shows it without any certificate flag; None when it shows a warning instead."""
    start = daemon.place / "chromium"
    start.write_text(f'#!/bin/sh\nexec {" ".join(room.enter)} env HOME=/root chromium "$@"\n')
    start.chmod(0o755)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(start), chromium_sandbox=False)
        try:
            page = browser.new_page()
            page.goto(daemon.address)
            page.wait_for_function("() => document.title !== ''")
            return page.title()
        except Error as error:
            assert "ERR_CERT_AUTHORITY_INVALID" in str(error), error
            return None
        finally:
            browser.close()


@as_root
@with_firefox
@pytest.mark.long
def test_firefox_by_policy(room, new_daemon):
    daemon = new_daemon()
    with firefox(wrap=room.enter) as browser, pytest.raises(FirefoxRefused):
        browser.open(daemon.address)

    trust(room, daemon, "install", "--store", "firefox-policy")

    with firefox(wrap=room.enter) as browser:
        assert "Circuit Breaker" in browser.open(daemon.address)
    trust(room, daemon, "remove")
    with firefox(wrap=room.enter) as browser, pytest.raises(FirefoxRefused):
        browser.open(daemon.address)


@as_root
@with_firefox
@pytest.mark.long
def test_firefox_by_profile(room, new_daemon):
    daemon = new_daemon()
    profile = room.place / "root/.mozilla/firefox/p1.default"
    profile.mkdir(parents=True)
    (profile / "times.json").write_text("{}")
    trust(room, daemon, "install", "--store", "nss", "--user", "root")

    with firefox(profile) as browser:
        assert "Circuit Breaker" in browser.open(daemon.address)
    trust(room, daemon, "remove")
    with firefox(profile) as browser, pytest.raises(FirefoxRefused):
        browser.open(daemon.address)


def test_page_for_other_devices(new_daemon):
    daemon = new_daemon()
    anyone = Client(daemon)
    pem = anyone.get("/ca.crt").body
    der = anyone.get("/ca.der").body
    assert ssl.PEM_cert_to_DER_cert(pem.decode()) == der

    about = anyone.get("/ca.json").json
    profile = anyone.get("/ca.mobileconfig")

    assert about["mode"] == "local"
    assert [one["fingerprint_sha256"] for one in about["roots"]] == [fingerprint(daemon)]
    assert anyone.get("/ca-next.crt").status == 404
    assert profile.headers["Content-Type"] == "application/x-apple-aspen-config"
    plist = plistlib.loads(profile.body)
    assert plist["PayloadType"] == "Configuration" and plist["PayloadVersion"] == 1
    assert [one["PayloadContent"] for one in plist["PayloadContent"]] == [der]
    assert plist["PayloadContent"][0]["PayloadType"] == "com.apple.security.root"
    assert profile.body == anyone.get("/ca.mobileconfig").body


def test_page_before_set_up_and_after(new_daemon):
    daemon = new_daemon()
    with chromium(daemon) as browser:
        for cookie in (None, "later"):
            if cookie:
                daemon.set_up()
                cookie = daemon.cookie
            page = new_page(browser, daemon, cookie)
            page.goto("/ca")
            page.get_by_role("heading", name="Trust this server").wait_for()
            shown = page.locator(".trust-fingerprint").inner_text().replace("\n", "").replace("\u200b", "")
            assert shown == fingerprint(daemon)
            assert page.locator(".trust-qr svg").count() == 1
            assert page.locator("details").count() == 9
            with page.expect_download() as download:
                page.get_by_role("link", name="DER file").click()
            assert download.value.suggested_filename == "circuit-breaker-ca.cer"
            page.context.close()


def test_page_without_an_authority(new_daemon, tmp_path):
    made = new_daemon()
    pair = {name: str(tmp_path / name) for name in ("server.crt", "server.key")}
    for name, path in pair.items():
        shutil.copy(made.certs / name, path)
    daemon = new_daemon(start=False, environment={
        "CB_TLS_MODE": "provided", "CB_TLS_CERT_FILE": pair["server.crt"], "CB_TLS_KEY_FILE": pair["server.key"]})
    daemon.certs.mkdir()
    for name in ("ca.crt", "server.crt"):
        shutil.copy(made.certs / name, daemon.certs / name)
    daemon.start()
    assert Client(daemon).get("/ca.json").json == {"mode": "provided", "names": Client(made).get("/ca.json").json["names"],
                                                   "roots": []}
    assert Client(daemon).get("/ca.mobileconfig").status == 404
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.goto("/ca")
        page.get_by_text("a certificate that an administrator provided").wait_for()


def test_qr_code_is_read_back(new_daemon):
    """What a camera would see, decoded by the browser's own drawing: the modules must spell the address."""
    daemon = new_daemon()
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.goto("/ca")
        page.locator(".trust-qr svg").wait_for()
        address = page.locator(".trust-address").inner_text()
        picture = page.locator(".trust-qr svg").screenshot(scale="css")
    assert address.endswith(f":{daemon.port}/ca")
    decoder = shutil.which("zbarimg")
    if not decoder:
        pytest.skip("zbar-tools is not installed")
    read = subprocess.run([decoder, "--raw", "-q", "-"], input=picture, capture_output=True)
    assert read.stdout.decode().strip() == address, base64.b64encode(picture)
