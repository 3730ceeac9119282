"""People without a mouse: signing in with an app's code, a token, an invitation, a change of role. Keys only."""

import re

import pytest
from browser import chromium, new_page, quiet, tell_the_mouse, without_refusals
from daemon import PASSWORD, Client
from test_browser import say
from test_sign_in import totp

#: More than any page here has to offer before what is looked for.
PATIENCE = 120


class Keys:
    """Somebody at a keyboard. Nothing here points, clicks or focuses by script: where the focus is, is asked only."""

    def __init__(self, page):
        self.page = page

    def focused(self):
        """What has the focus, as a screen reader would call it: (role or tag, name)."""
        return self.page.evaluate("""() => {
            const one = document.activeElement;
            const label = one?.labels?.[0]?.textContent ?? '';
            const name = one?.getAttribute('aria-label') ?? (label || one?.textContent || '');
            return [one?.getAttribute('role') ?? one?.tagName.toLowerCase() ?? '', name.trim()];
        }""")

    def tab_to(self, name, role=None):
        """Tabs until something of that name has the focus, which must be seen."""
        seen = []
        for _ in range(PATIENCE):
            kind, called = self.focused()
            if name.search(called) and role in (None, kind):
                outline = self.page.evaluate(
                    "() => { const s = getComputedStyle(document.activeElement);"
                    " return parseFloat(s.outlineWidth) + (s.boxShadow === 'none' ? 0 : 1); }")
                assert outline > 0, f"“{called}” has the focus, and nobody sees it"
                return
            seen.append(called[:40])
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to “{name.pattern}”: {seen}")

    def type(self, text):
        self.page.keyboard.type(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)


def exactly(key):
    """A label, whether or not it says that the field is required."""
    return re.compile("^" + re.escape(say(key)))


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def with_app(daemon, client):
    """Sets up an authenticator app for somebody; returns its secret."""
    secret = client.post("/api/v1/me/totp").json["secret"]
    assert client.post("/api/v1/me/totp/confirm", {"code": totp(secret)}).status in (200, 204)
    return secret


def test_an_administrator_needs_no_mouse(desk):
    daemon, admin, browser = desk
    client = daemon.person(admin, "admin")
    secret = with_app(daemon, client)
    reader = daemon.person(admin, "viewer")
    page = new_page(browser, daemon)
    tell_the_mouse(page)
    keys = Keys(page)

    page.goto("/sign-in")
    page.get_by_label(say("account.email"), exact=True).wait_for()
    quiet(page)
    keys.tab_to(exactly("account.email"))
    keys.type(client.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.get_by_role("heading", name=say("sign_in.second")).wait_for()
    keys.tab_to(exactly("sign_in.code"))
    # The code that set the app up is used; the next one opens.
    keys.type(totp(secret, 1))
    keys.press("Enter")
    page.wait_for_url("**/map")

    add_a_token(page, keys)
    invite(page, keys)
    change_a_role(page, keys, reader.email)

    assert page.evaluate("document.documentElement.dataset.mouse") is None
    assert without_refusals(page.problems) == []
    tokens = admin.get("/api/v1/tokens").json["items"]
    assert [one["scopes"] for one in tokens if one["name"] == "by-hand"] == [
        ["inventory.edit", "inventory.view", "status.view"]]
    invited = admin.get("/api/v1/invitations").json["items"]
    assert [(one["email"], one["role"]) for one in invited] == [("by.hand@example.org", "editor")]
    people = {one["email"]: one["role"] for one in admin.get("/api/v1/users").json["items"]}
    assert people[reader.email] == "editor"
    assert Client(daemon, cookie=reader.cookie).get("/api/v1/me").status == 401
    page.context.close()


def settings_tab(page, keys, key):
    """To a page of the settings by its tab, from wherever."""
    page.locator("#main").wait_for()
    keys.tab_to(exactly("settings.title"))
    keys.press("Enter")
    page.get_by_role("heading", name=say("settings.title"), exact=True).wait_for()
    keys.tab_to(re.compile("^" + re.escape(say(f"settings.tab_{key}")) + "$"))
    keys.press("Enter")
    page.wait_for_url(f"**/settings/{key}")
    quiet(page)


def add_a_token(page, keys):
    settings_tab(page, keys, "tokens")
    keys.tab_to(exactly("tokens.add"))
    keys.press("Enter")
    page.locator("#panel").get_by_label(say("tokens.name"), exact=True).wait_for()
    keys.tab_to(exactly("tokens.name"))
    keys.type("by-hand")
    keys.tab_to(exactly("tokens.scope_inventory_edit"))
    keys.press("Space")
    keys.tab_to(exactly("tokens.create"))
    keys.press("Enter")
    page.get_by_role("dialog").get_by_text("cbt_").wait_for()
    keys.tab_to(exactly("tokens.kept"))
    keys.press("Enter")
    page.get_by_role("dialog").wait_for(state="detached")


def invite(page, keys):
    settings_tab(page, keys, "invitations")
    keys.tab_to(exactly("invitations.add"))
    keys.press("Enter")
    page.locator("#panel").get_by_label(say("account.email"), exact=True).wait_for()
    keys.tab_to(exactly("account.email"))
    keys.type("by.hand@example.org")
    keys.tab_to(exactly("users.role"))
    keys.type(say("users.role_editor")[:3])
    # Enter on a choice would open it; in the next field it sends the form.
    keys.tab_to(exactly("invitations.lifetime"))
    keys.press("Enter")
    page.get_by_role("dialog").get_by_text("/accept-invitation#").wait_for()
    keys.tab_to(exactly("common.done"))
    keys.press("Enter")
    page.get_by_role("dialog").wait_for(state="detached")


def change_a_role(page, keys, email):
    settings_tab(page, keys, "users")
    page.locator("[role=row]").filter(has_text=email).wait_for()
    keys.tab_to(exactly("users.title"), role="grid")
    # In the table arrows move and Enter opens.
    for _ in range(20):
        keys.press("ArrowDown")
        if page.locator("[role=row].is-active").filter(has_text=email).count():
            break
    keys.press("Enter")
    page.locator("#panel").get_by_role("button", name=say("users.set_password")).wait_for()
    keys.tab_to(exactly("users.role"))
    keys.type(say("users.role_editor")[:3])
    keys.tab_to(re.compile("^" + re.escape(say("common.save")) + "$"))
    keys.press("Enter")
    page.locator("[role=row]").filter(has_text=email).get_by_text(say("users.role_editor")).wait_for()
