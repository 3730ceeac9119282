"""Hands that are faster than the wires: keys that come while an answer, a panel or somebody else's change is on its way. What is
slow is made slow here, so nothing depends on this machine's hour."""

import contextlib
import re

import pytest
from browser import chromium, new_page
from playwright.sync_api import Error
from test_browser import say
from test_map import wait_for
from test_reduced_motion import KEEP_VIEW


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


class Desk:
    """A map of two machines, and a gate that holds requests until it is opened."""

    def __init__(self, desk, name):
        daemon, self.admin, browser = desk
        self.name = name
        self.ids = [self.admin.made("/api/v1/hardware", {"name": f"{name}-{part}", "status": "up"})["id"] for part in ("a", "b")]
        places = [{"id": id, "x": 200 * at, "y": 0} for at, id in enumerate(self.ids)]
        assert self.admin.put("/api/v1/maps/1/positions", {"positions": places}).status == 204
        self.page = new_page(browser, daemon, cookie=self.admin.cookie)
        self.held = []

    def open(self):
        self.page.goto(f"/map?q={self.name}")
        self.page.wait_for_selector(".map-page:not(.is-empty)")
        self.page.locator(".map-canvas").focus()

    def open_list(self):
        self.open()
        self.page.keyboard.press("l")
        # All of the lab is there until the daemon has answered what the filter finds.
        self.page.wait_for_function("""() => document.activeElement.matches('[role=treeitem]')
            && document.querySelectorAll('[role=treeitem]').length === 2""")
        self.page.keyboard.press("Home")

    def hold(self, pattern):
        """Requests to this wait from now on; opens again by what it returns."""
        self.held.clear()
        self.page.route(pattern, lambda route: self.held.append(route))

        def let():
            held, self.held = self.held, []
            for route in held:
                # What the page itself gave up meanwhile is not waited for any more.
                with contextlib.suppress(Error):
                    route.continue_()
            self.page.unroute(pattern)
        return let

    def wait_held(self):
        wait_for(self.page, lambda: len(self.held) > 0)

    def of(self, at):
        return self.admin.get(f"/api/v1/hardware/{self.ids[at]}").json

    def focused(self):
        return self.page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName")

    def change(self, at, **fields):
        """Somebody else does it, elsewhere."""
        one = self.of(at)
        answer = self.admin.patch(f"/api/v1/hardware/{self.ids[at]}", fields, headers={"If-Match": f'"{one["revision"]}"'})
        assert answer.status == 200, answer

    def end(self):
        assert self.page.problems == []
        self.page.context.close()


def choose_status(desk, status):
    desk.page.keyboard.press("s")
    desk.page.get_by_role("menuitemradio", name=say(f"status.{status}"), exact=True).press("Enter")


def test_what_is_on_its_way_is_taken_back_and_not_what_came_before(desk):
    here = Desk(desk, "hands")
    here.open_list()
    page = here.page
    choose_status(here, "maintenance")
    wait_for(page, lambda: here.of(0)["status"] == "maintenance")
    page.locator(f".map-buttons button[title^='{say('map.undo')}: ']").wait_for()
    let = here.hold("**/api/v1/hardware/bulk")
    page.keyboard.press("ArrowDown")
    choose_status(here, "down")
    here.wait_held()
    page.keyboard.press("Control+z")
    let()
    page.get_by_text(say("map.edit.undone").split("{")[0].strip()).first.wait_for()
    assert (here.of(0)["status"], here.of(1)["status"]) == ("maintenance", "up")
    here.end()


def test_the_row_keeps_its_place_whatever_others_do(desk):
    here = Desk(desk, "rows")
    here.open_list()
    page = here.page
    assert here.focused().startswith("rows-a")
    # A menu is open at the row while somebody changes it, and others come and go.
    page.keyboard.press("m")
    page.get_by_role("menu").wait_for()
    here.change(0, status="degraded")
    new = here.admin.made("/api/v1/hardware", {"name": "rows-0"})["id"]
    page.get_by_role("treeitem", name=re.compile("^rows-0")).wait_for()
    page.get_by_role("treeitem", name=re.compile(f"^rows-a.*{say('status.degraded')}")).wait_for()
    page.keyboard.press("Escape")
    assert here.focused().startswith("rows-a")
    # Letters look for an entry of the menu; they do nothing to the map behind it.
    page.keyboard.press("m")
    page.keyboard.press("m")
    page.keyboard.press("d")
    assert page.get_by_role("menu").count() == 1 and page.get_by_role("dialog").count() == 0
    page.keyboard.press("Escape")
    # The row one stands on is deleted elsewhere, under an open menu: the one beside it has the focus.
    page.keyboard.press("End")
    assert here.focused().startswith("rows-0")
    page.keyboard.press("m")
    assert here.admin.delete(f"/api/v1/hardware/{new}").status in (200, 204)
    page.get_by_role("treeitem", name=re.compile("^rows-0")).wait_for(state="detached")
    page.keyboard.press("Escape")
    assert here.focused().startswith("rows-b")
    # Closed under the focus, the picture has it.
    page.keyboard.press("l")
    assert page.evaluate("document.activeElement.matches('.map-canvas')")
    here.end()


def test_the_words_of_a_boundary_keep_theirs(desk):
    here = Desk(desk, "words")
    here.admin.made("/api/v1/maps/1/annotations", {"kind": "boundary", "text": "words hull", "colour": "blue", "members": here.ids})
    here.open_list()
    page = here.page
    row = page.locator(".map-drawing-row")
    row.focus()
    page.keyboard.press("Enter")
    page.get_by_role("menu").wait_for()
    one = here.admin.get("/api/v1/maps/1/annotations").json["items"][0]
    assert here.admin.patch(f"/api/v1/maps/1/annotations/{one['id']}", {"text": "words two"},
                            headers={"If-Match": f'"{one["revision"]}"'}).status == 200
    row.filter(has_text="words two").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.map-drawing-row')")
    here.end()


def test_a_list_that_is_asked_for_early_has_the_focus_when_it_comes(desk):
    here = Desk(desk, "early")
    let = here.hold(re.compile(r"/api/v1/topology(\?|$)"))
    here.page.goto("/map?q=early")
    here.wait_held()
    here.page.locator(".map-canvas").focus()
    here.page.keyboard.press("l")
    let()
    here.page.wait_for_function("() => document.activeElement.matches('[role=treeitem]')")
    here.end()


def test_a_panel_on_its_way_does_not_come_after_escape_nor_take_the_focus(desk):
    here = Desk(desk, "panels")
    here.open_list()
    page = here.page
    let = here.hold(re.compile(f"/api/v1/hardware/{here.ids[0]}(\\?|$)"))
    page.keyboard.press("Space")
    here.wait_held()
    page.locator("#panel:not([hidden])").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    page.locator("#panel").wait_for(state="hidden")
    assert here.focused().startswith("panels-b")
    let()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    assert page.locator("#panel").is_hidden()
    assert here.focused().startswith("panels-b")
    here.end()


def test_after_a_menu_the_same_spot_is_the_map_again(desk):
    """Nobody moves the mouse between closing a menu and the next press."""
    here = Desk(desk, "spot")
    page = here.page
    page.add_init_script(KEEP_VIEW)
    here.open()
    page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 2 && mapView.isFitted && !mapView.flight")
    at = page.evaluate("""(id) => {
        const { left, top } = mapView.surface.getBoundingClientRect(), at = mapView.screenOf(id);
        return [left + at.x, top + at.y];
    }""", here.ids[0])

    for _ in range(2):
        page.mouse.click(*at, button="right")
        page.get_by_role("menuitem", name=say("map.rename")).wait_for()
        page.keyboard.press("Escape")
    page.mouse.click(*at)

    page.locator("#panel h2", has_text="spot-a").wait_for()
    here.end()


def test_a_name_for_what_somebody_deleted_meanwhile_is_answered(desk):
    here = Desk(desk, "late")
    here.open_list()
    page = here.page
    page.keyboard.press("r")
    page.get_by_role("dialog").wait_for()
    assert here.admin.delete(f"/api/v1/hardware/{here.ids[0]}").status == 204
    page.get_by_role("treeitem").nth(1).wait_for(state="detached")
    page.get_by_role("dialog").get_by_role("textbox").fill("another name")
    page.keyboard.press("Enter")
    page.get_by_text(say("map.edit.gone")).wait_for()
    here.end()
