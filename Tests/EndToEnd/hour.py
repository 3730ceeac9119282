"""Somebody at the pages of the inventory, who points, types, drags and chooses files, and knows nothing of the API."""

import re

from test_browser import say

UNIT = 26

UNDER_A_TOAST = """(one) => {
  const { x, y, width, height } = one.getBoundingClientRect()
  return document.elementFromPoint(x + width / 2, y + height / 2)?.closest(".toasts") != null
}"""


def said(page, text):
    page.locator(".toast", has_text=text).first.wait_for()


class Person:
    def __init__(self, page, tmp):
        self.page = page
        self.tmp = tmp

    # MARK: going

    def rail(self, place):
        self.page.locator("#rail").get_by_role("link", name=say(f"shell.place_{place}"), exact=True).click()
        self.page.wait_for_function("() => !document.querySelector('#main [aria-busy=true]')")

    def link(self, name, first=False):
        found = self.page.locator("main").get_by_role("link", name=name, exact=True)
        (found.first if first else found).click()

    def list(self, path):
        """Any list, by the page of all of them."""
        self.rail("inventory")
        self.page.locator(f".overview a[href='/{path}']").click()
        self.page.locator(".list-page[aria-busy=false]").wait_for()

    def open_row(self, name):
        self.page.locator(".table-row .table-link", has_text=name).first.click()
        self.page.locator("#panel h2", has_text=name).wait_for()

    def shown(self, name):
        self.page.locator("#panel h2", has_text=re.compile(f"^{re.escape(name)}$")).wait_for()

    def more(self, item):
        self.page.locator(".list-tools").get_by_role("button", name=say("inventory.more_actions")).click()
        self.page.get_by_role("menuitem", name=item).click()

    def panel_more(self, item):
        self.page.locator("#panel").get_by_role("button", name=say("inventory.more_actions")).click()
        self.page.get_by_role("menuitem", name=item).click()

    # MARK: forms

    def field(self, label):
        words = self.page.locator("label").filter(has_text=re.compile("^" + re.escape(label)))
        return self.page.locator("#panel .field").filter(has=words).locator("input, select, textarea").first

    def fill(self, **values):
        for label, value in values.items():
            field = self.field(label)
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(label=value)
            elif field.get_attribute("role") == "combobox":
                field.fill(value)
                self.page.get_by_role("option", name=value).first.click()
            else:
                field.fill(value)

    def submit(self):
        button = self.page.locator("#panel button[type=submit]")
        assert not button.evaluate(UNDER_A_TOAST), "what was said about the last object lies on the button"
        button.click()

    def add(self, kind, **values):
        self.page.get_by_role("button", name=f"Add {kind}", exact=True).first.click()
        self.fill(**values)
        self.submit()
        self.shown(values["Name"])

    def note(self, name, notes=None, folder=None, type=None, tags=None):
        page = self.page
        page.get_by_label(say("notes.name"), exact=True).fill(name)
        if folder:
            page.get_by_label(say("notes.folder"), exact=True).fill(folder)
        if type:
            page.get_by_label(say("notes.type"), exact=True).select_option(type)
        if tags:
            page.get_by_label(say("notes.tags"), exact=True).fill(tags)
        if notes:
            page.get_by_label(say("notes.source"), exact=True).fill(notes)
        page.get_by_role("button", name=say("common.save")).click()
        page.locator(".notes-head h2", has_text=name).wait_for()
        page.locator(".notes-link", has_text=name).wait_for()

    # MARK: lists

    def filter(self, text):
        self.page.locator(".list-page").click(position={"x": 2, "y": 2})
        self.page.keyboard.press("/")
        line = self.page.get_by_role("combobox", name=say("inventory.filter_label"))
        line.fill(text)
        self.page.keyboard.press("Enter")

    def bulk(self, field, value, count):
        page = self.page
        page.get_by_role("checkbox", name=say("list.mark_all")).check()
        page.locator(".marked-bar").get_by_role("button", name=say("inventory.edit")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name=say("inventory.bulk_which")).fill(field)
        page.get_by_role("option", name=field, exact=True).click()
        dialog.locator(".bulk-row").locator("input, select").first.fill(value)
        page.keyboard.press("Tab")
        dialog.locator(".bulk-preview", has_text=value).get_by_text(f"{count}×").wait_for()
        dialog.locator(".dialog-foot .button").last.click()
        dialog.wait_for(state="detached")
        said(page, f"{count} objects were changed")

    def download(self, item):
        with self.page.expect_download() as saved:
            self.more(item)
        place = self.tmp / saved.value.suggested_filename
        saved.value.save_as(place)
        return place

    def upload(self, file):
        page = self.page
        self.more(say("inventory.import"))
        dialog = page.get_by_role("dialog")
        with page.expect_file_chooser() as chooser:
            dialog.get_by_role("button", name=say("inventory.import_file")).click()
        chooser.value.set_files(file)
        dialog.get_by_role("button", name=say("inventory.import_look")).click()
        dialog.locator(".import-numbers").wait_for()
        wrong = dialog.locator(".import-row.is-bad").all_inner_texts()
        assert wrong == [], wrong
        apply = dialog.get_by_role("button", name=say("inventory.import_apply"), exact=True)
        if apply.is_visible():
            apply.click()
        else:
            # Everything is as the file says.
            dialog.get_by_role("button", name=say("common.cancel")).last.click()
        dialog.wait_for(state="detached")

    # MARK: racks

    def drag_to_unit(self, name, unit, units):
        """Takes a device out of the tray and holds it over the unit, a little beside: it snaps."""
        page = self.page
        find = page.locator(".rack-tray").get_by_role("searchbox")
        find.fill(name)
        card = page.locator(".rack-tray .rack-device", has_text=name).first
        card.wait_for()
        page.wait_for_function(
            "name => [...document.querySelectorAll('.rack-tray .rack-device')].every((one) => one.textContent.includes(name))",
            arg=name.split("-")[0])
        card.scroll_into_view_if_needed()
        start = next(box for box in iter(card.bounding_box, False) if box)
        grid = page.get_by_role("region", name=say("racks.face_front")).locator(".rack-grid").bounding_box()
        height = round((start["height"] + 2) / UNIT) or 1
        grip = min(8, start["height"] / 2)
        page.mouse.move(start["x"] + 60, start["y"] + grip)
        page.mouse.down()
        page.mouse.move(grid["x"] + 120, grid["y"] + 40, steps=4)
        row = units - unit - height + 1
        page.mouse.move(grid["x"] + 120, grid["y"] + 2 + row * UNIT + grip + 6, steps=4)
