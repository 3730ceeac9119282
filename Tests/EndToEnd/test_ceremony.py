"""The vault's key as a person keeps it: copied, saved, printed, typed back; and a wizard on a hardened daemon."""

import pathlib
import re

import pytest
from accessible import assert_accessible
from browser import chromium, new_page, without_refusals
from daemon import ADMIN, PASSWORD, Client
from test_browser import say
from test_sign_in import totp
from vault import env_keys

#: Counts instead of opening the system's window, which a test could not close.
COUNT_PRINTS = "window.printed = 0; window.print = () => { window.printed += 1 }"
#: Everything a page could still hold the key in: its text and markup, what is typed, what the browser keeps for it.
LEFTOVERS = """() => [
    document.documentElement.outerHTML, document.documentElement.textContent,
    ...[...document.querySelectorAll('input, textarea')].map((one) => one.value),
    JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
    JSON.stringify(history.state), location.href, document.cookie,
].join('\\n')"""


def begin(page, daemon):
    """Code and account."""
    page.goto("/")
    page.wait_for_url("**/setup")
    page.get_by_label(say("setup.code"), exact=True).fill(daemon.setup_code)
    page.get_by_role("button", name=say("common.next")).click()
    page.get_by_label(say("account.display_name"), exact=True).fill(ADMIN["display_name"])
    page.get_by_label(say("account.email"), exact=True).fill(ADMIN["email"])
    page.get_by_label(say("account.password"), exact=True).fill(ADMIN["password"])
    page.get_by_label(say("account.password_again"), exact=True).fill(ADMIN["password"])
    page.get_by_role("button", name=say("setup.create_account")).click()


def onward(page, *steps):
    for step in steps:
        page.get_by_role("heading", name=say(f"setup.{step}_title")).wait_for()
        page.get_by_role("button", name=say("common.next")).click()


def groups_of(page):
    page.locator(".key-groups li").first.wait_for()
    return page.locator(".key-groups li").evaluate_all("all => all.map((one) => one.lastChild.textContent)")


def type_groups(page, groups, wrong=None):
    """Fills in what is asked for; `wrong` is the place in the row of questions that gets something else."""
    labels = page.locator(".key-ask label").all_inner_texts()
    for place, label in enumerate(labels):
        right = groups[int(re.search(r"\d+", label).group()) - 1]
        # Other letters of the same length: only the first differs.
        typed = ("A" if right[0] != "A" else "B") + right[1:] if place == wrong else right
        page.get_by_label(label, exact=True).fill(typed)
    return len(labels)


def assert_gone(page, key, groups):
    left = page.evaluate(LEFTOVERS)
    assert key not in left and "".join(groups) not in re.sub(r"\s|\d", "", left)
    assert "\n".join(groups) not in left and page.locator(".key-card, .key-sheet, .key-groups").count() == 0


def test_the_key_is_copied_saved_printed_and_typed_back_and_then_gone(new_daemon):
    daemon = new_daemon()
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=daemon.address)
        page.add_init_script(COUNT_PRINTS)
        begin(page, daemon)
        onward(page, "look", "region", "mail")
        groups = groups_of(page)
        key = env_keys(daemon)[0]
        assert "".join(groups) == key
        assert_accessible(page, "the key")

        page.get_by_role("button", name=say("vault.copy"), exact=True).click()
        page.wait_for_function("key => navigator.clipboard.readText().then((text) => text === key)", arg=key)

        with page.expect_download() as download:
            page.get_by_role("button", name=say("vault.download")).click()
        saved = pathlib.Path(download.value.path()).read_text()
        assert download.value.suggested_filename == "circuit-breaker-vault-key.txt"
        assert [line for line in saved.splitlines() if not line.startswith("#")] == [f"CB_VAULT_KEY={key}"]

        page.get_by_role("button", name=say("vault.print")).click()
        assert page.evaluate("window.printed") == 1
        page.emulate_media(media="print")
        assert page.locator(".key-sheet").evaluate("one => getComputedStyle(one).visibility") == "visible"
        # On paper stands the key, whose it is, and nothing of the page around it.
        assert page.locator(".key-print-only").is_visible()
        for other in (".setup-foot", ".key-ask", "h2"):
            assert not page.locator(other).first.is_visible(), other
        page.emulate_media(media="screen")

        forward = page.get_by_role("button", name=say("vault.confirm"))
        assert forward.is_disabled()
        for wrong in range(type_groups(page, groups)):
            type_groups(page, groups, wrong)
            forward.click()
            page.locator(".field-problem").filter(has_text="your copy").wait_for()
            assert groups_of(page) == groups
        assert Client(daemon, cookie=cookie(page)).get("/api/v1/vault").json["needs_confirmation"] is True
        type_groups(page, groups)
        forward.click()
        page.get_by_role("heading", name=say("setup.first_look_title")).wait_for()
        assert_gone(page, key, groups)
        # Not by going back either, nor by asking again.
        page.get_by_role("button", name=say("common.back")).click()
        page.get_by_text(say("vault.kept_already")).wait_for()
        assert_gone(page, key, groups)
        page.reload()
        page.get_by_text(say("vault.kept_already")).wait_for()
        assert_gone(page, key, groups)
        assert Client(daemon, cookie=cookie(page)).post("/api/v1/vault/ceremony").status == 409
        assert [one for one in without_refusals(page.problems) if "status of 422" not in one] == []
        assert key not in daemon.log.read_text(errors="replace")


def cookie(page):
    return next(one["value"] for one in page.context.cookies() if one["name"] == "cb_session")


def test_the_page_of_the_vault_keeps_the_key_no_longer_than_the_dialog(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    key = env_keys(daemon)[0]
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie)
        page.goto("/settings/vault")
        page.get_by_role("button", name=say("vault.keep")).click()
        groups = groups_of(page)
        assert "".join(groups) == key
        assert_accessible(page, "the key in a dialog")
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
        assert_gone(page, key, groups)

        page.get_by_role("button", name=say("vault.keep")).click()
        groups = groups_of(page)
        type_groups(page, groups, wrong=0)
        page.get_by_role("dialog").get_by_role("button", name=say("vault.confirm")).click()
        page.get_by_role("dialog").locator(".field-problem").filter(has_text="your copy").wait_for()
        assert_accessible(page, "a wrong group")
        type_groups(page, groups)
        page.get_by_role("dialog").get_by_role("button", name=say("vault.confirm")).click()
        page.get_by_role("dialog").wait_for(state="detached")
        page.get_by_role("button", name=say("vault.keep")).wait_for(state="detached")
        assert_gone(page, key, groups)
        assert admin.get("/api/v1/vault").json["needs_confirmation"] is False


def set_up_app(page):
    page.get_by_role("button", name=say("security.totp_add")).click()
    secret = page.locator("dialog code").first.inner_text()
    page.get_by_label(say("security.totp_code")).fill(totp(secret))
    page.keyboard.press("Enter")
    page.get_by_role("button", name=say("tokens.kept")).click()


def finish(page, daemon):
    groups = groups_of(page)
    type_groups(page, groups)
    page.get_by_role("button", name=say("vault.confirm")).click()
    page.get_by_role("heading", name=say("setup.first_look_title")).wait_for()
    page.locator(".setup-foot button").last.click()
    page.wait_for_url("**/map")


@pytest.mark.parametrize("when", ["before the first start", "in the middle of the wizard"])
def test_the_wizard_goes_through_on_a_hardened_daemon(new_daemon, when):
    early = when == "before the first start"
    daemon = new_daemon(environment={"CB_ACCESS_PROFILE": "hardened"} if early else {})
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        begin(page, daemon)
        if not early:
            page.get_by_role("heading", name=say("setup.look_title")).wait_for()
            answer = Client(daemon, cookie=cookie(page)).patch("/api/v1/settings", {"profile": "hardened"})
            assert answer.status == 200, answer
            page.get_by_role("button", name=say("common.next")).click()
        # Nothing else before the administrator has a second factor.
        page.wait_for_url("**/profile/security")
        assert Client(daemon, cookie=cookie(page)).get("/api/v1/users").status == 403
        set_up_app(page)
        page.wait_for_url("**/setup")
        onward(page, "look", "region", "mail")
        finish(page, daemon)

        admin = Client(daemon, cookie=cookie(page))
        assert admin.get("/api/v1/settings").json["profile"] == "hardened"
        assert admin.get("/api/v1/auth/session").json["setup_step"] == "done"
        session = next(one for one in page.context.cookies() if one["name"] == "cb_session")
        assert (session["sameSite"] == "Strict") == early and session["secure"] and session["httpOnly"]
        # The password alone opens nothing any more, and nobody reads without signing in.
        answer = Client(daemon).post("/api/v1/auth/sign-in", {key: ADMIN[key] for key in ("email", "password")},
                                     headers={"Origin": daemon.address})
        assert answer.status == 202 and answer.json["next"] == "second_factor", answer
        assert Client(daemon).get("/api/v1/hardware").status == 401
        # Whoever is made an administrator now sets a factor up while signing in.
        admin.made("/api/v1/users", {"email": "eve@example.org", "password": PASSWORD, "display_name": "Eve",
                                     "role": "admin"})
        answer = Client(daemon).post("/api/v1/auth/sign-in", {"email": "eve@example.org", "password": PASSWORD},
                                     headers={"Origin": daemon.address})
        assert answer.status == 202 and answer.json["next"] == "enrolment", answer
