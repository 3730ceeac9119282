"""The map as people use it: editing by mouse, keys and list, taking back one's own steps, and a graphics card that goes."""

import re

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say


@pytest.fixture(scope="module")
def map_lab(lab):
    daemon, admin = lab
    ids = {name: admin.made("/api/v1/hardware", {"name": name, "role": role, "status": "up"})["id"]
           for name, role in (("map-core", "switch"), ("map-nas", "nas"), ("map-host", "hypervisor"))}
    board = admin.get("/api/v1/maps").json["items"][0]["id"]
    places = [{"id": ids[name], "x": x, "y": y, "pinned": True}
              for name, x, y in (("map-core", 0, 0), ("map-nas", 260, 40), ("map-host", 130, 230))]
    assert admin.put(f"/api/v1/maps/{board}/positions", {"positions": places}).status == 204
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids, board


def opened(map_lab, query="?q=map-", renderer=None, **more):
    daemon, admin, browser, *_ = map_lab
    page = new_page(browser, daemon, cookie=admin.cookie, **more)
    if renderer:
        # Without a card of its own the page draws on a 2D canvas; this asks for the other way.
        page.add_init_script(f"localStorage.setItem('cb.map.renderer', '\"{renderer}\"')")
    page.goto(f"/map{query}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(400)
    return page


def where(map_lab, ids):
    """Places on the map by id, as the daemon tells them."""
    _, admin, _, _, board = map_lab
    nodes = admin.get(f"/api/v1/topology?map={board}").json["nodes"]
    return {node["id"]: (node.get("x"), node.get("y")) for node in nodes if node["id"] in ids}


def wait_for(page, condition):
    """Until the daemon knows it: what was done on the page is saved a moment later."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("the daemon never heard of it")


def undo_by_key(page):
    """Once the page itself knows that there is something to take back, which is a moment after the daemon knows it."""
    page.locator(f".map-buttons button[title^='{say('map.undo')}: ']:not([disabled])").wait_for()
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+z")


#: The picture makes way for a panel that comes late: what is measured has to have stood still for a while.
STILL = """() => new Promise((done) => {
    let last = '', since = 0;
    const look = (now) => {
        const box = document.querySelector('.map-handle').getBoundingClientRect();
        const place = `${box.x} ${box.y}`;
        if (place !== last) [last, since] = [place, now];
        if (now - since > 600) done(); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""


def middle_of(page):
    """The one selected node on the screen: its handle stands at its right."""
    page.locator("#panel h2").first.wait_for()
    page.locator(".map-handle").wait_for()
    page.evaluate(STILL)
    box = page.locator(".map-handle").bounding_box()
    return box["x"] - 28, box["y"] + box["height"] / 2


def press_row(page, name, key):
    row = page.get_by_role("treeitem", name=re.compile(f"^{name}"))
    row.focus()
    row.press(key)


def test_the_map_is_drawn_by_the_card_or_without_it(map_lab):
    page = opened(map_lab, renderer="webgl")
    lost = page.evaluate("""async () => {
        const canvas = document.querySelector('.map-pixels')
        const gl = canvas.getContext('webgl2')
        if (!gl) return 'no card'
        const card = gl.getExtension('WEBGL_lose_context')
        const lost = new Promise((done) => canvas.addEventListener('webglcontextlost', done, { once: true }))
        card.loseContext()
        await lost
        const back = new Promise((done) => canvas.addEventListener('webglcontextrestored', done, { once: true }))
        setTimeout(() => card.restoreContext(), 50)
        await back
        return gl.isContextLost() ? 'still lost' : 'back'
    }""")
    page.wait_for_timeout(400)
    assert lost in ("back", "no card")
    assert colours_of(page) > 8
    assert page.problems == []


def test_a_card_that_does_not_come_back_is_replaced(map_lab):
    page = opened(map_lab, renderer="webgl")
    page.evaluate("""() => {
        window.first = document.querySelector('.map-pixels')
        window.first.getContext('webgl2')?.getExtension('WEBGL_lose_context').loseContext()
    }""")
    page.wait_for_function("() => document.querySelector('.map-pixels') !== window.first", timeout=8000)
    page.wait_for_timeout(300)
    assert page.evaluate("() => document.querySelector('.map-pixels').getContext('2d') !== null")
    assert colours_of(page) > 8


# What goes to the card, and how often a picture is begun.
COUNT_CARD = """() => {
    window.sent = { rows: [], bytes: 0, pictures: 0, frames: 0 }
    const gl = WebGL2RenderingContext.prototype
    const wrapped = (name, note) => { const own = gl[name]; gl[name] = function (...all) { note(all); return own.apply(this, all) } }
    wrapped('texSubImage2D', (all) => window.sent.rows.push(all[5]))
    wrapped('texImage2D', () => window.sent.pictures += 1)
    wrapped('bufferSubData', ([, , data]) => window.sent.bytes += data.byteLength)
    wrapped('bufferData', ([, data]) => window.sent.bytes += data.byteLength ?? data)
    wrapped('clear', () => window.sent.frames += 1)
}"""
# Pixels that are painted over by a ground: all of the map, or the part that changed.
COUNT_CANVAS = """() => {
    window.sent = { areas: [] }
    const own = CanvasRenderingContext2D.prototype.fillRect
    CanvasRenderingContext2D.prototype.fillRect = function (x, y, width, height) {
        if (this.canvas.parentElement?.matches('.map-canvas') && width * height > 400) window.sent.areas.push(width * height)
        return own.call(this, x, y, width, height)
    }
}"""


def told(map_lab, page, name, status):
    """The state of an object changes, and the page has heard of it."""
    _, admin, _, ids, _ = map_lab
    assert admin.patch(f"/api/v1/hardware/{ids[name]}", {"status": status}).status == 200
    page.wait_for_timeout(900)
    return page.evaluate("() => window.sent")


def test_a_live_update_sends_the_card_one_row_and_nothing_else(map_lab):
    page = opened(map_lab, renderer="webgl")
    page.wait_for_timeout(800)
    page.evaluate(f"({COUNT_CARD})()")
    sent = told(map_lab, page, "map-nas", "degraded")
    told(map_lab, page, "map-nas", "up")
    assert sent["rows"] == [1] and sent["bytes"] == 0 and sent["pictures"] == 0, sent
    assert 1 <= sent["frames"] <= 2, sent
    assert page.problems == []


def test_a_live_update_paints_a_part_of_the_canvas(map_lab):
    page = opened(map_lab, renderer="canvas")
    page.wait_for_timeout(800)
    page.evaluate(f"({COUNT_CANVAS})()")
    sent = told(map_lab, page, "map-nas", "degraded")
    told(map_lab, page, "map-nas", "up")
    assert 1 <= len(sent["areas"]) <= 2 and sum(sent["areas"]) < 40_000, sent
    assert page.problems == []


def colours_of(page):
    """How many different colours the middle of the map shows: an empty one has two."""
    import struct
    import zlib

    picture = page.locator(".map-canvas").screenshot()
    at, data, width = 8, b"", 0
    while at < len(picture):
        size, kind = struct.unpack(">I4s", picture[at:at + 8])
        if kind == b"IHDR":
            width = struct.unpack(">I", picture[at + 8:at + 12])[0]
        if kind == b"IDAT":
            data += picture[at + 8:at + 8 + size]
        at += size + 12
    raw = zlib.decompress(data)
    assert width
    return len({raw[i:i + 3] for i in range(0, len(raw) - 3, 997)})


def test_aligning_by_keys_is_saved_and_taken_back(map_lab):
    _, _, _, ids, _ = map_lab
    before = where(map_lab, ids.values())
    page = opened(map_lab, f"?q=map-&select={ids['map-core']},{ids['map-nas']},{ids['map-host']}")

    page.locator(".map-bar").wait_for()
    page.keyboard.press("a")
    page.get_by_role("menuitem", name=say("map.arrange.top")).click()
    wait_for(page, lambda: {y for _, y in where(map_lab, ids.values()).values()} == {0})
    undo_by_key(page)
    wait_for(page, lambda: where(map_lab, ids.values()) == before)
    page.keyboard.press("Control+Shift+z")
    wait_for(page, lambda: {y for _, y in where(map_lab, ids.values()).values()} == {0})
    page.keyboard.press("Control+z")
    wait_for(page, lambda: where(map_lab, ids.values()) == before)
    assert page.problems == []


def test_undo_leaves_the_move_of_somebody_else(map_lab):
    _, admin, _, ids, board = map_lab
    before = where(map_lab, ids.values())
    page = opened(map_lab, f"?q=map-&select={ids['map-core']},{ids['map-nas']}")
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+ArrowDown")
    wait_for(page, lambda: where(map_lab, ids.values())[ids["map-core"]] == (0, 10))

    moved = [{"id": ids["map-nas"], "x": 333, "y": 44, "pinned": True}]
    assert admin.put(f"/api/v1/maps/{board}/positions", {"positions": moved}).status == 204
    page.wait_for_timeout(600)
    page.keyboard.press("Control+z")

    wait_for(page, lambda: where(map_lab, ids.values())[ids["map-core"]] == before[ids["map-core"]])
    assert where(map_lab, ids.values())[ids["map-nas"]] == (333, 44)
    page.get_by_text(re.compile("stays: it was changed since")).wait_for()


def test_the_picture_is_fitted_into_the_room_that_is_left(map_lab):
    """A panel may come before the first picture or long after it: until a hand moves the map, all of it stands beside it."""
    _, _, _, ids, _ = map_lab
    query = f"?q=map-&select={ids['map-nas']}"
    at_once = middle_of(opened(map_lab, query))

    page = new_page(map_lab[2], map_lab[0], cookie=map_lab[1].cookie)
    held = []
    page.route("**/object.panel.js", lambda route: held.append(route))
    page.goto(f"/map{query}")
    page.wait_for_function("() => performance.getEntriesByName('map.drawn').length > 0")
    page.locator(".map-handle").wait_for()
    assert page.locator("#panel h2").count() == 0
    alone = page.locator(".map-handle").bounding_box()["x"]
    for route in held:
        route.continue_()
    page.unroute_all()
    x, y = middle_of(page)
    assert abs(x - at_once[0]) < 2 and abs(y - at_once[1]) < 2
    assert x < page.locator("#panel").bounding_box()["x"] - 20 and alone - x > 100, "moved aside"

    page.emulate_media(reduced_motion="reduce")  # a throw goes on by itself
    page.mouse.move(x - 200, y + 150)
    page.mouse.down()
    page.mouse.move(x - 260, y + 150, steps=3)
    page.mouse.up()
    moved = page.locator(".map-handle").bounding_box()["x"]
    page.set_viewport_size({"width": 1440, "height": 700})
    page.wait_for_timeout(300)
    assert abs(page.locator(".map-handle").bounding_box()["x"] - moved) < 2, "where a hand put it"


def test_several_are_dragged_together(map_lab):
    _, _, _, ids, _ = map_lab
    before = where(map_lab, ids.values())
    page = opened(map_lab, f"?q=map-&select={ids['map-core']}")
    x, y = middle_of(page)
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+a")
    page.locator(".map-bar").filter(has_text="3").wait_for()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()

    wait_for(page, lambda: where(map_lab, ids.values())[ids["map-core"]] != before[ids["map-core"]])
    after = where(map_lab, ids.values())
    ways = {(round(after[one][0] - before[one][0], 1), round(after[one][1] - before[one][1], 1))
            for one in ids.values()}
    assert len(ways) == 1
    undo_by_key(page)
    wait_for(page, lambda: where(map_lab, ids.values()) == before)


def test_the_list_does_what_the_picture_does(map_lab):
    _, admin, _, ids, _ = map_lab
    page = opened(map_lab)
    page.keyboard.press("l")
    page.get_by_role("tree").wait_for()

    press_row(page, "map-nas", "s")
    page.get_by_role("menuitemradio", name=say("status.maintenance")).click()
    wait_for(page, lambda: admin.get(f"/api/v1/hardware/{ids['map-nas']}").json["status"] == "maintenance")
    page.get_by_role("treeitem", name=re.compile(f"^map-nas.*{say('status.maintenance')}")).wait_for()

    press_row(page, "map-nas", "r")
    page.get_by_label(say("map.name"), exact=True).fill("map-nas <b>2</b>")
    page.keyboard.press("Enter")
    page.get_by_role("treeitem").filter(has_text="map-nas <b>2</b>").wait_for()

    press_row(page, "map-nas", "Control+z")
    page.get_by_role("treeitem", name=re.compile("^map-nas,")).wait_for()
    press_row(page, "map-nas", "Control+z")
    wait_for(page, lambda: admin.get(f"/api/v1/hardware/{ids['map-nas']}").json["status"] == "up")

    press_row(page, "map-core", " ")
    press_row(page, "map-host", " ")
    assert page.get_by_role("treeitem", selected=True).count() == 2
    press_row(page, "map-core", "m")
    page.get_by_role("menuitem", name=say("map.arrange_menu")).wait_for()
    page.keyboard.press("Escape")
    assert violations(page) == []
    assert page.problems == []


def test_a_line_is_pulled_to_another_node_and_deleted_again(map_lab):
    _, admin, _, ids, _ = map_lab
    page = opened(map_lab, f"?q=map-&select={ids['map-nas']}")
    x, y = middle_of(page)
    page.goto(f"/map?q=map-&select={ids['map-core']}")
    page.locator("#panel h2", has_text="map-core").wait_for()
    middle_of(page)
    handle = page.locator(".map-handle").bounding_box()
    page.mouse.move(handle["x"] + 14, handle["y"] + 14)
    page.mouse.down()
    page.mouse.move(x - 30, y, steps=3)
    page.mouse.move(x, y, steps=3)
    page.mouse.up()

    page.get_by_role("dialog").wait_for()
    page.get_by_role("dialog").get_by_role("button", name=say("map.relate"), exact=True).click()

    def lines():
        return [edge for edge in admin.get("/api/v1/topology").json["edges"]
                if edge["type"] == "connection" and {edge["from"], edge["to"]} == {ids["map-core"], ids["map-nas"]}]
    wait_for(page, lambda: len(lines()) == 1)
    undo_by_key(page)
    wait_for(page, lambda: lines() == [])
    assert page.problems == []


def test_deleting_and_bringing_back(map_lab):
    _, admin, _, _, _ = map_lab
    extra = [admin.made("/api/v1/services", {"name": f"map-extra-{turn}"})["id"] for turn in range(2)]
    page = opened(map_lab, f"?q=map-&select={extra[0]},{extra[1]}")
    page.locator(".map-bar").wait_for()
    page.locator(".map-canvas").focus()
    page.keyboard.press("Delete")
    page.get_by_role("dialog").get_by_role("button", name=say("common.delete")).click()
    wait_for(page, lambda: all(admin.get(f"/api/v1/services/{one}").json.get("deleted_at") for one in extra))
    undo_by_key(page)
    wait_for(page, lambda: not any(admin.get(f"/api/v1/services/{one}").json.get("deleted_at") for one in extra))
    assert page.problems == []


def test_who_may_only_look_is_offered_nothing_to_change(map_lab):
    daemon, admin, browser, ids, _ = map_lab
    viewer = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, cookie=viewer.cookie)
    page.goto(f"/map?q=map-&select={ids['map-core']}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(400)

    assert page.locator(".map-handle").is_hidden()
    page.locator(".map-canvas").focus()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name=say("map.copy_link")).wait_for()
    assert page.get_by_role("menuitem", name=say("common.delete")).count() == 0
    assert page.get_by_role("button", name=say("map.undo")).count() == 0


def test_another_map_has_places_of_its_own(map_lab):
    _, admin, _, ids, board = map_lab
    before = where(map_lab, ids.values())
    page = opened(map_lab)
    page.locator(".map-chooser").click()
    page.get_by_role("menuitem", name=say("map.maps.add")).click()
    page.get_by_label(say("map.name"), exact=True).fill("Rack room")
    page.keyboard.press("Enter")
    page.wait_for_url("**/map?map=*")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-chooser").filter(has_text="Rack room").wait_for()
    other = int(page.url.rsplit("=", 1)[1])
    assert other != board

    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+ArrowRight")

    def placed():
        return [node for node in admin.get(f"/api/v1/topology?map={other}").json["nodes"] if node.get("x") is not None]
    wait_for(page, lambda: len(placed()) >= 3)
    assert where(map_lab, ids.values()) == before
    page.locator(".map-chooser").click()
    page.get_by_role("menuitem", name=say("common.delete")).click()
    page.get_by_role("dialog").get_by_role("button", name=say("common.delete")).click()
    wait_for(page, lambda: len(admin.get("/api/v1/maps").json["items"]) == 1)
    assert [problem for problem in page.problems if "404" not in problem] == []


def test_a_finger_pans_selects_and_opens_the_menu(map_lab):
    _, admin, browser, ids, _ = map_lab
    daemon = map_lab[0]
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
                                  base_url=daemon.address)
    context.add_cookies([{"name": "cb_session", "value": admin.cookie, "url": daemon.address, "httpOnly": True,
                          "secure": True, "sameSite": "Lax"}])
    page = context.new_page()
    page.goto("/map?q=map-")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(600)
    found = page.evaluate("""() => {
        const map = document.querySelector('.map-canvas'), box = map.getBoundingClientRect()
        for (let y = 100; y < box.height - 60; y += 8) for (let x = 12; x < box.width; x += 8) {
            const at = { clientX: box.left + x, clientY: box.top + y, pointerId: 9, bubbles: true }
            map.dispatchEvent(new PointerEvent('pointermove', at))
            if (map.style.cursor === 'pointer') return [at.clientX, at.clientY]
        }
        return null
    }""")
    assert found
    touch = context.new_cdp_session(page)

    def finger(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    finger("touchStart", found)
    page.wait_for_timeout(800)
    finger("touchEnd")
    page.get_by_role("menuitem", name=say("map.connect")).wait_for()
    page.keyboard.press("Escape")

    finger("touchStart", (120, 300), (200, 300))
    for turn in range(1, 6):
        finger("touchMove", (120 - turn * 10, 300), (200 + turn * 10, 300))
    finger("touchEnd")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
    context.close()
