"""A real Chromium that trusts the daemon's CA, driven by Playwright."""

import base64
import contextlib
import hashlib
import subprocess

from playwright.sync_api import sync_playwright


def key_fingerprint(daemon):
    """Chromium takes a leaf by the hash of its public key, so no trust store of this machine is touched."""
    public = subprocess.run(
        ["openssl", "x509", "-in", str(daemon.certs / "server.crt"), "-pubkey", "-noout"], check=True,
        capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "der"], input=public, check=True,
                         capture_output=True).stdout
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


@contextlib.contextmanager
def chromium(daemon):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", chromium_sandbox=False,
            args=[f"--ignore-certificate-errors-spki-list={key_fingerprint(daemon)}"])
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser, daemon, cookie=None, width=1440, height=900, scheme="dark"):
    """A tab of its own profile; collects what went wrong in it."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                  base_url=daemon.address)
    if cookie:
        context.add_cookies([{
            "name": "cb_session", "value": cookie, "url": daemon.address, "httpOnly": True, "secure": True,
            "sameSite": "Lax"}])
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(f"error: {error}"))
    page.on("console", lambda message: page.problems.append(f"console: {message.text}")
            if message.type == "error" else None)
    page.on("requestfailed", lambda request: page.problems.append(f"failed: {request.url} {request.failure}")
            if "ERR_ABORTED" not in str(request.failure) else None)
    return page
