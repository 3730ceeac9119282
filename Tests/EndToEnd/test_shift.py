"""What is seen does not move, whichever answer comes last: answers are held back until everything else is drawn."""

import re

import pytest
from browser import chromium, new_page
from looks import addresses, lab_of, settled

#: Sums up the shifts that nobody's key or click asked for, and says at once which nodes moved: later they may be gone.
OBSERVE = """
window.moved = []
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (hadRecentInput) continue
    const told = sources.map(({ node, previousRect: was, currentRect: is }) =>
      `${(node?.outerHTML ?? node?.textContent ?? '(gone)').slice(0, 90)} ${was.x},${was.y} to ${is.x},${is.y}`)
    window.moved.push([value, told])
  }
}).observe({ type: 'layout-shift', buffered: true })
"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    known = lab_of(admin)
    server = admin.get(f"/api/v1/hardware/{known['server']}").json
    admin.patch(f"/api/v1/hardware/{known['server']}", {"notes": "# Read me\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
                headers={"If-Match": f"\"{server['revision']}\""})
    with chromium(daemon) as browser:
        yield daemon, admin, browser, known


class Held:
    """A tab that keeps back the answers whose addresses `is_late` knows, until `release`."""

    def __init__(self, desk, is_late, width=1440, signed_in=True):
        daemon, admin, browser, _ = desk
        self.page = new_page(browser, daemon, admin.cookie if signed_in else None, width=width)
        self.page.add_init_script(OBSERVE)
        self.kept, self.is_open = [], False
        self.page.route(is_late, self.meet)

    def meet(self, route):
        if self.is_open:
            route.continue_()
        else:
            self.kept.append(route)

    def release(self):
        self.is_open = True
        for route in self.kept:
            route.continue_()

    def shifts(self):
        """What moved in all, and what it was."""
        self.page.evaluate(FRAMES)
        moved = self.page.evaluate("window.moved")
        self.page.context.close()
        return sum(value for value, _ in moved), moved


OBJECT = "#panel .facts"
LIST = "#main .table-row"


@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.long)])
@pytest.mark.parametrize("path, late, shown", [
    ("/hardware/{server}", r"/api/v1/.*(relations|connections)|marked\.js", OBJECT),
    ("/hardware/{server}", r"/api/v1/hardware/{server}$", LIST),
    ("/hardware/{server}", r"object\.panel\.js", LIST),
    ("/networks/{lan}", r"/api/v1/.*(utilisation|next-address|relations)", OBJECT),
    ("/hardware/{server}", "/api/v1/hardware[?]", OBJECT),
], ids=["object first", "object last", "panel last", "network first", "list last"])
def test_nothing_of_an_object_s_page_moves(desk, path, late, shown, width):
    known = desk[-1]
    tab = Held(desk, re.compile(late.format(**known)), width)
    tab.page.goto(path.format(**known), wait_until="commit")
    tab.page.locator(shown).first.wait_for(state="attached", timeout=10_000)
    tab.page.evaluate(FRAMES)
    assert tab.kept, "nothing was late"

    tab.release()

    tab.page.locator("#panel .object-history").wait_for()
    tab.page.locator(LIST).first.wait_for(state="attached")
    tab.page.wait_for_load_state("networkidle")
    total, moved = tab.shifts()
    assert total <= 0.005, moved
