"""Single points of failure as a page: ranked, narrowed by kind, each with the proof and the way to the map."""


import pytest
from accessible import violations
from browser import chromium, new_page, picture
from test_browser import say


@pytest.fixture(scope="module")
def points_lab(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, cookie=admin.cookie)
        page.goto("/map/single-points")
        page.get_by_text(say("points.none")).wait_for()
        picture(page, "points-empty")
        assert violations(page) == [] and page.problems == []
        page.context.close()
        made = lambda path, **body: admin.made(f"/api/v1/{path}", body)["id"]  # noqa: E731
        ids = {
            "router": made("hardware", name="router", role="router"),
            "switch": made("hardware", name="<b>Schalter</b> im Hauswirtschaftsraum neben der Waschmaschine", role="switch"),
            "host": made("hardware", name="host", role="hypervisor"),
        }
        ids["cable"] = made("connections", from_id=ids["router"], to_id=ids["switch"])
        made("connections", from_id=ids["switch"], to_id=ids["host"])
        ids["guest"] = made("compute-units", name="guest", type="vm", hardware_id=ids["host"])
        made("services", name="web", runs_on_id=ids["guest"])
        yield daemon, admin, browser, ids


def rows(page):
    return [row.inner_text().split("\n") for row in page.get_by_role("row").all()[1:]]


def test_ranked_narrowed_and_proven_by_keys_alone(points_lab):
    daemon, admin, browser, ids = points_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map/single-points")
    grid = page.get_by_role("grid", name=say("points.title"))
    grid.get_by_role("row").nth(1).wait_for()
    names = [row[1] for row in rows(page)]
    assert [row[0] for row in rows(page)] == ["1", "1", "3", "4", "5"]
    assert names[0] == "router" and names[-2:] == ["host", "guest"]
    picture(page, "points-1440")
    assert violations(page) == []

    hardware = page.locator('[data-kind="hardware"]')
    hardware.focus()
    page.keyboard.press("Space")
    page.wait_for_url("**/map/single-points?kind=hardware")
    page.wait_for_function("() => document.querySelectorAll('.table-space [role=row]').length === 3")
    assert hardware.get_attribute("aria-pressed") == "true" and hardware.evaluate("one => one === document.activeElement")

    grid.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    panel.get_by_text("4 down, 0 degraded").wait_for()
    assert f"failed={ids['router']}" in page.url
    first = panel.locator("summary").filter(has_text="web")
    first.focus()
    page.keyboard.press("Enter")
    steps = panel.locator("details[open] li").all_inner_texts()
    assert len(steps) == 4 and steps[-1] == "web runs on guest"
    page.wait_for_timeout(300)
    picture(page, "points-panel")
    assert violations(page) == []
    panel.get_by_role("link", name=say("points.on_map")).click()
    page.wait_for_url(f"**/map?impact={ids['router']}")
    page.get_by_role("region", name="What stops").get_by_text("4 down, 0 degraded").wait_for()
    # And back, from what stops to the ranking.
    page.get_by_role("link", name=say("points.title")).click()
    grid.get_by_role("row").nth(1).wait_for()
    assert page.problems == []


def test_the_address_opens_one_and_leaves_it(points_lab):
    daemon, admin, browser, ids = points_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map/single-points?kind=connection&failed=connection:{ids['cable']}")
    panel = page.locator("#panel")
    panel.get_by_text("4 down, 0 degraded").wait_for()
    assert len(rows(page)) == 1
    page.keyboard.press("Escape")
    page.wait_for_url("**/map/single-points?kind=connection")
    page.goto("/map/single-points?failed=999999")
    panel.get_by_role("alert").or_(panel.locator(".empty")).first.wait_for()
    # The daemon refuses what it does not know; the browser writes that in red.
    assert [one for one in page.problems if "status of 422" not in one] == []


def test_on_a_phone_in_german(points_lab):
    daemon, admin, browser, ids = points_lab
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE", color_scheme="light",
                                  base_url=daemon.address, has_touch=True)
    context.add_cookies([{"name": "cb_session", "value": admin.cookie, "url": daemon.address, "httpOnly": True,
                          "secure": True, "sameSite": "Lax"}])
    page = context.new_page()
    page.goto("/map/single-points")
    page.get_by_role("heading", name="Einzelne Ausfallpunkte").wait_for()
    page.get_by_role("row").nth(2).wait_for()
    page.wait_for_timeout(300)
    picture(page, "points-390-de")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = page.evaluate(
        """[...document.querySelectorAll('.table-head [role=columnheader], .points-kinds button, .page h1')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)""")
    assert cut == []
    assert violations(page) == []
    page.get_by_role("row").nth(1).tap()
    page.locator("#panel summary").first.wait_for()
    page.wait_for_timeout(300)
    picture(page, "points-390-de-panel")
    assert violations(page) == []
    context.close()


def test_many_rows_come_in_parts_and_all_of_them(points_lab):
    daemon, admin, browser, ids = points_lab
    before = ids["host"]
    for at in range(160):
        here = admin.made("/api/v1/hardware", {"name": f"chain-{at}"})["id"]
        admin.made("/api/v1/connections", {"from_id": before, "to_id": here})
        before = here
    page = new_page(browser, daemon, cookie=admin.cookie)
    # How many rows come before the browser draws.
    page.add_init_script("""
        globalThis.most = 0;
        let now = 0;
        const isRow = (one) => one.nodeType === 1 && one.matches('.table-space > [role=row]');
        new MutationObserver((all) => {
            now += all.flatMap(({ addedNodes }) => [...addedNodes]).filter(isRow).length;
            most = Math.max(most, now);
        }).observe(document, { childList: true, subtree: true });
        const frame = () => { now = 0; requestAnimationFrame(frame) };
        frame();""")
    page.goto("/map/single-points")
    page.wait_for_function("() => document.querySelectorAll('.table-space [role=row]').length === 200")
    assert 0 < page.evaluate("most") < 80
    order = page.evaluate("[...document.querySelectorAll('.table-space [role=row]')].map((row) => Number(row.ariaRowIndex))")
    assert order == list(range(2, 202))

    page.reload()
    page.get_by_role("row").nth(1).wait_for()
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    assert page.evaluate("""() => document.getElementById(document.querySelector('[role=grid]').getAttribute('aria-activedescendant'))
        .getBoundingClientRect().bottom <= innerHeight""")
    page.keyboard.press("Enter")
    page.locator("#panel h2").wait_for()
    assert page.problems == []
    page.context.close()
