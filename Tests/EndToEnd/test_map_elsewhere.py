"""What others do to the map that is open, and fingers that rest on it."""

import pytest
from browser import chromium, new_page
from test_browser import say
from test_reduced_motion import KEEP_VIEW


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    ids = [admin.made("/api/v1/hardware", {"name": f"else-{at}"})["id"] for at in range(5)]
    places = [{"id": id, "x": 160 * (at % 2), "y": 200 * (at // 2)} for at, id in enumerate(ids)]
    assert admin.put("/api/v1/maps/1/positions", {"positions": places}).status == 204
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids


def test_who_looks_at_a_map_that_is_renamed_and_deleted_is_told(desk):
    daemon, admin, browser, _ = desk
    made = admin.made("/api/v1/maps", {"name": "Attic"})["id"]
    page = new_page(browser, daemon, cookie=daemon.person(admin, "editor").cookie)
    page.goto(f"/map?map={made}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    chooser = page.locator(".map-chooser")

    chooser.get_by_text("Attic").wait_for()
    assert admin.patch(f"/api/v1/maps/{made}", {"name": "Loft"}).status == 200
    chooser.get_by_text("Loft").wait_for()
    assert admin.delete(f"/api/v1/maps/{made}").status == 204
    page.get_by_text(say("map.maps.gone").replace("{name}", "Loft").replace("{first}", "Main")).wait_for()
    page.locator(".map-chooser").get_by_text("Main").wait_for()
    assert page.url.endswith("/map?map=1")

    page.goto(f"/map?map={made}")
    page.get_by_role("alert").get_by_role("link", name=say("map.maps.to_first")).click()
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.context.close()


def test_a_menu_that_a_finger_opened_is_whole_and_ends_by_escape(desk):
    daemon, admin, browser, ids = desk
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844, has_touch=True, is_mobile=True)
    page.add_init_script(KEEP_VIEW)
    page.goto("/map?q=else-")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 5 && !mapView.flight")
    fingers = page.context.new_cdp_session(page)

    def rest(x, y, slides=()):
        touch = lambda kind, points: fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})  # noqa: E731
        touch("touchStart", [{"x": x, "y": y}])
        page.get_by_role("menu").wait_for()
        for dx, dy in slides:
            touch("touchMove", [{"x": x + dx, "y": y + dy}])
        touch("touchEnd", [])

    spot = """(id) => {
        const map = mapView.surface.getBoundingClientRect(), at = mapView.screenOf(id);
        return [at.x + map.left, at.y + map.top];
    }"""
    for x, y in [page.evaluate(spot, id) for id in (ids[0], ids[3])] + [(200, 700)]:
        rest(x, y)
        box = page.get_by_role("menu").bounding_box()
        assert box["x"] >= 0 and box["y"] >= 0 and box["y"] + box["height"] <= 844, (x, y, box)
        page.keyboard.press("Escape")
        page.get_by_role("menu").wait_for(state="detached")

    # A finger that slides after it has rested only leaves the menu open.
    rest(*page.evaluate(spot, ids[0]), slides=((0, 40), (10, 90)))
    assert page.get_by_role("menu").count() == 1 and page.problems == []
    page.context.close()


def test_a_cable_says_which_ports_it_is_plugged_into_and_follows_when_it_is_replugged(desk):
    daemon, admin, browser, ids = desk
    made = lambda path, **body: admin.made(f"/api/v1/{path}", body)["id"]  # noqa: E731
    ports = [made("interfaces", name=name, holder_id=holder) for name, holder in (("ge1", ids[0]), ("ge2", ids[0]), ("eth0", ids[1]))]
    cable = made("connections", from_id=ports[0], to_id=ports[2], cable_label="K7")
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script(KEEP_VIEW)
    page.goto("/map?view=physical&q=else-")
    said = "(words) => globalThis.mapView?.scene.edges.some(({ edge }) => edge.label === words)"
    page.wait_for_function(said, arg="ge1 ⇄ eth0 · K7")

    assert admin.patch(f"/api/v1/connections/{cable}", {"from_id": ports[1]}).status == 200
    page.wait_for_function(said, arg="ge2 ⇄ eth0 · K7")
    made("connections", from_id=ids[2], from_port="1/3", to_id=ids[1], to_port="en9")
    page.wait_for_function(said, arg="1/3 ⇄ en9")
    assert page.problems == []
    page.context.close()
