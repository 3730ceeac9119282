"""axe over a page as it stands, in the themes and widths that matter: one call per page."""

import functools
import pathlib

import axe_playwright_python

# Rules of WCAG 2.2 up to AA. Best practices are opinions and stay out.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@functools.cache
def engine():
    return (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page, *, within=None):
    """What axe finds, as short lines; empty is good. `within` is a selector to look at only a part."""
    # Not as a script element: the page's policy would refuse it, and rightly.
    page.evaluate(engine())
    found = page.evaluate(
        """([within, tags]) => axe.run(within ?? document, { runOnly: { type: 'tag', values: tags } })
            .then((result) => result.violations)""", [within, TAGS])
    return [f"{one['id']} ({one['impact']}): {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
            for one in found for node in one["nodes"]]


def assert_accessible(page, name=""):
    """No violation on this page as it stands. Transitions are given time to end: half-faded text has no contrast."""
    page.wait_for_timeout(400)
    assert violations(page) == [], name or page.url
