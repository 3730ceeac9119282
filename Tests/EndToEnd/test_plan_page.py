"""In a browser: the address plan as a tree, with the keys, and the next free address set aside."""

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_racks_page import picture


@pytest.fixture(scope="module")
def browser_lab(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def row(page, text):
    return page.locator(".plan-row").filter(has=page.get_by_text(text, exact=True))


def test_an_empty_plan_says_what_belongs_there(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/address-plan")
    page.get_by_text(say("plan.none"), exact=True).wait_for()
    picture(page, "plan-empty")
    assert violations(page) == []
    assert page.problems == []


def test_prefixes_are_a_tree_and_the_next_free_address_is_reserved(browser_lab):
    daemon, admin, browser = browser_lab
    site = admin.made("/api/v1/locations", {"name": "Basement", "type": "site"})
    vlan = admin.made("/api/v1/vlans", {"name": "servers", "number": 20})
    admin.made("/api/v1/networks", {"name": "all", "cidr": "10.0.0.0/8"})
    lan = admin.made("/api/v1/networks", {"name": "lan", "cidr": "10.0.20.0/24", "vlan_id": vlan["id"],
                                          "location_id": site["id"], "gateway": "10.0.20.1"})
    admin.made("/api/v1/networks", {"name": "lan again", "cidr": "10.0.20.0/24"})
    admin.made("/api/v1/networks", {"name": "six", "cidr": "fd00:20::/64"})
    admin.made("/api/v1/ip-ranges", {"name": "pool", "first": "10.0.20.100", "last": "10.0.20.199", "network_id": lan["id"]})
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/address-plan")
    row(page, "lan").locator(".meter").wait_for()
    assert row(page, "lan").get_attribute("aria-level") == "2"
    assert row(page, "10.0.20.100 – 10.0.20.199").get_attribute("aria-level") == "3"
    row(page, "lan again").get_by_text("lan", exact=False).first.wait_for()
    assert page.locator(".plan-twin").count() == 2
    picture(page, "plan")
    assert violations(page) == []

    page.locator(".plan-row[tabindex='0']").focus()
    page.keyboard.press("ArrowLeft")
    row(page, "lan").wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-expanded')") == "false"
    page.keyboard.press("ArrowRight")
    row(page, "lan").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("r")
    page.locator(".toast", has_text="10.0.20.2").wait_for()
    row(page, "10.0.20.2").wait_for()
    made = admin.get("/api/v1/addresses?assignment=reserved").json["items"]
    assert [one["address"] for one in made] == ["10.0.20.2"]
    page.locator(".toast").get_by_role("button", name=say("inventory.undo")).click()
    row(page, "10.0.20.2").wait_for(state="detached")
    page.get_by_label(say("plan.site")).select_option(label="Basement")
    row(page, "six").wait_for(state="detached")
    row(page, "all").wait_for()
    assert page.problems == []

    phone = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844, scheme="light")
    phone.goto("/address-plan")
    row(phone, "lan").locator(".meter").wait_for()
    assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    picture(phone, "plan-390")
    assert violations(phone) == []
