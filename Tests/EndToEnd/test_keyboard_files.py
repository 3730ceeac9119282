"""Files without a mouse: a photo, the look of the installation, an icon, an import of objects and one of notes are chosen by
keys alone. The browser's own dialog of files is asked for by a key and handed a file."""

import pytest
from browser import chromium, new_page, tell_the_mouse
from looks import settled
from pictures import png
from test_browser import say
from test_keyboard import exactly
from test_keyboard_inventory import Hands


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie)
        tell_the_mouse(page)
        # From the start on: asking for it and the key at the same time, the key may be faster.
        page.on("filechooser", lambda chooser: chooser.set_files(page.files))
        yield page, Hands(page), admin
        assert page.evaluate("document.documentElement.dataset.mouse") is None
        assert page.problems == []


def chosen(keys, name, files):
    """Goes to the button by Tab, presses Enter, and answers what the browser asks."""
    keys.tab_to(exactly(name))
    keys.page.files = files
    keys.press("Enter")


def file_of(name, kind, data):
    return {"name": name, "mimeType": kind, "buffer": data}


def arrive(page, path):
    page.goto(path)
    settled(page)


def test_a_photo_of_oneself(desk):
    page, keys, admin = desk
    arrive(page, "/profile")
    chosen(keys, "account.picture_choose", file_of("me.png", "image/png", png(320, 240)))
    page.locator(".picture-shown .avatar img").wait_for()
    keys.kept("after the photo")
    keys.tab_to(exactly("account.picture_remove"))
    keys.press("Enter")
    page.locator(".picture-shown .avatar img").wait_for(state="detached")
    assert keys.focused()[1] == say("account.picture_choose")


def test_the_look_of_the_installation(desk):
    page, keys, admin = desk
    arrive(page, "/settings/look")
    for place, size in (("logo", (900, 300)), ("favicon", (64, 64)), ("background", (1600, 900))):
        chosen(keys, f"branding.{place}_choose", file_of(f"{place}.png", "image/png", png(*size)))
        page.locator(f".branding-shown.is-{place} img").wait_for()
        keys.kept(place)
    # Back to the first: the logo.
    arrive(page, "/settings/look")
    keys.tab_to(exactly("branding.logo_choose"))
    keys.tab_to(exactly("branding.remove"))
    keys.press("Enter")
    page.locator(".branding-shown.is-logo img").wait_for(state="detached")
    keys.kept("after the logo went")
    branding = admin.get("/api/v1/branding").json
    assert branding["logo"] is None and branding["favicon"] and branding["background"]


def test_an_icon_of_one_s_own(desk):
    page, keys, admin = desk
    arrive(page, "/hardware?new=1")
    keys.icons_for("boxed")
    chosen(keys, "icons.bring", file_of("Blue box.png", "image/png", png(48, 48)))
    keys.closed()
    page.keyboard.press("Control+Enter")
    page.locator("#panel h2", has_text="boxed").wait_for()
    assert admin.get("/api/v1/hardware?q=boxed").json["items"][0]["icon"].startswith("upload-")


def test_objects_out_of_a_file(desk):
    page, keys, admin = desk
    arrive(page, "/hardware")
    keys.menu("inventory.more_actions", "inventory.import")
    page.get_by_role("dialog").wait_for()
    chosen(keys, "inventory.import_file", file_of("lab.csv", "text/csv", b"name,role\nfrom-a-file,nas\n"))
    page.get_by_role("dialog").get_by_text("CSV").first.wait_for()
    keys.tab_to(exactly("inventory.import_look"))
    keys.press("Enter")
    page.locator(".import-row").wait_for()
    keys.tab_to(exactly("inventory.import_apply"))
    keys.press("Enter")
    keys.closed()
    assert admin.get("/api/v1/hardware?q=from-a-file").json["items"][0]["role"] == "nas"


def test_notes_out_of_a_file(desk):
    page, keys, admin = desk
    arrive(page, "/notes")
    keys.menu("notes.files", "notes.import")
    page.get_by_role("dialog").wait_for()
    chosen(keys, "notes.choose_file", file_of("Disk.md", "text/markdown", b"# Disk\n\nTurn it.\n"))
    page.get_by_role("dialog").get_by_role("button", name=say("inventory.import_apply")).wait_for()
    keys.tab_to(exactly("inventory.import_apply"))
    keys.press("Enter")
    keys.closed()
    assert [one["name"] for one in admin.get("/api/v1/notes").json["items"]] == ["Disk"]
