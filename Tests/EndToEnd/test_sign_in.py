"""Signing in with everything there is, in a real browser: app, recovery code, passkey, forced change, fresh proof."""

import base64
import hashlib
import hmac
import itertools
import struct
import time

import pytest
from accessible import assert_accessible
from browser import chromium, new_page, quiet, without_refusals
from daemon import ADMIN, PASSWORD, ROOT, Client
from test_browser import say

PICTURES = ROOT / ".run/screenshots"


def totp(secret, steps=0):
    """RFC 6238, written down once more, so that the daemon is not its own judge."""
    key = base64.b32decode(secret.replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    offset = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.fixture(scope="module")
def browser_lab(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def person(daemon, admin, role="editor"):
    client = daemon.person(admin, role)
    return client.email, client


def fill_in(page, email, password):
    page.goto("/sign-in")
    page.get_by_label(say("account.email"), exact=True).fill(email)
    page.get_by_label(say("account.password"), exact=True).fill(password)
    page.get_by_role("button", name=say("sign_in.verb")).click()


def authenticator(page, **more):
    """Chromium's virtual authenticator on this tab."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True, **more}})
    return session, made["authenticatorId"]


def test_an_app_and_its_recovery_codes(browser_lab):
    daemon, admin, browser = browser_lab
    email, client = person(daemon, admin)
    page = new_page(browser, daemon, client.cookie)
    page.goto("/profile/security")
    page.get_by_role("button", name=say("security.totp_add")).click()
    page.get_by_role("img", name=say("security.totp_qr")).wait_for()
    secret = page.locator("dialog code").first.inner_text()
    assert_accessible(page, "setting up the app")
    page.get_by_label(say("security.totp_code")).fill("000000")
    page.get_by_role("button", name=say("security.totp_confirm")).click()
    page.locator(".field-problem:visible").first.wait_for()
    page.get_by_label(say("security.totp_code")).fill(totp(secret))
    page.get_by_role("button", name=say("security.totp_confirm")).click()
    page.locator(".codes li").first.wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(set(codes)) == 10
    assert_accessible(page, "recovery codes")
    page.get_by_role("button", name=say("tokens.kept")).click()
    page.get_by_role("button", name=say("security.totp_remove")).wait_for()

    stranger = new_page(browser, daemon)
    fill_in(stranger, email, PASSWORD)
    stranger.get_by_role("heading", name=say("sign_in.second")).wait_for()
    assert_accessible(stranger, "second factor")
    assert not any(one["name"] == "cb_session" for one in stranger.context.cookies())
    # A page that is loaded anew goes on where it was.
    stranger.reload()
    stranger.get_by_label(say("sign_in.code")).fill("123456")
    stranger.keyboard.press("Enter")
    stranger.locator(".field-problem:visible").first.wait_for()
    stranger.get_by_label(say("sign_in.code")).fill(totp(secret, 1))
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("**/map")

    other = new_page(browser, daemon)
    fill_in(other, email, PASSWORD)
    other.get_by_label(say("sign_in.code")).fill(codes[0].lower())
    other.keyboard.press("Enter")
    other.wait_for_url("**/map")
    again = Client(daemon).post("/api/v1/auth/sign-in", {"email": email, "password": PASSWORD})
    assert again.status == 202, again
    for one in (page, stranger, other):
        one.context.close()


def test_a_passkey_is_made_and_opens(browser_lab):
    daemon, admin, browser = browser_lab
    _, client = person(daemon, admin)
    page = new_page(browser, daemon, client.cookie)
    session, key = authenticator(page)
    page.goto("/profile/security")
    page.get_by_role("button", name=say("security.passkey_add")).click()
    page.get_by_label(say("security.passkey_name")).fill("Laptop")
    page.get_by_role("button", name=say("common.next")).click()
    page.locator(".codes li").first.wait_for()
    page.get_by_role("button", name=say("tokens.kept")).click()
    page.get_by_text("Laptop", exact=True).wait_for()
    assert_accessible(page, "security with a passkey")
    credentials = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert len(credentials) == 1 and credentials[0]["rpId"] == "localhost"

    # Signed out, the passkey alone opens: it asks for its person.
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name=say("sign_in.passkey")).click()
    page.wait_for_url("**/map")
    assert page.context.cookies()

    # And it is the second factor where the password came first.
    page.context.clear_cookies()
    fill_in(page, client.email, PASSWORD)
    page.get_by_role("heading", name=say("sign_in.second")).wait_for()
    page.get_by_role("button", name=say("sign_in.passkey")).click()
    page.wait_for_url("**/map")
    assert without_refusals(page.problems) == []

    # An authenticator that does not know its person cannot stand alone.
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_role("button", name=say("sign_in.passkey")).click()
    page.wait_for_timeout(1000)
    assert page.url.endswith("/sign-in")
    page.context.close()


def test_a_forced_change_stands_between_password_and_session(browser_lab):
    daemon, admin, browser = browser_lab
    email, client = person(daemon, admin)
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == email)
    given = "handed over by phone 8"
    assert admin.post(f"/api/v1/users/{who['id']}/password", {"password": given}).status == 200
    page = new_page(browser, daemon)

    fill_in(page, email, given)

    page.get_by_role("heading", name=say("sign_in.must_change")).wait_for()
    assert_accessible(page, "forced change")
    assert not any(one["name"] == "cb_session" for one in page.context.cookies())
    page.get_by_label(say("account.password_new")).fill("my very own words 3")
    page.get_by_label(say("account.password_again")).fill("my very own words 3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/map")
    assert client.get("/api/v1/me").status == 401
    page.context.close()


def test_an_administrator_acts_as_somebody_else_and_every_page_says_so(browser_lab):
    daemon, admin, browser = browser_lab
    email, _ = person(daemon, admin)
    own = daemon.sign_in()
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == email)
    assert own.post(f"/api/v1/users/{who['id']}/masquerade").status == 204
    page = new_page(browser, daemon, own.cookie)

    for path in ("/map", "/hardware", "/profile", "/settings"):
        page.goto(path)
        page.get_by_role("button", name=say("shell.acting_stop")).wait_for()
        assert page.locator("#notices").get_by_text(ADMIN["email"]).count() == 1
    assert own.get("/api/v1/users").status == 403
    page.get_by_role("button", name=say("shell.acting_stop")).click()
    page.wait_for_url("**/settings/users")
    assert own.get("/api/v1/users").status == 200
    rows = admin.get("/api/v1/admin/audit-log?action=masquerade_begun").json["items"]
    assert rows and rows[0]["entity_name"] == email
    page.context.close()


def test_signing_in_by_keyboard_alone(browser_lab):
    daemon, admin, browser = browser_lab
    email, _ = person(daemon, admin)
    page = new_page(browser, daemon)
    page.goto("/sign-in")
    page.get_by_label(say("account.email"), exact=True).wait_for()
    page.wait_for_timeout(200)

    page.keyboard.type(email)
    page.keyboard.press("Tab")
    for _ in range(3):
        if page.evaluate("document.activeElement.type") == "password":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/map")
    page.context.close()


PAGES = ["/profile", "/profile/security", "/settings", "/settings/tokens"]


@pytest.mark.parametrize("width,scheme", list(itertools.product((1440, 390), ("dark", "light"))))
def test_no_page_of_these_shuts_anybody_out(browser_lab, width, scheme):
    daemon, admin, browser = browser_lab
    PICTURES.mkdir(parents=True, exist_ok=True)
    own = daemon.sign_in()
    own.patch("/api/v1/me", {"theme": "daylight" if scheme == "light" else "midnight"})
    page = new_page(browser, daemon, own.cookie, width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        quiet(page)
        assert_accessible(page, f"{path} {width} {scheme}")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is {overflow} px too wide at {width}"
        page.screenshot(path=PICTURES / f"access{path.replace('/', '-')}-{width}-{scheme}.png", full_page=True)
    page.context.close()
    stranger = new_page(browser, daemon, width=width, scheme=scheme)
    stranger.goto("/sign-in")
    stranger.get_by_label(say("account.email"), exact=True).wait_for()
    assert_accessible(stranger, f"/sign-in {width} {scheme}")
    stranger.screenshot(path=PICTURES / f"access-sign-in-{width}-{scheme}.png")
    stranger.context.close()
