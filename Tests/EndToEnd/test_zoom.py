"""Everything enlarged: a window of 1440×900 at 200 % (720×450 of the page's pixels), and text alone twice as large. Nothing
is cut, covered or out of reach, and nothing scrolls both ways but tables, maps and racks."""

import pytest
from browser import new_page
from looks import OPENED, addresses, settled
from test_languages import CUT

#: What may scroll both ways, or sideways.
WIDE = ".map-page, .table, [role=grid], [role=treegrid], .rack-room, .rack-faces, pre, .prose, textarea, .tabs, [role=tablist]"

#: Boxes that scroll sideways and are none of those, and a page wider than its window.
SIDEWAYS = """(wide) => {
  const found = [];
  for (const one of document.querySelectorAll("body, body *")) {
    const look = getComputedStyle(one);
    if (!/auto|scroll/.test(look.overflowX) || one.scrollWidth <= one.clientWidth + 1 || one.clientWidth < 2) continue;
    if (!one.closest(wide)) found.push(`sideways: ${one.tagName} ${one.className} ${one.scrollWidth}>${one.clientWidth}`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push(`page is ${document.documentElement.scrollWidth} wide`);
  return found;
}"""

#: What has the focus and is wholly covered or out of sight (WCAG 2.4.11).
HIDDEN = """async (root) => {
  const frame = () => new Promise(requestAnimationFrame);
  const found = [], all = [...([...document.querySelectorAll(root)].at(-1) ?? document).querySelectorAll(
    "a[href], button, input:not([type=hidden]):not([type=file]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !one.closest(".only-readers, .map-tree, [aria-hidden=true]") && !one.matches(".only-readers"));
  for (const one of all.slice(0, 120)) {
    one.focus();
    if (document.activeElement !== one) continue;
    await frame();
    const box = one.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    // Not wholly hidden: what is taller than the window shows its first lines.
    const xs = [0.5, 0.1, 0.9, 4 / box.width], ys = [0.5, 0.15, 0.85, Math.min(0.5, 6 / box.height)];
    const isSeen = xs.some((x) => ys.some((y) => {
      const hit = document.elementFromPoint(box.left + box.width * x, box.top + Math.min(box.height, 2000) * y);
      return hit !== null && (one.contains(hit) || hit.contains(one) && hit.closest("label") || one.labels?.[0]?.contains(hit));
    }));
    if (!isSeen) found.push(`hidden: ${one.tagName} ${one.className} “${(one.ariaLabel ?? one.textContent).trim().slice(0, 40)}” ${JSON.stringify(box)}`);
  }
  return found;
}"""

LOOKS = {"zoom": {"width": 720, "height": 450}, "text": {"width": 1440, "height": 900}}


def enlarged(browser, daemon, cookie, how):
    page = new_page(browser, daemon, cookie, **LOOKS[how])
    if how == "text":
        page.add_init_script("""
            const grow = () => document.documentElement?.style.setProperty('font-size', '32px')
            grow()
            addEventListener('DOMContentLoaded', grow)""")
    return page


def wrong_with(page, name, within="body"):
    if page.viewport_size["width"] > 1000:
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "28px", "text is twice as large"
    # Headings of narrow columns end in an ellipsis beside an open panel; a wider window or fewer columns show them.
    heads = {f"cut: {one.strip()[:60]}" for one in page.locator("[role=columnheader]").all_inner_texts()}
    cut = [one for one in page.evaluate(CUT) if one not in heads]
    return [f"{name}: {one}" for one in [*page.evaluate(SIDEWAYS, WIDE), *cut, *page.evaluate(HIDDEN, within)]]


@pytest.mark.parametrize("how", LOOKS)
@pytest.mark.parametrize("path", ["/hardware/{server}", "/settings/look"])
def test_a_few_pages_are_usable(house, how, path):
    daemon, admin, browser, known = house
    page = enlarged(browser, daemon, admin.cookie, how)
    page.goto(path.format(**known))
    settled(page)
    assert wrong_with(page, path) == []
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("how", LOOKS)
def test_every_page_is_usable(house, how):
    daemon, admin, browser, known = house
    tabs = {False: enlarged(browser, daemon, admin.cookie, how), True: enlarged(browser, daemon, None, how)}
    found = []
    for address, is_strange in addresses(known):
        page = tabs[is_strange]
        page.goto("about:blank")
        page.goto(address)
        settled(page)
        found += wrong_with(page, f"{address} {how}")
    assert found == []


@pytest.mark.long
@pytest.mark.parametrize("scene", [one for one in OPENED if one.width > 400 and one.least <= 720],
                         ids=lambda scene: f"{scene.module.rsplit('/', 1)[-1]}:{scene.name}")
def test_everything_that_opens_scrolls(house, scene):
    daemon, admin, browser, known = house
    page = enlarged(browser, daemon, admin.cookie, "zoom")
    page.goto(scene.path.format(**known))
    settled(page)
    scene.steps(page)
    selector = "dialog[open], .menu, #panel:not([hidden]) .panel-box, .cell-editor"
    box = page.locator(selector).last
    box.wait_for()
    page.wait_for_timeout(200)
    place = box.bounding_box()
    assert place["x"] >= -1 and place["y"] >= -1, place
    assert place["x"] + place["width"] <= 721 and place["y"] + place["height"] <= 451, place
    assert wrong_with(page, scene.name, selector) == []
    page.context.close()
