"""The pages and dialogs about people, secrets and sign-in, each as a way to get there; looked at by axe and as pictures.

A scene is opened by `open_scene`: in a tab, of somebody, at an address, after a few steps. `furnish` makes a house that
is full: names longer than anybody has, more rows than fit.
"""

import dataclasses
import json
import uuid
from collections.abc import Callable

from accessible import SETTLED
from browser import quiet
from daemon import PASSWORD
from test_browser import say
from vault import env_keys, plant_providers, query

LONG = "Maximiliana Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Night Shift"


@dataclasses.dataclass(frozen=True)
class Scene:
    name: str
    path: str
    steps: Callable = lambda page: None
    #: Whose tab: the administrator's, a stranger's, or that of an administrator who acts as somebody else.
    who: str = "admin"
    #: As wide as the window has to be for there to be such a thing.
    widths: tuple = (1440, 390)


def press(*names):
    """Steps that press one button after the other, by their words."""
    def steps(page):
        for name in names:
            page.get_by_role("button", name=say(name), exact=True).first.click()
        quiet(page)
    return steps


def dialog(*names):
    def steps(page):
        press(*names)(page)
        page.locator("dialog").wait_for()
    return steps


def first_row(*names):
    """Opens the first row's panel, then presses these."""
    def steps(page):
        page.locator(".table-row, [role=row] a").first.wait_for()
        page.locator("[role=rowgroup] [role=row], .table-body [role=row]").first.click()
        page.locator("#panel").wait_for()
        press(*names)(page)
    return steps


SIGNED_OUT = [
    Scene("sign-in", "/sign-in", who="stranger"),
    Scene("sign-in-return", "/sign-in?return=%2Fsettings%2Fusers%3Fq%3Da-rather-long-address-to-come-back-to&problem=state",
          who="stranger"),
    Scene("sign-in-wrong", "/sign-in", lambda page: wrong_password(page), who="stranger"),
    Scene("reset-by-mail", "/reset-password", who="stranger"),
    Scene("reset-by-key", "/reset-password", lambda page: page.get_by_role("tab", name=say("reset.by_key")).click(),
          who="stranger"),
    Scene("reset-confirm", "/reset-password#cbr_0123456789", who="stranger"),
    Scene("invitation-gone", "/accept-invitation#cbi_0123456789", who="stranger"),
]

SIGNED_IN = [
    Scene("profile", "/profile"),
    Scene("security", "/profile/security"),
    Scene("security-app", "/profile/security", dialog("security.totp_add")),
    Scene("security-passkey", "/profile/security", dialog("security.passkey_add")),
    Scene("settings", "/settings"),
    Scene("settings-to-hardened", "/settings", dialog("settings.to_hardened_verb")),
    Scene("users", "/settings/users"),
    Scene("users-add", "/settings/users", press("users.add")),
    Scene("users-one", "/settings/users", lambda page: open_person(page)),
    Scene("users-password", "/settings/users", lambda page: (open_person(page), dialog("users.set_password")(page))),
    Scene("users-deactivate", "/settings/users", lambda page: (open_person(page), dialog("users.deactivate")(page))),
    Scene("users-act", "/settings/users", lambda page: (open_person(page), dialog("users.act")(page))),
    Scene("users-factors", "/settings/users",
          lambda page: (open_person(page), dialog("users.factors_remove")(page))),
    Scene("invitations", "/settings/invitations"),
    Scene("invitations-add", "/settings/invitations", press("invitations.add")),
    Scene("tokens", "/settings/tokens"),
    Scene("tokens-add", "/settings/tokens", press("tokens.add")),
    Scene("providers", "/settings/providers"),
    Scene("providers-add", "/settings/providers", press("providers.add")),
    Scene("mail", "/settings/mail"),
    Scene("vault", "/settings/vault"),
    Scene("vault-rotate", "/settings/vault", dialog("vault.rotate")),
]

#: Only where there is something.
FULL = [
    Scene("invitations-one", "/settings/invitations", first_row()),
    Scene("invitations-link", "/settings/invitations", first_row("invitations.new_link")),
    Scene("invitations-revoke", "/settings/invitations", first_row("invitations.revoke")),
    Scene("tokens-one", "/settings/tokens", first_row()),
    Scene("tokens-revoke", "/settings/tokens", first_row("tokens.revoke")),
    Scene("tokens-made", "/settings/tokens", lambda page: make_token(page)),
    Scene("providers-one", "/settings/providers", first_row()),
    Scene("providers-remove", "/settings/providers", first_row("providers.remove")),
    Scene("acting", "/profile", who="acting"),
    Scene("acting-map", "/map", who="acting"),
]


def wrong_password(page):
    page.get_by_label(say("account.email"), exact=True).fill("nobody@example.org")
    page.get_by_label(say("account.password"), exact=True).fill("not this one 12")
    page.get_by_role("button", name=say("sign_in.verb"), exact=True).click()
    page.locator(".form-problem, .field-problem, .toast").filter(visible=True).first.wait_for()


def open_person(page):
    """The panel of somebody else than oneself, with everything that can be done."""
    page.locator("[role=row]").filter(has_text="Wolfeschlegel").first.click()
    page.locator("#panel").get_by_role("button", name=say("users.set_password")).wait_for()


def make_token(page):
    press("tokens.add")(page)
    page.get_by_label(say("tokens.name"), exact=True).fill(f"made {uuid.uuid4().hex[:6]}")
    page.get_by_role("button", name=say("tokens.create"), exact=True).click()
    page.locator("dialog code").first.wait_for()


def open_scene(page, scene):
    page.goto(scene.path)
    page.locator("main").first.wait_for()
    quiet(page)
    scene.steps(page)
    quiet(page)
    # Transitions end, and a hovered row is a row again.
    page.mouse.move(0, 0)
    page.evaluate(SETTLED)


def furnish(daemon, admin, people=60, tokens=40, invitations=24, providers=6):
    """Fills the house. People come by SQL: hashing sixty passwords tells nothing here."""
    maker = admin.made("/api/v1/users", {"email": "viewer@example.org", "password": PASSWORD, "role": "viewer",
                                         "display_name": LONG})["id"]
    rows = []
    for number in range(people):
        role = ("viewer", "editor", "admin", "viewer")[number % 4]
        active, change = int(number % 7 != 3), int(number % 9 == 4)
        seen = "NULL" if number % 5 == 2 else str(1_790_000_000_000 - number * 86_400_000)
        name = f"Person {number}" if number % 11 else f"{LONG} {number}"
        host = "example.org" if number % 13 else "a-very-long-name-of-a-host.in-a-lab.example.org"
        rows.append(
            "INSERT INTO users (email, email_key, display_name, role, is_active, password_hash, password_changed_at,"
            " force_password_change, last_sign_in_at, created_at, updated_at, revision) SELECT"
            f" 'person.{number}@{host}', 'person.{number}@{host}', '{name}', '{role}', {active}, password_hash, created_at,"
            f" {change}, {seen}, created_at, updated_at, 1 FROM users WHERE id = {maker};\n")
    query(daemon, "BEGIN;\n" + "".join(rows) + "COMMIT;\n")
    all_scopes = ["inventory.view", "inventory.edit", "map.view", "status.view", "metrics.view", "audit.view", "users.view"]
    for number in range(tokens):
        admin.made("/api/v1/tokens", {
            "name": f"token-{number}" if number % 10 else f"the token of the thing in the cellar with a long name {number}",
            "scopes": all_scopes[:1 + number % len(all_scopes)],
            "expires_at": None if number % 3 else "2031-05-06T07:08:09Z"})
    for number in range(invitations):
        local = f"guest.{number}" if number % 6 else f"a.guest.with.a.name.of.great.length.and.a.number.{number}"
        admin.made("/api/v1/invitations", {
            "email": f"{local}@example.org", "role": ("viewer", "editor")[number % 2], "send_mail": False})
    plant_providers(daemon, env_keys(daemon)[0], providers)
    agents = ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
              "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
              "curl/8.0 " + "x" * 200]
    own = admin.get("/api/v1/me").json["id"]
    query(daemon, "BEGIN;\n" + "".join(
        "INSERT INTO user_sessions (user_id, token_hash, address, user_agent, created_at, last_seen_at, proven_at)"
        f" SELECT user_id, 'digest-{number}', '2001:db8:1234:5678:9abc:def0:1234:{number:x}', '{agents[number % 3]}',"
        f" created_at, last_seen_at - {number * 60_000}, proven_at FROM user_sessions WHERE user_id = {own} LIMIT 1;\n"
        for number in range(8)) + "COMMIT;\n")
    return maker


def breaking(page, kind, but=("auth/session", "settings")):
    """From now on every other question to the API fails in that way: 403, 500, offline."""
    def answer(route):
        path = route.request.url.split("/api/v1/")[1].split("?")[0]
        if path in but:
            return route.continue_()
        if kind == "offline":
            return route.abort("connectionrefused")
        codes = {"403": ("forbidden", "You need the permission “users.view”."),
                 "500": ("fault", "Something went wrong. The journal says more under the request id abc123.")}
        code, message = codes[kind]
        return route.fulfill(status=int(kind), content_type="application/json",
                             body=json.dumps({"code": code, "message": message}))
    page.route("**/api/v1/**", answer)
