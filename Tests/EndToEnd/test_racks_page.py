"""In a browser: hardware from the device catalogue with its ports, and a rack filled by dragging and with the keys."""

import os
import re

import pytest
from accessible import violations
from browser import chromium, new_page, picture
from test_browser import say


@pytest.fixture(scope="module")
def browser_lab(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def field(page, label):
    words = page.locator("label").filter(has_text=re.compile("^" + label))
    return page.locator("#panel .field").filter(has=words).locator("input, select").first


def test_a_model_fills_in_the_form_and_brings_its_ports(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?new=1")
    model = field(page, "Model")
    field(page, "Name").fill("core switch")
    model.press_sequentially("usw pro 24 poe", delay=10)
    listed = page.get_by_role("listbox", name=say("inventory.catalogue.found"))
    listed.get_by_role("option").first.wait_for()
    picture(page, "catalogue-list")
    assert violations(page) == []
    model.press("ArrowDown")
    assert model.get_attribute("aria-activedescendant")
    model.press("Enter")

    page.locator(".catalogue-note").get_by_text("device-types/Ubiquiti/USW-Pro-24-PoE.yaml").wait_for()
    assert model.input_value() == "UniFi Switch 24 Pro PoE Gen2"
    assert field(page, "Vendor").input_value() == "Ubiquiti"
    # Taken back, everything is as it was typed; chosen again, one value is overridden.
    page.get_by_role("button", name=say("inventory.catalogue.take_back")).click()
    assert field(page, "Vendor").input_value() == ""
    model.fill("")
    model.press_sequentially("uswpro24poe", delay=10)
    listed.get_by_role("option").first.click()
    picture(page, "catalogue-chosen")
    field(page, "Greatest power draw").fill("")
    field(page, "Power supplies").fill("2")
    page.locator("#panel button[type=submit]").click()
    page.get_by_text(say("inventory.added").replace("{name}", "core switch")).wait_for()

    made = next(one for one in admin.get("/api/v1/hardware?q=core").json["items"] if one["name"] == "core switch")
    assert (made["vendor"], made["role"], made["height_units"], made["is_full_depth"]) == ("Ubiquiti", "switch", 1, False)
    assert (made["power_max_watts"], made["power_supplies"], made["port_count"]) == (None, 2, 26)
    ports = admin.get(f"/api/v1/interfaces?holder_id={made['id']}&limit=100").json["items"]
    assert len(ports) == 26
    assert {one["type"] for one in ports} == {"ethernet", "sfp_plus"}
    assert page.problems == []


def test_a_model_of_ones_own_needs_no_catalogue(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware?new=1")
    field(page, "Name").fill("home made")
    field(page, "Model").press_sequentially("zzz frankenbox", delay=5)
    page.wait_for_timeout(400)
    page.locator("#panel button[type=submit]").click()
    page.get_by_text(say("inventory.added").replace("{name}", "home made")).wait_for()
    made = next(one for one in admin.get("/api/v1/hardware?q=home").json["items"] if one["name"] == "home made")
    # What is not known to be shallow takes the whole depth of a rack.
    assert (made["model"], made["vendor"], made["is_full_depth"]) == ("zzz frankenbox", None, True)
    assert page.problems == []


@pytest.fixture
def rack(browser_lab):
    _, admin, _ = browser_lab
    rack = admin.made("/api/v1/racks", {"name": f"rack {os.urandom(3).hex()}", "height_units": 12, "max_weight_kg": 30})
    tag = os.urandom(3).hex()
    server = admin.made("/api/v1/hardware", {"name": f"server {tag}", "height_units": 2, "is_full_depth": True,
                                             "weight_kg": 20, "power_max_watts": 500, "rack_id": rack["id"],
                                             "rack_unit": 3})
    switch = admin.made("/api/v1/hardware", {"name": f"switch {tag}", "is_full_depth": False, "weight_kg": 12})
    panel = admin.made("/api/v1/hardware", {"name": f"panel {tag}", "is_full_depth": False, "role": "patch_panel"})
    return rack, server, switch, panel


def now(admin, device):
    return admin.get(f"/api/v1/hardware/{device['id']}").json


def card(page, device, face=None):
    scope = page.locator(".rack-page") if face is None else page.get_by_role("region", name=say(f"racks.face_{face}"))
    return scope.locator(f".rack-device[data-id='{device['id']}']").first


def drag(page, device, face, unit, units=12, height=1, tray=False):
    """From where it is to the unit, a little beside it: it snaps."""
    # None while the page draws what it was told by the live stream.
    start = next(box for box in iter(card(page, device).bounding_box, False) if box)
    grid = page.get_by_role("region", name=say(f"racks.face_{face}")).locator(".rack-grid").bounding_box()
    grip = min(8, start["height"] / 2)
    page.mouse.move(start["x"] + 60, start["y"] + grip)
    page.mouse.down()
    row = units - unit - height + 1
    page.mouse.move(grid["x"] + 120, grid["y"] + 40, steps=4)
    page.mouse.move(grid["x"] + 120, grid["y"] + 2 + row * 26 + grip + 6, steps=4)


def test_a_rack_is_filled_by_dragging(browser_lab, rack):
    daemon, admin, browser = browser_lab
    rack, server, switch, panel = rack
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/racks/{rack['id']}/elevation")
    card(page, switch).wait_for()
    assert violations(page) == []

    drag(page, switch, "front", 8)
    page.locator(".rack-shadow:not(.is-refused)").first.wait_for()
    page.mouse.up()
    page.get_by_text(say("racks.placed").replace("{name}", switch["name"]).replace("{unit}", "8")).wait_for()
    placed = now(admin, switch)
    assert (placed["rack_id"], placed["rack_unit"], placed["rack_face"]) == (rack["id"], 8, "front")
    # 20 and 12 kg are more than 30.
    page.get_by_text(say("racks.over_weight")).wait_for()

    # Back to back with another of half depth.
    drag(page, panel, "rear", 8)
    page.mouse.up()
    page.get_by_text(say("racks.placed").replace("{name}", panel["name"]).replace("{unit}", "8")).wait_for()
    assert (now(admin, panel)["rack_unit"], now(admin, panel)["rack_face"]) == (8, "rear")
    picture(page, "rack-filled")

    # Where something stands it is refused in words, before the daemon is asked.
    drag(page, switch, "front", 4)
    page.locator(".rack-shadow.is-refused").first.wait_for()
    picture(page, "rack-refused")
    page.mouse.up()
    refused = say("racks.taken").replace("{name}", server["name"]).replace("{unit}", "3")
    page.locator(".toast").filter(has_text=refused).wait_for()
    assert now(admin, switch)["rack_unit"] == 8

    # Undone, the panel is where it was: in no rack.
    page.reload()
    drag(page, panel, "rear", 10)
    page.mouse.up()
    page.locator(".toast").filter(has_text="unit 10").get_by_role("button", name=say("racks.undo")).click()
    page.wait_for_function("() => document.querySelectorAll('.rack-grid .rack-device').length === 4")
    assert now(admin, panel)["rack_unit"] == 8
    assert page.problems == []


def test_a_rack_is_filled_with_the_keys(browser_lab, rack):
    daemon, admin, browser = browser_lab
    rack, server, switch, _ = rack
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/racks/{rack['id']}/elevation")
    card(page, switch).wait_for()

    # It begins at the lowest free unit; three up it is at the server's, one more it is free again.
    card(page, switch).focus()
    page.keyboard.press("Enter")
    for key in ("ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    page.locator(".rack-page [role=status]").filter(has_text=server["name"]).wait_for(state="attached")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.get_by_text(say("racks.placed").replace("{name}", switch["name"]).replace("{unit}", "5")).wait_for()
    placed = now(admin, switch)
    assert (placed["rack_unit"], placed["rack_face"]) == (5, "rear")

    # Focus is kept, Escape leaves it, Delete takes it out.
    for key in ("Enter", "ArrowUp", "Escape"):
        page.keyboard.press(key)
    assert now(admin, switch)["rack_unit"] == 5
    page.keyboard.press("Delete")
    page.get_by_text(say("racks.removed").replace("{name}", switch["name"])).wait_for()
    assert (now(admin, switch)["rack_id"], now(admin, switch)["rack_unit"]) == (None, None)
    assert page.problems == []


def test_another_browser_and_the_phone_see_it(browser_lab, rack):
    daemon, admin, browser = browser_lab
    rack, server, switch, _ = rack
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844, scheme="light")
    page.goto(f"/racks/{rack['id']}")
    page.get_by_role("link", name=say("racks.show")).click()
    card(page, server, "front").wait_for()
    admin.patch(f"/api/v1/hardware/{switch['id']}", {"rack_id": rack["id"], "rack_unit": 10, "rack_face": "front"})
    card(page, switch, "front").wait_for(timeout=5000)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    picture(page, "rack-phone")
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    assert page.locator(".rack-tray").is_hidden()
    assert page.locator(".rack-print-list").get_by_text(server["name"]).is_visible()
    picture(page, "rack-print")
    assert page.problems == []
