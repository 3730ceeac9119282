"""Which routes ask for a fresh proof of who is asking. Every route that changes something is in one of the three tables
below: a new one that is in none fails here, and so does one that forgets to ask."""

import json

import pytest
from browser import chromium, new_page
from daemon import ADMIN, PASSWORD, Client
from test_browser import say
from test_setup import fill, operations
from vault import query

# Always, whatever the body says.
ALWAYS = {
    ("DELETE", "/api/v1/backups/files/{name}"), ("DELETE", "/api/v1/backups/targets/{id}"),
    ("PATCH", "/api/v1/backups/settings"), ("PATCH", "/api/v1/backups/targets/{id}"),
    ("POST", "/api/v1/backups/files/{name}/restore"), ("POST", "/api/v1/backups/sheet"),
    ("POST", "/api/v1/backups/targets"), ("POST", "/api/v1/backups/uploads"), ("PUT", "/api/v1/backups/passphrase"),
    # A shorter history, and a history cut now, are gone for good: who covers tracks starts here.
    ("PUT", "/api/v1/admin/audit-log/retention"), ("POST", "/api/v1/admin/audit-log/retention/run"),
    ("DELETE", "/api/v1/invitations/{id}"), ("DELETE", "/api/v1/mail/queue/{id}"),
    ("DELETE", "/api/v1/me/identities/{id}"), ("DELETE", "/api/v1/me/passkeys/{id}"), ("DELETE", "/api/v1/me/totp"),
    ("DELETE", "/api/v1/sign-in-providers/{id}"), ("DELETE", "/api/v1/trash/{id}"), ("DELETE", "/api/v1/users/{id}"),
    ("DELETE", "/api/v1/users/{id}/second-factors"), ("PATCH", "/api/v1/mail/settings"),
    ("PATCH", "/api/v1/sign-in-providers/{id}"), ("POST", "/api/v1/invitations"),
    ("POST", "/api/v1/invitations/{id}/renew"), ("POST", "/api/v1/mail/test"),
    ("POST", "/api/v1/me/identities/start/{provider}"), ("POST", "/api/v1/me/passkeys"),
    ("POST", "/api/v1/me/passkeys/options"), ("POST", "/api/v1/me/recovery-codes"), ("POST", "/api/v1/me/totp"),
    ("POST", "/api/v1/me/totp/confirm"), ("POST", "/api/v1/sign-in-providers"),
    ("POST", "/api/v1/users/{id}/masquerade"), ("POST", "/api/v1/users/{id}/password"),
    ("POST", "/api/v1/vault/ceremony"), ("POST", "/api/v1/vault/recovery"), ("POST", "/api/v1/vault/recovery/proof"),
    ("POST", "/api/v1/vault/rekey"), ("POST", "/api/v1/vault/retirement"), ("POST", "/api/v1/vault/rotation"),
}
# Only for what makes somebody mightier or the door wider: `cases` below.
BY_BODY = {
    ("PATCH", "/api/v1/settings"), ("PATCH", "/api/v1/users/{id}"), ("POST", "/api/v1/tokens"), ("POST", "/api/v1/users"),
}
# Rights of administrators, and of one's own account, that do without. Why, in a few words each.
WITHOUT = {
    ("DELETE", "/api/v1/backups/uploads/{id}"): "gives up what was begun after a proof",
    ("POST", "/api/v1/backups"): "makes one more",
    ("POST", "/api/v1/backups/drill"): "only looks",
    ("POST", "/api/v1/backups/files/{name}/plan"): "only looks",
    ("POST", "/api/v1/backups/files/{name}/rehearse"): "only looks",
    ("POST", "/api/v1/backups/files/{name}/verify"): "only looks",
    ("POST", "/api/v1/backups/jobs/{id}/cancel"): "stops what can be begun again",
    ("POST", "/api/v1/backups/prune"): "by rules that were set after a proof",
    ("POST", "/api/v1/backups/targets/{id}/test"): "a file of our own, in and out",
    ("POST", "/api/v1/backups/uploads/{id}/finish"): "ends what was begun after a proof",
    ("PUT", "/api/v1/backups/uploads/{id}"): "goes on with what was begun after a proof",
    ("DELETE", "/api/v1/branding/{place}"): "pictures and looks",
    ("DELETE", "/api/v1/me/photo"): "name, picture and looks",
    ("DELETE", "/api/v1/me/sessions"): "signing out elsewhere only takes away",
    ("DELETE", "/api/v1/me/sessions/{id}"): "signing out elsewhere only takes away",
    ("DELETE", "/api/v1/tokens/{id}"): "revoking only takes away",
    ("PATCH", "/api/v1/me"): "name, picture and looks",
    ("PATCH", "/api/v1/me/passkeys/{id}"): "the name of a passkey",
    ("POST", "/api/v1/auth/step-up"): "this is the proof",
    ("POST", "/api/v1/auth/step-up/passkey"): "this is the proof",
    ("POST", "/api/v1/auth/step-up/passkey/options"): "this is the proof",
    ("POST", "/api/v1/go-live"): "only looks, and makes one more backup",
    ("POST", "/api/v1/go-live/proofs"): "only looks; its token and its file live for the moment",
    ("POST", "/api/v1/mail/queue/{id}/hurry"): "the message goes where it would go anyway",
    ("POST", "/api/v1/me/password"): "asks for the old password itself",
    ("POST", "/api/v1/users/{id}/unlock"): "lets the person try again, with all factors",
    ("POST", "/api/v1/vault/ceremony/confirmation"): "compares a copy; the key was shown after a proof",
    ("PUT", "/api/v1/me/photo"): "name, picture and looks",
    ("PUT", "/api/v1/setup/step"): "where the wizard goes on",
    ("DELETE", "/api/v1/views/{id}"): "how a list is looked at",
    ("PATCH", "/api/v1/views/{id}"): "how a list is looked at",
    ("POST", "/api/v1/views"): "how a list is looked at",
    ("PUT", "/api/v1/branding/{place}"): "pictures and looks",
}
# Who has these could take the daemon over, or loses what nothing brings back.
MIGHTY = {"users.manage", "tokens.manage", "vault.manage", "settings.edit", "inventory.purge", "account.own",
          "backups.manage", "audit.manage"}


def weakenings(token):
    """(method, path, a body that asks, one that does not)"""
    return [
        ("PATCH", "/api/v1/settings", {"open_reading": True}, {"app_name": "Lab"}),
        ("PATCH", "/api/v1/settings", {"session_idle_minutes": 600}, {"session_idle_minutes": 60}),
        ("PATCH", "/api/v1/settings", {"session_absolute_hours": 2000}, {"session_absolute_hours": 24}),
        ("PATCH", "/api/v1/users/2", {"role": "editor"}, {"display_name": "Bob"}),
        ("PATCH", "/api/v1/users/2", {"email": "somewhere@else.example.org"}, {"force_password_change": False}),
        ("POST", "/api/v1/tokens", {"name": f"{token}-a", "role": "admin", "expires_at": None},
         {"name": f"{token}-b", "role": "viewer", "expires_at": None}),
        ("POST", "/api/v1/users",
         {"email": f"{token}-a@example.org", "display_name": "A", "role": "admin", "password": PASSWORD},
         {"email": f"{token}-b@example.org", "display_name": "B", "role": "viewer", "password": PASSWORD}),
    ]


def make_stale(daemon):
    """As if everybody had signed in eleven minutes ago."""
    daemon.stop()
    query(daemon, "UPDATE user_sessions SET proven_at = proven_at - 660000")
    daemon.start()


def test_every_mighty_route_is_in_one_table():
    asked = {"recent": set(), "by_body": set(), "": set()}
    for method, path, operation in operations():
        if method != "GET" and operation["x-permission"] in MIGHTY or operation.get("x-step-up"):
            asked[operation.get("x-step-up", "")].add((method, path))

    assert asked["recent"] == ALWAYS
    assert asked["by_body"] == BY_BODY
    assert asked[""] == set(WITHOUT)


def test_a_stale_proof_is_asked_for_and_a_fresh_one_is_enough(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    daemon.person(admin, "viewer")
    make_stale(daemon)

    def ask(method, path, body):
        return admin.request(method, path, body if method != "DELETE" else None)

    def is_refused(answer):
        return answer.status == 403 and answer.json["code"] == "step_up_required"

    wrong = [(route, answer) for route in sorted(ALWAYS)
             if not is_refused(answer := ask(route[0], fill(route[1]), {}))]
    for method, path, mighty, plain in weakenings("stale"):
        answer = ask(method, path, plain)
        if answer.status not in (200, 201):
            wrong.append((method, path, plain, answer))
        answer = ask(method, path, mighty)
        if not is_refused(answer):
            wrong.append((method, path, mighty, answer))
    assert wrong == []

    assert admin.post("/api/v1/auth/step-up", {"password": ADMIN["password"]}).status == 200
    for method, path in sorted(ALWAYS - {("POST", "/api/v1/users/{id}/masquerade")}):
        answer = ask(method, fill(path), {})
        if answer.status == 403 and answer.json["code"] == "step_up_required":
            wrong.append((method, path, answer))
    for method, path, mighty, _ in weakenings("fresh"):
        answer = ask(method, path, mighty)
        if answer.status not in (200, 201):
            wrong.append((method, path, mighty, answer))
    assert wrong == []


def test_leaving_the_hardened_profile_asks(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    # Administrators need a second factor while hardened; a program with the permission by name does not.
    scopes = ["settings.edit", "settings.view"]
    plain, able = (
        Client(daemon, token=admin.made("/api/v1/tokens", {"name": name, "scopes": may, "expires_at": None})["token"])
        for name, may in (("plain", scopes), ("able", [*scopes, "danger.act"])))
    assert admin.patch("/api/v1/settings", {"profile": "hardened"}).status == 200

    refused = plain.patch("/api/v1/settings", {"profile": "lab"})
    assert refused.status == 403 and "danger.act" in refused.json["message"], refused
    assert plain.patch("/api/v1/settings", {"app_name": "Lab"}).status == 200
    assert able.patch("/api/v1/settings", {"profile": "lab"}).status == 200


def ask_as_a_page_does(page, method, path, body):
    """By the module that the page itself has loaded; the answer is awaited with `window.answered`."""
    page.evaluate(
        """([method, path, body]) => {
            const own = new URL("lib/api.js", document.querySelector("script[type=module]").src);
            window.answered = import(own).then(({ send }) => send(method, path, { body }))
              .then((response) => String(response.status), (error) => `${error.status} ${error.code}`);
        }""", [method, path, body])


def test_the_dialog_comes_up_where_the_api_asks(new_daemon):
    """Every page asks through lib/api.js, which a rule of HouseRulesTests holds; here it is seen with what they send."""
    daemon = new_daemon()
    admin = daemon.set_up()
    requests = [
        ("POST", "invitations", {"email": "grace@example.org", "role": "viewer"}),
        ("PATCH", "mail/settings", {"enabled": False}),
        ("POST", "sign-in-providers", {"name": "X"}),
        ("PATCH", "settings", {"open_reading": True}),
        ("POST", "vault/rotation", None),
    ]
    with chromium(daemon) as browser:
        for method, path, body in requests:
            make_stale(daemon)
            page = new_page(browser, daemon, admin.cookie)
            page.goto("/settings")
            page.get_by_role("heading").first.wait_for()
            ask_as_a_page_does(page, method, path, body)
            dialog = page.get_by_role("dialog", name=say("prove.title"))
            dialog.get_by_label(say("account.password"), exact=True).fill(ADMIN["password"])
            dialog.get_by_role("button", name=say("prove.verb")).click()
            answered = page.evaluate("window.answered")
            assert "step_up" not in answered and not answered.startswith("0 "), (path, answered)
            assert [one for one in page.problems if "status of 4" not in one] == []
            page.context.close()
        # Who does not prove it gets the refusal, and nothing was done.
        make_stale(daemon)
        page = new_page(browser, daemon, admin.cookie)
        page.goto("/settings")
        page.get_by_role("heading").first.wait_for()
        ask_as_a_page_does(page, "PATCH", "settings", {"session_idle_minutes": 9999, "app_name": "x"})
        page.get_by_role("dialog", name=say("prove.title")).wait_for()
        page.keyboard.press("Escape")
        assert page.evaluate("window.answered") == "403 step_up_required"
        assert admin.get("/api/v1/settings").json["app_name"] != "x"
        page.context.close()
    trail = json.dumps(admin.get("/api/v1/admin/audit-log?action=proven_again").json)
    assert trail.count('"proven_again"') == len(requests)
