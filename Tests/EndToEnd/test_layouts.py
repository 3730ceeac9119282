"""The layouts of the map as people choose them: by button, key and palette, kept with the map, one step of undo."""

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_map import wait_for
from test_reduced_motion import KEEP_VIEW

LAYOUTS = ("force", "hierarchical", "tree", "radial", "concentric", "lanes", "clusters")


@pytest.fixture(scope="module")
def layout_lab(lab):
    daemon, admin = lab
    router = admin.made("/api/v1/hardware", {"name": "lay-router", "role": "router"})["id"]
    switch = admin.made("/api/v1/hardware", {"name": "lay-switch", "role": "switch"})["id"]
    hosts = [admin.made("/api/v1/hardware", {"name": f"lay-host-{n}", "role": "server"})["id"] for n in range(6)]
    for one, other in [(router, switch), *((switch, host) for host in hosts)]:
        admin.made("/api/v1/connections", {"from_id": one, "to_id": other, "medium": "ethernet"})
    with chromium(daemon) as browser:
        yield daemon, admin, browser, router, switch, hosts


def opened(layout_lab, query="", **more):
    daemon, admin, browser, *_ = layout_lab
    page = new_page(browser, daemon, cookie=admin.cookie, **more)
    page.goto(f"/map{query}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(300)
    return page


def nodes(admin):
    return {node["id"]: node for node in admin.get("/api/v1/topology").json["nodes"]}


def places(admin):
    return {id: (node.get("x"), node.get("y")) for id, node in nodes(admin).items() if node.get("x") is not None}


def chosen(admin):
    return admin.get("/api/v1/maps").json["items"][0]["layout"]


def test_a_layout_is_chosen_kept_and_taken_back_as_one_step(layout_lab):
    _, admin, _, router, switch, hosts = layout_lab
    assert places(admin) == {} and chosen(admin) == "force"
    page = opened(layout_lab)
    page.locator(".map-buttons").get_by_role("button", name=say("map.layouts")).click()
    assert page.get_by_role("menuitemradio").count() + page.get_by_role("menuitem").count() >= 8
    assert violations(page) == []
    page.get_by_text(say("map.layout.hierarchical"), exact=True).click()
    wait_for(page, lambda: chosen(admin) == "hierarchical" and len(places(admin)) == 8)
    first = places(admin)
    assert first[router][1] < first[switch][1] < min(first[host][1] for host in hosts)
    assert not any(node.get("pinned") for node in nodes(admin).values())

    # By key, then both steps back.
    page.locator(".map-canvas").focus()
    page.keyboard.press("o")
    page.get_by_text(say("map.layout.concentric"), exact=True).click()
    wait_for(page, lambda: chosen(admin) == "concentric" and places(admin) != first)
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+z")
    wait_for(page, lambda: chosen(admin) == "hierarchical" and places(admin) == first)

    # What is dragged stays where it was put.
    pin = [{"id": switch, "x": 900, "y": 40, "pinned": True}]
    board = admin.get("/api/v1/maps").json["items"][0]["id"]
    assert admin.put(f"/api/v1/maps/{board}/positions", {"positions": pin}).status == 204
    page.wait_for_timeout(500)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").last.fill(say("map.layout.radial"))
    page.get_by_role("option").filter(has_text=say("map.layout.radial")).first.click()
    wait_for(page, lambda: chosen(admin) == "radial" and places(admin)[router] != first[router])
    assert places(admin)[switch] == (900, 40)
    assert page.problems == []


def test_what_is_selected_is_laid_out_for_itself(layout_lab):
    _, admin, _, router, _, hosts = layout_lab
    before = places(admin)
    layout = chosen(admin)
    page = opened(layout_lab, f"?select={','.join(map(str, hosts))}")
    page.locator(".map-bar").wait_for()
    page.locator(".map-canvas").focus()
    page.keyboard.press("o")
    page.get_by_text(say("map.layout.tree"), exact=True).click()
    wait_for(page, lambda: any(places(admin)[host] != before[host] for host in hosts))
    assert places(admin)[router] == before[router] and chosen(admin) == layout
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+z")
    wait_for(page, lambda: places(admin) == before)


def test_the_first_picture_of_a_map_without_places_is_the_chosen_layout(layout_lab):
    _, admin, _, router, _, hosts = layout_lab
    board = admin.get("/api/v1/maps").json["items"][0]
    admin.request("DELETE", f"/api/v1/maps/{board['id']}/positions")
    for layout in LAYOUTS:
        now = admin.get("/api/v1/maps").json["items"][0]
        assert admin.patch(f"/api/v1/maps/{board['id']}", {"layout": layout}).status == 200, now
        answer = admin.get("/api/v1/topology/layout?pins=placed").json
        assert answer["layout"] == layout and len(answer["places"]) == 8
    page = opened(layout_lab)
    page.locator(".map-canvas").focus()
    page.keyboard.press("o")
    assert page.locator(".menu [aria-checked=true]").inner_text() == say("map.layout.clusters")
    assert places(admin) == {} and page.problems == []


def test_who_may_only_look_lays_out_for_themselves(layout_lab):
    daemon, admin, browser, *_ = layout_lab
    viewer = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, cookie=viewer.cookie)
    page.goto("/map")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-canvas").focus()
    page.keyboard.press("o")
    page.get_by_text(say("map.layout.lanes"), exact=True).click()
    page.wait_for_timeout(700)
    assert places(admin) == {} and chosen(admin) == "clusters"
    assert page.problems == []


def test_the_picture_stays_when_one_node_of_it_is_moved_and_the_map_is_opened_again(layout_lab):
    daemon, admin, browser, router, *_ = layout_lab
    board = admin.made("/api/v1/maps", {"name": "stays"})["id"]
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script(KEEP_VIEW)
    seen = """() => mapView.scene.nodes.map(({ id }) => {
        const { x, y } = mapView.placeOf(id);
        return [id, Math.round(x), Math.round(y)];
    })"""

    def shown():
        page.goto(f"/map?map={board}&select={router}")
        page.locator("#panel h2").first.wait_for()
        page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 8")
        return page.evaluate(seen)

    first = shown()
    assert shown() == first
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+Shift+ArrowUp")
    saved = lambda: [one for one in admin.get(f"/api/v1/topology?map={board}").json["nodes"] if one.get("x") is not None]  # noqa: E731
    wait_for(page, lambda: len(saved()) == 8)

    again = {id: place for id, *place in shown()}
    assert [id for id, *place in first if again[id] != place] == [router]
    assert [one["id"] for one in saved() if one["pinned"]] == [router]
    assert page.problems == []
    page.context.close()


def test_a_high_picture_does_not_begin_below_the_tools_of_a_phone(layout_lab):
    daemon, admin, browser, *_ = layout_lab
    ends = [admin.made("/api/v1/hardware", {"name": f"tall-{name}"})["id"] for name in "ab"]
    board = admin.get("/api/v1/maps").json["items"][0]["id"]
    places = [{"id": one, "x": 0, "y": y, "pinned": True} for one, y in zip(ends, (0, 1200), strict=True)]
    assert admin.put(f"/api/v1/maps/{board}/positions", {"positions": places}).status == 204
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844)
    page.goto("/map?q=tall-")
    page.wait_for_selector(".map-page:not(.is-empty)")
    tools = page.locator(".map-tools [type=search], .map-tools input").first.bounding_box()

    def first():
        """The highest point of the map that a node answers at."""
        return page.evaluate("""() => {
            const map = document.querySelector('.map-canvas'), box = map.getBoundingClientRect()
            for (let y = box.top; y < box.bottom; y += 2) for (let x = box.left + 100; x < box.right - 60; x += 6) {
                map.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, pointerId: 9, bubbles: true }))
                if (map.style.cursor === 'pointer') return y
            }
            return null
        }""")

    page.locator(".map-canvas").focus()
    page.keyboard.press("f")
    wait_for(page, lambda: (first() or 0) >= tools["y"] + tools["height"])
    page.context.close()
