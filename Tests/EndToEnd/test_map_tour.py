"""A tour through everything the map offers, by keyboard alone: once on the picture by its menus, once from the list form by
keys. What is offered is read from the page's own source, so an action that no stop reaches fails here. axe looks at each menu
and dialog, and at the whole page in between. Then the same ground by finger on a small screen."""

import pathlib
import re

import pytest
from accessible import violations
from browser import chromium, new_page, tell_the_mouse
from test_browser import say
from test_map import wait_for

MAP = pathlib.Path(__file__).resolve().parents[2] / "share/circuit-breaker/web/features/map"
#: More than the page has to offer before what is looked for.
PATIENCE = 60
#: Offered only where a sample lab was made; test_samples.py takes it away.
ELSEWHERE = {"map.sample.remove"}
#: Printing; test_map_export.py looks at it.
KEYS_ELSEWHERE = {"ctrl+p"}


def offered():
    """The words of everything that a menu of the map does, by key of the catalogue."""
    source = "".join((MAP / name).read_text() for name in ("map.actions.js", "map.drawing-editor.js"))
    return set(re.findall(r'label: t\("([\w.]+)"(?:, \{[^}]*\})?\),(?:[^{}]|\$\{[^}]*\})*?(?:run|href):', source)) - ELSEWHERE


def keys():
    """Every key the map listens to."""
    source = "".join((MAP / name).read_text() for name in ("map.keys.js", "map.history.js", "map.export.js"))
    found = set(re.findall(r'\bkey\("([^"]+)"', source)) | set(re.findall(r'shortcut\(\{ keys: "([^"]+)"', source))
    if "ctrl+${arrow}" in source:
        found |= {"ctrl+arrow", "ctrl+shift+arrow"}
    return found - KEYS_ELSEWHERE


@pytest.fixture(scope="module")
def ground(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


class Tour:
    """Somebody at a keyboard. `done` and `pressed` hold what was reached."""

    def __init__(self, ground, name, is_list):
        daemon, self.admin, browser = ground
        self.name, self.is_list = name, is_list
        self.done, self.pressed, self.seen = set(), set(), set()
        self.ids = {}
        # In a row, so that the arrows lead from one to the next.
        for at, (part, role) in enumerate((("core", "switch"), ("nas", "nas"), ("host", "hypervisor"))):
            self.ids[part] = self.admin.made("/api/v1/hardware", {"name": f"{name}-{part}", "role": role, "status": "up"})["id"]
        places = [{"id": id, "x": 200 * at, "y": 0} for at, id in enumerate(self.ids.values())]
        assert self.admin.put("/api/v1/maps/1/positions", {"positions": places}).status == 204
        self.admin.made("/api/v1/connections", {"from_id": self.ids["core"], "to_id": self.ids["nas"]})
        page = self.page = new_page(browser, daemon, cookie=self.admin.cookie)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tell_the_mouse(page)
        self.open()

    def open(self, query=""):
        self.page.goto(f"/map?q={self.name}{query}")
        self.page.wait_for_selector(".map-page:not(.is-empty)")
        self.tab(lambda: self.page.evaluate("document.activeElement.matches('.map-canvas')"))
        if self.is_list:
            self.key("l")
            self.page.get_by_role("tree").wait_for()

    def key(self, name):
        """A key by the name that the page's source gives it."""
        self.pressed.add(re.sub("arrow(left|right|up|down)", "arrow", name.lower()) if "arrow" in name.lower() else name)
        self.page.keyboard.press(re.sub(r"^ctrl", "Control", name).replace("+shift+", "+Shift+"))

    def press(self, *names):
        for name in names:
            self.page.keyboard.press(name)

    def tab(self, is_there):
        for _ in range(PATIENCE):
            if is_there():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("Tab does not lead there")

    def focused(self):
        return self.page.evaluate("""() => {
            const one = document.activeElement;
            return (one.getAttribute('aria-label') || one.textContent || '').trim();
        }""")

    def look(self, within):
        """By axe, each menu and dialog once."""
        name = self.page.evaluate("(within) => document.querySelector(within)?.getAttribute('aria-label') ?? document.querySelector(within)?.innerText", within)
        if name in self.seen:
            return
        self.seen.add(name)
        found = violations(self.page, within=within)
        assert found == [], f"{within}: {found}"

    # Where one stands

    def stand_on(self, part):
        """One node, by keys: a row of the list, or by arrows over the picture."""
        if self.is_list:
            self.press("Escape")
            self.tab(lambda: self.page.evaluate("document.activeElement.matches('[role=treeitem]')"))
            self.press("Home")
            for _ in range(PATIENCE):
                if self.focused().startswith(f"{self.name}-{part}"):
                    return
                self.press("ArrowDown")
            raise AssertionError(f"no row is called {part}")
        self.press("Escape")
        self.tab(lambda: self.page.evaluate("document.activeElement.matches('.map-canvas')"))
        self.press("Space", *["ArrowLeft"] * 3, *["ArrowRight"] * list(self.ids).index(part))
        self.page.wait_for_url(re.compile(f"select={self.ids[part]}(&|$)"))
        # What is chosen is shown beside the map a moment later.
        self.page.locator("#panel h2").filter(has_text=f"{self.name}-{part}").first.wait_for()

    def stand_on_ground(self):
        self.press("Escape", "Escape")
        self.tab(lambda: self.page.evaluate("document.activeElement.matches('.map-canvas')"))
        self.page.wait_for_function("() => !location.search.includes('select=')")

    def can(self, way):
        """The page itself knows that there is something to take back, which is a moment after the daemon knows it."""
        self.page.locator(f".map-buttons button[title^='{say(f'map.{way}')}: ']:not([disabled])").wait_for()

    def step(self, way):
        self.can(way)
        self.key("ctrl+z" if way == "undo" else "ctrl+y")

    def select_all(self):
        self.stand_on_ground()
        self.key("ctrl+a")
        self.page.locator(".map-bar").wait_for()

    # Menus and dialogs

    def choose(self, label, words=None):
        """An entry of the open menu, found by arrows. `label` is its key in the catalogue."""
        wanted = words or say(label)
        menu = self.page.get_by_role("menu")
        menu.wait_for()
        self.look("[role=menu]")
        seen = []
        for _ in range(PATIENCE):
            now = self.page.evaluate("document.activeElement.closest('[role=menu]') ? document.activeElement.innerText.trim() : ''")
            if now.split("\n")[0].strip().startswith(wanted):
                break
            seen.append(now)
            self.press("ArrowDown")
        else:
            raise AssertionError(f"the menu does not offer “{wanted}”: {dict.fromkeys(seen)}")
        self.done.add(label)
        self.press("Enter")

    def menu(self, label, words=None):
        self.key("m")
        self.choose(label, words)

    def line(self, part, *steps, by_menu=False):
        """One line of what one stands on, once the page has heard of it: the daemon knows it a moment earlier."""
        wanted = self.page.get_by_role("menuitem", name=f"{self.name}-{part}")
        menu, none = self.page.get_by_role("menu"), self.page.get_by_text(say("map.no_lines"))
        for _ in range(PATIENCE):
            self.key("k")
            menu.or_(none).first.wait_for()
            if wanted.count():
                break
            self.press("Escape") if menu.count() else none.first.wait_for(state="detached")
        if by_menu:
            self.press("Escape")
            self.menu("map.lines")
        self.choose("map.lines", f"{self.name}-{part}")
        for step in steps:
            self.choose(*step)

    def send(self):
        """Enter; the dialog is gone before anything else is pressed."""
        dialog = self.page.get_by_role("dialog").element_handle()
        self.press("Enter")
        dialog.wait_for_element_state("hidden")

    def answer(self, text=None, button=None):
        """Writes into the dialog, and sends it off."""
        dialog = self.page.get_by_role("dialog")
        dialog.wait_for()
        self.look("dialog")
        if text is not None:
            self.press("Control+a")
            self.page.keyboard.type(text)
        if button:
            self.tab(lambda: self.focused() == button)
        self.send()

    def find(self, name):
        """One of the map's nodes in a field that searches them."""
        self.page.get_by_role("dialog").wait_for()
        self.look("dialog")
        self.page.keyboard.type(name)
        self.page.get_by_role("option", name=re.compile(name)).wait_for()
        self.press("ArrowDown", "Enter")
        self.tab(lambda: self.focused() == say("common.next"))
        self.send()

    # What the daemon knows

    def of(self, part):
        return self.admin.get(f"/api/v1/hardware/{self.ids[part]}").json

    def until(self, condition):
        wait_for(self.page, condition)

    def lines(self, a, b):
        return [edge for edge in self.admin.get("/api/v1/topology").json["edges"]
                if edge["type"] == "connection" and {edge["from"], edge["to"]} == {self.ids[a], self.ids[b]}]

    def alias(self, part):
        nodes = self.admin.get("/api/v1/topology").json["nodes"]
        return next(one for one in nodes if one["id"] == self.ids[part]).get("appearance", {}).get("alias")

    def drawings(self):
        return [one for one in self.admin.get("/api/v1/maps/1/annotations").json["items"] if self.name in one["text"]]

    def word(self, text):
        """The words of a boundary or a label: beside the picture, or in the list."""
        self.page.locator(".map-drawing-row, .map-word").filter(has_text=text).first.wait_for()
        kind = ".map-drawing-row" if self.is_list else ".map-word"
        self.tab(lambda: self.page.evaluate("([kind, text]) => document.activeElement.matches(kind) && document.activeElement.textContent.includes(text)", [kind, text]))

    def finish(self):
        assert self.page.evaluate("document.documentElement.dataset.mouse") is None, "something was pointed at"
        assert self.page.problems == []
        self.page.context.close()


def look_at_one(tour):
    page = tour.page
    tour.stand_on("core")
    tour.menu("map.open")
    page.locator("#panel").get_by_text(f"{tour.name}-core").first.wait_for()
    assert violations(page) == []
    tour.open()
    tour.stand_on("core")
    tour.menu("map.copy_link")
    page.get_by_text(say("map.link_copied")).first.wait_for()
    tour.stand_on("nas")
    tour.key("i") if tour.is_list else tour.menu("map.impact.ask")
    page.get_by_role("region", name=say("map.impact.title")).or_(page.locator(".map-impact")).first.wait_for()
    tour.open()
    tour.stand_on("nas")
    tour.menu("map.open_page")
    page.wait_for_url(re.compile(f"/hardware/{tour.ids['nas']}"))
    tour.open()


def change_one(tour):
    tour.stand_on("host")
    tour.key("s") if tour.is_list else tour.menu("map.set_status")
    tour.choose("map.set_status", say("status.maintenance"))
    tour.until(lambda: tour.of("host")["status"] == "maintenance")
    tour.stand_on("host")
    tour.menu("map.set_role")
    tour.choose("map.set_role", "Server")
    tour.until(lambda: tour.of("host")["role"] == "server")
    tour.stand_on("host")
    tour.menu("map.set_icon")
    tour.choose("map.set_icon", "laptop")
    tour.until(lambda: tour.of("host")["icon"] == "laptop")
    tour.stand_on("host")
    tour.menu("map.set_icon")
    tour.choose("map.icon_own")
    tour.until(lambda: tour.of("host").get("icon") is None)
    tour.stand_on("host")
    tour.key("r") if tour.is_list else tour.menu("map.rename")
    tour.answer(f"{tour.name}-host2")
    tour.until(lambda: tour.of("host")["name"] == f"{tour.name}-host2")
    tour.stand_on("host")
    tour.step("undo")
    tour.until(lambda: tour.of("host")["name"] == f"{tour.name}-host")
    tour.step("redo")
    tour.until(lambda: tour.of("host")["name"] == f"{tour.name}-host2")
    tour.step("undo")
    tour.until(lambda: tour.of("host")["name"] == f"{tour.name}-host")
    tour.stand_on("host")
    tour.key("h") if tour.is_list else tour.menu("map.dress.menu")
    tour.choose("map.dress.alias_ask")
    tour.answer("Under the stairs")
    tour.until(lambda: tour.alias("host") == "Under the stairs")
    tour.step("undo")
    tour.until(lambda: tour.alias("host") is None)


def join_and_part(tour):
    page = tour.page
    tour.stand_on("nas")
    tour.key("c") if tour.is_list else tour.menu("map.connect")
    tour.find(f"{tour.name}-host")
    tour.answer(button=say("map.relate"))
    tour.until(lambda: len(tour.lines("nas", "host")) == 1)
    # A line is reached by the nodes at its ends.
    tour.stand_on("host")
    tour.line("nas", ("map.reconnect", say("map.reconnect").replace("{name}", f"{tour.name}-nas")))
    tour.find(f"{tour.name}-core")
    tour.until(lambda: len(tour.lines("core", "host")) == 1 and not tour.lines("nas", "host"))
    tour.stand_on("host")
    tour.line("core", ("map.select_ends",), by_menu=True)
    page.locator(".map-bar").wait_for()
    tour.stand_on("host")
    tour.line("core", ("map.impact.ask",))
    page.get_by_role("region", name=say("map.impact.title")).or_(page.locator(".map-impact")).first.wait_for()
    tour.open()
    tour.stand_on("host")
    tour.line("core", ("map.delete_line",))
    tour.until(lambda: not tour.lines("core", "host"))


def add_and_delete(tour):
    page = tour.page
    tour.stand_on("host")
    tour.key("n") if tour.is_list else tour.menu("map.add_related")
    page.get_by_role("menuitem").first.wait_for()
    tour.choose("map.add_related", page.get_by_role("menuitem").first.inner_text().split("\n")[0])
    named = f"{tour.name}-new"
    page.locator("#panel").get_by_label(say("map.name"), exact=False).first.wait_for()
    assert violations(page, within="#panel") == []
    page.wait_for_function("() => document.activeElement.matches('#panel input')")
    page.keyboard.type(named)
    tour.press("Enter")
    found = lambda: [one for one in tour.admin.get(f"/api/v1/topology?q={named}").json["nodes"] if one["name"] == named]  # noqa: E731
    tour.until(lambda: len(found()) == 1)
    # It is chosen when it is joined as well.
    page.wait_for_url(re.compile(f"select={found()[0]['id']}(&|$)"))
    tour.open(f"-new&select={found()[0]['id']}")
    if tour.is_list:
        tour.press("Home")
    tour.key("Delete") if tour.is_list else tour.menu("common.delete")
    tour.answer(button=say("common.delete"))
    tour.until(lambda: not found())
    tour.open()


def arrange_several(tour):
    page = tour.page
    places = lambda: {n["id"]: (n.get("x"), n.get("y")) for n in tour.admin.get("/api/v1/topology?map=1").json["nodes"]  # noqa: E731
                      if n["id"] in tour.ids.values()}
    before = places()
    tour.select_all()
    tour.key("ctrl+ArrowDown")
    tour.key("ctrl+shift+ArrowDown")
    tour.until(lambda: places() != before)
    tour.key("a") if tour.is_list else tour.menu("map.arrange_menu")
    tour.choose("map.arrange_menu", say("map.arrange.row") if "row" in say("map.arrange") else None
                or next(iter(say("map.arrange").values())))
    tour.select_all()
    tour.menu("map.layouts_menu")
    page.get_by_role("menu").or_(page.get_by_role("dialog")).first.wait_for()
    tour.press("Escape")
    tour.select_all()
    tour.key("b") if tour.is_list else tour.menu("map.drawing.boundary")
    tour.answer(f"{tour.name} hull")
    tour.until(lambda: len(tour.drawings()) == 1)
    assert violations(page) == []


def change_a_boundary(tour):
    hull = f"{tour.name} hull"
    tour.open()
    tour.word(hull)
    tour.press("Enter")
    tour.choose("map.drawing.set_colour")
    tour.choose("map.drawing.set_colour", say("map.drawing.colour.orange"))
    tour.until(lambda: tour.drawings()[0]["colour"] == "orange")
    tour.word(hull)
    tour.press("Enter")
    tour.choose("map.drawing.select")
    tour.page.locator(".map-bar").wait_for()
    tour.stand_on("core")
    if tour.is_list:
        tour.press("Space")
    tour.word(hull)
    tour.press("Enter")
    tour.choose("map.drawing.take_out")
    tour.until(lambda: len(tour.drawings()[0]["members"]) == 2)
    tour.select_all()
    tour.word(hull)
    tour.press("Enter")
    tour.choose("map.drawing.take_in")
    tour.until(lambda: len(tour.drawings()[0]["members"]) == 3)
    tour.word(hull)
    tour.press("Enter")
    tour.choose("map.rename")
    tour.answer(f"{tour.name} hull two")
    tour.until(lambda: tour.drawings()[0]["text"].endswith("two"))
    tour.word(f"{tour.name} hull two")
    tour.press("Enter")
    tour.choose("common.delete")
    tour.until(lambda: tour.drawings() == [])


def ground_and_tools(tour):
    page = tour.page
    tour.open()
    tour.stand_on_ground()
    tour.key("d") if tour.is_list else tour.menu("map.drawing.label")
    tour.answer(f"{tour.name} words")
    tour.until(lambda: len(tour.drawings()) == 1)
    tour.stand_on_ground()
    tour.can("undo")
    tour.menu("map.undo")
    tour.until(lambda: tour.drawings() == [])
    tour.stand_on_ground()
    tour.can("redo")
    tour.menu("map.redo")
    tour.until(lambda: len(tour.drawings()) == 1)
    tour.step("undo")
    tour.until(lambda: tour.drawings() == [])
    tour.stand_on_ground()
    tour.key("b") if tour.is_list else tour.menu("map.drawing.groups")
    tour.choose("map.drawing.groups", say("map.drawing.by.network"))
    groups = lambda: [one for one in tour.admin.get("/api/v1/maps/1/annotations").json["items"] if one.get("grouping")]  # noqa: E731
    tour.until(lambda: len(groups()) == 1)
    tour.step("undo")
    tour.until(lambda: groups() == [])
    tour.stand_on_ground()
    tour.menu("map.select_all")
    page.locator(".map-bar").wait_for()
    tour.stand_on_ground()
    tour.key("f") if tour.is_list else tour.menu("map.fit")
    for _ in range(2):
        tour.stand_on_ground()
        tour.key("w") if tour.is_list else tour.menu("map.by_speed")
    tour.stand_on_ground()
    tour.key("v") if tour.is_list else tour.menu("map.view.title")
    tour.choose("map.view.title", say("map.view.physical"))
    page.wait_for_url("**view=physical**")
    assert violations(page) == []
    tour.open("&view=all")
    tour.stand_on_ground()
    tour.key("o")
    page.get_by_role("menu").or_(page.get_by_role("dialog")).first.wait_for()
    tour.press("Escape")
    tour.key("e")
    page.get_by_role("dialog").or_(page.get_by_role("menu")).first.wait_for()
    tour.press("Escape")
    tour.key("/")
    assert page.evaluate("document.activeElement.closest('.map-search-box') !== null")
    tour.stand_on_ground()
    tour.key("Escape")
    tour.menu("points.title")
    page.wait_for_url("**/map/single-points**")
    tour.open()
    tour.stand_on_ground()
    tour.key("t")
    page.locator(".map-page.is-past").wait_for()
    assert violations(page) == []
    page.get_by_role("region", name="Time").wait_for()


@pytest.mark.long
@pytest.mark.parametrize("form", ["picture", "list"])
def test_everything_the_map_offers_is_done_without_a_mouse(ground, form):
    tour = Tour(ground, f"tour{form}", form == "list")
    for stop in (look_at_one, change_one, join_and_part, add_and_delete, arrange_several, change_a_boundary, ground_and_tools):
        stop(tour)
    if form == "picture":
        assert offered() - tour.done == set(), "the map offers what no stop of this tour reaches"
        assert len(offered()) > 25, "the source is not understood any more"
    else:
        assert keys() - tour.pressed == set(), "the map listens to keys that no stop of this tour presses"
    tour.finish()


class Finger:
    """One hand on a telephone: nothing but touches."""

    def __init__(self, ground, query):
        daemon, admin, browser = ground
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=daemon.address)
        context.add_cookies([{"name": "cb_session", "value": admin.cookie, "url": daemon.address, "httpOnly": True, "secure": True,
                              "sameSite": "Lax"}])
        self.page = context.new_page()
        self.page.add_init_script("addEventListener('keydown', () => { document.documentElement.dataset.key = '1' }, true)")
        self.wire = context.new_cdp_session(self.page)
        self.open(query)

    def open(self, query):
        self.page.goto(f"/map{query}")
        self.page.wait_for_selector(".map-page:not(.is-empty)")
        self.still()

    def still(self):
        """The picture is there and stands."""
        for _ in range(PATIENCE):
            before = self.places()
            if before and before == self.places():
                return before
        raise AssertionError("the map does not come to rest")

    def touch(self, kind, *points):
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    def tap(self, place):
        self.touch("touchStart", place)
        self.touch("touchEnd")

    def rest(self, place):
        """Until the menu is there, which then stays."""
        self.touch("touchStart", place)
        self.page.get_by_role("menu").wait_for()
        self.touch("touchEnd")
        assert self.page.get_by_role("menu").count() == 1

    def press(self, locator):
        # It scrolls there, and begins again where what it looks at is drawn anew.
        locator.tap()

    def places(self):
        """Where the nodes are on the screen, from left to right, told by the pointer over them."""
        return self.page.evaluate("""() => {
            const map = document.querySelector('.map-canvas'), box = map.getBoundingClientRect(), found = []
            for (let x = 12; x < box.width - 60; x += 6) for (let y = 120; y < box.height - 60; y += 6) {
                const at = { clientX: box.left + x, clientY: box.top + y, pointerId: 9, bubbles: true }
                map.dispatchEvent(new PointerEvent('pointermove', at))
                if (map.style.cursor !== 'pointer') continue
                if (!found.some(([fx, fy]) => Math.hypot(fx - at.clientX, fy - at.clientY) < 60)) found.push([at.clientX + 4, at.clientY + 4])
            }
            return found
        }""")


def test_a_finger_does_the_same_on_a_small_screen(ground):
    daemon, admin, _ = ground
    ids = [admin.made("/api/v1/hardware", {"name": f"finger-{part}"})["id"] for part in ("a", "b")]
    assert admin.put("/api/v1/maps/1/positions", {"positions": [
        {"id": id, "x": 0, "y": 220 * at} for at, id in enumerate(ids)]}).status == 204
    hand = Finger(ground, "?q=finger-")
    page = hand.page
    answer = lambda text: (page.get_by_role("dialog").get_by_label(say("map.name"), exact=False).or_(  # noqa: E731
        page.get_by_role("dialog").locator("input, textarea")).first.fill(text),
        hand.press(page.get_by_role("dialog").locator("button[type=submit], .primary").first))

    # Pan and pinch: the nodes go along.
    before = hand.still()
    hand.touch("touchStart", (60, 700))
    for turn in range(1, 6):
        hand.touch("touchMove", (60 + 6 * turn, 700))
    hand.touch("touchEnd")
    assert hand.still() != before
    hand.touch("touchStart", (60, 640), (90, 700))
    for turn in range(1, 5):
        hand.touch("touchMove", (60 + 3 * turn, 640 + 5 * turn), (90 - 3 * turn, 700 - 5 * turn))
    hand.touch("touchEnd")
    hand.open("?q=finger-")

    node = hand.places()[0]
    hand.tap(node)
    page.wait_for_url("**select=**")
    assert violations(page) == []
    hand.open("?q=finger-")

    node = hand.places()[0]
    hand.rest(node)
    assert violations(page, within="[role=menu]") == []
    hand.press(page.get_by_role("menuitem", name=say("map.drawing.boundary")))
    answer("finger hull")
    drawn = lambda kind: [one for one in admin.get("/api/v1/maps/1/annotations").json["items"]  # noqa: E731
                          if one["kind"] == kind and "finger" in one["text"]]
    wait_for(page, lambda: len(drawn("boundary")) == 1)

    hand.rest((40, 700))
    hand.press(page.get_by_role("menuitem", name=say("map.drawing.label")))
    answer("finger words")
    wait_for(page, lambda: len(drawn("label")) == 1)

    hand.rest(node)
    hand.press(page.get_by_role("menuitem", name=say("map.connect")))
    field = page.get_by_role("dialog").get_by_role("combobox")
    hand.press(field)
    field.fill("finger-")
    hand.press(page.get_by_role("option", name=re.compile("finger-")).first)
    hand.press(page.get_by_role("dialog").get_by_role("button", name=say("common.next")))
    hand.press(page.get_by_role("dialog").get_by_role("button", name=say("map.relate"), exact=True))
    wait_for(page, lambda: any({edge["from"], edge["to"]} == set(ids) for edge in admin.get("/api/v1/topology").json["edges"]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.documentElement.dataset.key ?? null") is None, "a key was pressed"
    assert violations(page) == []
    page.context.close()
