"""In a browser: the query language in the filter line, in the search and in the palette, with its help."""

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_racks_page import picture


@pytest.fixture(scope="module")
def browser_lab(lab):
    daemon, admin = lab
    rack = admin.made("/api/v1/racks", {"name": "rack 2", "height_units": 42})
    for name, role, tags, place in (("q-core", "switch", ["prod"], rack["id"]), ("q-edge", "switch", ["retired"], None),
                                    ("q-nas", "nas", ["prod"], rack["id"])):
        admin.made("/api/v1/hardware", {"name": name, "role": role, "tags": tags, "rack_id": place})
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def names(page):
    return page.locator(".list-page .table-row .table-link").all_inner_texts()


def line(page):
    return page.get_by_role("combobox", name=say("inventory.filter_label"))


def has(page, wanted):
    page.wait_for_function(
        "wanted => JSON.stringify([...document.querySelectorAll('.list-page .table-row .table-link')]"
        ".map((link) => link.innerText.trim()).sort()) === JSON.stringify(wanted)", arg=sorted(wanted))


def test_the_filter_line_completes_finds_and_explains(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware")
    page.locator(".table-row .table-link").first.wait_for()
    page.keyboard.press("/")
    line(page).press_sequentially("q- ro", delay=10)
    page.get_by_role("option", name="role:").wait_for()
    picture(page, "query-fields")
    assert violations(page) == []
    line(page).press("ArrowDown")
    line(page).press("Enter")
    line(page).press_sequentially("swi", delay=10)
    page.get_by_role("option", name="switch", exact=True).wait_for()
    line(page).press("ArrowDown")
    line(page).press("Enter")
    assert line(page).input_value() == "q- role:switch "
    has(page, ["q-core", "q-edge"])
    line(page).press_sequentially("-tag:retired", delay=10)
    has(page, ["q-core"])
    line(page).fill("q- rack:2")
    page.get_by_role("option", name="rack 2").wait_for()
    line(page).press("ArrowDown")
    line(page).press("Tab")
    assert line(page).input_value() == 'q- rack:"rack 2" '
    has(page, ["q-core", "q-nas"])

    line(page).fill("q- rol:switch")
    page.locator(".filter-problem:visible", has_text="role").wait_for()
    assert line(page).get_attribute("aria-invalid") == "true"
    has(page, ["q-core", "q-nas"])
    picture(page, "query-problem")
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("ip:10.0.0.0/24").first.wait_for()
    picture(page, "query-help")
    assert violations(page) == []
    page.keyboard.press("Escape")
    line(page).fill("q- role:nas")
    has(page, ["q-nas"])
    assert line(page).get_attribute("aria-invalid") is None
    assert [one for one in page.problems if "status of 422" not in one] == []


def test_search_and_palette_speak_it_too(browser_lab):
    daemon, admin, browser = browser_lab
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844)
    page.goto("/search?q=q-%20role:switch%20-tag:retired")
    page.locator(".search-hit", has_text="q-core").wait_for()
    assert page.locator(".search-hit").count() == 1
    page.get_by_label(say("search.label")).fill("(q-core")
    page.locator(".filter-problem", has_text="“)”").wait_for()
    picture(page, "search-problem-390")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=say("palette.label")).fill("role:nas q-")
    page.get_by_role("option", name="q-nas").wait_for()
    page.get_by_role("combobox", name=say("palette.label")).fill("rol:nas")
    page.get_by_role("option", name=say("query.help")).wait_for()
    palette = page.get_by_role("combobox", name=say("palette.label"))
    palette.fill("time zone")
    page.get_by_role("option", name=say("settings.timezone")).first.wait_for()
    palette.fill("gruvbox")
    page.get_by_role("option", name="Gruvbox").click()
    page.wait_for_function("() => document.documentElement.dataset.theme === 'gruvbox'")
