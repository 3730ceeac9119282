"""Hands on the map that change their mind, and what others do to the very thing that is held, open or just let go."""

import re

import pytest
from browser import chromium, new_page
from daemon import PASSWORD
from test_browser import say
from test_map import wait_for
from test_reduced_motion import KEEP_VIEW

SPOT = """(id) => {
    const { left, top } = mapView.surface.getBoundingClientRect(), at = mapView.screenOf(id);
    return [left + at.x, top + at.y];
}"""


@pytest.fixture(scope="module")
def lab_of_two(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


class Table:
    """A map of its own with two machines, open before somebody who may edit it; `other` is somebody else."""

    def __init__(self, lab, name):
        self.daemon, self.admin, browser = lab
        self.name = name
        self.ids = [self.admin.made("/api/v1/hardware", {"name": f"{name}-{part}"})["id"] for part in ("a", "b")]
        self.map = self.admin.made("/api/v1/maps", {"name": name})["id"]
        self.other = self.daemon.person(self.admin, "editor")
        self.put(self.other, {id: (200 * at, 0) for at, id in enumerate(self.ids)})
        self.me = self.daemon.person(self.admin, "editor")
        self.page = new_page(browser, self.daemon, cookie=self.me.cookie)
        self.page.add_init_script(KEEP_VIEW)

    def put(self, who, places):
        positions = [{"id": id, "x": x, "y": y} for id, (x, y) in places.items()]
        assert who.put(f"/api/v1/maps/{self.map}/positions", {"positions": positions}).status == 204

    def drawn(self, **body):
        return self.admin.made(f"/api/v1/maps/{self.map}/annotations", body)

    def drawings(self):
        return self.admin.get(f"/api/v1/maps/{self.map}/annotations").json["items"]

    def open(self):
        self.page.goto(f"/map?map={self.map}&q={self.name}")
        self.ready()
        return self.page

    def ready(self):
        self.page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 2 && mapView.isFitted && !mapView.flight")

    def spot(self, at):
        return self.page.evaluate(SPOT, self.ids[at])

    def grab(self, at, *, by=(0, 70)):
        """Pressed and pulled some way, not let go."""
        x, y = self.spot(at)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by[0], y + by[1], steps=4)

    def shown(self, at):
        return self.page.evaluate("(id) => { const { x, y } = mapView.placeOf(id); return [x, y] }", self.ids[at])

    def saved(self, at):
        nodes = self.admin.get(f"/api/v1/topology?map={self.map}").json["nodes"]
        return next([node["x"], node["y"]] for node in nodes if node["id"] == self.ids[at])

    def settled(self, at, place):
        """On the page and with the daemon."""
        wait_for(self.page, lambda: [*map(round, self.shown(at))] == place and [*map(round, self.saved(at))] == place)

    def undo(self, what="z"):
        self.page.locator(".map-canvas").focus()
        self.page.keyboard.press(f"Control+{what}")

    def end(self):
        assert self.page.problems == []
        self.page.context.close()


def test_escape_and_the_other_button_let_go_of_what_is_held(lab_of_two):
    table = Table(lab_of_two, "minds")
    page = table.open()
    table.grab(0)
    page.keyboard.press("Escape")
    page.mouse.move(*table.spot(1), steps=3)
    page.mouse.up()
    assert table.shown(0) == [0, 0]

    table.grab(0)
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    page.mouse.up()
    assert table.shown(0) == [0, 0] and page.get_by_role("menu").count() == 0

    # A line that is pulled and given up asks nothing.
    page.keyboard.down("Alt")
    table.grab(0, by=(10, 10))
    page.keyboard.up("Alt")
    page.mouse.move(*table.spot(1), steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".map-ray").evaluate("(ray) => ray.style.visibility") == "hidden"

    # The next drag is one again, and the only one that was saved.
    table.grab(1, by=(0, 80))
    page.mouse.up()
    wait_for(page, lambda: table.saved(1)[1] > 0)
    assert table.saved(0) == [0, 0] and page.get_by_role("dialog").count() == 0
    table.end()


def test_a_label_that_is_held_is_let_go_by_escape(lab_of_two):
    table = Table(lab_of_two, "held")
    table.drawn(kind="label", text="Attic", colour="grey", x=100, y=-80)
    page = table.open()
    box = page.locator(".map-word").bounding_box()
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 40, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    wait_for(page, lambda: page.locator(".map-word").bounding_box() == box)
    assert page.get_by_role("menu").count() == 0 and table.drawings()[0]["x"] == 100
    table.end()


def test_what_others_do_to_what_is_held_is_not_taken_back(lab_of_two):
    table = Table(lab_of_two, "theirs")
    page = table.open()
    page.evaluate("""() => {
        const own = mapView.place;
        mapView.heard = [];
        mapView.place = function (moved, ...more) { this.heard.push(...moved.map(({ x }) => x)); return own.call(this, moved, ...more) };
    }""")
    table.grab(0)
    table.put(table.other, {table.ids[0]: (-150, 60)})
    page.wait_for_function("() => mapView.heard.includes(-150)")
    page.keyboard.press("Escape")
    page.mouse.up()
    table.settled(0, [-150, 60])

    table.grab(0)
    table.put(table.other, {table.ids[0]: (-250, 90)})
    page.wait_for_function("() => mapView.heard.includes(-250)")
    page.mouse.up()
    wait_for(page, lambda: table.saved(0) != [-250, 90])
    table.undo()
    table.settled(0, [-250, 90])
    table.end()


def test_a_drop_is_saved_though_the_tab_is_loaded_anew_at_once(lab_of_two):
    table = Table(lab_of_two, "leaves")
    page = table.open()
    table.grab(0)
    page.mouse.up()
    place = [*map(round, table.shown(0))]
    assert place[1] > 0
    page.reload()
    wait_for(page, lambda: [*map(round, table.saved(0))] == place)
    table.ready()
    table.settled(0, place)
    table.end()


def test_a_place_that_was_dropped_as_the_session_ended_is_saved_after_signing_in_again(lab_of_two):
    table = Table(lab_of_two, "signs")
    page = table.open()
    table.grab(0)
    assert table.me.post("/api/v1/auth/sign-out").status in (200, 204)
    page.get_by_role("dialog", name=say("shell.ended_title")).wait_for()
    page.mouse.up()
    with page.expect_popup() as opened:
        page.get_by_role("link", name=say("shell.ended_sign_in")).click()
    sign_in = opened.value
    sign_in.get_by_label(say("account.email"), exact=True).fill(table.me.email)
    sign_in.get_by_label(say("account.password"), exact=True).fill(PASSWORD)
    sign_in.keyboard.press("Enter")
    sign_in.wait_for_url("**/map**")
    sign_in.close()
    place = [*map(round, table.shown(0))]
    assert place[1] > 0 and table.saved(0) == [0, 0]
    page.evaluate("dispatchEvent(new Event('focus'))")
    table.settled(0, place)
    page.context.close()


def test_a_label_goes_as_far_as_its_key_was_pressed(lab_of_two):
    table = Table(lab_of_two, "keys")
    table.drawn(kind="label", text="Cellar", colour="grey", x=100, y=-80)
    page = table.open()
    page.locator(".map-word").focus()
    # The first is answered when all of them were pressed.
    held = []
    page.route("**/annotations/*", lambda route: held.append(route))
    for _ in range(6):
        page.keyboard.press("Control+ArrowRight")
    wait_for(page, lambda: held)
    for route in held:
        route.continue_()
    page.unroute("**/annotations/*")
    wait_for(page, lambda: table.drawings()[0]["x"] == 220)
    table.undo()
    wait_for(page, lambda: table.drawings()[0]["x"] == 200)
    table.end()


def test_what_a_menu_does_is_done_to_what_is_there_now(lab_of_two):
    table = Table(lab_of_two, "stale")
    third = table.admin.made("/api/v1/hardware", {"name": "third"})["id"]
    hull = table.drawn(kind="boundary", text="ours", colour="blue", members=table.ids[:1])
    path = f"/api/v1/maps/{table.map}/annotations/{hull['id']}"
    page = table.open()
    word = page.locator(".map-word")

    page.mouse.click(*table.spot(1))
    page.locator("#panel h2", has_text="stale-b").wait_for()
    word.click()
    page.get_by_role("menu").wait_for()
    assert table.other.patch(path, {"members": [table.ids[0], third], "text": "theirs"}).status == 200
    word.filter(has_text="theirs").wait_for()
    page.get_by_role("menuitem", name=say("map.drawing.take_in")).click()
    wait_for(page, lambda: sorted(table.drawings()[0]["members"]) == sorted([*table.ids, third]))

    word.click()
    page.get_by_role("menu").wait_for()
    assert table.other.patch(path, {"text": "newest"}).status == 200
    word.filter(has_text="newest").wait_for()
    page.get_by_role("menuitem", name=say("common.delete")).click()
    word.wait_for(state="detached")
    table.undo()
    word.filter(has_text="newest").wait_for()

    # What is gone meanwhile is told, and leaves no step that would take nothing back.
    word.click()
    page.get_by_role("menuitem", name=say("map.rename")).click()
    page.get_by_role("dialog").wait_for()
    assert table.admin.delete(f"/api/v1/maps/{table.map}/annotations/{table.drawings()[0]['id']}").status == 204
    word.wait_for(state="detached")
    page.get_by_role("dialog").get_by_role("textbox").fill("nobody reads this")
    page.keyboard.press("Enter")
    page.get_by_text(say("map.edit.gone")).wait_for()
    assert page.locator(".map-buttons button[title*='nobody reads this']").count() == 0
    table.end()


def test_a_line_that_others_changed_is_not_deleted_again(lab_of_two):
    table = Table(lab_of_two, "lines")
    line = f"/api/v1/connections/{table.admin.made('/api/v1/connections', {'from_id': table.ids[0], 'to_id': table.ids[1]})['id']}"
    page = table.open()
    page.mouse.click(*table.spot(0))
    page.locator("#panel h2", has_text="lines-a").wait_for()
    page.locator(".map-canvas").focus()
    page.keyboard.press("k")
    page.get_by_role("menuitem", name=re.compile("lines-b")).click()
    page.get_by_role("menuitem", name=say("map.delete_line")).click()
    wait_for(page, lambda: table.admin.get(line).json.get("deleted_at"))
    table.undo()
    wait_for(page, lambda: not table.admin.get(line).json.get("deleted_at"))
    page.get_by_text(say("map.edit.undone").split("{")[0].strip()).first.wait_for()
    assert table.other.patch(line, {"cable_label": "K9"}).status == 200
    table.undo("y")
    page.get_by_text(say("map.edit.kept.one").replace("{n}", "1")).first.wait_for()
    assert not table.admin.get(line).json.get("deleted_at")
    table.end()
