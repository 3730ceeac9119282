"""The page Backups in a real browser: from the passphrase to an object that is back, and what axe says of it."""

import pytest
from accessible import assert_accessible
from backups import PASSPHRASE, done, listed, set_passphrase, until
from browser import chromium, new_page, without_refusals

from test_browser import say

PAGE = "/settings/backups"


def words(key, **values):
    text = say(key)
    for name, value in values.items():
        text = text.replace("{%s}" % name, str(value))
    return text


def open_page(browser, daemon, **more):
    page = new_page(browser, daemon, daemon.cookie, **more)
    page.goto(PAGE)
    page.get_by_role("heading", name=say("backups.targets"), exact=True).wait_for()
    return page


def act(page, verb):
    """An entry of the menu of the first backup."""
    page.locator(".backups-list li").first.get_by_role("button").last.click()
    page.get_by_role("menuitem", name=say(f"backups.{verb}"), exact=True).click()


def test_the_whole_round_in_a_browser(new_daemon, tmp_path):
    daemon = new_daemon()
    admin = daemon.set_up()
    network = admin.made("/api/v1/networks", {"name": "lan of the round", "cidr": "10.0.0.0/24"})
    with chromium(daemon) as browser:
        page = open_page(browser, daemon)
        assert_accessible(page, "empty")

        page.get_by_role("button", name=say("backups.set_passphrase")).click()
        page.get_by_label(say("backups.passphrase"), exact=True).fill(PASSPHRASE)
        page.get_by_label(say("backups.passphrase_again"), exact=True).fill(PASSPHRASE)
        page.get_by_role("dialog").get_by_role("button", name=say("backups.set_passphrase")).click()
        page.get_by_text(say("backups.passphrase_set")).wait_for()

        page.get_by_role("button", name=say("backups.create")).click()
        page.locator(".backups-list li").first.wait_for(timeout=60_000)
        page.get_by_text(say("backups.verified"), exact=True).wait_for()
        assert_accessible(page, "one backup")

        with page.expect_download() as fetched:
            act(page, "download")
        file = tmp_path / "round.cbbackup"
        fetched.value.save_as(file)
        [backup] = listed(admin)["items"]
        assert file.stat().st_size == backup["size"]

        act(page, "verify")
        page.get_by_text(say("backups.done_verify")).wait_for(timeout=60_000)
        act(page, "rehearse")
        page.get_by_text(say("backups.done_rehearse")).wait_for(timeout=60_000)

        assert admin.delete(f"/api/v1/networks/{network['id']}").status == 204
        assert admin.delete(f"/api/v1/backups/files/{backup['name']}").status == 204
        page.get_by_role("button", name=say("backups.upload")).click()
        page.get_by_label(say("backups.file"), exact=True).set_input_files(file)
        page.get_by_role("dialog").get_by_role("button", name=say("backups.upload")).click()
        page.get_by_text(say("backups.uploaded")).wait_for(timeout=60_000)
        page.get_by_text(say("backups.origin_upload")).wait_for()

        act(page, "restore")
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Replace the database").wait_for()
        assert_accessible(page, "the plan")
        typed = dialog.get_by_label(say("backups.restore_name"))
        typed.fill("circuit-breaker")
        dialog.get_by_role("button", name=say("backups.restore"), exact=True).click()
        dialog.get_by_text(say("backups.restore_mistyped")).wait_for()
        typed.fill(dialog.locator("code").inner_text())
        dialog.get_by_role("button", name=say("backups.restore"), exact=True).click()

        # The daemon starts anew with the restored state; the session of then is valid again.
        def is_back():
            try:
                return [one["name"] for one in daemon.sign_in().get("/api/v1/networks").json["items"]]
            except (OSError, AssertionError):
                return None
        assert until(is_back) == ["lan of the round"]
        page.goto("/networks")
        page.get_by_text("lan of the round").first.wait_for()
        assert without_refusals([one for one in page.problems if "WebSocket" not in one and "ERR_CONNECTION" not in one]) == []


def test_targets_and_schedules_are_set_on_the_page(new_daemon, tmp_path):
    daemon = new_daemon()
    admin = daemon.set_up()
    set_passphrase(admin)
    done(admin)
    with chromium(daemon) as browser:
        page = open_page(browser, daemon)
        page.get_by_role("button", name=say("backups.add_target")).click()
        panel = page.locator("#panel")
        panel.get_by_label(say("backups.target_name")).fill("Disk")
        panel.get_by_label(say("backups.path"), exact=True).fill(str(tmp_path / "disk"))
        assert_accessible(page, "a new target")
        panel.get_by_role("button", name=say("backups.add_target")).click()
        page.get_by_text("Disk", exact=True).wait_for()
        line = page.locator("li", has_text="Disk")
        line.get_by_role("button", name=say("backups.test")).click()
        line.get_by_text("takes files").wait_for()

        page.locator('[name="schedule_rhythm"]').select_option("weekly")
        page.locator('[name="schedule_time"]').fill("3:15")
        page.locator('[name="timezone"]').fill("Europe/Berlin")
        # The target's own "Saved." may still be on the screen.
        with page.expect_response(lambda answer: answer.request.method != "GET" and "/backups/settings" in answer.url):
            page.get_by_role("button", name=say("common.save")).click()
        page.get_by_text(say("common.saved")).first.wait_for()
        settings = admin.get("/api/v1/backups/settings").json
        assert settings["schedule"]["rhythm"] == "weekly" and settings["schedule"]["hour"] == 3
        assert settings["schedule"]["minute"] == 15 and settings["timezone"] == "Europe/Berlin"

        page.get_by_role("button", name=say("backups.sheet")).click()
        sheet = page.locator(".backups-sheet")
        sheet.get_by_text(settings["key_id"]).wait_for()
        assert "cbk1:" not in sheet.inner_text()
        assert_accessible(page, "the sheet")
        page.get_by_role("button", name=say("backups.sheet_secrets")).click()
        sheet.get_by_text("cbk1:").wait_for()
        assert page.problems == []


@pytest.mark.pictures
@pytest.mark.parametrize(("scheme", "width"), [("dark", 1440), ("light", 1440), ("dark", 390), ("light", 390)])
def test_pictures(new_daemon, scheme, width, tmp_path):
    import os
    import pathlib
    folder = pathlib.Path(os.environ.get("CB_PICTURES", tmp_path))
    daemon = new_daemon()
    admin = daemon.set_up()
    theme = {"dark": "midnight", "light": "daylight"}[scheme]
    admin.patch("/api/v1/settings", {"theme": theme})
    with chromium(daemon) as browser:
        page = open_page(browser, daemon, width=width, scheme=scheme)
        page.wait_for_timeout(500)
        page.screenshot(path=folder / f"backups-empty-{scheme}-{width}.png", full_page=True)
        set_passphrase(admin)
        for _ in range(3):
            done(admin)
        admin.post("/api/v1/backups/targets", {
            "name": "Store in the cellar", "kind": "s3", "endpoint": "http://localhost:9", "region": "us-east-1",
            "bucket": "lab-backups", "folder": "lab", "key_id": "AKIA", "secret": "secret"})
        path = daemon.data / "backups" / sorted(one["name"] for one in listed(admin)["items"])[0]
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        admin.post(f"/api/v1/backups/files/{path.name}/verify", {})
        page.reload()
        page.locator(".backups-list li").nth(2).wait_for()
        page.wait_for_timeout(800)
        for element in page.query_selector_all("#main"):
            element.evaluate("(one) => { one.style.overflow = 'visible'; }")
        page.screenshot(path=folder / f"backups-full-{scheme}-{width}.png", full_page=True)
        page.evaluate("document.querySelector('.backups-list')?.scrollIntoView()")
        page.screenshot(path=folder / f"backups-list-{scheme}-{width}.png")
        page.evaluate("document.querySelector('.backups-form')?.scrollIntoView()")
        page.screenshot(path=folder / f"backups-form-{scheme}-{width}.png")
        page.get_by_role("button", name=say("backups.sheet")).click()
        page.locator(".backups-sheet").wait_for()
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"backups-sheet-{scheme}-{width}.png")
