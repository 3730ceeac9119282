"""Five ways to look at one lab: a deep link each, with places of their own that never touch those of the map."""

import json

import pytest
from browser import chromium, new_page
from test_browser import say
from test_map import wait_for
from test_reduced_motion import KEEP_VIEW


@pytest.fixture(scope="module")
def views(lab):
    daemon, admin = lab
    made = {}
    for path, rows in {
        "hardware": [{"name": "view-sw"}, {"name": "view-host"}], "networks": [{"name": "view-net", "cidr": "10.9.0.0/24"}],
    }.items():
        for row in rows:
            made[row["name"]] = admin.made(f"/api/v1/{path}", row)["id"]
    made["view-vm"] = admin.made("/api/v1/compute-units", {
        "name": "view-vm", "type": "vm", "hardware_id": made["view-host"]})["id"]
    for name in ("view-dns", "view-web"):
        made[name] = admin.made("/api/v1/services", {"name": name, "runs_on_id": made["view-vm"]})["id"]
    admin.made("/api/v1/dependencies", {"from_id": made["view-web"], "to_id": made["view-dns"]})
    admin.made("/api/v1/network-memberships", {"member_id": made["view-host"], "network_id": made["view-net"]})
    admin.made("/api/v1/connections", {
        "from_id": made["view-host"], "from_port": "eth0", "to_id": made["view-sw"], "to_port": "12",
        "medium": "ethernet", "speed_mbps": 10000})
    with chromium(daemon) as browser:
        yield daemon, admin, browser, made


def rows(page):
    if not page.locator(".map-page.has-list").count():
        page.locator(".map-canvas").focus()
        page.keyboard.press("l")
    return sorted(set(name.split(",")[0] for name in page.locator(".map-tree-row").evaluate_all(
        "rows => rows.map((row) => row.getAttribute('aria-label'))")))


def test_each_view_shows_its_own_and_is_a_deep_link(views):
    daemon, admin, browser, _ = views
    page = new_page(browser, daemon, cookie=admin.cookie)
    expected = {
        "physical": ["view-host", "view-sw"], "logical": ["view-host", "view-net"],
        "workloads": ["view-dns", "view-host", "view-vm", "view-web"], "dependencies": ["view-dns", "view-web"],
        "all": ["view-dns", "view-host", "view-net", "view-sw", "view-vm", "view-web"],
    }
    for view, names in expected.items():
        page.goto(f"/map?q=view-&view={view}")
        page.wait_for_selector(".map-page:not(.is-empty)")
        wait_for(page, lambda names=names: rows(page) == names)
    assert page.problems == []
    page.context.close()


def test_places_of_a_view_are_not_those_of_the_map_and_the_choice_is_remembered(views):
    daemon, admin, browser, made = views
    place = [{"id": made["view-host"], "x": 500, "y": 500, "pinned": True}]
    assert admin.put("/api/v1/maps/1/positions", {"positions": place}).status == 204
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map?q=view-&select={made['view-host']}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator("#panel h2").first.wait_for()
    page.locator(".map-canvas").focus()
    page.keyboard.press("v")
    page.get_by_role("menuitemradio", name=say("map.view.physical")).click()
    page.wait_for_url("**view=physical**")
    wait_for(page, lambda: rows(page) == ["view-host", "view-sw"])
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+ArrowRight")
    page.wait_for_timeout(900)
    node = next(one for one in admin.get("/api/v1/topology").json["nodes"] if one["id"] == made["view-host"])
    assert (node["x"], node["y"]) == (500, 500)

    page.goto("/map?q=view-")
    page.wait_for_selector(".map-page:not(.is-empty)")
    wait_for(page, lambda: rows(page) == ["view-host", "view-sw"])
    assert page.problems == []
    page.context.close()


def test_a_file_and_paper_are_what_is_seen(views):
    daemon, admin, browser, made = views
    place = [{"id": made["view-host"], "x": 500, "y": 500, "pinned": True}]
    assert admin.put("/api/v1/maps/1/positions", {"positions": place}).status == 204
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map?q=view-&view=physical&select={made['view-host']}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    wait_for(page, lambda: rows(page) == ["view-host", "view-sw"])
    page.keyboard.press("l")
    page.locator(".map-canvas").focus()
    before = saved(page, "json")
    assert sorted(node["name"] for node in before["nodes"]) == ["view-host", "view-sw"]
    assert [edge["label"] for edge in before["edges"]] == ["eth0 ⇄ 12"] and before["view"] == "physical"
    # What is moved in a view is saved nowhere, and still in the file.
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+ArrowRight")
    page.wait_for_timeout(400)
    after = saved(page, "json")
    places = [{node["id"]: node["x"] for node in file["nodes"]} for file in (before, after)]
    assert places[1][made["view-host"]] > places[0][made["view-host"]]
    assert places[1][made["view-sw"]] == places[0][made["view-sw"]]

    page.evaluate("window.print = () => { window.printed = document.querySelector('.map-print')?.innerText }")
    page.keyboard.press("Control+p")
    wait_for(page, lambda: page.evaluate("window.printed !== undefined"))
    assert say("map.view.physical") in page.evaluate("window.printed")
    page.evaluate("dispatchEvent(new Event('afterprint'))")

    # Without the tick it is the whole map, at the places that are saved.
    page.locator(".map-canvas").focus()
    page.keyboard.press("e")
    page.get_by_role("menuitemcheckbox", name=say("map.export_as_seen")).click()
    page.keyboard.press("Escape")
    page.locator(".map-canvas").focus()
    whole = saved(page, "json")
    host = next(node for node in whole["nodes"] if node["id"] == made["view-host"])
    assert whole["view"] == "all" and len(whole["nodes"]) > 2 and (host["x"], host["y"]) == (500, 500)
    assert page.problems == []
    page.context.close()


def saved(page, form):
    page.keyboard.press("e")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=say(f"map.export_as.{form}")).click()
    with open(download.value.path(), encoding="utf-8") as file:
        return json.load(file)


def test_a_cable_within_one_device_is_opened_by_a_click_on_its_loop(views):
    daemon, admin, browser, _ = views
    panel = admin.made("/api/v1/hardware", {"name": "loop-panel"})["id"]
    admin.made("/api/v1/connections", {
        "from_id": panel, "from_port": "p1", "to_id": panel, "to_port": "p2", "medium": "ethernet"})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script(KEEP_VIEW)
    page.goto("/map?q=loop-&view=all")
    page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 1 && mapView.isFitted && !mapView.flight")
    at = page.evaluate("""(id) => {
        const { left, top } = mapView.surface.getBoundingClientRect(), { x, y } = mapView.screenOf(id);
        for (let far = 10; far < 200; far += 2) {
            for (let turn = 0; turn < 6.28; turn += 0.05) {
                const [px, py] = [x + far * Math.cos(turn), y + far * Math.sin(turn)];
                if (mapView.at(px, py, 4) === null && mapView.edgeAt(px, py)) return [left + px, top + py];
            }
        }
    }""", panel)

    page.mouse.click(*at)
    page.locator("#panel h2", has_text="loop-panel ↔ loop-panel").wait_for()
    assert page.problems == []
    page.context.close()


def test_a_port_that_is_taken_is_told_by_the_form_and_saved(views):
    daemon, admin, browser, made = views
    taken = admin.made("/api/v1/hardware", {"name": "taken-host"})["id"]
    second = admin.made("/api/v1/connections", {"from_id": taken, "to_id": made["view-sw"]})["id"]
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/connections/{second}")
    page.locator("#panel h2", has_text="taken-host").wait_for()
    page.keyboard.press("e")
    page.locator("[name=to_port]").fill("12")
    told = page.locator(".conflict-note .conflict")
    told.wait_for()
    assert "view-host ↔ view-sw" in told.text_content()
    page.keyboard.press("Control+Enter")
    wait_for(page, lambda: admin.get(f"/api/v1/connections/{second}").json["to_port"] == "12")
    assert page.problems == []
    page.context.close()
