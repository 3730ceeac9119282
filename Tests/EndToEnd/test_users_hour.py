"""A user's hour on an empty install, through the interface alone: from the wizard over a documented lab to nothing, and
back to the same lab. The API is asked only to compare what was there before with what is there after."""

import json
import re

from browser import chromium, new_page, without_refusals
from daemon import Client
from hour import Person, said
from test_browser import keep_key, say

PASTED = [
    *(f"srv-{number:02d} 10.0.20.{10 + number} server #prod" for number in range(1, 13)),
    *(f"cam-{number:02d} 10.0.30.{10 + number} iot_device #cameras" for number in range(1, 9)),
    "ups-1 10.0.20.40 ups #power",
    "ups-2 10.0.20.41 ups #power",
    "nas-1\t10.0.20.50\tnas\t#prod\t#zfs",
    "gate 10.0.20.1 00:1b:21:aa:bb:cc firewall",
]
#: What is typed into the field of the model, and the words the first choice has to have.
MODELS = [
    ("sw-core", "usw pro 24 poe", "Pro"), ("sw-attic", "usw lite 8", "Lite"), ("ap-hall", "u6 pro", "U6"),
    ("ap-attic", "u6 lite", "U6"), ("shelf", "ds920", "DS920"), ("pdu-1", "ap7920", "7920"),
]

RUNBOOK = "# {about} is away\n\nWritten on {date} by {author}.\n\n- [ ] look at the lamps\n- [ ] pull the plug\n"

#: In the order in which things refer to each other.
LISTS = ["locations", "vlans", "networks", "ip-ranges", "racks", "hardware", "interfaces", "addresses"]
KINDS = [*LISTS, "notes", "note-links"]
#: What a new object has of its own, and nobody wrote: docs/guide/import-export.md.
OWN = {"id", "revision", "created_at", "updated_at", "source", "sources"}


def canonical(client):
    """Everything that is documented, field by field, with names in place of ids."""
    everything, names = {}, {}
    for path in [*KINDS, "tags"]:
        answer = client.get(f"/api/v1/{path}?limit=200&count=true").json
        assert answer["total"] == len(answer["items"]), f"{path} has more than a page"
        everything[path] = answer["items"]
        names |= {one["id"]: f"{one['kind']} {one['name']}" for one in answer["items"]}

    def written(path, one):
        kept = {name: value for name, value in one.items()
                if name not in OWN and not (name.endswith("_id") and f"{name[:-3]}_name" in one)}
        if path == "notes" and kept.get("notes"):
            kept["notes"] = re.sub(r"\]\(/([a-z-]+)/(\d+)\)",
                                   lambda link: f"](/{link[1]}/{names.get(int(link[2]), 'nothing')})", kept["notes"])
        return kept

    return {path: sorted((written(path, one) for one in items), key=lambda one: json.dumps(one, sort_keys=True))
            for path, items in everything.items()}


def test_a_users_hour(new_daemon, tmp_path):
    daemon = new_daemon()
    with chromium(daemon) as browser:
        page = new_page(browser, daemon)
        reports = []
        page.on("request", lambda request: reports.append(request.url) if "csp" in request.url else None)
        page.on("console", lambda message: reports.append(message.text)
                if "Content Security Policy" in message.text else None)
        failed = []
        page.on("response", lambda answer: failed.append(f"{answer.request.method} {answer.url} {answer.status}")
                if answer.status >= 400 else None)
        person = Person(page, tmp_path)
        sign_up(page, daemon)
        admin = Client(daemon, cookie=next(one["value"] for one in page.context.cookies() if one["name"] == "cb_session"))
        # Nobody was signed in before that, and the code of the key was wrong once.
        expected = [one for one in failed if "/setup" in one or one.endswith((" 401", " 403")) or "vault" in one]
        assert failed == expected
        del failed[:]
        problems_of_the_wizard = len(page.problems)
        assert [one for one in without_refusals(page.problems) if "status of 422" not in one] == []

        several_by_their_lines(person)
        some_by_the_catalogue(person)
        a_plan(person)
        a_rack(person)
        notes(person)
        many_at_once(person, admin)
        found(person)
        before = canonical(admin)
        assert len(before["hardware"]) == 30 and len(before["addresses"]) == 1 and len(before["racks"]) == 1
        files = taken_out(person)
        everything_away(person, admin)
        some_back(person, admin)
        put_back(person, files)

        after = canonical(admin)
        for path in before:
            assert after[path] == before[path], path
        assert failed == []
        assert page.problems[problems_of_the_wizard:] == []
        assert reports == []


def sign_up(page, daemon):
    """The wizard with one's own choices; nothing of this machine is taken over."""
    page.goto("/")
    page.wait_for_url("**/setup")
    page.get_by_label(say("setup.code"), exact=True).fill(daemon.setup_code)
    page.keyboard.press("Enter")
    page.get_by_label(say("account.display_name"), exact=True).fill("Ada")
    page.get_by_label(say("account.email"), exact=True).fill("ada@example.org")
    for label in ("password", "password_again"):
        page.get_by_label(say(f"account.{label}"), exact=True).fill("correct horse battery 9")
    page.keyboard.press("Enter")
    for step in ("look", "region", "mail"):
        page.get_by_role("heading", name=say(f"setup.{step}_title")).wait_for()
        page.get_by_role("button", name=say("common.next")).click()
    keep_key(page, daemon)
    page.get_by_role("button", name=say("setup.later")).click()
    page.wait_for_url("**/map")


def several_by_their_lines(person):
    page = person.page
    person.rail("hardware")
    person.more(say("lines.menu"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=say("inventory.import_paste")).fill("\n".join(PASTED))
    dialog.get_by_role("button", name=say("inventory.import_look")).click()
    dialog.locator(".import-number.is-ok", has_text=str(len(PASTED))).wait_for()
    dialog.get_by_role("button", name=say("inventory.import_apply"), exact=True).click()
    said(page, f"{len(PASTED)} new")
    page.locator(".list-count", has_text=str(len(PASTED))).wait_for()


def some_by_the_catalogue(person):
    page = person.page
    for name, typed, wanted in MODELS:
        page.get_by_role("button", name="Add hardware").first.click()
        person.field("Name").fill(name)
        person.field("Model").press_sequentially(typed)
        listed = page.get_by_role("listbox", name=say("inventory.catalogue.found")).get_by_role("option")
        listed.filter(has_text=wanted).first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator(".catalogue-note").wait_for()
        person.submit()
        said(page, say("inventory.added").replace("{name}", name))
    page.locator(".list-count", has_text="30").wait_for()


def a_plan(person):
    """Two sites, two VLANs, three prefixes, a range, and the next free address set aside."""
    page = person.page
    person.rail("plan")
    person.link("Locations")
    person.add("location", Name="Cellar", Type="Site")
    person.add("location", Name="Attic", Type="Site")
    person.rail("plan")
    person.link("VLANs")
    person.add("VLAN", Name="servers", Number="20")
    person.add("VLAN", Name="cameras", Number="30")
    person.rail("plan")
    person.link(say("plan.add"), first=True)
    person.fill(Name="all", Prefix="10.0.0.0/16")
    person.submit()
    person.shown("all")
    person.add("network", Name="servers", Prefix="10.0.20.0/24", VLAN="servers", Site="Cellar", Gateway="10.0.20.1")
    person.add("network", Name="cameras", Prefix="10.0.30.0/24", VLAN="cameras", Site="Attic")
    person.rail("plan")
    person.link("IP ranges")
    person.add("IP range", Name="pool", **{"First": "10.0.20.100", "Last": "10.0.20.199"}, Network="servers")
    person.rail("plan")
    row = page.locator(".plan-row").filter(has=page.get_by_text("10.0.20.0/24", exact=True))
    row.get_by_role("button", name=say("plan.reserve_in").replace("{name}", "servers")).click()
    said(page, "10.0.20.2 is reserved")
    page.locator(".plan-row").filter(has=page.get_by_text("10.0.20.2", exact=True)).first.wait_for()


def a_rack(person):
    """Filled by dragging: it snaps, and what does not fit is refused."""
    page = person.page
    person.rail("racks")
    person.add("rack", Name="rack 1", **{"Height": "12"}, Location="Cellar")
    page.locator("#panel").get_by_role("link", name=say("racks.show")).click()
    page.locator(".rack-grid").first.wait_for()
    for name, unit in (("sw-core", 12), ("srv-01", 3), ("srv-02", 4), ("ups-1", 1)):
        person.drag_to_unit(name, unit, units=12)
        page.mouse.up()
        said(page, f"{name} stands at unit {unit}.")
    person.drag_to_unit("srv-03", 4, units=12)
    page.locator(".rack-shadow.is-refused").first.wait_for()
    page.mouse.up()
    said(page, "srv-02 stands there")
    page.locator(".rack-tray .rack-device", has_text="srv-03").wait_for()


def notes(person):
    """A template, a runbook made of it about a machine, and a note that links to another one."""
    page = person.page
    person.rail("notes")
    page.locator(".page-head").get_by_role("button", name=say("notes.add")).click()
    person.note(name="Machine away", type="template", notes=RUNBOOK)
    page.locator(".page-head").get_by_role("button", name=say("notes.add")).click()
    page.get_by_role("menuitem", name="Machine away").click()
    person.note(name="nas-1 is away", folder="Runbooks", type="runbook", tags="zfs, night")
    page.get_by_role("combobox", name=say("notes.about_add")).fill("nas-1")
    page.get_by_role("option", name="nas-1").first.click()
    page.locator(".notes-about", has_text="nas-1").wait_for()
    page.locator(".notes-text input").first.check()
    page.get_by_text("1 of 2 steps done").wait_for()
    # An object's own page has an address, and that is what a text links to.
    person.rail("hardware")
    person.open_row("gate")
    address = re.search(r"/hardware/\d+", page.url)[0]
    person.panel_more(say("notes.write_about"))
    person.note(name="How the gate is wired", notes=f"See [the gate]({address}) and the **blue** cable.")
    page.locator(".notes-about", has_text="gate").wait_for()
    page.locator(".notes-text").get_by_role("link", name="the gate").click()
    page.locator("#panel h2", has_text="gate").wait_for()


def many_at_once(person, admin):
    """Twelve servers get a vendor and a site; it is looked at first, and one of two changes is taken back."""
    page = person.page
    person.rail("hardware")
    person.filter("role:server")
    page.locator(".list-count", has_text="12").wait_for()
    person.bulk("Vendor", "Dell", 12)
    assert admin.get("/api/v1/hardware?q=vendor:dell&count=true").json["total"] == 12
    person.bulk("Owner", "nobody", 12)
    page.locator(".toast", has_text="12").get_by_role("button", name=say("inventory.undo")).last.click()
    said(page, "as they were")
    assert admin.get("/api/v1/hardware?q=vendor:dell&count=true").json["total"] == 12
    assert admin.get("/api/v1/hardware?q=owner:nobody&count=true").json["total"] == 0


def found(person):
    page = person.page
    person.filter("role:server -rack:\"rack 1\"")
    page.locator(".list-count", has_text="10").wait_for()
    person.filter("ip:10.0.30.0/24 tag:cameras")
    page.locator(".list-count", has_text="8").wait_for()
    person.filter("")
    page.locator(".list-count", has_text="30").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=say("palette.label")).fill("nas-1")
    page.get_by_role("option", name="nas-1").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#panel h2", has_text="nas-1").wait_for()
    page.keyboard.press("Escape")


def taken_out(person):
    """Each list as a file, some as CSV and some as JSON, and the notes as an archive."""
    files = {}
    for path in LISTS:
        person.list(path)
        files[path] = person.download(say("inventory.export_csv" if path in ("hardware", "networks") else "inventory.export_json"))
    person.rail("notes")
    page = person.page
    page.get_by_role("button", name=say("notes.files")).click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name=say("notes.export")).click()
    files["archive"] = person.tmp / "notes.zip"
    saved.value.save_as(files["archive"])
    return files


def everything_away(person, admin):
    page = person.page
    person.rail("notes")
    for name in ("How the gate is wired", "nas-1 is away", "Machine away"):
        page.locator(".notes-link", has_text=name).click()
        page.locator(".notes-head h2", has_text=name).wait_for()
        page.locator(".notes-head").get_by_role("button", name=say("notes.more")).click()
        page.get_by_role("menuitem", name=say("common.delete")).click()
        page.get_by_role("dialog").get_by_role("button", name=say("common.delete"), exact=True).click()
        said(page, f"{name} is in the trash")
    for path in reversed(LISTS):
        person.list(path)
        if page.locator(".list-page .table-row").count() == 0:
            continue
        page.get_by_role("checkbox", name=say("list.mark_all")).check()
        page.locator(".marked-bar").get_by_role("button", name=say("common.delete"), exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name=say("common.delete"), exact=True).click()
        page.locator(".list-page .empty").wait_for()
    for path in KINDS:
        assert admin.get(f"/api/v1/{path}").json["items"] == [], path


def some_back(person, admin):
    """A few machines out of the trash; the rest is deleted for good."""
    page = person.page
    person.rail("trash")
    for name in ("gate", "cam-01", "rack 1"):
        page.locator(".table-row", has_text=name).first.get_by_role("button", name=say("trash.restore")).click()
        said(page, f"{name} is back")
    page.get_by_role("button", name=say("trash.empty_all")).click()
    page.get_by_role("dialog").get_by_role("button", name=say("trash.purge")).click()
    page.get_by_text(say("trash.empty"), exact=True).wait_for(timeout=60_000)
    assert {one["name"] for one in admin.get("/api/v1/hardware").json["items"]} == {"gate", "cam-01"}


def put_back(person, files):
    """Each list from its file, the difference looked at first; the notes from their archive."""
    page = person.page
    for path in LISTS:
        person.list(path)
        person.upload(files[path])
    person.rail("notes")
    page.get_by_role("button", name=say("notes.files")).click()
    page.get_by_role("menuitem", name=say("notes.import")).click()
    page.get_by_label(say("notes.choose_file")).set_input_files(files["archive"])
    page.get_by_role("dialog").get_by_role("button", name=say("inventory.import_apply")).click()
    page.locator(".notes-link", has_text="How the gate is wired").wait_for()
