"""Every page and dialog about people, secrets and sign-in: axe in both schemes, on a desk and on a phone, full and broken."""

import pytest
from accessible import assert_accessible
from browser import chromium, new_page, quiet
from people_scenes import FULL, SIGNED_IN, SIGNED_OUT, breaking, furnish, open_scene
from test_browser import say

#: Wide and dark, narrow and light: each scheme and each width once, which is where pages differ.
LOOKS = [(1440, "dark"), (390, "light")]
SCENES = SIGNED_OUT + SIGNED_IN + FULL


@pytest.fixture(scope="module")
def house(lab):
    """(daemon, admin, browser, number of somebody who may only read), with more of everything than fits a screen."""
    daemon, admin = lab
    reader = furnish(daemon, admin)
    with chromium(daemon) as browser:
        yield daemon, admin, browser, reader


def cookie_for(house, scene):
    daemon, admin, _, reader = house
    if scene.who == "stranger":
        return None
    if scene.who == "acting":
        own = daemon.sign_in()
        assert own.post(f"/api/v1/users/{reader}/masquerade").status == 204
        return own.cookie
    return admin.cookie


@pytest.mark.parametrize("scene", SCENES, ids=[one.name for one in SCENES])
def test_nobody_is_shut_out(house, scene):
    daemon, admin, browser, _ = house
    cookie = cookie_for(house, scene)
    for width, scheme in LOOKS:
        admin.patch("/api/v1/me", {"theme": "daylight" if scheme == "light" else "midnight"})
        page = new_page(browser, daemon, cookie, width, 844, scheme)
        open_scene(page, scene)
        assert_accessible(page, f"{scene.name} {width} {scheme}")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{scene.name} is {overflow} px too wide at {width}"
        if scene.who != "admin":
            # Neither a stranger nor the person who is acted for has chosen a theme.
            assert page.evaluate("document.documentElement.dataset.theme") == (
                "daylight" if scheme == "light" else "midnight")
        page.context.close()


LISTS = ["/settings/users", "/settings/invitations", "/settings/tokens", "/settings/providers", "/settings/mail",
         "/settings/vault", "/settings/sharing"]


@pytest.mark.parametrize("kind,words", [("403", "users.view"), ("500", "journal"), ("offline", "does not answer")])
def test_a_list_that_cannot_be_read_says_why_and_keeps_its_page(house, kind, words):
    daemon, admin, browser, _ = house
    admin.made("/api/v1/share-links", {"label": "somebody", "expires_in_hours": 1})
    page = new_page(browser, daemon, admin.cookie)
    for path in LISTS:
        page.goto("/settings")
        page.get_by_role("heading", name=say("settings.title")).wait_for()
        quiet(page)
        breaking(page, kind)

        page.locator(f"a.tab[href='{path}']").click()

        page.locator(".empty.is-bad").get_by_text(words).first.wait_for()
        assert page.locator(f"a.tab[href='{path}']").get_attribute("aria-current") == "page"
        assert_accessible(page, f"{path} {kind}")
        page.unroute_all()
        if kind == "offline":
            # Back on the line it reads by itself.
            page.evaluate("() => dispatchEvent(new Event('online'))")
        else:
            page.get_by_role("button", name="Try again").first.click()
        page.locator(".table-row, .vault-table, form").first.wait_for()
    page.context.close()


def test_names_too_long_for_their_column_end_in_an_ellipsis(house):
    daemon, admin, browser, _ = house
    for width in (1440, 390):
        page = new_page(browser, daemon, admin.cookie, width=width)
        page.goto("/settings/users")
        name = page.locator(".table-link .ellipsis").filter(has_text="Wolfeschlegel").first
        name.wait_for()
        look = name.evaluate("(one) => [getComputedStyle(one).textOverflow, one.scrollWidth > one.clientWidth]")
        assert look == ["ellipsis", True]
        page.context.close()
