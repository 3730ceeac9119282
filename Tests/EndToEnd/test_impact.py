"""What stops if this stops: by API, and on the map by menu, key and address."""

from urllib.parse import unquote

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_reduced_motion import KEEP_VIEW


@pytest.fixture(scope="module")
def fault_lab(lab):
    daemon, admin = lab
    made = lambda path, **body: admin.made(f"/api/v1/{path}", body)["id"]  # noqa: E731
    ids = {
        "router": made("hardware", name="fault-router", role="router"),
        "one": made("hardware", name="fault-one", role="switch"),
        "two": made("hardware", name="fault-two", role="switch"),
        "host": made("hardware", name="fault-host", role="hypervisor"),
        "lone": made("hardware", name="fault-lone", role="nas"),
    }
    ids["guest"] = made("compute-units", name="fault-guest", type="vm", hardware_id=ids["host"])
    for first, second in (("router", "one"), ("router", "two"), ("one", "host"), ("two", "host"), ("one", "lone")):
        ids[f"{first}-{second}"] = made("connections", from_id=ids[first], to_id=ids[second])
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids


def test_two_uplinks_are_degraded_one_is_down(fault_lab):
    _, admin, _, ids = fault_lab

    one = admin.get(f"/api/v1/topology/impact?failed={ids['one']}").json
    both = admin.get(f"/api/v1/topology/impact?failed={ids['one']},{ids['two']}").json
    cable = admin.get(f"/api/v1/topology/impact?failed=connection:{ids['one-lone']}").json
    points = admin.get("/api/v1/topology/single-points?limit=500").json["points"]

    assert one["down"] == [ids["lone"]] and one["degraded"] == [ids["host"]]
    assert both["down"] == sorted([ids["host"], ids["lone"], ids["guest"]]) and both["degraded"] == []
    guest = next(row for row in both["affected"] if row["id"] == ids["guest"])
    assert [step["reason"] for step in guest["path"]] == ["link", "host"]
    assert cable["down"] == [ids["lone"]]
    ranked = [point["name"] for point in points if point["name"].startswith("fault-")]
    assert ranked.index("fault-router") < ranked.index("fault-host") < len(ranked)
    assert "fault-two" not in ranked


def test_the_map_tells_what_stops_and_why(fault_lab):
    daemon, admin, browser, ids = fault_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map?q=fault-&select={ids['one']}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator("#panel h2").first.wait_for()

    page.locator(".map-canvas").focus()
    page.keyboard.press("i")
    told = page.get_by_role("region", name="What stops")
    told.get_by_text("1 down, 1 degraded").wait_for()
    assert f"impact={ids['one']}" in page.url
    assert violations(page) == []

    told.get_by_role("button", name="Let something else fail too").click()
    # The map's filter is a combobox, too.
    page.get_by_role("dialog").get_by_role("combobox").fill("fault-two")
    page.get_by_role("option", name="fault-two").first.click()
    page.get_by_role("button", name="Next").click()
    told.get_by_text("3 down, 0 degraded").wait_for()

    row = told.get_by_role("button", name="fault-guest")
    row.press("Enter")
    assert row.get_attribute("aria-expanded") == "true"
    told.get_by_text("fault-guest runs on fault-host").last.wait_for()
    told.get_by_text("fault-host is reached through").first.wait_for()

    page.locator(".map-canvas").focus()
    page.keyboard.press("Escape")
    told.wait_for(state="hidden")
    assert "impact=" not in page.url
    page.context.close()


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_what_stops_is_in_sight_beside_its_list(fault_lab, width, height):
    daemon, admin, browser, ids = fault_lab
    page = new_page(browser, daemon, cookie=admin.cookie, width=width, height=height, reduced_motion="reduce")
    page.add_init_script(KEEP_VIEW)
    page.goto(f"/map?q=fault-&impact={ids['one']},{ids['two']}")
    page.get_by_text("3 down, 0 degraded").wait_for()
    page.wait_for_function("""(ids) => {
        const map = mapView.surface.getBoundingClientRect(), list = document.querySelector('.map-impact').getBoundingClientRect();
        return ids.every((id) => {
            const at = mapView.screenOf(id);
            if (!at || at.x < 0 || at.y < 0 || at.x > map.width || at.y > map.height) return false;
            const [x, y] = [at.x + map.left, at.y + map.top];
            return x < list.left || x > list.right || y < list.top || y > list.bottom;
        });
    }""", arg=[ids[name] for name in ("one", "two", "host", "lone", "guest")])
    page.context.close()


def test_an_object_anywhere_leads_to_what_stops(fault_lab):
    daemon, admin, browser, ids = fault_lab
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844)
    page.goto(f"/map?impact={ids['host']}")
    told = page.get_by_role("region", name="What stops")
    told.get_by_text("1 down, 0 degraded").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_rack_fails_with_all_that_is_in_it(fault_lab):
    daemon, admin, browser, ids = fault_lab
    rack = admin.made("/api/v1/racks", {"name": "fault-rack", "height_units": 12})["id"]
    for at, name in enumerate(("two", "host")):
        thing = admin.get(f"/api/v1/hardware/{ids[name]}").json
        admin.patch(f"/api/v1/hardware/{ids[name]}", {"rack_id": rack, "rack_unit": at + 1},
                    headers={"If-Match": f'"{thing["revision"]}"'})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/racks/{rack}")
    page.locator("#panel").get_by_role("button", name=say("inventory.more_actions")).click()
    page.get_by_role("menuitem", name=say("inventory.what_stops")).click()

    told = page.get_by_role("region", name="What stops")
    told.get_by_text("1 down, 0 degraded").wait_for()
    assert f"impact=rack:{rack}" in unquote(page.url)
    told.locator(".map-impact-failed").get_by_text("fault-rack fails", exact=True).wait_for()
    assert told.get_by_text("fault-guest runs on fault-host").is_visible()
    assert violations(page) == []

    told.get_by_role("button", name="fault-rack works again").click()
    told.wait_for(state="hidden")
    page.goto(f"/racks/{rack}/elevation")
    page.get_by_role("link", name=say("inventory.what_stops")).click()
    told.get_by_text("1 down, 0 degraded").wait_for()
    assert page.problems == []
    page.context.close()


def test_an_address_tells_of_what_is_there_and_says_what_is_not(fault_lab):
    daemon, admin, browser, ids = fault_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    told = page.get_by_role("region", name="What stops")

    page.goto(f"/map?map=-1&impact={ids['one']},999999,connection:999999,rack:999999")
    told.get_by_text("1 down, 1 degraded").wait_for()
    told.get_by_text(say("map.impact.gone.other").replace("{n}", "3")).wait_for()

    page.goto("/map?map=1.5&impact=999999")
    told.get_by_text(say("map.impact.gone.one").replace("{n}", "1")).wait_for()
    assert page.problems == []
    page.context.close()
