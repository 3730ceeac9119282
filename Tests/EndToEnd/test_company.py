"""Two people on one map at once: they see each other, and end with the same picture, also when one was cut off."""

import re
import time
from types import SimpleNamespace

import pytest
from browser import chromium, new_page
from test_browser import say
from wire import Wire

NODES = {"two-core": (0, 0), "two-nas": (260, 40), "two-host": (130, 230)}


@pytest.fixture(scope="module")
def table(lab):
    daemon, admin = lab
    ids = {name: admin.made("/api/v1/hardware", {"name": name, "status": "up"})["id"] for name in NODES}
    board = admin.get("/api/v1/maps").json["items"][0]["id"]
    wire = Wire(daemon.port)
    try:
        with chromium(daemon) as browser:
            yield SimpleNamespace(daemon=daemon, admin=admin, ids=ids, board=board, wire=wire, browser=browser)
    finally:
        wire.end()


def seated(table):
    places = [{"id": table.ids[name], "x": x, "y": y, "pinned": True} for name, (x, y) in NODES.items()]
    assert table.admin.put(f"/api/v1/maps/{table.board}/positions", {"positions": places}).status == 204


def places(table):
    nodes = table.admin.get(f"/api/v1/topology?map={table.board}").json["nodes"]
    return {node["name"]: (node["x"], node["y"]) for node in nodes if node["name"] in NODES}


def page_of(table, client, selected, wire=None):
    site = SimpleNamespace(address=f"https://localhost:{wire.port}") if wire else table.daemon
    page = new_page(table.browser, site, cookie=client.cookie)
    page.goto(f"/map?q=two-&select={table.ids[selected]}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator("#panel h2").first.wait_for()
    return page


def nudge(page, arrow, far=False):
    page.locator(".map-canvas").focus()
    page.keyboard.press(f"Control+{'Shift+' if far else ''}{arrow}")


def select(page, name):
    if not page.locator(".map-page.has-list").count():
        page.locator(".map-canvas").focus()
        page.keyboard.press("l")
    page.get_by_role("treeitem", name=re.compile(f"^{name}")).click()
    page.wait_for_timeout(400)


def picture(page):
    """Where a page shows each node, with all of them in view."""
    seen = {}
    for name in NODES:
        select(page, name)
        page.locator(".map-canvas").focus()
        page.keyboard.press("f")
        page.wait_for_timeout(400)
        box = page.locator(".map-handle").bounding_box()
        seen[name] = (box["x"], box["y"])
    return seen


def alike(one, other):
    return all(abs(a - b) < 1.5 for name in one for a, b in zip(one[name], other[name], strict=True))


def until(condition, seconds=25):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to that")


def still(place):
    """Where something stands once the map has come to rest: a map that opens is moved to fit."""
    seen = []

    def rests():
        seen.append(place.bounding_box())
        return len(seen) > 4 and all(one == seen[-1] for one in seen[-5:])
    until(rests)
    return seen[-1]


def saved(page):
    """Nothing of the page waits to be saved, and it hears of the others again."""
    page.locator(".map-people:not([hidden]) .map-person").first.wait_for(timeout=30_000)


def together(table, seconds, away):
    seated(table)
    editor = table.daemon.person(table.admin, "editor")
    one, two = page_of(table, table.admin, "two-core"), page_of(table, editor, "two-nas", wire=table.wire)

    # Each sees the other, by name and with a ring around what is selected.
    one.locator(".map-peer[data-name='Editor']").wait_for()
    two.locator(".map-peer:not([data-name=''])").wait_for()
    assert one.locator(".map-person").count() == 1

    start, turn, cut_at, is_cut, moves = time.monotonic(), 0, seconds * 0.25, None, 0
    while time.monotonic() - start < seconds or is_cut is True:
        gone = time.monotonic() - start
        if is_cut is None and gone > cut_at:
            table.wire.cut()
            is_cut = True
        if is_cut is True and gone > cut_at + away:
            table.wire.mend()
            is_cut = False
        # Round in circles: what drifts away for a minute is too far for the handle that tells where it stands.
        nudge(one, ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")[turn % 4], far=turn % 3 == 0)
        nudge(two, ("ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft")[turn % 4], far=turn % 5 == 0)
        moves += 2
        turn += 1
        one.wait_for_timeout(120)
    saved(two)
    return one, two, moves


def same_everywhere(table, one, two):
    until(lambda: table.admin.get("/api/v1/topology").status == 200)
    before = None

    def is_settled():
        nonlocal before
        now = places(table)
        is_same, before = now == before, now
        time.sleep(0.5)
        return is_same
    until(is_settled)
    mine, theirs = picture(one), picture(two)
    assert alike(mine, theirs), (mine, theirs)
    fresh = page_of(table, table.admin, "two-core")
    assert alike(mine, picture(fresh)), "a page that reads anew sees another picture"
    fresh.context.close()


def undo_takes_back_only_own(table, one, two):
    # The other moves what the first has moved last: the first one's step is left alone and says so.
    select(one, "two-core")
    select(two, "two-core")
    was = places(table)["two-core"]
    nudge(one, "ArrowRight")
    until(lambda: places(table)["two-core"] != was)
    between = places(table)["two-core"]
    two.wait_for_timeout(600)
    nudge(two, "ArrowDown")
    until(lambda: places(table)["two-core"] != between)
    theirs = places(table)["two-core"]
    one.wait_for_timeout(600)
    one.locator(".map-canvas").focus()
    one.keyboard.press("Control+z")
    one.get_by_text(say("map.edit.kept.one").replace("{n}", "1")).first.wait_for()
    assert places(table)["two-core"] == theirs
    # Their own step is theirs to take back.
    two.locator(".map-canvas").focus()
    two.keyboard.press("Control+z")
    until(lambda: places(table)["two-core"] == between)


def leaves(one, two):
    two.context.close()
    one.locator(".map-people").wait_for(state="hidden")
    assert one.locator(".map-peer").count() == 0
    assert [text for text in one.problems if "ERR_" not in text] == []
    one.context.close()


def test_two_people_see_each_other_and_end_with_the_same_map(table):
    one, two, moves = together(table, seconds=6, away=3)
    assert moves >= 8
    same_everywhere(table, one, two)
    undo_takes_back_only_own(table, one, two)
    leaves(one, two)


@pytest.mark.long
def test_a_minute_of_two_people_one_of_them_cut_off_for_ten_seconds(table):
    one, two, moves = together(table, seconds=60, away=10)
    assert moves >= 60
    same_everywhere(table, one, two)
    undo_takes_back_only_own(table, one, two)
    leaves(one, two)


def test_a_hand_is_followed_while_it_moves_and_readers_are_seen(table):
    seated(table)
    viewer = table.daemon.person(table.admin, "viewer")
    one, two = page_of(table, table.admin, "two-core"), page_of(table, viewer, "two-core")
    one.locator(".map-peer[data-name='Viewer']").wait_for()
    two.locator(".map-peer").wait_for()
    before, handle = still(two.locator(".map-peer")), still(one.locator(".map-handle"))
    x, y = handle["x"] - 28, handle["y"] + 14
    one.mouse.move(x, y)
    one.mouse.down()
    one.mouse.move(x + 60, y + 50, steps=4)
    # Not let go yet: nothing is saved, and the other sees it all the same.
    two.wait_for_function(
        "([x, y]) => { const box = document.querySelector('.map-peer').getBoundingClientRect();"
        " return box.x > x + 20 && box.y > y + 15 }", arg=[before["x"], before["y"]])
    assert places(table)["two-core"] == NODES["two-core"]
    one.mouse.up()
    until(lambda: places(table)["two-core"] != NODES["two-core"])
    leaves(one, two)
