"""A look of one's own in a browser: logo, favicon, background, icons of objects, and what the top bar shows."""

import pytest
from accessible import assert_accessible
from browser import chromium, new_page, without_refusals
from pictures import png
from test_browser import say


@pytest.fixture(scope="module")
def studio(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def file_of(name, data):
    return {"name": name, "mimeType": "image/png", "buffer": data}


def test_pictures_are_chosen_shown_and_taken_back(studio):
    daemon, admin, browser = studio
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/settings/look")
    for place, size in (("logo", (900, 300)), ("favicon", (64, 64)), ("background", (1600, 900))):
        page.get_by_label(say(f"branding.{place}_choose"), exact=True).and_(page.locator("input")).set_input_files(
            file_of(f"{place}.png", png(*size)))
        page.locator(f".branding-shown.is-{place} img").wait_for()
    page.locator("#bar .brand-mark img").wait_for()
    assert "/api/v1/branding/favicon" in page.locator("link[rel=icon]").get_attribute("href")
    assert_accessible(page, "look")

    stranger = new_page(browser, daemon, width=390, height=844, scheme="light")
    stranger.goto("/sign-in")
    stranger.locator(".bare.has-background .brand-mark img").wait_for()
    assert stranger.evaluate("getComputedStyle(document.querySelector('.bare')).backgroundImage").startswith("url(")
    assert_accessible(stranger, "sign-in")
    assert without_refusals(stranger.problems) == []

    page.get_by_label(say("branding.logo_choose"), exact=True).and_(page.locator("input")).set_input_files(
        {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"})
    page.get_by_text("no PNG, JPEG or WebP").wait_for()
    page.locator(".branding-row", has_text=say("branding.logo_text")).get_by_role("button", name=say("branding.remove")).click()
    page.locator("#bar .brand-mark svg").wait_for()
    assert admin.get("/api/v1/branding").json["logo"] is None
    assert [one for one in page.problems if "422" not in one] == []


def test_strangers_are_met_in_the_name_the_language_and_the_theme_of_the_place(studio):
    daemon, admin, browser = studio

    def settings(**changes):
        now = admin.get("/api/v1/settings").json["revision"]
        assert admin.patch("/api/v1/settings", changes, headers={"If-Match": f'"{now}"'}).status == 200

    settings(app_name="The Cellar", language="fr", theme="nord")
    page = new_page(browser, daemon)
    page.goto("/sign-in")
    page.wait_for_function("() => document.title.endsWith('· The Cellar') && document.documentElement.lang === 'fr'")
    assert page.evaluate("document.documentElement.dataset.theme") == "nord"
    # What somebody chooses there counts for more.
    page.locator("select.language-picker").select_option("ja")
    page.wait_for_function("() => document.documentElement.lang === 'ja'")
    page.reload()
    page.locator("select.language-picker").wait_for()
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert without_refusals(page.problems) == []
    settings(app_name="Circuit Breaker", language="auto", theme="auto")
    page.context.close()


def test_an_icon_is_chosen_for_an_object(studio):
    daemon, admin, browser = studio
    thing = admin.made("/api/v1/hardware", {"name": "box"})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/hardware/{thing['id']}")
    page.locator("#panel .panel-box").get_by_role("button", name=say("common.edit")).first.click()
    page.locator(".icon-choice").click()
    page.get_by_role("button", name="access point", exact=True).wait_for()
    assert_accessible(page, "icons")
    page.get_by_label(say("icons.bring"), exact=True).and_(page.locator("input")).set_input_files(
        file_of("Blue box.png", png(48, 48)))
    page.locator(".icon-choice image").wait_for()
    page.locator("#panel").get_by_role("button", name=say("common.save")).click()
    page.locator("#panel .form").wait_for(state="detached")
    assert admin.get(f"/api/v1/hardware/{thing['id']}").json["icon"] == "upload-1"
    page.locator("main .icon image").first.wait_for()
    assert page.problems == []


def test_each_browser_chooses_what_the_bar_shows(studio):
    daemon, admin, browser = studio
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/profile")
    page.locator("#bar time").wait_for()
    page.get_by_label(say("account.bar_clock")).uncheck()
    page.locator("#bar time").wait_for(state="hidden")
    page.reload()
    page.locator("#bar .avatar").wait_for()
    assert page.locator("#bar time").is_hidden()
    assert page.problems == []
