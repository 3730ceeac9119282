"""Boundaries and labels on the map: drawn, moved, taken back, read as a list, followed by another page, in the files."""

import re

import pytest
from accessible import violations
from browser import chromium, new_page
from test_browser import say
from test_map import undo_by_key, wait_for

HOSTILE = "<img src=x onerror=window.hit=1>\"'"


@pytest.fixture(scope="module")
def board(lab):
    daemon, admin = lab
    ids = {name: admin.made("/api/v1/hardware", {"name": name, "status": "up"})["id"]
           for name in ("drawn-a", "drawn-b", "drawn-c")}
    number = admin.get("/api/v1/maps").json["items"][0]["id"]
    places = [{"id": ids[name], "x": x, "y": y, "pinned": True}
              for name, x, y in (("drawn-a", 0, 0), ("drawn-b", 260, 0), ("drawn-c", 130, 260))]
    assert admin.put(f"/api/v1/maps/{number}/positions", {"positions": places}).status == 204
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids, f"/api/v1/maps/{number}/annotations"


def opened(board, query, **more):
    daemon, admin, browser, *_ = board
    page = new_page(browser, daemon, cookie=admin.cookie, **more)
    page.goto(f"/map{query}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(300)
    return page


def answer(page, text):
    page.get_by_role("dialog").locator("input").first.fill(text)
    page.get_by_role("dialog").get_by_role("button", name=say("common.add"), exact=True).click()


def test_a_boundary_is_drawn_recoloured_and_taken_back_and_others_see_it(board):
    _, admin, _, ids, path = board
    other = opened(board, "?q=drawn")
    page = opened(board, f"?q=drawn&select={ids['drawn-a']},{ids['drawn-b']}")
    page.locator(".map-canvas").focus()
    page.keyboard.press("b")
    answer(page, HOSTILE)
    title = page.locator(".map-word.is-title")
    title.wait_for()
    other.locator(".map-word.is-title").wait_for()
    assert other.locator(".map-word.is-title").text_content().startswith("<img src=x")
    assert admin.get(path).json["items"][0]["members"] == sorted([ids["drawn-a"], ids["drawn-b"]])

    # It follows what it goes around.
    before = title.bounding_box()
    page.locator(".map-canvas").focus()
    page.keyboard.press("Control+Shift+ArrowDown")
    page.wait_for_function("y => document.querySelector('.map-word.is-title').getBoundingClientRect().y > y + 20",
                           arg=before["y"])
    title.click()
    page.get_by_role("menuitem", name=say("map.drawing.set_colour")).click()
    page.get_by_role("menuitem", name=say("map.drawing.colour.orange")).or_(
        page.get_by_role("menuitemcheckbox", name=say("map.drawing.colour.orange"))).or_(
        page.get_by_role("menuitemradio", name=say("map.drawing.colour.orange"))).first.click()
    other.locator(".map-word.is-title.is-orange").wait_for()
    for state in (lambda: page.locator(".map-word.is-title:not(.is-orange)").count() == 1,):
        undo_by_key(page)
        wait_for(page, state)
    undo_by_key(page)  # the move
    undo_by_key(page)  # the boundary itself
    wait_for(page, lambda: admin.get(path).json["items"] == [])
    other.locator(".map-word").first.wait_for(state="detached")
    page.keyboard.press("Control+y")
    wait_for(page, lambda: len(admin.get(path).json["items"]) == 1)
    assert page.evaluate("window.hit") is None and other.evaluate("window.hit") is None
    assert page.problems == [] and other.problems == []
    page.context.close()
    other.context.close()
    one = admin.get(path).json["items"][0]
    assert admin.delete(f"{path}/{one['id']}").status == 204


def test_all_of_the_map_is_shown_with_its_labels(board):
    _, admin, _, _, path = board
    label = admin.made(path, {"kind": "label", "text": "Above everything", "x": 130, "y": -900})
    page = opened(board, "", width=390, height=844)
    word = page.locator(".map-word.is-label")
    word.wait_for()
    page.wait_for_function("""() => {
        const [word, map] = ['.map-word.is-label', '.map-canvas'].map((one) => document.querySelector(one).getBoundingClientRect());
        return word.top > map.top + 40 && word.left > 0 && word.right < innerWidth;
    }""")
    page.mouse.move(200, 500)
    page.mouse.wheel(0, -600)
    page.wait_for_function("() => document.querySelector('.map-word.is-label').getBoundingClientRect().bottom < 60")
    page.keyboard.press("f")
    page.wait_for_function("() => document.querySelector('.map-word.is-label').getBoundingClientRect().top > 90")
    assert admin.delete(f"{path}/{label['id']}").status == 204
    assert page.problems == []


def test_a_label_is_made_moved_and_deleted_by_keys_and_stands_in_the_list(board):
    _, admin, _, _, path = board
    page = opened(board, "?q=drawn")
    page.locator(".map-canvas").focus()
    page.keyboard.press("d")
    answer(page, "Cellar, left shelf")
    label = page.locator(".map-word.is-label")
    label.wait_for()
    label.focus()
    x = admin.get(path).json["items"][0]["x"]
    page.keyboard.press("Control+ArrowRight")
    wait_for(page, lambda: admin.get(path).json["items"][0]["x"] > x + 19)
    # Where it stands now, the page knows when it has the answer.
    wait_for(page, lambda: label.evaluate("(one) => parseFloat(one.style.left)") > x + 19)

    # By hand as well.
    box = label.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    page.mouse.up()
    wait_for(page, lambda: admin.get(path).json["items"][0]["x"] > x + 25)
    assert page.get_by_role("menu").count() == 0

    page.locator(".map-canvas").focus()
    page.keyboard.press("l")
    row = page.get_by_role("button", name=re.compile("Cellar, left shelf")).last
    row.wait_for()
    assert violations(page) == []
    row.click()
    page.get_by_role("menuitem", name=say("common.delete")).click()
    wait_for(page, lambda: admin.get(path).json["items"] == [])
    page.locator(f".map-buttons button[title*='{say('map.drawing.deleted').split('{')[0]}']").wait_for()
    undo_by_key(page)
    wait_for(page, lambda: len(admin.get(path).json["items"]) == 1)
    svg = admin.get("/api/v1/topology/export?format=svg").body.decode()
    assert ">Cellar, left shelf</text>" in svg
    hidden = admin.get("/api/v1/topology/export?format=svg&hide=addresses").body.decode()
    assert "Cellar" not in hidden
    assert page.problems == []
    page.context.close()
    one = admin.get(path).json["items"][0]
    assert admin.delete(f"{path}/{one['id']}").status == 204


def test_groups_are_drawn_by_themselves_on_the_plain_canvas_too(board):
    _, admin, _, ids, path = board
    cluster = admin.made("/api/v1/clusters", {"name": "drawn-cluster"})["id"]
    for name in ("drawn-a", "drawn-b"):
        admin.made("/api/v1/cluster-members", {"cluster_id": cluster, "member_id": ids[name]})
    daemon, _, browser, *_ = board
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        " return kind === 'webgl2' ? null : get.call(this, kind, ...more) }")
    page.goto("/map?q=drawn")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-canvas").focus()
    page.keyboard.press("b")
    page.get_by_text(say("map.drawing.by.cluster"), exact=True).last.click()
    page.locator(".map-word.is-title", has_text="drawn-cluster").wait_for()
    # Who joins the cluster is taken in.
    before = page.locator(".map-word.is-title").bounding_box()
    far = admin.made("/api/v1/hardware", {"name": "drawn-far"})["id"]
    places = [{"id": far, "x": 900, "y": 0, "pinned": True}]
    assert admin.put(path.replace("annotations", "positions"), {"positions": places}).status == 204
    admin.made("/api/v1/cluster-members", {"cluster_id": cluster, "member_id": far})
    page.wait_for_function(
        "([x, y]) => { const box = document.querySelector('.map-word.is-title').getBoundingClientRect();"
        " return Math.abs(box.x - x) + Math.abs(box.y - y) > 4 }", arg=[before["x"], before["y"]])
    assert page.problems == []
    page.context.close()
