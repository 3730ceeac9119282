"""Every page by its route, and every dialog, menu and panel by the module that opens it. Tests of what holds everywhere go
through these lists, and `test_accessible.py` holds the lists to the sources: what is new is missed there by name."""

import dataclasses
import re
from collections.abc import Callable

from browser import quiet
from daemon import ROOT
from people_scenes import FULL, SIGNED_IN, furnish
from test_browser import called, say

WEB = ROOT / "share/circuit-breaker/web"


def routes():
    """The patterns of routes.js."""
    return re.findall(r'\{ path: "([^"]+)"', (WEB / "routes.js").read_text())


#: Which addresses stand for a route. `{name}` is filled in with what `lab_of` made; who looks is in STRANGERS.
ADDRESSES = {
    "/setup": [],  # there is none once somebody is there; test_users_hour goes through it
    "/sign-in": ["/sign-in"],
    "/share": ["/share#{share}"],
    "/ca": ["/ca"],
    "/profile/security": ["/profile/security"],
    "/reset-password": ["/reset-password"],
    "/accept-invitation": ["/accept-invitation#cbi_0123456789"],
    "/profile": ["/profile"],
    "/settings/users/:id?": ["/settings/users"],
    "/settings/tokens": ["/settings/tokens"],
    "/settings/sharing": ["/settings/sharing"],
    "/settings/vault": ["/settings/vault"],
    "/settings/backups": ["/settings/backups"],
    "/settings/go-live": ["/settings/go-live"],
    "/settings/invitations": ["/settings/invitations"],
    "/settings/mail": ["/settings/mail"],
    "/settings/providers": ["/settings/providers"],
    "/settings/:section?": ["/settings", "/settings/look", "/settings/region"],
    "/audit": ["/audit"],
    "/status": ["/status"],
    "/map/single-points": ["/map/single-points"],
    "/map": ["/map", "/map?select={server}", "/map?impact={switch}"],
    "/inventory": ["/inventory"],
    "/discovery": ["/discovery"],
    "/search": ["/search?q=server"],
    "/trash": ["/trash"],
    "/address-plan": ["/address-plan"],
    "/racks/:id/elevation": ["/racks/{rack}/elevation"],
    "/notes/:id?": ["/notes", "/notes/{note}", "/notes?new=1"],
    "/:path/:id?": ["/hardware", "/hardware/{server}", "/networks/{lan}", "/services", "/storage", "/hardware?new=1"],
}
STRANGERS = {"/sign-in", "/share", "/reset-password", "/accept-invitation"}


def addresses(known, strangers=None):
    """(address, whether a stranger looks at it) of every page."""
    for route in routes():
        for address in ADDRESSES[route]:
            if strangers is None or strangers == (route in STRANGERS):
                yield address.format(**known), route in STRANGERS


def lab_of(admin):
    """A lab with one of everything a page can show; returns the numbers the addresses need."""
    site = admin.made("/api/v1/locations", {"name": "Cellar", "type": "site"})
    vlan = admin.made("/api/v1/vlans", {"name": "servers", "number": 20})
    admin.made("/api/v1/networks", {"name": "all", "cidr": "10.0.0.0/16"})
    lan = admin.made("/api/v1/networks", {"name": "lan", "cidr": "10.0.20.0/24", "vlan_id": vlan["id"],
                                          "location_id": site["id"], "gateway": "10.0.20.1"})
    admin.made("/api/v1/networks", {"name": "lan again", "cidr": "10.0.20.0/24"})
    admin.made("/api/v1/ip-ranges", {"name": "pool", "first": "10.0.20.100", "last": "10.0.20.199", "network_id": lan["id"]})
    admin.made("/api/v1/addresses", {"address": "10.0.20.2", "assignment": "reserved", "network_id": lan["id"]})
    rack = admin.made("/api/v1/racks", {"name": "rack 1", "height_units": 12, "max_weight_kg": 30, "location_id": site["id"]})
    states = ("up", "degraded", "down", "unknown", "maintenance", "retired")
    devices = [admin.made("/api/v1/hardware", {
        "name": f"server-{number:02d}", "role": ("server", "switch", "nas", "ups", "access_point")[number % 5],
        "vendor": "Dell", "ip_address": f"10.0.20.{20 + number}", "status": states[number % len(states)],
        "tags": ["prod", "lab"][:number % 3], "rack_id": rack["id"] if number < 4 else None, "weight_kg": 9,
        "rack_unit": number * 2 + 1 if number < 4 else None, "location_id": site["id"], "custom": {"floor": number},
    }) for number in range(14)]
    for number, device in enumerate(devices[2:]):
        admin.made("/api/v1/connections", {"from_id": devices[1 - number % 2]["id"], "to_id": device["id"]})
    vm = admin.made("/api/v1/compute-units", {"name": "vm-web", "type": "vm", "hardware_id": devices[0]["id"]})
    web = admin.made("/api/v1/services", {"name": "web", "runs_on_id": vm["id"], "ports": "80, 443/tcp"})
    admin.made("/api/v1/dependencies", {"from_id": web["id"], "to_id": devices[2]["id"]})
    admin.made("/api/v1/storage", {"name": "pool", "capacity_bytes": 1 << 40, "hardware_id": devices[2]["id"]})
    admin.made("/api/v1/interfaces", {"name": "eth0", "holder_id": devices[0]["id"], "type": "ethernet"})
    note = admin.made("/api/v1/notes", {
        "name": "Replace a disk", "folder": "Storage", "type": "runbook", "is_pinned": True, "tags": ["zfs"],
        "notes": "# One\n\nSee [it](/hardware/1) and `code`.\n\n- [ ] pull\n- [x] order\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"})
    admin.made("/api/v1/note-links", {"note_id": note["id"], "object_id": devices[2]["id"]})
    admin.made("/api/v1/notes", {"name": "Machine away", "type": "template", "notes": "# {about}"})
    gone = admin.made("/api/v1/hardware", {"name": "gone"})
    assert admin.delete(f"/api/v1/hardware/{gone['id']}").status == 204
    shared = admin.made("/api/v1/share-links", {"label": "Electrician", "expires_in_hours": 24})
    return {"server": devices[0]["id"], "switch": devices[1]["id"], "rack": rack["id"], "lan": lan["id"],
            "note": note["id"], "share": shared["link"].split("#")[1]}


def full_house(daemon, admin):
    known = lab_of(admin)
    furnish(daemon, admin, people=8, tokens=4, invitations=4, providers=2)
    return known


@dataclasses.dataclass(frozen=True)
class Opened:
    """Something that opens over a page: by which module, at which address, after which steps."""
    module: str
    name: str
    path: str
    steps: Callable
    width: int = 1440
    #: In a narrower window something else leads there, or nothing needs it.
    least: int = 0


def button(key, within="#main", exact=True):
    return lambda page: page.locator(within).get_by_role("button", name=say(key), exact=exact).first.click()


def item(key):
    return lambda page: page.get_by_role("menuitem", name=say(key)).first.click()


def press(*keys):
    def steps(page):
        for key in keys:
            page.keyboard.press(key)
    return steps


def click(selector):
    return lambda page: page.locator(selector).first.click()


def on_map(*steps):
    def all_steps(page):
        page.wait_for_selector(".map-page:not(.is-empty)")
        page.locator(".map-canvas").focus()
        for step in steps:
            step(page)
    return all_steps


def then(*steps):
    def all_steps(page):
        for step in steps:
            step(page)
    return all_steps


def marked(*steps):
    return then(lambda page: page.get_by_role("checkbox", name=say("list.mark_all")).check(), *steps)


def dirty_form(page):
    page.locator("#panel input").first.fill("half")
    page.keyboard.press("Escape")


def two_at_once(page):
    """Somebody else saves the same object between opening its form and saving it."""
    page.locator("#panel form").wait_for()
    status = page.evaluate("""async () => {
      const path = `/api/v1${location.pathname}`;
      const { revision } = await (await fetch(path)).json();
      const answer = await fetch(path, { method: "PATCH", body: JSON.stringify({ vendor: `Theirs ${revision}` }),
        headers: { "Content-Type": "application/json", "If-Match": `"${revision}"` } });
      // An answer nobody reads stays on its way, and the page is never quiet.
      await answer.text();
      return answer.status;
    }""")
    assert status == 200, status
    page.locator("#panel").get_by_label(called("Vendor"), exact=True).fill("Mine")
    page.locator("#panel [type=submit]").click()
    page.locator(".merge-row").first.wait_for()


INVENTORY = "features/inventory/"
MAP = "features/map/"
OPENED = [
    Opened("shell/shell.js", "keys", "/hardware", press("?")),
    Opened("shell/bar.js", "account", "/hardware", lambda page: page.locator("#bar [aria-haspopup=menu]").last.click()),
    # On a phone the account's menu leads there.
    Opened("shell/bar.js", "theme", "/hardware", button("shell.theme", "#bar"), least=761),
    Opened("shell/rail.js", "dock", "/hardware", click("#dock button"), width=390),
    Opened("ui/palette.js", "palette", "/hardware", then(press("Control+k"), lambda page: page.keyboard.type("server"))),
    Opened("app.js", "leave", "/hardware?new=1", dirty_form),
    Opened("ui/icon-picker.js", "icons", "/hardware?new=1", click("#panel .icon-choice")),
    Opened("ui/query-help.js", "query", "/hardware", button("query.help")),
    Opened(INVENTORY + "import.dialog.js", "import", "/hardware",
           then(button("inventory.more_actions"), item("inventory.import"))),
    Opened(INVENTORY + "import.dialog.js", "lines", "/hardware", then(
        button("inventory.more_actions"), item("lines.menu"),
        lambda page: page.get_by_role("dialog").get_by_role("textbox").fill("a 10.0.20.77 server\nb 10.0.20.20\nc 10.9.9.9 nas"),
        lambda page: page.get_by_role("dialog").get_by_role("button", name=say("inventory.import_look")).click(),
        lambda page: page.locator(".import-numbers").wait_for())),
    Opened(INVENTORY + "list.bulk.js", "bulk", "/hardware", marked(
        button("inventory.edit", ".marked-bar"),
        lambda page: page.get_by_role("combobox", name=say("inventory.bulk_which")).fill(called("Vendor")),
        lambda page: page.get_by_role("option", name=called("Vendor"), exact=True).click())),
    Opened(INVENTORY + "list.bulk.js", "delete-many", "/hardware", marked(button("common.delete", ".marked-bar"))),
    Opened(INVENTORY + "list.look.js", "more", "/hardware", button("inventory.more_actions")),
    Opened(INVENTORY + "list.menus.js", "filters", "/hardware", button("inventory.add_filter")),
    Opened(INVENTORY + "list.menus.js", "columns", "/hardware", button("inventory.columns")),
    Opened(INVENTORY + "list.views.js", "views", "/hardware", button("inventory.views")),
    Opened(INVENTORY + "list.views.js", "save-view", "/hardware?q=role:server",
           then(button("inventory.views"), item("inventory.view_save"))),
    Opened(INVENTORY + "list.inline.js", "cell", "/hardware", then(
        lambda page: page.get_by_role("grid").focus(), press("Home", "F2"),
        lambda page: page.locator(".cell-editor").wait_for())),
    Opened(INVENTORY + "object.form.js", "form", "/hardware/{server}?edit=1", lambda page: page.locator("#panel form").wait_for()),
    Opened(INVENTORY + "object.merge.js", "merge", "/hardware/{server}?edit=1", two_at_once),
    Opened(INVENTORY + "object.panel.js", "object", "/hardware/{server}", button("inventory.more_actions", "#panel")),
    Opened(INVENTORY + "object.relations.js", "related", "/hardware/{server}", button("inventory.add_related", "#panel")),
    Opened(INVENTORY + "object.remove.js", "delete", "/hardware/{server}",
           then(button("inventory.more_actions", "#panel"), item("common.delete"))),
    Opened("features/notes/notes.files.js", "import-notes", "/notes", then(button("notes.files"), item("notes.import"))),
    Opened("features/notes/notes.page.js", "new-note", "/notes", then(
        lambda page: page.locator(".notes-link").first.wait_for(), button("notes.add", ".page-head"))),
    Opened("features/notes/notes.read.js", "note", "/notes/{note}", button("notes.more")),
    Opened("features/trash/trash.page.js", "purge", "/trash", button("trash.purge")),
    Opened("features/audit/audit.entry.js", "entry", "/audit", click("#main .table-row")),
    Opened("features/audit/audit.keeping.js", "keeping", "/audit", button("audit.keeping")),
    Opened("features/audit/audit.page.js", "verify", "/audit", button("audit.verify")),
    Opened("features/sharing/sharing.page.js", "share-link", "/settings/sharing",
           lambda page: page.get_by_role("row").filter(has_text="Electrician").click()),
    Opened("features/backups/backups.targets.js", "target", "/settings/backups", button("backups.add_target")),
    Opened("features/backups/backups.actions.js", "passphrase", "/settings/backups", button("backups.set_passphrase")),
    Opened("features/settings/settings.page.js", "hardened", "/settings", button("settings.to_hardened_verb")),
    Opened(MAP + "map.export.js", "export", "/map", on_map(press("e"))),
    Opened(MAP + "map.share.js", "share", "/map", on_map(press("e"), item("share.make"))),
    Opened(MAP + "map.maps.js", "maps", "/map", on_map(click(".map-chooser"))),
    Opened(MAP + "map.dialogs.js", "map-name", "/map", on_map(click(".map-chooser"), item("map.rename"))),
    Opened(MAP + "map.layouts.js", "layouts", "/map", on_map(button("map.layouts", ".map-buttons"))),
    Opened(MAP + "map.views.js", "map-views", "/map", on_map(
        lambda page: page.locator(f"[aria-label^='{say('map.view.title')}']").first.click()), least=761),
    Opened(MAP + "map.tools.js", "facets", "/map", on_map(click(".map-facet >> nth=1")), least=761),
    Opened(MAP + "map.actions.js", "node", "/map?select={server}", on_map(press("m"))),
    Opened(MAP + "map.dresser.js", "dress", "/map?select={server}", on_map(press("h"))),
    Opened(MAP + "map.thing-editor.js", "map-delete", "/map?select={server}", on_map(press("Delete"))),
    Opened(MAP + "map.drawing-editor.js", "drawing", "/map", on_map(press("b"))),
    Opened(MAP + "points.page.js", "point", "/map/single-points", click("#main .table-row")),
    *(Opened(module, scene.name, scene.path, scene.steps) for module, names in {
        "features/users/users.page.js": ("users-add", "users-one", "users-password", "users-act"),
        "features/users/users.access.js": ("users-deactivate", "users-factors"),
        "features/invitations/invitations.page.js": ("invitations-add", "invitations-one", "invitations-link", "invitations-revoke"),
        "features/tokens/tokens.page.js": ("tokens-add", "tokens-one", "tokens-made", "tokens-revoke"),
        "features/providers/providers.page.js": ("providers-add", "providers-one", "providers-remove"),
        "features/security/security.factors.js": ("security-app", "security-passkey"),
        "features/vault/vault.page.js": ("vault-rotate",),
    }.items() for scene in [*SIGNED_IN, *FULL] if scene.name in names),
]

#: What opens only after more than a few clicks, and which test looks at it there.
ELSEWHERE = {
    "ui/codes.js": "test_sign_in.py, “recovery codes”",
    "ui/dialog.js": "what all dialogs are made of",
    "ui/menu.js": "what all menus are made of",
    "ui/panel.js": "what all panels are made of",
    "ui/table.edit.js": "what fields edited in their row are made of",
    "ui/table.rows.js": "opens those fields; list.inline.js is looked at",
    "shell/ended.js": "test_notes_page.py, the session that ends while a note is written",
    "shell/prove.js": "test_hardened.py, “fresh proof”",
    "features/backups/backups.page.js": "test_backups_page.py, “the plan” is chosen in its menu",
    "features/backups/backups.sheet.js": "test_backups_page.py, “the sheet”",
    MAP + "map.samples.js": "test_samples.py",
}

CALLS = re.compile(r"\b(?:openDialog|confirmed|openMenu|openPanel|openPalette|showPopover|showModal|cellEditor)\(")


def opening_modules():
    """The modules of the tree that open something over a page."""
    for file in sorted(WEB.rglob("*.js")):
        name = str(file.relative_to(WEB))
        if not name.startswith("vendor") and not name.endswith(".test.js") and CALLS.search(file.read_text()):
            yield name


def settled(page):
    page.locator("main").first.wait_for()
    quiet(page)
