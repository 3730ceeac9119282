"""The map among people with bad intentions: sixty texts through everything that it shows, places that are no places, pictures
that are programs, and addresses that were tampered with. Nothing runs, the policy reports nothing, and every refusal says why."""

import json
from urllib.parse import quote

import pytest
from browser import chromium
from daemon import Client
from payloads import PAYLOADS
from test_injection import assert_harmless, watched


def one_line(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def den(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


@pytest.fixture(scope="module")
def full(den):
    """A map whose every text is one of the sixty: names, lines, boundaries, labels, maps, links to share, saved views."""
    _, admin, _ = den
    ids = [admin.made("/api/v1/hardware", {"name": one_line(text)[:200], "tags": [one_line(text).replace(",", " ")[:50]]})["id"]
           for text in PAYLOADS]
    for at, text in enumerate(PAYLOADS):
        answer = admin.post("/api/v1/connections", {"from_id": ids[at], "to_id": ids[at - 1], "cable_label": one_line(text)[:100]})
        assert answer.status in (201, 422), answer
        for kind, more in (("label", {"x": at * 40, "y": -400}), ("boundary", {"members": ids[at:at + 2]})):
            answer = admin.post("/api/v1/maps/1/annotations", {"kind": kind, "text": text, **more})
            kept(answer, "text", text)
        kept(admin.post("/api/v1/maps", {"name": text[:120]}), "name", text[:120])
        kept(admin.post("/api/v1/share-links", {"label": text[:100], "expires_in_hours": 24}), "label", text[:100])
        kept(admin.post("/api/v1/views", {"kind": "hardware", "name": text[:60], "is_shared": True}), "name", text[:60])
    return ids


def kept(answer, field, text):
    """What is stored is the text itself, its spaces folded at most; what is not stored is refused in a sentence."""
    if answer.status == 201:
        assert one_line(answer.json[field]) == one_line(text)
    else:
        assert_refused(answer)


def assert_refused(answer):
    assert 400 <= answer.status < 500, answer
    body = json.loads(answer.body)
    assert body["code"] and body["message"].endswith("."), body
    # A name may come back, as text in JSON, and never more than that.
    assert len(answer.body) < 4096
    assert answer.headers["content-type"].startswith("application/json") and answer.headers["x-content-type-options"] == "nosniff"


def test_every_text_on_the_map_is_only_text(den, full):
    page = watched(den, f"/map?select={full[0]}")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-word.is-label").nth(20).wait_for()
    page.keyboard.press("l")
    page.get_by_role("treeitem").nth(20).wait_for()
    page.locator(".map-drawing-row").nth(40).wait_for()
    assert_harmless(page, "map and list")
    page.locator(".map-chooser").click()
    page.get_by_role("menu").wait_for()
    assert_harmless(page, "maps")
    page.keyboard.press("Escape")
    page.goto("/map?q=script")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.keyboard.press("Control+a")
    page.keyboard.press("k")
    page.wait_for_timeout(100)
    assert_harmless(page, "lines")
    for path in ("/map?view=physical", "/map/single-points", "/settings/sharing", "/hardware", "/audit"):
        page.goto(path)
        page.locator("main h1, .map-canvas, main").first.wait_for()
        page.wait_for_timeout(300)
        assert_harmless(page, path)
    # None of it became an element that acts.
    assert page.evaluate("document.querySelectorAll('main :is(iframe, object, embed, base, marquee, math)').length") == 0
    page.context.close()


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in (1, 2))])
def test_an_address_that_was_tampered_with_is_only_an_address(den, part):
    names = ("at", "from", "to", "view", "select", "q", "map", "impact", "kind", "state")
    page = watched(den, "/")
    page.locator("main").wait_for()
    for at in range(part, len(PAYLOADS), 3):
        # Each text comes by in another place; all ten at once, so that each page sees ten.
        query = "&".join(f"{name}={quote(PAYLOADS[(at + shift * 6) % len(PAYLOADS)])}" for shift, name in enumerate(names))
        page.evaluate("path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }", f"/map?{query}")
        page.locator(".map-page, main h1").first.wait_for()
        page.wait_for_timeout(60)
        assert page.evaluate("window.ran") is None, query
    page.problems = [one for one in page.problems if "status of 4" not in one]
    assert_harmless(page, "addresses")
    for at in (part, part + 28):
        page.goto(f"/map?at={quote(PAYLOADS[at])}&from={quote(PAYLOADS[at])}&view={quote(PAYLOADS[at])}&map=1")
        page.wait_for_selector(".map-page")
        page.goto("about:blank")
        page.goto(f"/share#{quote(PAYLOADS[at], safe='<>=/')}")
        page.locator("main, body").first.wait_for()
        page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None and page.evaluate("window.reports") == []
    # A refusal may be told of after the last answer.
    assert page.elsewhere == [] and [one for one in page.problems if "status of 4" not in one] == []
    page.context.close()


PLACES = {
    "not a number": b'{"positions":[{"id":1,"x":NaN,"y":0}]}', "infinity": b'{"positions":[{"id":1,"x":Infinity,"y":0}]}',
    "1e308": b'{"positions":[{"id":1,"x":1e308,"y":0}]}', "-1e308": b'{"positions":[{"id":1,"x":0,"y":-1e308}]}',
    "1e999": b'{"positions":[{"id":1,"x":1e999,"y":0}]}', "just too far": b'{"positions":[{"id":1,"x":10000001,"y":0}]}',
    "a text": b'{"positions":[{"id":1,"x":"1","y":0}]}', "a program": b'{"positions":[{"id":1,"x":"<script>window.ran=1</script>","y":0}]}',
    "nothing": b'{"positions":[{"id":1,"x":null,"y":0}]}', "a list": b'{"positions":[{"id":1,"x":[1],"y":0}]}',
    "true": b'{"positions":[{"id":1,"x":true,"y":0}]}', "no y": b'{"positions":[{"id":1,"x":1}]}',
    "an id that is a text": b'{"positions":[{"id":"1 OR 1=1","x":1,"y":0}]}', "an id with a part": b'{"positions":[{"id":1.5,"x":1,"y":0}]}',
    "an id beyond": b'{"positions":[{"id":99999999999999999999,"x":1,"y":0}]}', "pinned by a text": b'{"positions":[{"id":1,"x":1,"y":0,"pinned":"yes"}]}',
    "none": b'{"positions":[]}', "an object": b'{"positions":{"id":1,"x":1,"y":0}}', "something else": b'{"places":[]}',
    "another field": b'{"positions":[{"id":1,"x":1,"y":0,"z":0}],"__proto__":{"ran":1}}', "no object": b'[{"id":1,"x":1,"y":0}]',
    "deep": b'{"positions":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "5,001": json.dumps({"positions": [{"id": id, "x": 0, "y": 0} for id in range(1, 5_002)]}).encode(),
    "a hundred thousand": json.dumps({"positions": [{"id": id, "x": 0, "y": 0} for id in range(1, 100_001)]}).encode(),
    "twice the same name": b'{"positions":[{"id":1,"id":2,"x":1,"y":0}]}',
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_place_is_refused(den, full, name):
    daemon, admin, _ = den
    before = admin.get("/api/v1/topology").json["nodes"]

    answer = admin.request("PUT", "/api/v1/maps/1/positions", raw=PLACES[name], content_type="application/json")

    assert_refused(answer)
    assert admin.get("/api/v1/topology").json["nodes"] == before
    assert Client(daemon).get("/api/v1/health").status == 200


@pytest.mark.parametrize("path", [
    "topology?at={}", "topology?map={}", "topology?at=2026-01-01&map={}", "topology/changes?from={}", "topology/changes?from=2026-01-01&map={}",
    "topology/moments?from={}", "topology/moments?map={}", "topology/moments?order={}", "topology/impact?failed={}", "topology/layout?layout={}",
    "topology/layout?ids={}", "topology/groups?by={}", "topology/export?format={}", "maps/{}/annotations", "maps/{}/look",
    "topology/single-points?kind={}",
])
def test_a_question_that_makes_no_sense_gets_a_sentence(den, path):
    _, admin, _ = den
    odd = [*PAYLOADS[::6], "-1", "0", "1e308", "NaN", "9223372036854775808", "１", "%", "1;DROP TABLE maps"]
    for text in odd:
        answer = admin.get(f"/api/v1/{path.format(quote(text, safe=''))}")
        if answer.status == 200:
            # A filter by what is not there leaves nothing.
            assert path in ("topology/single-points?kind={}", "topology/layout?ids={}"), (path, text)
            assert [] in answer.json.values(), answer
            continue
        assert_refused(answer)


def test_a_secret_that_is_none_opens_nothing(den):
    daemon, _, _ = den
    stranger = Client(daemon)
    for text in PAYLOADS[::4]:
        answer = stranger.post("/api/v1/shared-map", {"token": text})
        assert_refused(answer)
