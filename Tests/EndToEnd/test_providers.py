"""Sign-in by a provider: the happy path in a browser, and everything a provider or an attacker can get wrong."""

import http.client
import itertools
import urllib.parse

import pytest
from accessible import violations
from browser import chromium, new_page, without_refusals
from daemon import Client, Daemon, cookie_of
from provider import Provider
from test_browser import say


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """(daemon, admin, provider), with the provider set up and registration open."""
    provider = Provider(tmp_path_factory.mktemp("provider"))
    daemon = Daemon(environment={"CB_ACCESS_PLAIN_LOOPBACK_PROVIDERS": "true"})
    try:
        daemon.start()
        admin = daemon.set_up()
        made = admin.made("/api/v1/sign-in-providers", {
            "kind": "oidc", "slug": "lab", "name": "Lab id", "issuer": provider.issuer,
            "client_id": Provider.client_id, "client_secret": Provider.client_secret, "opens_registration": True,
            "group_roles": [{"group": "editors", "role": "editor"}, {"group": "admins", "role": "admin"}]})
        assert made["redirect_uri"] == f"{daemon.address}/api/v1/auth/oauth/lab/callback"
        assert Provider.client_secret not in admin.get("/api/v1/sign-in-providers").body.decode()
        provider.row = made
        yield daemon, admin, provider
    finally:
        daemon.remove()
        provider.stop()


@pytest.fixture(autouse=True)
def honest(house):
    provider = house[2]
    provider.fault, provider.asks = None, False
    provider.person = {**PERSON}


PERSON = {"sub": "1001", "email": "grace@example.org", "email_verified": True, "name": "Grace Hopper", "groups": []}
SUBJECTS = itertools.count(5000)


class Browser:
    """Follows redirects by hand, as a browser would, with the daemon's cookies."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.cookies = {}

    def call(self, method, path, body=None):
        sent = {"Origin": self.daemon.address, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        answer = Client(self.daemon).request(method, path, body, headers=sent)
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, value = header.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer

    def start(self, path="auth/oauth/lab/start"):
        return self.call("POST", f"/api/v1/{path}", {"return_to": "/networks?q=lan"})

    def at_provider(self, address):
        """What the provider sends the browser back with."""
        url = urllib.parse.urlsplit(address)
        connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
        connection.request("GET", f"{url.path}?{url.query}")
        location = connection.getresponse().headers["Location"]
        connection.close()
        assert location.startswith(self.daemon.address), location
        return location[len(self.daemon.address):]

    def back(self, path):
        """Where the daemon sends the browser in the end."""
        answer = self.call("GET", path)
        assert answer.status == 303, answer
        return answer.headers["Location"]

    def sign_in(self):
        started = self.start()
        assert started.status == 200, started
        return self.back(self.at_provider(started.json["address"]))


def problem(location):
    url = urllib.parse.urlsplit(location)
    return dict(urllib.parse.parse_qsl(url.query)).get("problem")


def test_the_happy_path_in_a_browser(house):
    daemon, _, provider = house
    provider.asks = True
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.goto("/networks?q=lan")
        page.wait_for_url("**/sign-in?**")
        one = page.get_by_role("button", name=say("sign_in.with").replace("{name}", "Lab id"))
        one.wait_for()
        assert violations(page) == []
        one.focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Continue").click()
        page.wait_for_url("**/networks?q=lan")

        page.goto("/profile")
        page.get_by_text("Lab id").first.wait_for()
        # The provider's own page has no icon.
        assert [one for one in without_refusals(page.problems) if "404" not in one] == []
        cookie = next(one["value"] for one in page.context.cookies() if one["name"] == "cb_session")
        state = Client(daemon, cookie=cookie).get("/api/v1/auth/session").json
        assert state["user"]["email"] == "grace@example.org" and state["user"]["role"] == "viewer"


FAULTS = {
    "nonce": "wrong_nonce", "no_nonce": "wrong_nonce", "audience": "wrong_audience", "many_audiences": "wrong_audience",
    "expired": "token_expired", "future": "bad_answer", "issuer": "wrong_issuer", "alg_none": "bad_signature",
    "hs256": "bad_signature", "foreign_key": "bad_signature", "bad_signature": "bad_signature",
    "unverified": "unverified_email", "no_word_of_verified": "unverified_email", "no_email": "no_email",
    "no_subject": "bad_answer", "denied": "denied",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_not_right_is_refused_and_says_why(house, fault):
    daemon, admin, provider = house
    browser = Browser(daemon)
    provider.fault = fault

    landed = browser.sign_in()

    assert urllib.parse.urlsplit(landed).path == "/sign-in" and problem(landed) == FAULTS[fault], landed
    assert say(f"providers.problem_{problem(landed)}")
    assert "cb_session" not in browser.cookies
    row = admin.get("/api/v1/admin/audit-log?limit=1").json["items"][0]
    assert row["action"] == "provider_sign_in_failed" and FAULTS[fault] in str(row), row


def test_a_swapped_state_a_foreign_browser_and_a_second_use_are_refused(house):
    daemon, _, _ = house
    victim, thief = Browser(daemon), Browser(daemon)
    mine = thief.at_provider(thief.start().json["address"])
    victim.start()

    assert problem(victim.back(mine)) == "other_browser"
    assert problem(thief.back(mine)) == "unknown_state", "the state was used up"
    assert problem(thief.back(mine.replace("state=", "state=x"))) == "unknown_state"
    for cookieless in (Browser(daemon),):
        back = thief.at_provider(thief.start().json["address"])
        assert problem(cookieless.back(back)) == "other_browser"


def test_a_replayed_code_is_refused(house):
    daemon, _, _ = house
    browser = Browser(daemon)
    first = browser.at_provider(browser.start().json["address"])
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(first).query))["code"]
    assert problem(browser.back(first)) is None
    again = browser.at_provider(browser.start().json["address"])
    used = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(again).query))

    landed = browser.back(f"/api/v1/auth/oauth/lab/callback?{urllib.parse.urlencode({**used, 'code': code})}")

    assert problem(landed) == "code_refused"


def test_a_code_of_somebody_else_does_not_fit_this_browser(house):
    """Code injection: PKCE ties the code to the browser that asked for it."""
    daemon, _, _ = house
    victim, thief = Browser(daemon), Browser(daemon)
    theirs = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        victim.at_provider(victim.start().json["address"])).query))
    own = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(thief.at_provider(thief.start().json["address"])).query))

    landed = thief.back("/api/v1/auth/oauth/lab/callback?" + urllib.parse.urlencode({**own, "code": theirs["code"]}))

    assert problem(landed) == "code_refused"


@pytest.mark.parametrize("fault", ["down", "huge", "redirect", "discovery_issuer"])
def test_a_provider_that_is_down_or_misbehaves_is_a_sentence(house, fault):
    daemon, admin, provider = house
    made = admin.made("/api/v1/sign-in-providers", {
        "kind": "oidc", "slug": f"bad-{fault.replace('_', '-')}", "name": "Bad id", "issuer": provider.issuer,
        "client_id": "x"})
    provider.fault = fault

    answer = Browser(daemon).start(f"auth/oauth/{made['slug']}/start")

    assert answer.status == 503 and "Bad id" in answer.json["message"], answer
    assert "elsewhere" not in provider.requests[-1]
    assert admin.delete(f"/api/v1/sign-in-providers/{made['id']}").status == 204


def test_the_provider_goes_down_half_way(house):
    daemon, _, provider = house
    browser = Browser(daemon)
    back = browser.at_provider(browser.start().json["address"])
    provider.fault = "down"

    assert problem(browser.back(back)) == "unreachable"


def test_new_keys_of_the_provider_are_read(house):
    daemon, _, provider = house
    assert problem(Browser(daemon).sign_in()) is None
    import time
    provider.rotate()
    deadline = time.monotonic() + 30
    landed = "?problem=bad_signature"
    while problem(landed) == "bad_signature" and time.monotonic() < deadline:
        landed = Browser(daemon).sign_in()
        time.sleep(1)

    assert problem(landed) is None, landed


def test_accounts_are_found_made_and_refused(house):
    daemon, admin, provider = house
    row = f"/api/v1/sign-in-providers/{provider.row['id']}"
    existing = daemon.person(admin, "editor")
    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": existing.email.upper()}
    browser = Browser(daemon)
    assert browser.sign_in() == "/networks?q=lan"
    assert Client(daemon, cookie=browser.cookies["cb_session"]).get("/api/v1/me").json["email"] == existing.email

    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": "ed@example.org", "groups": ["editors", "other"]}
    browser = Browser(daemon)
    browser.sign_in()
    assert Client(daemon, cookie=browser.cookies["cb_session"]).get("/api/v1/me").json["role"] == "editor"

    assert admin.patch(row, {"opens_registration": False}).status == 200
    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": "stranger@example.org"}
    assert problem(Browser(daemon).sign_in()) == "registration_closed"

    assert admin.patch(row, {"allowed_domains": ["example.net"]}).status == 200
    provider.person = {**PERSON}
    assert problem(Browser(daemon).sign_in()) == "domain_not_allowed"
    assert admin.patch(row, {"allowed_domains": [], "opens_registration": True}).status == 200

    people = {one["email"]: one for one in admin.get("/api/v1/users?limit=200").json["items"]}
    assert admin.patch(f"/api/v1/users/{people['ed@example.org']['id']}", {"active": False}).status == 200
    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": "ed@example.org"}
    assert problem(Browser(daemon).sign_in()) in ("inactive", "linked_elsewhere")


def test_the_role_follows_the_groups_where_that_is_wanted(house):
    daemon, admin, provider = house
    row = f"/api/v1/sign-in-providers/{provider.row['id']}"
    assert admin.patch(row, {"syncs_roles": True}).status == 200
    subject = str(next(SUBJECTS))
    roles = []
    for groups in (["editors"], [], ["admins"]):
        provider.person = {**PERSON, "sub": subject, "email": "follows@example.org", "groups": groups}
        browser = Browser(daemon)
        browser.sign_in()
        roles.append(Client(daemon, cookie=browser.cookies["cb_session"]).get("/api/v1/me").json["role"])

    assert roles == ["editor", "viewer", "admin"]
    assert admin.patch(row, {"syncs_roles": False}).status == 200


def test_a_signed_in_person_links_and_unlinks(house):
    daemon, admin, provider = house
    person = daemon.person(admin, "viewer")
    browser = Browser(daemon)
    browser.cookies["cb_session"] = person.cookie
    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": "elsewhere@example.org"}

    started = browser.start("me/identities/start/lab")
    assert browser.back(browser.at_provider(started.json["address"])) == "/networks?q=lan"
    linked = person.get("/api/v1/me/identities").json["items"]
    assert [one["email"] for one in linked] == ["elsewhere@example.org"]
    fresh = Browser(daemon)
    fresh.sign_in()
    assert Client(daemon, cookie=fresh.cookies["cb_session"]).get("/api/v1/me").json["email"] == person.email

    other = daemon.person(admin, "viewer")
    thief = Browser(daemon)
    thief.cookies["cb_session"] = other.cookie
    landed = thief.back(thief.at_provider(thief.start("me/identities/start/lab").json["address"]))
    assert problem(landed) == "linked_elsewhere" and landed.startswith("/profile")
    assert person.delete(f"/api/v1/me/identities/{linked[0]['id']}").status == 204
    assert person.get("/api/v1/me/identities").json["items"] == []


@pytest.mark.parametrize("issuer", [
    "http://id.example.org", "https://user@id.example.org", "https://id.example.org?x=1", "ftp://id.example.org",
    "https://169.254.169.254", "https://[fe80::1]", "https://0.0.0.0", "https://id.example.org#x", "nonsense", ""])
def test_an_issuer_that_leads_astray_is_refused(house, issuer):
    _, admin, _ = house

    answer = admin.post("/api/v1/sign-in-providers", {
        "kind": "oidc", "slug": "astray", "issuer": issuer, "client_id": "x"})

    assert answer.status == 422 and "issuer" in answer.json["fields"], answer


def test_plain_http_needs_the_option(new_daemon, house):
    daemon = new_daemon()
    admin = daemon.set_up()

    answer = admin.post("/api/v1/sign-in-providers", {
        "kind": "oidc", "slug": "lab", "issuer": house[2].issuer, "client_id": "x"})

    assert answer.status == 422 and "https" in answer.json["fields"]["issuer"]


def test_a_second_factor_is_asked_for_all_the_same(house):
    """Hardened: an administrator needs one, so a provider alone opens no session."""
    daemon, admin, provider = house
    boss = daemon.person(admin, "admin")
    provider.person = {**PERSON, "sub": str(next(SUBJECTS)), "email": boss.email}
    # The administrator of the file has no second factor; a token brings the profile back.
    token = admin.made("/api/v1/tokens", {
        "name": "back", "scopes": ["settings.edit", "danger.act"], "expires_at": None})
    assert admin.patch("/api/v1/settings", {"profile": "hardened"}).status == 200
    try:
        browser = Browser(daemon)
        landed = browser.sign_in()

        assert landed.startswith("/sign-in?return="), landed
        assert "cb_session" not in browser.cookies and "cb_sign_in" in browser.cookies
        waiting = browser.call("GET", "/api/v1/auth/sign-in")
        assert waiting.json["next"] == "enrolment", waiting
    finally:
        back = Client(daemon, token=token["token"]).patch("/api/v1/settings", {"profile": "lab"})
        assert back.status == 200, back


def test_only_the_session_cookie_helper_is_used(house):
    """The happy answer sets exactly one session and takes the provider's cookie away."""
    daemon, _, _ = house
    browser = Browser(daemon)
    back = browser.at_provider(browser.start().json["address"])
    answer = browser.call("GET", back)

    cookies = answer.headers.get_all("Set-Cookie")
    assert cookie_of(answer) and any(one.startswith("cb_provider=;") for one in cookies)
    assert all("HttpOnly" in one and "Secure" in one for one in cookies)
