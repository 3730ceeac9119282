"""What the hardened profile and old proofs ask for, each on a daemon of its own."""

import sqlite3

from accessible import assert_accessible
from browser import chromium, new_page
from daemon import ADMIN, PASSWORD
from test_browser import say
from test_sign_in import fill_in, totp


def test_the_hardened_profile_asks_administrators_for_a_factor(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie)
        page.goto("/settings")
        page.get_by_role("button", name=say("settings.to_hardened_verb")).click()
        page.get_by_role("dialog").get_by_role("button", name=say("settings.to_hardened_verb")).click()
        page.get_by_text(say("settings.in_effect")).wait_for()
        page.goto("/map")
        page.wait_for_url("**/profile/security")
        assert_accessible(page, "security, factor needed")
        assert admin.get("/api/v1/users").status == 403
        page.get_by_role("button", name=say("security.totp_add")).click()
        secret = page.locator("dialog code").first.inner_text()
        page.get_by_label(say("security.totp_code")).fill(totp(secret))
        page.keyboard.press("Enter")
        page.get_by_role("button", name=say("tokens.kept")).click()
        page.goto("/settings")
        page.get_by_role("button", name=say("settings.to_lab_verb")).wait_for()
        assert admin.get("/api/v1/users").status == 200

        # A second administrator sets one up while signing in.
        email = daemon.place.name.replace(".", "-") + "@example.org"
        admin.made("/api/v1/users", {"email": email, "password": PASSWORD, "display_name": "Eve", "role": "admin"})
        fresh = new_page(browser, daemon)
        fill_in(fresh, email, PASSWORD)
        fresh.get_by_role("heading", name=say("sign_in.enrol")).wait_for()
        assert_accessible(fresh, "enrolment")
        fresh.get_by_role("button", name=say("security.totp_add")).click()
        secret = fresh.locator(".bare-card code").first.inner_text()
        assert_accessible(fresh, "enrolment with the picture")
        fresh.get_by_label(say("security.totp_code")).fill(totp(secret))
        fresh.keyboard.press("Enter")
        fresh.get_by_role("button", name=say("tokens.kept")).click()
        fresh.wait_for_url("**/map")


def test_a_fresh_proof_is_asked_for_and_the_change_goes_on(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    person_id = admin.made("/api/v1/users", {
        "email": "bob@example.org", "password": PASSWORD, "display_name": "Bob", "role": "viewer"})["id"]
    make_proofs_old(daemon)
    assert admin.patch(f"/api/v1/users/{person_id}", {"role": "editor"}).json["code"] == "step_up_required"
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie)
        page.goto("/profile/security")
        page.get_by_role("button", name=say("security.totp_add")).click()
        page.get_by_role("dialog").get_by_label(say("account.password"), exact=True).fill("not this one 12")
        page.get_by_role("dialog").get_by_role("button", name=say("prove.verb")).click()
        page.locator(".field-problem:visible").first.wait_for()
        assert_accessible(page, "fresh proof")
        page.get_by_role("dialog").get_by_label(say("account.password"), exact=True).fill(ADMIN["password"])
        page.keyboard.press("Enter")
        # What was asked for goes on by itself.
        page.get_by_label(say("security.totp_code")).wait_for()
    assert admin.patch(f"/api/v1/users/{person_id}", {"role": "editor"}).status == 200


def make_proofs_old(daemon):
    """Eleven minutes pass for the sessions; the daemon is away meanwhile, so that it remembers nothing."""
    daemon.stop()
    for path in daemon.data.glob("*.db"):
        with sqlite3.connect(path) as database:
            database.execute("UPDATE user_sessions SET proven_at = proven_at - 660000")
    daemon.start()
