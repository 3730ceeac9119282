"""Links to shared maps: made on the map, opened by a stranger in a browser, and worth nothing anywhere else."""


import pytest
from accessible import violations
from browser import chromium, new_page, picture, without_refusals
from daemon import Client
from test_browser import say
from test_setup import fill, operations

ENDED = "This link does not work"


@pytest.fixture(scope="module")
def shared_lab(lab):
    daemon, admin = lab
    router = admin.made("/api/v1/hardware", {
        "name": "keller-router", "role": "router", "ip_address": "10.99.0.1", "status": "up", "notes": "geheim"})
    net = admin.made("/api/v1/networks", {"name": "werkstatt", "cidr": "10.99.0.0/24", "gateway_hardware_id": router["id"]})
    admin.made("/api/v1/network-memberships", {"member_id": router["id"], "network_id": net["id"]})
    for number in range(6):
        host = admin.made("/api/v1/hardware", {
            "name": f"keller-host-{number}", "role": "server", "ip_address": f"10.99.0.{number + 10}",
            "status": ["up", "down", "unknown"][number % 3]})
        admin.made("/api/v1/connections", {
            "from_id": router["id"], "to_id": host["id"], "medium": "fibre", "cable_label": f"dose-{number}"})
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def make(client, **more):
    made = client.made("/api/v1/share-links", {"label": "Elektriker", "expires_in_hours": 24, **more})
    return made, made["link"].split("#")[1]


def test_the_secret_opens_one_route_and_nothing_else(shared_lab):
    daemon, admin, _ = shared_lab
    made, secret = make(admin, hide=["names", "addresses"])
    stranger = Client(daemon)

    seen = stranger.post("/api/v1/shared-map", {"token": secret})
    assert seen.status == 200
    assert len(seen.json["nodes"]) >= 8
    for word in ("keller", "werkstatt", "10.99", "dose-", "geheim", "Elektriker", "Main", "Hardware"):
        assert word not in seen.body.decode(), word

    opened = []
    for method, path, operation in operations():
        if path == "/api/v1/shared-map" or operation["x-permission"] in (None, "", "nothing"):
            continue
        body = {"token": secret} if method in ("POST", "PUT", "PATCH") else None
        for client, more in ((Client(daemon, token=secret), ""), (Client(daemon, cookie=secret), ""),
                             (stranger, f"?token={secret}")):
            answer = client.request(method, fill(path) + more, body, headers={"Origin": daemon.address})
            if answer.status not in (401, 403):
                opened.append((method, path, answer))
    assert opened == []
    # No address of a request ever held it, so no log can.
    assert secret not in daemon.tail(100_000)
    assert admin.delete(f"/api/v1/share-links/{made['id']}").status == 204
    assert ENDED in stranger.post("/api/v1/shared-map", {"token": secret}).json["message"]


def test_a_link_of_somebody_who_may_no_more_is_over(shared_lab):
    daemon, admin, _ = shared_lab
    editor = daemon.person(admin, "editor")
    _, secret = make(editor)
    stranger = Client(daemon)
    seen = lambda: stranger.post("/api/v1/shared-map", {"token": secret}).status  # noqa: E731
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == editor.email)
    change = lambda **body: admin.patch(f"/api/v1/users/{who['id']}", body)  # noqa: E731

    assert seen() == 200
    assert change(role="viewer").status == 200
    assert seen() == 404
    assert change(role="editor").status == 200
    assert seen() == 200
    assert change(active=False).status == 200
    assert seen() == 404
    assert admin.delete(f"/api/v1/users/{who['id']}").status == 204
    assert seen() == 404
    states = [one["state"] for one in admin.get("/api/v1/share-links").json["items"]]
    assert "suspended" in states


def test_shared_from_the_map_seen_by_a_stranger_and_revoked(shared_lab):
    daemon, admin, browser = shared_lab
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/map?kind=hardware")
    page.wait_for_selector(".map-page:not(.is-empty)")
    page.locator(".map-canvas").focus()
    page.keyboard.press("e")
    page.get_by_role("menuitem", name=say("share.make")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("share.label"), exact=False).first.fill("Ada's electrician")
    dialog.get_by_label(say("share.hide_addresses")).check()
    assert violations(page) == []
    picture(page, "share-make")
    dialog.get_by_role("button", name=say("share.make_verb")).click()
    link = page.get_by_role("dialog").locator("code").inner_text()
    assert link.startswith(f"{daemon.address}/share#")
    picture(page, "share-made")
    assert violations(page) == []

    guest = new_page(browser, daemon)
    asked = []
    guest.on("request", lambda request: asked.append(request.url))
    guest.goto(link)
    guest.wait_for_selector(".share .map-page:not(.is-empty)")
    secret = link.split("#")[1]
    # The browser tells the page's own address with what is behind the mark; what is sent ends before it.
    assert [url for url in asked if secret in url.split("#")[0]] == []
    assert guest.get_by_role("heading", level=1).inner_text() == "Main"
    assert guest.get_by_text(say("share.no_addresses")).count() == 1
    assert guest.get_by_text(say("share.is_part")).count() == 1
    guest.keyboard.press("l")
    rows = guest.get_by_role("treeitem")
    assert rows.count() == 7
    assert "keller-router" in rows.first.inner_text() and "10.99" not in guest.content()
    guest.keyboard.press("ArrowDown")
    guest.keyboard.press("Space")
    assert guest.locator('.map-tree-row[aria-selected="true"]').count() == 1
    picture(guest, "share-list")
    assert violations(guest) == []
    guest.keyboard.press("l")
    guest.wait_for_timeout(300)
    picture(guest, "share-1440")
    # Reading the page again keeps the link; another visitor needs it.
    guest.reload()
    guest.wait_for_selector(".share .map-page:not(.is-empty)")
    assert without_refusals(guest.problems) == []

    page.get_by_role("dialog").get_by_role("button", name=say("share.all")).click()
    page.get_by_role("row").filter(has_text="Ada's electrician").wait_for()
    picture(page, "sharing-list")
    assert violations(page) == []
    page.get_by_role("row").filter(has_text="Ada's electrician").click()
    page.locator("#panel").get_by_role("button", name=say("sharing.revoke")).wait_for()
    picture(page, "sharing-panel")
    assert violations(page) == []
    page.locator("#panel").get_by_role("button", name=say("sharing.revoke")).click()
    page.get_by_role("dialog").get_by_role("button", name=say("sharing.revoke")).click()
    page.get_by_text(say("sharing.state_revoked")).first.wait_for()
    guest.get_by_role("button", name=say("share.again")).click()
    guest.get_by_role("alert").get_by_text(ENDED).wait_for()
    picture(guest, "share-ended")
    assert violations(guest) == []
    assert page.problems == []


def test_what_people_drew_is_on_the_shared_map_and_its_words_only_where_nothing_is_hidden(shared_lab):
    daemon, admin, browser = shared_lab
    hosts = [node["id"] for node in admin.get("/api/v1/topology").json["nodes"] if node["name"].startswith("keller-host")]
    drawn = [admin.made("/api/v1/maps/1/annotations", body) for body in (
        {"kind": "boundary", "text": "Serverschrank <b>", "colour": "violet", "members": hosts[:3]},
        {"kind": "label", "text": "Kellertreppe", "colour": "orange", "x": 0, "y": -180},
        {"kind": "boundary", "grouping": "network", "colour": "teal"})]
    pages = {}
    for name, hide in (("open", []), ("closed", ["names"])):
        _, secret = make(admin, hide=hide)
        page = pages[name] = new_page(browser, daemon)
        page.goto(f"/share#{secret}")
        page.wait_for_selector(".share .map-page:not(.is-empty)")
        page.wait_for_timeout(400)
        picture(page, f"share-drawn-{name}")
    words = pages["open"].locator(".map-drawings .map-word")
    assert sorted(words.all_inner_texts()) == ["Kellertreppe", "Serverschrank <b>", "werkstatt"]
    pages["open"].keyboard.press("l")
    assert pages["open"].locator(".map-drawing-section li").count() == 3
    assert violations(pages["open"]) == []
    assert pages["closed"].locator(".map-word").count() == 0
    for word in ("Serverschrank", "Kellertreppe", "werkstatt"):
        assert word not in pages["closed"].content()
    # The lines are drawn all the same: with and without them is not the same picture.
    before = pages["closed"].locator(".map-canvas").screenshot()
    for one in drawn:
        assert admin.delete(f"/api/v1/maps/1/annotations/{one['id']}").status == 204
    pages["closed"].get_by_role("button", name=say("share.again")).click()
    pages["closed"].wait_for_timeout(500)
    assert pages["closed"].locator(".map-canvas").screenshot() != before
    assert [one for page in pages.values() for one in without_refusals(page.problems)] == []
    for page in pages.values():
        page.context.close()


def test_on_a_phone_in_german(shared_lab):
    daemon, admin, browser = shared_lab
    _, secret = make(admin, hide=["names", "addresses"])
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE", color_scheme="light",
                                  base_url=daemon.address, has_touch=True)
    page = context.new_page()
    page.goto(f"/share#{secret}")
    page.wait_for_selector(".share .map-page:not(.is-empty)")
    page.get_by_text("Namen sind weggelassen.").wait_for()
    page.wait_for_timeout(300)
    picture(page, "share-390-de")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(
        "[...document.querySelectorAll('.share-head *')].filter((one) => one.scrollWidth > one.clientWidth + 1"
        " && getComputedStyle(one).display !== 'inline' && one.clientWidth > 0).map((one) => one.outerHTML)") == []
    assert violations(page) == []
    page.get_by_role("button", name="Als Liste zeigen").tap()
    assert page.get_by_role("treeitem").first.inner_text().startswith(("Hardware", "Netzwerk"))
    picture(page, "share-390-de-list")
    page.goto("/share#zu-kurz")
    page.get_by_role("alert").get_by_text("Dieser Link funktioniert nicht").wait_for()
    picture(page, "share-390-de-ended")
    assert violations(page) == []
    context.close()
