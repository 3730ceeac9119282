"""Alias, colour and icon of an object on one map: by menu and key, for several, seen by another page, taken back, in the tree."""

import base64

import pytest
from accessible import violations
from browser import chromium, new_page
from payloads import PAYLOADS
from pictures import png
from test_browser import say
from test_map import undo_by_key, wait_for

WITHOUT_CARD = (
    "const get = HTMLCanvasElement.prototype.getContext;"
    "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
    " return kind === 'webgl2' ? null : get.call(this, kind, ...more) }")
MAGENTA = (250, 20, 240)


@pytest.fixture(scope="module")
def board(lab):
    daemon, admin = lab
    ids = {name: admin.made("/api/v1/hardware", {"name": name, "role": "server", "status": "up"})["id"]
           for name in ("worn-a", "worn-b")}
    number = admin.get("/api/v1/maps").json["items"][0]["id"]
    places = [{"id": ids[name], "x": x, "y": 0, "pinned": True} for name, x in (("worn-a", 0), ("worn-b", 160))]
    assert admin.put(f"/api/v1/maps/{number}/positions", {"positions": places}).status == 204
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids, number


def opened(board, query, script=None, **more):
    daemon, admin, browser, *_ = board
    page = new_page(browser, daemon, cookie=admin.cookie, **more)
    if script:
        page.add_init_script(script)
    page.goto(f"/map{query}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_timeout(300)
    return page


def shown(admin, node):
    nodes = admin.get("/api/v1/topology").json["nodes"]
    return next(one for one in nodes if one["id"] == node).get("appearance", {})


def dress(board, items):
    _, admin, _, _, number = board
    answer = admin.patch(f"/api/v1/maps/{number}/appearances", {"items": items})
    assert answer.status == 200, answer
    return answer.json["items"]


def choose(page, *words):
    """Through the menus, by keys alone."""
    page.locator(".map-canvas").focus()
    page.keyboard.press("h")
    for word in words:
        item = page.locator("[role^=menuitem]").filter(has_text=say(word)).first
        item.wait_for()
        item.focus()
        page.keyboard.press("Enter")


def test_an_alias_is_given_seen_elsewhere_found_by_both_names_and_taken_back(board):
    _, admin, _, ids, _ = board
    other = opened(board, "?q=worn")
    other.keyboard.press("l")
    page = opened(board, f"?q=worn&select={ids['worn-a']}")

    choose(page, "map.dress.alias_ask")
    field = page.get_by_role("dialog").locator("input").first
    field.fill("Kitchen <b>door</b>")
    assert violations(page) == []
    field.press("Enter")
    row = other.get_by_role("treeitem", name="Kitchen <b>door</b> (worn-a)")
    row.wait_for()
    assert admin.get(f"/api/v1/hardware/{ids['worn-a']}").json["name"] == "worn-a"
    for words in ("kitchen", "worn-a"):
        found = opened(board, f"?q={words}")
        found.keyboard.press("l")
        found.get_by_role("treeitem", name="Kitchen").wait_for()
        assert found.get_by_role("treeitem").count() == 1
        found.context.close()

    # The same action from the tree, by key.
    row.click()
    other.keyboard.press("h")
    other.get_by_role("menu", name=say("map.dress.title")).wait_for()
    other.keyboard.press("Escape")

    undo_by_key(page)
    wait_for(page, lambda: shown(admin, ids["worn-a"]) == {"revision": 2})
    row.wait_for(state="detached")
    page.keyboard.press("Control+y")
    row.wait_for()

    # What somebody else has changed since is theirs.
    revision = shown(admin, ids["worn-a"])["revision"]
    dress(board, [{"id": ids["worn-a"], "alias": "Theirs", "revision": revision}])
    other.get_by_role("treeitem", name="Theirs (worn-a)").wait_for()
    undo_by_key(page)
    page.get_by_text(say("map.edit.kept")["one"].split("{n}")[-1].strip()).first.wait_for()
    assert shown(admin, ids["worn-a"])["alias"] == "Theirs"
    assert page.problems == [] and other.problems == []
    page.context.close()
    other.context.close()
    dress(board, [{"id": ids["worn-a"], "alias": None}])


def test_several_get_a_colour_at_once_and_look_as_everywhere_again(board):
    _, admin, _, ids, _ = board
    page = opened(board, f"?q=worn&select={ids['worn-a']},{ids['worn-b']}")

    choose(page, "map.dress.colour", "map.drawing.colour.orange")
    wait_for(page, lambda: all(shown(admin, one).get("colour") == "orange" for one in ids.values()))
    svg = admin.get("/api/v1/topology/export?format=svg&q=worn").body.decode()
    assert svg.count('stroke="#9a4a05" stroke-width="2"') == 2
    choose(page, "map.dress.plain")
    wait_for(page, lambda: all("colour" not in shown(admin, one) for one in ids.values()))
    assert page.problems == []
    page.context.close()


def magentas(page):
    """How many pixels of the screen have the picture's colour."""
    shot = base64.b64encode(page.screenshot()).decode()
    return page.evaluate("""async ([shot, [red, green, blue]]) => {
        const image = new Image();
        image.src = "data:image/png;base64," + shot;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let at = 0; at < data.length; at += 4) {
          const off = Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue);
          if (off < 24) found += 1;
        }
        return found;
    }""", [shot, MAGENTA])


@pytest.mark.parametrize("script", [None, WITHOUT_CARD], ids=["webgl", "canvas"])
def test_a_picture_that_somebody_brought_is_drawn_and_ours_where_it_is_missing(board, script):
    _, admin, _, ids, _ = board
    made = admin.post("/api/v1/icons?name=Box&category=Own", raw=png(48, 24, colour=MAGENTA),
                      content_type="image/png")
    assert made.status == 201, made
    assert admin.patch(f"/api/v1/hardware/{ids['worn-b']}", {"icon": made.json["icon"]}).status == 200
    page = opened(board, "?q=worn-b", script)
    wait_for(page, lambda: magentas(page) > 60)

    # The map's own icon goes before the object's; taken away, the picture is back.
    dress(board, [{"id": ids["worn-b"], "icon": "globe"}])
    wait_for(page, lambda: magentas(page) == 0)
    assert admin.patch(f"/api/v1/hardware/{ids['worn-b']}", {"icon": None}).status == 200
    dress(board, [{"id": ids["worn-b"], "icon": made.json["icon"]}])
    wait_for(page, lambda: magentas(page) > 60)
    refused = admin.delete(f"/api/v1/icons/{made.json['id']}")
    assert refused.status == 409, refused
    assert page.problems == []
    page.context.close()

    lost = new_page(board[2], board[0], cookie=admin.cookie)
    lost.route("**/api/v1/icons/**", lambda route: route.fulfill(status=404, body=""))
    lost.goto("/map?q=worn-b")
    lost.wait_for_selector(".map-page:not(.is-empty)")
    lost.wait_for_timeout(300)
    assert magentas(lost) == 0
    lost.context.close()
    dress(board, [{"id": ids["worn-b"], "icon": None}])
    assert admin.delete(f"/api/v1/icons/{made.json['id']}").status == 204


def test_no_alias_runs_and_what_is_no_name_is_refused(board):
    _, admin, _, ids, number = board
    page = opened(board, "?q=worn")
    page.keyboard.press("l")
    taken = 0
    for text in PAYLOADS:
        answer = admin.patch(f"/api/v1/maps/{number}/appearances", {"items": [{"id": ids["worn-a"], "alias": text}]})
        assert answer.status in (200, 422), (text, answer)
        if answer.status == 422:
            assert list(answer.json["fields"]) == ["alias"], answer
            continue
        taken += 1
        page.get_by_role("treeitem", name=answer.json["items"][0]["alias"]).wait_for()
    assert taken > 50
    for more in ({"icon": "upload-1' onload='window.ran=1"}, {"colour": "url(https://evil.example)"}, {"alias": 7}):
        answer = admin.patch(f"/api/v1/maps/{number}/appearances", {"items": [{"id": ids["worn-a"], **more}]})
        assert answer.status == 422, answer
    page.get_by_role("treeitem").first.click()
    page.keyboard.press("h")
    page.get_by_role("menu", name=say("map.dress.title")).wait_for()
    assert page.evaluate("window.ran") is None
    assert page.problems == []
    page.context.close()
    dress(board, [{"id": ids["worn-a"], "alias": None}])
