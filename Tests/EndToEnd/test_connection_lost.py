"""A network that goes away under somebody's hands: it is said, what was typed stays, and what could not be read is read once it
is back, without anybody asking for it."""

from browser import new_page, quiet
from test_browser import browser_lab, say  # noqa: F401

LOST = ["ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION"]


def offline(page):
    """The browser says so before any connection notices."""
    page.context.set_offline(True)
    page.locator("#notices .notice", has_text=say("shell.offline")).wait_for()


def online(page):
    page.context.set_offline(False)
    page.locator("#notices .notice").wait_for(state="detached")


def test_it_is_said_and_what_was_typed_stays(browser_lab):  # noqa: F811
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?new=1")
    name = page.locator("#panel form input").first
    name.wait_for()
    quiet(page)
    name.fill("typed-in-a-tunnel")
    offline(page)
    page.locator("#panel [type=submit]").click()
    page.locator("#panel [role=alert]", has_text=say("errors.offline")).wait_for()
    assert name.input_value() == "typed-in-a-tunnel"
    online(page)
    page.locator("#panel [type=submit]").click()
    page.locator("#panel h2", has_text="typed-in-a-tunnel").wait_for()
    assert [one for one in page.problems if not any(word in one for word in LOST)] == []


def test_what_could_not_be_read_is_read_when_it_is_back(browser_lab):  # noqa: F811
    daemon, admin, browser = browser_lab
    admin.made("/api/v1/racks", {"name": "behind the tunnel"})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware")
    quiet(page)
    offline(page)
    page.locator("#rail").get_by_role("link", name=say("shell.place_racks"), exact=True).click()
    page.locator("main .empty", has_text=say("errors.title_offline")).wait_for()
    online(page)
    page.locator(".table-row", has_text="behind the tunnel").wait_for()
    # A page whose own files were not there yet says the same, and not what the browser calls it.
    offline(page)
    page.locator("#rail a[href^='/settings']").first.click()
    page.locator("main .empty", has_text=say("errors.offline")).wait_for()
    online(page)
    page.get_by_role("heading", name=say("settings.title")).first.wait_for()
    assert [one for one in page.problems if not any(word in one for word in LOST)] == []


def test_one_request_that_is_stopped_does_not_make_the_connection_anew_again_and_again(browser_lab):  # noqa: F811
    """As an extension of the browser does it, while the live connection stays."""
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    made, asked = [], []
    page.on("websocket", lambda socket: made.append(socket))
    page.goto("/hardware")
    quiet(page)
    page.route("**/api/v1/racks?*", lambda route: (asked.append(1), route.abort()))
    page.locator("#rail").get_by_role("link", name=say("shell.place_racks"), exact=True).click()
    page.locator("main .empty", has_text=say("errors.title_offline")).wait_for()
    page.wait_for_timeout(4_000)
    # Two streams at first; each of them once more.
    assert len(made) <= 4 and len(asked) <= 3, (len(made), len(asked))
