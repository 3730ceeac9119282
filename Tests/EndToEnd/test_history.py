"""The map as it was: remembered documents by API on each engine, merges of discovery included, and the page."""

import re
import time

import pytest
from accessible import violations
from browser import chromium, new_page, picture
from datetime import datetime, timezone


#: Where pictures go while somebody looks at these pages.


def document(admin, at=None):
    """Nodes, with where they stand, and edges."""
    query = "" if at is None else f"?at={at}"
    body = admin.get(f"/api/v1/topology{query}").json
    return {node["id"]: node for node in body["nodes"]}, {edge["id"]: edge for edge in body["edges"]}


def newest(admin):
    return admin.get("/api/v1/topology/moments?limit=1").json["items"][0]["at"]


def tick():
    """Moments are told apart by milliseconds."""
    time.sleep(0.002)


class Memory:
    """Remembers the document after each deed, with the moment the daemon wrote for it."""

    def __init__(self, admin):
        self.admin = admin
        self.kept = []

    def after(self, deed):
        answer = deed()
        event = self.admin.get("/api/v1/maps/1/look").json["event_id"]
        # The picture takes an event in a moment after the answer.
        while self.admin.get("/api/v1/topology?q=nothing-is-called-this").json["event_id"] < event:
            time.sleep(0.005)
        self.kept.append((newest(self.admin), document(self.admin)))
        tick()
        return answer

    def check(self):
        for at, then in self.kept:
            assert document(self.admin, at) == then, at


def test_every_remembered_moment_is_told(each_lab):
    _, admin = each_lab
    memory = Memory(admin)
    made = lambda path, **body: memory.after(lambda: admin.made(f"/api/v1/{path}", body))["id"]  # noqa: E731
    change = lambda path, **body: memory.after(lambda: admin.patch(f"/api/v1/{path}", body))  # noqa: E731
    host, other = made("hardware", name="host", role="server", tags=["old", "blue"]), made("hardware", name="other")
    lan, dmz = made("networks", name="lan", cidr="10.0.0.0/24"), made("networks", name="dmz", cidr="10.0.1.0/24")
    guest = made("compute-units", name="guest", type="vm", hardware_id=host)
    port = made("interfaces", name="eth0", holder_id=host, network_id=lan)
    cable = made("connections", from_id=port, to_id=other)
    web = made("services", name="web", runs_on_id=guest)
    put = lambda *places: memory.after(lambda: admin.put("/api/v1/maps/1/positions", {"positions": [  # noqa: E731
        {"id": id, "x": x, "y": y} for id, x, y in places]}))
    put((host, 10, -20.5), (guest, 0, 1))
    put((host, 11, -20.5))
    change(f"compute-units/{guest}", hardware_id=other, status="up")
    change(f"interfaces/{port}", network_id=dmz)
    tag = next(row["id"] for row in admin.get("/api/v1/tags").json["items"] if row["name"] == "old")
    change(f"tags/{tag}", name="older")
    memory.after(lambda: admin.delete(f"/api/v1/tags/{tag}"))
    change(f"hardware/{host}", tags=["blue", "green"])
    memory.after(lambda: admin.post(f"/api/v1/trash/{tag}/restore"))
    memory.after(lambda: admin.delete(f"/api/v1/networks/{lan}?cascade=true"))
    memory.after(lambda: admin.delete(f"/api/v1/hardware/{host}?cascade=true"))
    memory.after(lambda: admin.post(f"/api/v1/trash/{host}/restore"))
    memory.after(lambda: admin.delete(f"/api/v1/hardware/{other}?cascade=true"))
    put((other, 5, 5))
    memory.after(lambda: admin.delete(f"/api/v1/trash/{other}"))
    memory.after(lambda: admin.delete("/api/v1/maps/1/positions"))
    memory.after(lambda: admin.post("/api/v1/discovery/self/refresh"))
    merged = memory.after(lambda: admin.post("/api/v1/discovery/self/accept", {"all": True}))
    assert merged.status == 200
    made("hardware", name="last")

    memory.check()
    first, last = memory.kept[0], memory.kept[-1]
    changes = admin.get(f"/api/v1/topology/changes?from={first[0]}&limit=5000").json
    nodes = [row for row in changes["objects"] if row["id"] == row.get("on")]
    assert {r["id"] for r in nodes if r["change"] == "added"} == set(last[1][0]) - set(first[1][0])
    assert {r["id"] for r in changes["relations"] if r["change"] == "added"} == set(last[1][1]) - set(first[1][1])
    assert cable and web and admin.get("/api/v1/topology?at=2001-01-01").json["nodes"] == []


@pytest.fixture(scope="module")
def past(lab):
    """A lab with three moments: two machines joined; a guest that moves; one machine gone and one new."""
    daemon, admin = lab
    made = lambda path, **body: admin.made(f"/api/v1/{path}", body)["id"]  # noqa: E731
    ids = {"host": made("hardware", name="past-host", role="server"), "switch": made("hardware", name="past-switch")}
    ids["spare"] = made("hardware", name="past-spare")
    made("connections", from_id=ids["host"], to_id=ids["switch"])
    ids["guest"] = made("compute-units", name="past-guest", type="vm", hardware_id=ids["host"])
    first = newest(admin)
    tick()
    admin.patch(f"/api/v1/compute-units/{ids['guest']}", {"hardware_id": ids["spare"], "status": "up"})
    second = newest(admin)
    tick()
    admin.delete(f"/api/v1/hardware/{ids['switch']}?cascade=true")
    ids["new"] = made("hardware", name="past-new")
    with chromium(daemon) as browser:
        yield daemon, admin, browser, ids, (first, second)


def names(page):
    """What the list form of the map holds."""
    rows = page.locator(".map-outline [role=treeitem] .grow, .map-outline [role=treeitem] .map-tree-name")
    return {text.strip() for text in rows.all_inner_texts()}


def test_the_map_goes_back_and_steps_from_change_to_change(past):
    daemon, admin, browser, ids, (first, second) = past
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-canvas").focus()
    page.keyboard.press("t")
    bar = page.get_by_role("region", name="Time")
    bar.get_by_text("As it was on").wait_for()
    assert "at=" in page.url
    page.locator(".map-page.is-past").wait_for()

    slider = bar.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    seen = [re.search("at=([^&]+)", page.url).group(1)]
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("(old) => !location.search.includes(old)", arg=seen[-1])
        seen.append(re.search("at=([^&]+)", page.url).group(1))
    assert seen == sorted(seen, reverse=True) and len(set(seen)) == 4
    page.goto(f"/map?at={first}&q=past-")
    page.wait_for_selector(".map-page.is-past:not(.is-empty)")
    page.keyboard.press("l")
    page.locator(".map-outline").get_by_text("past-switch").first.wait_for()
    assert page.locator(".map-outline").get_by_text("past-new").count() == 0
    assert violations(page) == []
    page.keyboard.press("l")
    current = page.locator(".map-times [aria-current=true]")
    current.wait_for()
    assert current.get_attribute("data-at") == first

    # It can only be looked at.
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("m")
    assert page.locator("dialog[open], [role=menu]").count() == 0
    assert page.get_by_role("button", name="Delete", exact=True).count() == 0

    page.get_by_role("button", name="Play the changes").click()
    page.get_by_text("Nothing changed after this").wait_for(timeout=20_000)
    page.get_by_role("button", name="Back to now").click()
    page.locator(".map-page:not(.is-past)").wait_for()
    assert "at=" not in page.url and page.problems == []
    page.context.close()


def test_two_moments_are_compared_on_the_map_and_as_a_list(past):
    daemon, admin, browser, ids, (first, second) = past
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map?from={first}&q=past-")
    told = page.get_by_role("region", name="Changes")
    told.get_by_text("What is different").wait_for()
    for group, name in (("Removed", "past-switch"), ("Added", "past-new"), ("Moved", "past-guest")):
        part = told.locator("section").filter(has_text=group)
        part.get_by_role("button", name=re.compile(name)).first.wait_for()
    moved = told.locator("section").filter(has_text="Moved")
    assert moved.get_by_text("past-host").count() == 1 and moved.get_by_text("past-spare").count() == 1
    assert violations(page) == []
    # What is gone is drawn, and can be looked for.
    told.get_by_role("button", name=re.compile("past-switch")).first.press("Enter")
    assert f"select={ids['switch']}" in page.url
    marked = page.evaluate("""() => {
        const canvas = [...document.querySelectorAll('.map-canvas canvas.map-pixels, canvas.map-pixels')];
        return canvas.some((one) => {
            // The map itself lies at the bottom; marks are drawn above it.
            if (one.width < 10 || one === one.parentElement.querySelector('canvas')) return false;
            const data = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
            return data.some((value, at) => at % 4 === 3 && value > 0);
        });
    }""")
    assert marked
    # The legend explains the signs that are on the picture, and not those that are not.
    legend = page.locator(".map-legend")
    legend.get_by_text("Removed", exact=True).wait_for()
    assert legend.get_by_text("Added", exact=True).count() == 1 and legend.get_by_text("Moved", exact=True).count() == 1

    page.get_by_label("To", exact=True).fill("2037-01-01T00:00:00")
    page.get_by_role("button", name="Up to now").click()
    assert "to=" not in page.url
    # One in the future is now, and two the other way round are the same two.
    page.goto(f"/map?from={first}&to=2099-01-01T00:00:00Z")
    page.get_by_role("region", name="Time").get_by_text(re.compile("From .* to now")).wait_for()
    page.goto(f"/map?from={second}&to={first}")
    told.get_by_role("button", name=re.compile("past-guest")).first.wait_for()
    page.goto(f"/map?from={first}&to={first}")
    page.get_by_text("Nothing is different.").wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".map-legend").get_by_text("Removed", exact=True).count() == 0
    assert page.problems == []
    page.context.close()


def test_a_node_that_was_moved_leaves_a_ghost_and_is_told(past):
    daemon, admin, browser, ids, _ = past
    put = lambda x, y: admin.put("/api/v1/maps/1/positions", {"positions": [{"id": ids["spare"], "x": x, "y": y}]})  # noqa: E731
    assert put(-900, -300).status == 204
    before = newest(admin)
    tick()
    assert put(900, 300).status == 204
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/map?from={before}")
    told = page.get_by_role("region", name="Changes")
    moved = told.locator("section").filter(has_text="Moved")
    moved.get_by_role("button", name=re.compile("past-spare")).wait_for()
    assert "-900 · -300" in moved.inner_text().replace("−", "-") and "900 · 300" in moved.inner_text()
    # The ring stands where nothing else is drawn.
    page.wait_for_function("""() => [...document.querySelectorAll('canvas.map-pixels')].some((one) => {
        if (one.width < 10 || one.getContext('webgl2')) return false;
        const at = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
        let left = 0, right = 0;
        for (let i = 3; i < at.length; i += 4) if (at[i] > 0) ((i / 4) % one.width < one.width / 2) ? left++ : right++;
        return left > 20 && right > 20;
    })""")
    picture(page, "map-moved")
    page.locator(".map-canvas").focus()
    page.keyboard.press("l")
    page.get_by_role("treeitem", name=re.compile("past-spare.*Moved")).wait_for()
    assert violations(page) == []

    # The moment itself, with how many on which map; the audit page says the same, and leaves it out on wish.
    page.goto(f"/map?at={before}")
    page.locator(".map-times").get_by_text("moved 1 node on Main").first.wait_for()
    page.goto("/audit")
    page.get_by_text("Moved 1 node on").first.wait_for()
    page.get_by_label("Without moves on maps").check()
    page.wait_for_url("**without=placed**")
    page.wait_for_function("() => !document.querySelector('main').innerText.includes('Moved 1 node on')")
    assert violations(page) == [] and page.problems == []
    page.context.close()


def test_times_are_in_the_zone_of_the_person(past):
    daemon, admin, browser, _, (first, _) = past
    admin.patch("/api/v1/me", {"timezone": "Asia/Kolkata"})
    page = new_page(browser, daemon, cookie=admin.cookie, width=390, height=844, scheme="light")
    page.goto(f"/map?at={first}")
    page.locator(".map-page.is-past").wait_for()
    moment = datetime.fromisoformat(first.replace("Z", "+00:00")).astimezone(timezone.utc).timestamp() + 5.5 * 3600
    wall = datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    # A whole minute has no seconds in the value.
    page.wait_for_function("(wall) => (document.querySelector('.map-time input[type=datetime-local]')?.value + ':00').startsWith(wall)",
                           arg=wall)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.context.close()
    admin.patch("/api/v1/me", {"timezone": None})


def test_what_changed_since_the_last_look(past):
    daemon, admin, browser, _, _ = past
    reader = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, cookie=reader.cookie)
    page.goto("/map")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.wait_for_function("() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/look'))")
    assert page.locator(".map-news:visible").count() == 0
    with page.expect_response(lambda answer: answer.url.endswith("/look") and answer.request.method == "PUT"):
        page.get_by_role("link", name="Hardware").first.click()

    admin.made("/api/v1/hardware", {"name": "since-one"})
    admin.made("/api/v1/hardware", {"name": "since-two"})
    page.goto("/map")
    news = page.locator(".map-news")
    news.get_by_text("2 changes since you last looked").wait_for()
    assert violations(page) == []
    news.get_by_role("button", name="Show").click()
    told = page.get_by_role("region", name="Changes")
    told.get_by_role("button", name=re.compile("since-one")).wait_for()
    told.get_by_role("button", name=re.compile("since-two")).wait_for()

    admin.made("/api/v1/hardware", {"name": "since-three"})
    page.get_by_role("button", name="Back to now").click()
    news.get_by_text("1 change since you last looked").wait_for()
    with page.expect_response(lambda answer: "/look" in answer.url and answer.request.method == "PUT"):
        news.get_by_role("button", name="Seen, put away").click()
    page.reload()
    page.wait_for_selector(".map-page:not(.is-empty)")
    map_id = admin.get("/api/v1/maps").json["items"][0]["id"]
    assert reader.get(f"/api/v1/maps/{map_id}/look").json["count"] == 0
    assert page.locator(".map-news:visible").count() == 0
    page.context.close()
