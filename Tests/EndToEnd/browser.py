"""A real Chromium that trusts the daemon's CA, driven by Playwright."""

import base64
import contextlib
import hashlib
import os
import pathlib
import subprocess
import time

from playwright.sync_api import Error, sync_playwright


def picture(page, name, *, after=0):
    """Keeps what a page looks like, for people to look at, where CB_PICTURES says so. `after` waits so many milliseconds."""
    folder = os.environ.get("CB_PICTURES")
    if not folder:
        return
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(after)
    page.screenshot(path=f"{folder}/{name}.png")


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
            args=[f"--ignore-certificate-errors-spki-list={key_fingerprint(daemon)}",
                  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"])
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser, daemon, cookie=None, width=1440, height=900, scheme="dark", scale=1, **more):
    """A tab of its own profile; collects what went wrong in it."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                  device_scale_factor=scale,
                                  base_url=daemon.address, **more)
    if cookie:
        context.add_cookies([{
            "name": "cb_session", "value": cookie, "url": daemon.address, "httpOnly": True, "secure": True,
            "sameSite": "Lax"}])
    page = context.new_page()
    page.problems = []
    page.pending = set()
    page.on("request", lambda request: page.pending.add(request))
    page.on("requestfinished", lambda request: page.pending.discard(request))
    page.on("requestfailed", lambda request: page.pending.discard(request))

    def note(kind, text):
        # Foreign origins cannot be reached from a test, and the pages must live with that.
        if "ERR_NAME_NOT_RESOLVED" not in text and "ERR_ABORTED" not in text:
            page.problems.append(f"{kind}: {text}")

    page.on("pageerror", lambda error: note("error", str(error)))
    page.on("console", lambda message: note("console", message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: note("failed", f"{request.url} {request.failure}"))
    return page


FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def quiet(page, seconds=2):
    """Waits until the page has loaded and then asks for nothing more over a few frames, which a busy page draws late. The
    browser's own "networkidle" wants half a second of silence, and answers at once when the document had it before; it
    decides here only when the page finds no end."""
    page.wait_for_load_state()
    deadline = time.monotonic() + seconds
    calm = 0
    while calm < 4:
        if time.monotonic() > deadline:
            page.wait_for_load_state("networkidle")
            return
        try:
            page.evaluate(FRAMES)
        except Error:  # a navigation took the document away
            page.wait_for_load_state()
            calm = 0
            continue
        calm = 0 if page.pending else calm + 1


def without_refusals(problems):
    """Before somebody is signed in, the first question is answered with 401 or 403; the browser logs that in red."""
    return [problem for problem in problems if "status of 401" not in problem and "status of 403" not in problem]


def tell_the_mouse(page):
    """The document's `data-mouse` says so once a mouse or a finger was used, for what has to go by keys alone."""
    page.add_init_script("""
        for (const name of ['pointerdown', 'mousedown', 'touchstart'])
            addEventListener(name, () => { document.documentElement.dataset.mouse = name }, true)""")
