"""The pages of the history and of going live in a browser: by click and by keyboard, checked by axe."""


import pytest
from accessible import assert_accessible
from browser import chromium, new_page, picture
from daemon import Daemon
from test_audit import change
from test_browser import say

#: Where pictures go while somebody looks at these pages.


@pytest.fixture(scope="module")
def place():
    daemon = Daemon()
    try:
        daemon.start()
        admin = daemon.set_up()
        for number in range(12):
            made = admin.made("/api/v1/hardware", {"name": f"host {number}", "notes": "a first note"})
            assert admin.patch(f"/api/v1/hardware/{made['id']}", {"notes": "another"}).status == 200
        with chromium(daemon) as browser:
            yield daemon, admin, browser
    finally:
        daemon.remove()


LOOKS = [("wide-dark", 1440, 900, "dark"), ("wide-light", 1440, 900, "light"), ("narrow-dark", 390, 844, "dark"),
         ("narrow-light", 390, 844, "light")]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
def test_going_live_is_looked_at_by_click(place, look):
    daemon, admin, browser = place
    name, width, height, scheme = look
    theme = "daylight" if scheme == "light" else "midnight"
    assert admin.patch("/api/v1/me", {"theme": theme}).status == 200
    page = new_page(browser, daemon, admin.cookie, width, height, scheme)
    page.goto("/settings/go-live")
    page.locator("main h1").wait_for()
    picture(page, f"go-live-before-{name}", after=400)
    assert_accessible(page, "go-live, before")

    page.get_by_role("button", name=say("golive.check")).click()

    page.locator("li[data-state]").first.wait_for(timeout=60_000)
    assert page.locator("li[data-state=ok]").count() > 8
    for line in page.locator("li[data-state=bad]").all():
        assert say("golive.mend") in line.inner_text()
    assert_accessible(page, "go-live, after")
    picture(page, f"go-live-{name}", after=400)
    if width < 500:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.problems == []
    page.context.close()


def test_a_broken_chain_is_red_on_the_page(place):
    daemon, admin, browser = place
    change(daemon, "UPDATE audit_log SET actor = 'eve' WHERE id = 3")
    page = new_page(browser, daemon, admin.cookie)
    try:
        page.goto("/settings/go-live")
        page.get_by_role("button", name=say("golive.check")).click()
        page.locator("li[data-state=bad]", has_text="row 3").wait_for(timeout=60_000)
        picture(page, "go-live-broken", after=400)
        page.goto("/audit")
        page.get_by_role("button", name=say("audit.verify")).click()
        page.get_by_role("dialog").get_by_text(say("audit.broken")).wait_for()
        picture(page, "audit-broken", after=400)
        assert_accessible(page, "audit, broken chain")
    finally:
        change(daemon, "UPDATE audit_log SET actor = 'ada@example.org' WHERE id = 3")
    assert page.problems == []
    page.context.close()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
def test_the_rule_is_set_and_rows_are_removed(place, look):
    daemon, admin, browser = place
    name, width, height, scheme = look
    assert admin.patch("/api/v1/me", {"theme": "daylight" if scheme == "light" else "midnight"}).status == 200
    page = new_page(browser, daemon, admin.cookie, width, height, scheme)
    page.goto("/audit")
    page.locator("main h1").wait_for()
    picture(page, f"audit-{name}", after=400)
    page.get_by_role("button", name=say("audit.keeping")).click()
    days = page.get_by_label(say("audit.keep_days"))
    days.fill("400" if days.input_value() != "400" else "500")
    page.keyboard.press("Enter")
    page.get_by_text(say("common.saved")).wait_for()
    assert_accessible(page, "audit, keeping")
    picture(page, f"audit-keeping-{name}", after=400)
    page.get_by_role("button", name=say("audit.cut")).click()
    page.get_by_role("dialog", name=say("audit.cut_title")).get_by_role("button", name=say("audit.cut")).click()
    page.get_by_text(say("audit.cut_none")).wait_for()
    assert page.problems == []
    assert admin.get("/api/v1/admin/audit-log/retention").json["keep_days"] in (400, 500)
    page.context.close()


def test_an_entry_shows_before_and_after_side_by_side(place):
    daemon, admin, browser = place
    page = new_page(browser, daemon, admin.cookie)
    page.goto("/audit?action=changed&entity=hardware")
    page.get_by_text("host 11").first.click()
    panel = page.locator(".diff")
    panel.wait_for()
    assert "a first note" in panel.locator(".diff-old").all_inner_texts()[0]
    assert "another" in panel.locator(".diff-new").all_inner_texts()[0]
    assert_accessible(page, "audit, one entry")
    picture(page, "audit-entry", after=400)
    page.context.close()
