"""axe over a page as it stands, in the themes and widths that matter: one call per page."""

import functools
import pathlib

import axe_playwright_python

# Rules of WCAG 2.2 up to AA. Best practices are opinions and stay out.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


#: Waits until nothing that ends by itself is moving, looked at over three frames so that what starts late counts too.
SETTLED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  const moving = () => document.getAnimations().filter(
    (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity);
  for (let calm = 0; calm < 3;) {
    await frame();
    const now = moving();
    calm = now.length ? 0 : calm + 1;
    await Promise.allSettled(now.map((one) => one.finished));
  }
}"""


@functools.cache
def engine():
    return (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page, *, within=None, rules=None):
    """What axe finds, as short lines, once transitions have ended (half-faded text has no contrast); empty is good.
    `within` is a selector to look at only a part, `rules` are the only ones to ask."""
    page.evaluate(SETTLED)
    if page.evaluate("typeof axe") == "undefined":
        # Not as a script element: the page's policy would refuse it, and rightly.
        page.evaluate(engine())
    # What is in order is only counted, not described node by node.
    found = page.evaluate(
        """([within, type, values]) => axe.run(within ?? document, {
            runOnly: { type, values }, resultTypes: ["violations"] }).then((result) => result.violations)""",
        [within, "rule" if rules else "tag", rules or TAGS])
    return [f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for one in found for node in one["nodes"]]


def assert_accessible(page, name=""):
    """No violation on this page as it stands."""
    found = violations(page)
    assert not found, f"{name or page.url}: {'; '.join(found)}"
