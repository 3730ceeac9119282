"""Everything that opens over a page, by the list of `looks.py`: keys stay inside while it is open, Escape closes it and gives
the focus back to what opened it; and in German nothing of it is cut on a phone. The rest is for `make test-long`."""

import pytest
from browser import new_page, quiet
from looks import OPENED, addresses, settled
from test_browser import speaking
from test_languages import CUT
from test_zoom import SIDEWAYS, WIDE

#: Remembers what had the focus when a dialog opened.
OPENERS = """
window.openers = []
const show = HTMLDialogElement.prototype.showModal
HTMLDialogElement.prototype.showModal = function () { window.openers.push(document.activeElement); show.call(this) }
"""
TOP = "dialog[open], .menu, .cell-editor, #panel:not([hidden]) .panel-box"

#: What is on top of everything else, and whether the focus is in it: menus before dialogs before the panel.
FOCUS = """() => {
  const of = (selector) => [...document.querySelectorAll(selector)].at(-1)
  const top = of('.menu') ?? of('dialog[open]') ?? of('.cell-editor') ?? of('#panel:not([hidden])')
  const now = document.activeElement
  const kind = ['.menu', 'dialog', '.cell-editor', '#panel'].find((one) => top?.matches(one)) ?? null
  return { kind, isInside: Boolean(top?.contains(now)), isNowhere: now === document.body,
    name: `${now?.tagName} ${now?.className} ${(now?.ariaLabel ?? now?.textContent ?? '').trim().slice(0, 40)}` }
}"""

#: One of each sort: a dialog, a menu, a menu of the map, the palette, the panel of an object, a field in its row.
FEW = {"keys", "columns", "map-name", "palette", "form", "cell"}


def few(scenes):
    return [pytest.param(one, id=f"{one.module.rsplit('/', 1)[-1]}:{one.name}",
                         marks=() if one.name in FEW else pytest.mark.long) for one in scenes]


def opened(page, scene, known):
    page.set_default_timeout(20_000)
    page.goto(scene.path.format(**known))
    settled(page)
    scene.steps(page)
    page.locator(TOP).last.wait_for()
    quiet(page)


def focus(page):
    return page.evaluate(FOCUS)


def closed_by_escape(page, before, scene):
    """Escape closes what is on top, once, and the focus is back where it came from or at least somewhere."""
    openers = page.evaluate("window.openers.length")
    anchor = page.locator("[aria-expanded=true][aria-haspopup]").last if before["kind"] == ".menu" else None
    anchor = anchor.element_handle() if anchor and anchor.count() else None
    page.keyboard.press("Escape")
    page.wait_for_function("(kind) => ![...document.querySelectorAll(kind)].some((one) => one.open ?? !one.hidden)", arg=before["kind"]
                           if before["kind"] != "dialog" else "dialog[open]")
    after = focus(page)
    assert not after["isNowhere"], f"the focus of {scene.name} is lost"
    if before["kind"] == "dialog" and page.evaluate("window.openers.at(-1)?.isConnected && window.openers.at(-1) !== document.body"):
        assert page.evaluate("document.activeElement === window.openers.at(-1)"), f"the focus went to {after['name']}"
    if anchor:
        assert page.evaluate("(one) => document.activeElement === one", anchor), f"the focus went to {after['name']}"
    assert page.evaluate("window.openers.length") == openers, "Escape opened something"


@pytest.mark.parametrize("scene", few(OPENED))
def test_keys_stay_inside_and_escape_gives_the_focus_back(house, scene):
    daemon, admin, browser, known = house
    page = new_page(browser, daemon, admin.cookie, width=scene.width)
    page.add_init_script(OPENERS)
    opened(page, scene, known)
    first = focus(page)
    if first["kind"] in ("dialog", ".menu", ".cell-editor"):
        assert first["isInside"], f"the focus stayed at {first['name']}"
    if first["kind"] == "dialog":
        for key, times in (("Tab", 40), ("Shift+Tab", 45)):
            for _ in range(times):
                page.keyboard.press(key)
                now = focus(page)
                # Past its end the focus is the browser's own, and comes back with the next key.
                assert now["isInside"] or now["isNowhere"], f"{key} led out to {now['name']}"
        if not now["isInside"]:
            page.keyboard.press("Tab")
    elif first["kind"] == ".menu":
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Home"):
            page.keyboard.press(key)
            assert focus(page)["isInside"], key
    elif first["kind"] == "#panel":
        page.locator("#panel h2, #panel [tabindex], #panel button").first.focus()
    closed_by_escape(page, first, scene)
    page.context.close()


@pytest.fixture(scope="module")
def german(house):
    daemon, admin, browser, known = house
    assert admin.patch("/api/v1/me", {"language": "de"}).status == 200
    yield daemon, admin, browser, known
    admin.patch("/api/v1/me", {"language": None})


def unfit(page, name):
    assert page.evaluate("document.documentElement.lang") == "de", name
    return [f"{name}: {one}" for one in [*page.evaluate(CUT), *page.evaluate(SIDEWAYS, WIDE)]]


@pytest.mark.long
def test_every_page_fits_a_phone_in_german(german):
    daemon, admin, browser, known = german
    found = []
    tabs = {False: new_page(browser, daemon, admin.cookie, width=390, height=844),
            True: new_page(browser, daemon, width=390, height=844)}
    tabs[True].add_init_script("localStorage.setItem('cb.language', '\"de\"')")
    for address, is_strange in addresses(known):
        page = tabs[is_strange]
        page.goto("about:blank")
        page.goto(address)
        settled(page)
        found += unfit(page, address)
    assert found == []
    for page in tabs.values():
        page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("scene", [one for one in OPENED if one.least <= 390],
                         ids=lambda one: f"{one.module.rsplit('/', 1)[-1]}:{one.name}")
def test_everything_that_opens_fits_a_phone_in_german(german, scene):
    daemon, admin, browser, known = german
    page = new_page(browser, daemon, admin.cookie, width=390, height=844)
    with speaking("de"):
        opened(page, scene, known)
        assert unfit(page, scene.name) == []
    page.context.close()


def test_what_is_current_is_seen_in_the_colours_of_the_system(house):
    """Where the system forces its colours, backgrounds and shadows are gone: a line has to say the same."""
    daemon, admin, browser, known = house
    page = new_page(browser, daemon, cookie=admin.cookie, forced_colors="active")
    outline = "one => getComputedStyle(one).outlineStyle"
    page.goto("/hardware")
    quiet(page)
    assert page.locator("#rail [aria-current=page]").evaluate(outline) == "solid"
    page.keyboard.press("Control+k")
    page.keyboard.type("server")
    chosen = page.locator(".palette-item[aria-selected=true]")
    chosen.wait_for()
    assert chosen.evaluate(outline) == "solid"
    page.goto(f"/racks/{known['rack']}/elevation")
    quiet(page)
    fill = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one.parentElement).backgroundColor]"
    full, track = page.locator(".meter-fill").first.evaluate(fill)
    assert full != track
    page.context.close()
