"""axe on every page and on everything that opens over one, in all nine themes; the pages are those of routes.js."""

import re

import pytest
from accessible import SETTLED, violations
from browser import new_page, quiet
from looks import ADDRESSES, ELSEWHERE, OPENED, WEB, addresses, opening_modules, routes, settled

THEMES = re.findall(r'\{ id: "([a-z-]+)", [^\n]*dark:', (WEB / "lib/theme.js").read_text())
DARK, LIGHT = "midnight", "daylight"
CONTRAST = ["color-contrast"]


@pytest.fixture(scope="module")
def tabs(house):
    """A tab of the administrator's and one of a stranger's, kept for all pages."""
    daemon, admin, browser, _ = house
    yield {False: new_page(browser, daemon, admin.cookie), True: new_page(browser, daemon)}


def wear(page, theme):
    page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
    page.evaluate(SETTLED)


def looked_at(page, name, whole, rest):
    """All rules in the first themes, contrast alone in the rest; without reading the page anew."""
    found = []
    for theme in [*whole, *rest]:
        wear(page, theme)
        rules = None if theme in whole else CONTRAST
        found += [f"{name} in {theme}: {one}" for one in violations(page, rules=rules)]
    return found


def test_the_lists_are_those_of_the_sources():
    assert len(THEMES) == 9
    assert set(ADDRESSES) == set(routes()), "a route without an address in looks.py"
    looked = {one.module for one in OPENED} | set(ELSEWHERE)
    assert set(opening_modules()) - looked == set(), "modules that open something nobody looks at"
    assert {one for one in looked if not (WEB / one).exists()} == set()


def pages_looked_at(house, tabs, whole, rest):
    *_, known = house
    found = []
    for address, is_strange in addresses(known):
        page = tabs[is_strange]
        page.goto(address)
        settled(page)
        found += looked_at(page, address, whole, rest)
    return found


def test_every_page_in_dark_and_light(house, tabs):
    assert pages_looked_at(house, tabs, [DARK], [LIGHT]) == []


@pytest.mark.long
def test_every_page_in_every_theme(house, tabs):
    assert pages_looked_at(house, tabs, [LIGHT], [one for one in THEMES if one not in (DARK, LIGHT)]) == []


@pytest.mark.long
@pytest.mark.parametrize("scene", OPENED, ids=lambda scene: f"{scene.module.rsplit('/', 1)[-1]}:{scene.name}")
def test_everything_that_opens_in_every_theme(house, scene):
    daemon, admin, browser, known = house
    page = new_page(browser, daemon, admin.cookie, width=scene.width)
    page.goto(scene.path.format(**known))
    settled(page)
    scene.steps(page)
    opened = page.locator("dialog[open], .menu, #panel:not([hidden]) .panel-box, .cell-editor").last
    opened.wait_for()
    quiet(page)
    found = looked_at(page, scene.name, [DARK, LIGHT], [one for one in THEMES if one not in (DARK, LIGHT)])
    assert found == []
    page.context.close()
