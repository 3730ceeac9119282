"""Who asks for less motion gets none: the view is where it goes at once, and nothing is animated. The same hands with no wish
see it move, so this can fail. Nothing is measured in time: what was begun is asked for in the moment in which it begins."""

import pytest
from browser import chromium, new_page
from test_browser import say
from test_map import wait_for

#: The map's view, kept from its first frame, and where it looks now.
KEEP_VIEW = """
    addEventListener('DOMContentLoaded', async () => {
        const home = document.querySelector('script[type=module]').src;
        const { MapView } = await import(new URL('features/map/map.view.js', home));
        const own = MapView.prototype.paint;
        MapView.prototype.paint = function (...all) { globalThis.mapView = this; return own.apply(this, all) };
        globalThis.look = () => JSON.stringify(mapView.camera);
    })"""
#: Of all that is animated now: the longest time that one takes, in milliseconds.
LONGEST = """() => Math.max(0, ...document.getAnimations().map((one) => {
    const { duration, iterations } = one.effect.getComputedTiming();
    return duration * iterations;
}))"""
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


@pytest.fixture(scope="module")
def many(lab):
    daemon, admin = lab
    ids = [admin.made("/api/v1/hardware", {"name": f"calm-{at}", "status": "up"})["id"] for at in range(14)]
    places = [{"id": id, "x": 400 * (at % 5), "y": 400 * (at // 5)} for at, id in enumerate(ids)]
    assert admin.put("/api/v1/maps/1/positions", {"positions": places}).status == 204
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids


def on_the_page(page, script):
    """What it says before any frame is drawn."""
    return page.evaluate(f"() => {{ {script} }}")


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_the_map_and_what_opens_over_it(many, wish):
    daemon, admin, browser, ids = many
    moves = wish == "no-preference"
    page = new_page(browser, daemon, cookie=admin.cookie, reduced_motion=wish)
    page.add_init_script(KEEP_VIEW)
    page.goto("/map?q=calm-")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_function("() => globalThis.mapView?.scene.nodes.length === 14 && !mapView.flight")

    # To a node that is far away, by the buttons, and to all of them: there at once, or on the way.
    page.mouse.move(720, 450)
    for _ in range(12):
        page.mouse.wheel(0, -240)
    page.evaluate(FRAMES)
    for name, begin in (("a far node", f"mapView.reveal({ids[-1]})"), ("zoom", "mapView.zoom(1 / 1.4)"), ("all of it", "mapView.fit()")):
        before, now, isFlying = on_the_page(page, f"const before = look(); {begin}; return [before, look(), mapView.flight !== null]")
        assert isFlying == moves, name
        assert (now == before) == moves, f"{name}: {before} {now}"
        page.wait_for_function("() => !mapView.flight")
        if not moves:
            assert page.evaluate("look()") == now, name

    # The little map shows the same moment as the large one.
    page.mouse.move(720, 450)
    for _ in range(8):
        page.mouse.wheel(0, -240)
    page.locator(".map-mini").wait_for()
    begun, there = on_the_page(page, f"""
        const at = () => document.querySelector('.map-mini-screen').style.transform;
        const from = at(); mapView.reveal({ids[0]});
        return [from, at()]""")
    assert (begun == there) == moves
    page.wait_for_function("() => !mapView.flight")

    # A throw, with the times of a hand: a driver on a busy machine is too slow to throw.
    thrown = on_the_page(page, """
        const { inertia } = mapView;
        const now = performance.now();
        for (const at of [40, 25, 10]) inertia.moved(now - at, 30, 0);
        mapView.release(now);
        const isSwinging = inertia.isMoving;
        inertia.stop();
        return isSwinging""")
    assert thrown == moves

    # A layout is walked to, what is new appears, what breaks beats: or it just is.
    walks = on_the_page(page, f"""
        mapView.place([{{ id: {ids[3]}, x: 900, y: 900 }}], {{ isEased: true }});
        const isWalking = mapView.walk !== null;
        const at = mapView.placeOf({ids[3]});
        return [isWalking, at.x === 900]""")
    assert walks == [moves, not moves]
    page.evaluate("""() => {
        globalThis.beats = new Set();
        const { paint } = mapView;
        mapView.paint = function (...all) {
            for (const id of this.brokeAt.keys()) beats.add(id);
            for (const id of this.bornAt.keys()) beats.add(id);
            return paint.apply(this, all);
        }
    }""")
    one = admin.get(f"/api/v1/hardware/{ids[5]}").json
    assert admin.patch(f"/api/v1/hardware/{ids[5]}", {"status": "down"}, headers={"If-Match": f'"{one["revision"]}"'}).status == 200
    new = admin.made("/api/v1/hardware", {"name": f"calm-new-{wish}"})["id"]
    page.wait_for_function("(id) => mapView.scene.index.has(id)", arg=new)
    page.wait_for_function("(id) => mapView.scene.nodes[mapView.scene.index.get(id)].status === 'down'", arg=ids[5])
    if moves:
        page.wait_for_function("([one, other]) => beats.has(one) && beats.has(other)", arg=[ids[5], new])
    else:
        page.evaluate(FRAMES)
        assert page.evaluate("beats.size") == 0
    assert admin.delete(f"/api/v1/hardware/{new}").status in (200, 204)
    one = admin.get(f"/api/v1/hardware/{ids[5]}").json
    assert admin.patch(f"/api/v1/hardware/{ids[5]}", {"status": "up"}, headers={"If-Match": f'"{one["revision"]}"'}).status == 200

    # What opens over it. It is asked as soon as it is there, in the task that made it.
    page.evaluate(f"""() => {{
        globalThis.longest = {{}};
        const longest = {LONGEST};
        new MutationObserver(() => {{
            for (const what of ['#panel:not([hidden])', '[role=menu]', 'dialog[open]', '.toast']) {{
                if (document.querySelector(what)) longest[what] = Math.max(longest[what] ?? 0, longest());
            }}
        }}).observe(document, {{ subtree: true, childList: true, attributes: true, attributeFilter: ['hidden', 'open'] }});
    }}""".replace("longest[what]", "globalThis.longest[what]"))
    page.locator(".map-canvas").focus()
    page.keyboard.press("Space")
    page.locator("#panel:not([hidden]) h2").wait_for()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name=say("map.copy_link")).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.keyboard.press("k")
    page.locator(".toast").wait_for()
    page.evaluate(FRAMES)
    found = page.evaluate("longest")
    assert set(found) == {"#panel:not([hidden])", "[role=menu]", "dialog[open]", ".toast"}
    assert all((time >= 100) == moves for time in found.values()), found
    if not moves:
        assert max(found.values()) <= 1, found
        wait_for(page, lambda: page.evaluate("document.getAnimations().filter(({ playState }) => playState === 'running').length") == 0)
    assert page.problems == []
    page.context.close()
