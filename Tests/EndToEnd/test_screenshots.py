"""Pictures to look at, in .run/screenshots: every main page, wide and narrow, dark and light."""

import itertools

import pytest
from browser import chromium, new_page
from daemon import ROOT
from test_browser import PAGES, wizard
from test_layouts import LAYOUTS
from test_samples import SIZES, start_with

PICTURES = ROOT / ".run/screenshots"


@pytest.mark.pictures
def test_pictures(new_daemon):
    daemon = new_daemon()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium(daemon) as browser:
        first = new_page(browser, daemon)
        first.goto("/")
        first.wait_for_url("**/setup")
        first.screenshot(path=PICTURES / "setup.png")
        wizard(first, daemon)
        cookie = next(one["value"] for one in first.context.cookies() if one["name"] == "cb_session")
        sizes = {"1440": (1440, 900), "390": (390, 844)}
        for (size, (width, height)), theme in itertools.product(sizes.items(), ("midnight", "daylight")):
            page = new_page(browser, daemon, cookie, width, height, "light" if theme == "daylight" else "dark")
            page.request.patch("/api/v1/me", data={"theme": theme}, headers={"Origin": daemon.address})
            for path in PAGES:
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(400)
                name = path.strip("/").replace("/", "-") or "home"
                page.screenshot(path=PICTURES / f"{name}-{size}-{theme}.png")
            page.context.close()
    print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES}")


@pytest.mark.pictures
@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_layouts(size, new_daemon):
    """Each sample lab in each layout; some in the light and on a phone."""
    daemon = new_daemon()
    admin = daemon.set_up()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium(daemon) as browser:
        start_with(new_page(browser, daemon, cookie=admin.cookie), size)
        for at, layout in enumerate(LAYOUTS):
            board = admin.get("/api/v1/maps").json["items"][0]
            assert admin.patch(f"/api/v1/maps/{board['id']}", {"layout": layout}).status == 200
            looks = [(1440, 900, "midnight")]
            if size == 40 or at == 0:
                looks += [(1440, 900, "daylight"), (390, 844, "midnight")]
            for width, height, theme in looks:
                page = new_page(browser, daemon, admin.cookie, width, height, "dark" if theme == "midnight" else "light")
                assert admin.patch("/api/v1/me", {"theme": theme}).status == 200
                page.goto("/map")
                page.wait_for_selector(".map-page:not(.is-empty)")
                page.wait_for_timeout(900)
                page.screenshot(path=PICTURES / f"lab-{size}-{layout}-{width}-{theme}.png")
                page.context.close()
