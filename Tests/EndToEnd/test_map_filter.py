"""The map's filter speaks the language of every list: typed with suggestions, refused with place and cure, kept right live."""


import pytest
from accessible import violations
from browser import chromium, new_page, picture
from test_browser import say
from test_map import wait_for
from test_map_views import rows


@pytest.fixture(scope="module")
def asked(lab):
    daemon, admin = lab
    made = {}
    for name, more in {
        "ask-core": {"role": "switch", "vendor": "MikroTik", "tags": ["rack 2"]},
        "ask-old": {"role": "switch", "tags": ["rack 2", "ask-retired"], "status": "retired"},
        "ask-nas": {"role": "nas", "vendor": "Dell", "status": "up"},
    }.items():
        made[name] = admin.made("/api/v1/hardware", {"name": name, **more})["id"]
    vlan = admin.made("/api/v1/vlans", {"name": "ask-cameras", "number": 720})["id"]
    net = admin.made("/api/v1/networks", {"name": "ask-net", "cidr": "10.72.0.0/24", "vlan_id": vlan})["id"]
    admin.made("/api/v1/network-memberships", {"member_id": made["ask-core"], "network_id": net})
    with chromium(daemon) as browser:
        yield daemon, admin, browser, made


def test_a_line_of_the_language_narrows_the_map_and_its_files(asked):
    daemon, admin, browser, _ = asked
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-canvas").focus()
    page.keyboard.press("/")
    page.keyboard.type("ask role:sw")
    page.get_by_role("option", name="switch").first.wait_for()
    picture(page, "filter-suggestions")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    line = page.get_by_role("combobox", name=say("map.search"))
    assert line.input_value() == "ask role:switch "
    wait_for(page, lambda: page.get_by_role("status").filter(has_text="2 of").count() == 1)
    page.keyboard.type("-tag:ask-retired")
    wait_for(page, lambda: rows(page) == ["ask-core"])
    assert "q=" in page.url
    file = admin.get("/api/v1/topology/export?format=json&q=ask%20role%3Aswitch%20-tag%3Aask-retired").json
    assert [node["name"] for node in file["nodes"]] == ["ask-core"]

    # A deep link says the same, with everything else the language has.
    for query, names in {
        'vlan:720': ["ask-core", "ask-net"], '%22rack%202%22 ask': ["ask-core", "ask-old"],
        "ask role:nas OR vlan:720 role:switch": ["ask-core", "ask-nas"], "ask ip:10.72.0.0/24": [],
    }.items():
        page.goto(f"/map?q={query}")
        page.wait_for_selector(".map-page")
        wait_for(page, lambda names=names: rows(page) == names)
    # Nothing found says so, and how to go on.
    page.get_by_role("button", name=say("map.clear")).first.wait_for()
    assert violations(page) == []
    # A value is no value yet while it is typed.
    assert [one for one in page.problems if "status of 422" not in one] == []
    page.context.close()


def test_what_cannot_be_understood_is_said_at_the_line_and_changes_nothing(asked):
    daemon, admin, browser, _ = asked
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map?q=ask%20role%3Aswitch")
    page.wait_for_selector(".map-page:not(.is-empty)")
    wait_for(page, lambda: rows(page) == ["ask-core", "ask-old"])
    line = page.get_by_role("combobox", name=say("map.search"))
    line.fill("ask rol:switch")
    problem = page.locator(".map-tools .filter-problem")
    wait_for(page, lambda: "At character 5:" in (problem.text_content() or ""))
    assert "“role”" in problem.text_content() and line.get_attribute("aria-invalid") == "true"
    assert line.get_attribute("aria-describedby") == problem.get_attribute("id")
    page.wait_for_selector(".map-tools .filter-problem:not([hidden])")
    picture(page, "filter-problem")
    assert rows(page) == ["ask-core", "ask-old"]
    line.fill("ask role:nas")
    wait_for(page, lambda: rows(page) == ["ask-nas"] and problem.is_hidden())
    assert line.get_attribute("aria-invalid") is None
    page.get_by_role("button", name=say("query.help")).first.click()
    page.get_by_role("dialog").get_by_text("role:switch").first.wait_for()
    assert [one for one in page.problems if "status of 422" not in one] == []
    page.context.close()


def test_it_is_asked_again_when_the_lab_changes_also_where_the_map_shows_nothing_of_it(asked):
    daemon, admin, browser, made = asked
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map?q=ask%20vendor%3Adell")
    page.wait_for_selector(".map-page:not(.is-empty)")
    wait_for(page, lambda: rows(page) == ["ask-nas"])
    assert admin.patch(f"/api/v1/hardware/{made['ask-core']}", {"vendor": "Dell"}).status == 200
    wait_for(page, lambda: rows(page) == ["ask-core", "ask-nas"])
    new = admin.made("/api/v1/hardware", {"name": "ask-new", "vendor": "Dell"})["id"]
    wait_for(page, lambda: rows(page) == ["ask-core", "ask-nas", "ask-new"])
    assert admin.delete(f"/api/v1/hardware/{new}").status in (200, 204)
    # A facet narrows further; both have to fit.
    wait_for(page, lambda: rows(page) == ["ask-core", "ask-nas"])
    page.goto("/map?q=ask%20vendor%3Adell&status=up")
    wait_for(page, lambda: rows(page) == ["ask-nas"])
    assert page.problems == []
    page.context.close()


def test_what_is_said_at_the_line_fits_a_phone(asked):
    daemon, admin, browser, _ = asked
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE", color_scheme="light",
                                  base_url=daemon.address, has_touch=True)
    context.add_cookies([{"name": "cb_session", "value": admin.cookie, "url": daemon.address}])
    page = context.new_page()
    page.goto("/map?q=ask%20rol%3Aswitch")
    problem = page.locator(".map-tools .filter-problem:not([hidden])")
    problem.wait_for()
    box = problem.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "filter-390-de")
    context.close()
