"""The inventory without a mouse: what can be clicked, dragged or chosen there is done by keys alone. The focus is always
seen, and it is never lost when something closes."""

import re

import pytest
from browser import chromium, new_page, quiet, tell_the_mouse
from looks import lab_of
from test_browser import say
from test_keyboard import Keys, exactly


class Hands(Keys):
    def kept(self, what):
        """The focus is somewhere: whoever tabs on does not begin anew at the top."""
        self.page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")
        return what

    def closed(self):
        self.page.locator("dialog[open], .menu").first.wait_for(state="detached")
        self.kept("after a dialog")

    def menu(self, name, entry):
        """Opens the menu of that name and takes an entry by its first letters and the arrows."""
        self.tab_to(exactly(name))
        self.press("Enter")
        self.page.get_by_role("menuitem", name=say(entry)).wait_for()
        for _ in range(40):
            if self.focused()[1].startswith(say(entry)):
                break
            self.press("ArrowDown")
        self.press("Enter")

    def icons_for(self, name):
        """Names what the open form is about, and opens the icons there are for it."""
        self.page.locator("#panel form").wait_for()
        self.tab_to(re.compile("^Name"))
        self.type(name)
        self.tab_to(exactly("inventory.icon"))
        self.press("Enter")
        self.page.locator("dialog .icon-cell").first.wait_for()


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    known = lab_of(admin)
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie)
        tell_the_mouse(page)
        yield page, Hands(page), admin, known
        assert page.evaluate("document.documentElement.dataset.mouse") is None
        # A query that is half typed is refused in words.
        assert [one for one in page.problems if "status of 422" not in one] == []


def arrive(page, path):
    page.goto(path)
    page.locator("main").first.wait_for()
    quiet(page)


def named(admin, name, path="hardware"):
    return next(one for one in admin.get(f"/api/v1/{path}?limit=200").json["items"] if one["name"] == name)


def test_a_page_begins_at_its_heading_and_the_rest_can_be_skipped(desk):
    page, keys, _, _ = desk
    arrive(page, "/hardware")
    assert keys.focused() == ["h1", "Hardware"]
    keys.tab_to(exactly("shell.skip"), role="a")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_list_is_filtered_walked_marked_and_edited(desk):
    page, keys, admin, _ = desk
    arrive(page, "/hardware")
    page.locator(".table-row").first.wait_for()
    keys.press("/")
    keys.type("role:ups")
    keys.press("Enter")
    page.locator(".list-count", has_text="3").wait_for()
    keys.tab_to(re.compile("^Hardware"), role="grid")
    keys.press("Home", "j", "k", "x", "j", "x")
    page.locator(".marked-bar", has_text="2").wait_for()
    # The bar is before the table.
    page.keyboard.press("Shift+Tab")
    for _ in range(12):
        if keys.focused()[1] == say("inventory.edit"):
            break
        page.keyboard.press("Shift+Tab")
    keys.press("Enter")
    page.get_by_role("dialog").wait_for()
    keys.type("Owner")
    page.get_by_role("option", name="Owner", exact=True).wait_for()
    keys.press("ArrowDown", "Enter")
    page.locator(".bulk-row").wait_for()
    keys.type("night shift")
    keys.press("Tab")
    keys.tab_to(re.compile("^Change 2 objects"))
    keys.press("Enter")
    keys.closed()
    assert len(admin.get("/api/v1/hardware?q=owner:night").json["items"]) == 2
    keys.tab_to(re.compile("^" + say("inventory.undo")))
    keys.press("Enter")
    page.locator(".toast", has_text="as they were").wait_for()

    keys.tab_to(re.compile("^Hardware"), role="grid")
    keys.press("Home", "F2")
    page.locator(".cell-editor").wait_for()
    keys.press("Escape")
    page.locator(".cell-editor").wait_for(state="detached")
    keys.kept("after the field")
    keys.press("e")
    page.locator("#panel form").wait_for()
    keys.tab_to(re.compile("^Asset tag"))
    keys.type("A-77")
    page.keyboard.press("Control+Enter")
    page.locator("#panel").get_by_text("A-77").wait_for()
    keys.press("Escape")
    page.locator("#panel").wait_for(state="hidden")
    keys.kept("after the panel")


def test_views_columns_and_an_icon_are_chosen(desk):
    page, keys, admin, _ = desk
    arrive(page, "/hardware?q=role:nas")
    page.locator(".table-row").first.wait_for()
    keys.menu("inventory.views", "inventory.view_save")
    page.get_by_role("dialog").wait_for()
    keys.tab_to(exactly("inventory.view_name"))
    keys.type("Boxes of disks")
    keys.press("Enter")
    keys.closed()
    assert [one["name"] for one in admin.get("/api/v1/views?kind=hardware").json["items"]] == ["Boxes of disks"]
    keys.tab_to(exactly("inventory.columns"))
    keys.press("Enter", "Escape")
    keys.closed()

    keys.press("n")
    keys.icons_for("by keys")
    keys.tab_to(re.compile("^server"))
    keys.press("Enter")
    keys.closed()
    page.keyboard.press("Control+Enter")
    page.locator("#panel h2", has_text="by keys").wait_for()
    assert named(admin, "by keys")["icon"] == "server"
    keys.press("Escape")


def test_lines_are_added_and_their_difference_read(desk):
    page, keys, admin, _ = desk
    arrive(page, "/hardware")
    keys.menu("inventory.more_actions", "lines.menu")
    page.get_by_role("dialog").wait_for()
    keys.type("typed-1 10.0.20.201 nas")
    keys.tab_to(exactly("inventory.import_look"))
    keys.press("Enter")
    page.locator(".import-row").wait_for()
    keys.tab_to(exactly("inventory.import_apply"))
    keys.press("Enter")
    keys.closed()
    assert named(admin, "typed-1")["role"] == "nas"


def test_the_plan_a_rack_and_a_note(desk):
    page, keys, admin, known = desk
    arrive(page, "/address-plan")
    page.locator(".plan-row .meter").first.wait_for()
    keys.tab_to(re.compile("10.0.0.0/16"), role="row")
    keys.press("ArrowDown", "r")
    page.locator(".toast", has_text="10.0.20.3").wait_for()
    keys.kept("after the reservation")

    free = named(admin, "typed-1")
    arrive(page, f"/racks/{known['rack']}/elevation")
    page.locator(".rack-device").first.wait_for()
    keys.tab_to(re.compile("typed-1"))
    # The lowest free unit is the second; the third is taken.
    keys.press("Enter", "ArrowUp", "ArrowUp", "Enter")
    page.locator(".toast", has_text="typed-1").wait_for()
    assert admin.get(f"/api/v1/hardware/{free['id']}").json["rack_id"] == known["rack"]
    keys.kept("after it was put down")

    arrive(page, "/notes")
    page.locator(".notes-link").first.wait_for()
    keys.press("n")
    page.get_by_label(say("notes.name"), exact=True).wait_for()
    keys.type("Written by keys")
    keys.tab_to(exactly("notes.source"))
    keys.type("one")
    page.keyboard.press("Control+Enter")
    page.locator(".notes-head h2", has_text="Written by keys").wait_for()
    keys.tab_to(exactly("notes.about_add"))
    keys.type("typed-1")
    page.get_by_role("option", name="typed-1").wait_for()
    keys.press("ArrowDown", "Enter")
    page.locator(".notes-about", has_text="typed-1").wait_for()


def test_something_is_deleted_found_in_the_trash_and_brought_back(desk):
    page, keys, admin, _ = desk
    arrive(page, "/hardware?q=typed-1")
    page.locator(".table-row").first.wait_for()
    keys.tab_to(re.compile("^Hardware"), role="grid")
    keys.press("Home", "Delete")
    page.get_by_role("dialog").wait_for()
    keys.tab_to(exactly("common.delete"))
    keys.press("Enter")
    keys.closed()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=say("palette.label")).wait_for()
    keys.type("trash")
    page.get_by_role("option", name=say("trash.title")).first.wait_for()
    keys.press("Enter")
    page.wait_for_url("**/trash")
    page.locator(".table-row", has_text="typed-1").nth(1).wait_for()
    # What the note says about it went with it and stands above it: the second one is the machine.
    keys.tab_to(exactly("trash.restore"))
    keys.press("Tab")
    keys.tab_to(exactly("trash.restore"))
    keys.press("Enter")
    page.locator(".toast", has_text="typed-1 is back").wait_for()
    keys.kept("after its row went")
    assert named(admin, "typed-1")
