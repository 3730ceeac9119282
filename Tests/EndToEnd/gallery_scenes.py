"""What is looked at in `make screenshots`: every route by itself, and the forms, menus and dialogs somebody opens by hand."""

import re

from daemon import ROOT
from looks import OPENED
from people_scenes import FULL, SIGNED_IN, Scene, breaking, dialog, press
from test_browser import say

ROUTES = re.findall(r'path: "([^"]+)"(?=.*load)', (ROOT / "share/circuit-breaker/web/routes.js").read_text())
#: Pages a stranger sees, with what stands behind the `#`; the wizard has pictures of its own.
STRANGERS = {"/sign-in": "", "/reset-password": "", "/accept-invitation": "#cbi_0123456789", "/ca": "", "/share": "#cbs_0123456789"}
#: What stands where a route has a part that changes; a new route with such a part has to be told here.
PARTS = {"/settings/:section?": ["", "look", "region", "foreign"], "/settings/users/:id?": [""]}


def pages(shown, kinds):
    """(name, path) of every route somebody signed in can open, each list, and one object of each kind."""
    found = []
    for route in ROUTES:
        base = re.sub(r"/:\w+\??", "", route)
        if route in STRANGERS or route == "/setup":
            continue
        if route == "/:path/:id?":
            found += [f"/{kind['path']}" for kind in kinds]
            found += [f"/{kind['path']}/{shown[kind['path']]}" for kind in kinds if kind["path"] in shown]
        elif ":" not in route:
            found.append(route)
        elif route in PARTS:
            found += [f"{base}/{part}".rstrip("/") for part in PARTS[route]]
        elif route == "/racks/:id/elevation":
            found += [f"/racks/{shown['racks']}/elevation"] if "racks" in shown else []
        else:
            assert route == "/notes/:id?", f"say in PARTS what stands in {route}"
            found += ["/notes", *([f"/notes/{shown['notes']}"] if "notes" in shown else [])]
    return [(name_of(path), path) for path in dict.fromkeys(found)] + [("not-found", "/nowhere/at/all")]


def name_of(path):
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"/\d+", "-one", path).lower()).strip("-") or "home"


def key(*keys):
    """Keys on the map or on a list, as somebody would press them."""
    def steps(page):
        page.locator(".map-canvas, [role=grid]").first.focus()
        for one in keys:
            page.keyboard.press(one)
    return steps


def then(*all_steps):
    def steps(page):
        for one in all_steps:
            one(page)
    return steps


def item(name):
    """An item of the menu that is open."""
    def steps(page):
        page.locator("[role=menu] [role^=menuitem]").filter(has_text=say(name)).first.click()
    return steps


def typed(text, name="Control+k"):
    def steps(page):
        page.keyboard.press(name)
        page.get_by_role("combobox").last.fill(text)
        page.wait_for_timeout(400)
    return steps


def filtered(text):
    def steps(page):
        field = page.locator(".filter-field")
        field.click()
        field.press_sequentially(text, delay=10)
        page.wait_for_timeout(400)
    return steps


def marked(page):
    page.locator(".table-row input[type=checkbox]").first.wait_for()
    for number in range(3):
        page.locator(".table-row input[type=checkbox]").nth(number).check()


CSV = """name,role,ip_address,vendor
pve-1,server,10.0.20.11,Dell
new-switch,switch,10.0.10.77,MikroTik
broken,toaster,10.0.10.999,
"""


def imported(page):
    press("inventory.more_actions")(page)
    page.get_by_role("menuitem", name=say("inventory.import"), exact=True).click()
    page.get_by_label(say("inventory.import_paste")).fill(CSV)
    page.get_by_role("dialog").get_by_role("button", name=say("inventory.import_look")).click()
    page.wait_for_timeout(500)


def model(page):
    words = page.locator("label").filter(has_text=re.compile("^Model"))
    page.locator("#panel .field").filter(has=words).locator("input").first.press_sequentially("usw pro", delay=10)
    page.get_by_role("listbox", name=say("inventory.catalogue.found")).get_by_role("option").first.wait_for()


def carried(page):
    """A device over a place that is taken, by the keys."""
    page.locator(".rack-tray .rack-device, .rack-grid .rack-device").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")


def noted(page):
    press("common.edit")(page)
    page.locator(".notes-preview").wait_for(state="attached")


def offline(page):
    """The live connection is refused for longer than a restart takes."""
    page.route_web_socket(re.compile("."), lambda socket: socket.close())
    page.reload()
    page.locator("#notices .notice").first.wait_for(timeout=15_000)


def broken(kind):
    def steps(page):
        breaking(page, kind)
        page.reload()
        page.wait_for_timeout(700)
    return steps


def printed(page):
    page.emulate_media(media="print")


def opened(shown, share):
    """Each dialog, menu and panel by the list that is held to the sources."""
    known = {"server": shown["hardware"], "switch": shown["switch"], "rack": shown["racks"], "lan": shown["networks"],
             "note": shown["notes"], "share": share}
    people = {scene.name for scene in [*SIGNED_IN, *FULL]}
    return [Scene(f"opened-{one.name}", one.path.format(**known), one.steps, widths=widths_of(one))
            for one in OPENED if one.name not in people]


def widths_of(one):
    """Phones have some things only, and some of the others stand elsewhere there."""
    return (one.width,) if one.width < 500 else (1440,) if one.name in ("theme", "map-views", "facets") else (1440, 390)


def scenes(shown):
    """What is opened by hand beside that; `shown` says which object of a kind is looked at."""
    pve, rack, note = shown["hardware"], f"/racks/{shown['racks']}/elevation", f"/notes/{shown['notes']}"
    one = f"/hardware/{pve}"
    return [
        Scene("palette-found", "/hardware", typed("pve")),
        Scene("palette-nothing", "/hardware", typed("xyzzy nothing")),
        Scene("filter-suggestions", "/hardware", filtered("role:")),
        Scene("filter-problem", "/hardware", filtered("rol:switch (")),
        Scene("filter-nothing", "/hardware?q=xyzzy"),
        Scene("filter-pills", "/hardware?q=role:switch&status=up"),
        Scene("marked", "/hardware", marked),
        Scene("import-difference", "/hardware", imported),
        Scene("add-hardware", "/hardware?new=1"),
        Scene("add-hardware-catalogue", "/hardware?new=1", model),
        Scene("add-service", "/services?new=1"),
        Scene("add-network", "/networks?new=1"),
        Scene("add-rack", "/racks?new=1"),
        Scene("delete-consequences", f"/networks/{shown['networks']}", panel_menu("common.delete")),
        Scene("object-end", one, to_the_end),
        Scene("object-history", one, history),
        Scene("object-print", one, printed),
        Scene("rack-carry", rack, carried),
        Scene("rack-print", rack, printed),
        Scene("note-edit", note, noted),
        Scene("note-new", "/notes?new=1"),
        Scene("note-print", note, printed),
        Scene("trash-marked", "/trash", marked),
        Scene("search-found", "/search?q=pve"),
        Scene("search-nothing", "/search?q=xyzzy"),
        Scene("map-selected", f"/map?select={pve}"),
        Scene("map-menu", "/map", key("m")),
        Scene("map-list", "/map", key("l")),
        Scene("map-impact", f"/map?impact={pve}"),
        Scene("map-time", "/map?at=2026-01-01T00:00:00Z"),
        Scene("map-compare", "/map?from=2026-01-01T00:00:00Z"),
        Scene("map-filter", "/map?q=role:switch"),
        Scene("map-help", "/map", key("?")),
        Scene("map-filter-menu", "/map", lambda page: page.locator(".map-facets-all").click(), widths=(390,)),
        Scene("map-filter-nothing", "/map?q=xyzzy"),
        Scene("map-dependencies", "/map?view=dependencies"),
        Scene("map-physical", "/map?view=physical"),
        Scene("broken-list", "/hardware", broken("500")),
        Scene("broken-map", "/map", broken("500")),
        Scene("broken-object", one, broken("500")),
        Scene("broken-plan", "/address-plan", broken("500")),
        Scene("broken-notes", note, broken("500")),
        Scene("broken-audit", "/audit", broken("500")),
        Scene("broken-rack", rack, broken("500")),
        Scene("broken-points", "/map/single-points", broken("500")),
        Scene("gone-object", "/hardware/99999999"),
        Scene("offline", "/hardware", offline),
        Scene("viewer-map", "/map", who="viewer"),
        Scene("viewer-list", "/hardware", who="viewer"),
        Scene("viewer-object", one, who="viewer"),
        Scene("viewer-rack", rack, who="viewer"),
        Scene("viewer-note", note, who="viewer"),
        Scene("viewer-refused", "/settings/users", who="viewer"),
        Scene("viewer-profile", "/profile", who="viewer"),
    ]


def panel_menu(name=None):
    def steps(page):
        page.locator("#panel").get_by_role("button", name=say("inventory.more_actions")).click()
        if name:
            item(name)(page)
            page.get_by_role("dialog").wait_for()
    return steps


def to_the_end(page):
    page.locator("#panel .object-history").scroll_into_view_if_needed()


def history(page):
    to_the_end(page)
    page.locator("#panel .object-history summary").click()
    page.wait_for_timeout(400)
    to_the_end(page)
