"""Notes in a browser: written, linked, ticked off, taken out and in; two writers; nothing in a text runs."""

import io
import zipfile

import pytest
from accessible import assert_accessible, violations
from browser import chromium, new_page
from test_browser import say

TEXT = """# Replace a disk

Look at [the NAS](/hardware/{nas}) first, then at https://example.org/.

## Steps

- [ ] pull the **old** disk
- [x] order a new one

## Numbers

| what | how much |
|---|---|
| disks | 4 |

```
zpool status
```
"""

HOSTILE = """# <img src=x onerror=window.ran=1>

<script>window.ran=1</script><iframe src="javascript:window.ran=1"></iframe><svg onload=window.ran=1></svg>
[a](javascript:window.ran=1) [b](data:text/html,<script>window.ran=1</script>) [c](//evil.example/x) ![d](https://evil.example/p.png)
<a href="&#106;avascript:window.ran=1">e</a> <style>body{display:none}</style> <form action=/x><button>f</button></form>
<p style="background:url(https://evil.example/s.png)" onclick="window.ran=1" id="panel" class="notice">g</p>
"""


@pytest.fixture(scope="module")
def desk(lab):
    daemon, admin = lab
    nas = admin.made("/api/v1/hardware", {"name": "nas-1"})
    with chromium(daemon) as browser:
        yield daemon, admin, browser, nas


def note_of(admin, **more):
    return admin.made("/api/v1/notes", {"name": "Replace a disk", **more})


def open_note(desk, path, **look):
    daemon, admin, browser, _ = desk
    page = new_page(browser, daemon, cookie=admin.cookie, **look)
    page.goto(path)
    page.locator(".notes-list:not(:has(.skeleton))").wait_for(state="attached")
    return page


def test_a_note_is_written_linked_and_ticked_off(desk):
    daemon, admin, browser, nas = desk
    page = open_note(desk, f"/notes?new=1&about={nas['id']}&name=nas-1")
    page.get_by_label(say("notes.name"), exact=True).fill("Disk runbook")
    page.get_by_label(say("notes.folder"), exact=True).fill("Storage")
    page.get_by_label(say("notes.type"), exact=True).select_option("runbook")
    page.get_by_label(say("notes.source"), exact=True).fill(TEXT.format(nas=nas["id"]))
    page.locator(".notes-preview table").wait_for()
    page.get_by_role("button", name=say("common.save")).click()
    page.wait_for_url("**/notes/*")
    page.locator(".notes-about", has_text="nas-1").wait_for()
    page.locator(".notes-outline li").nth(1).wait_for()

    page.locator(".notes-text input").first.check()
    page.get_by_text("2 of 2 steps done").wait_for()

    kept = admin.get("/api/v1/notes").json["items"][0]
    assert "- [x] pull the **old** disk" in kept["notes"]
    assert kept["revision"] == 2
    page.goto(f"/hardware/{nas['id']}")
    page.locator(".relation", has_text="Disk runbook").click()
    page.wait_for_url(f"**/notes/{kept['id']}")
    assert page.problems == []


def test_who_writes_second_loses_nothing(desk):
    daemon, admin, browser, _ = desk
    note = note_of(admin, name="Two writers", notes="first")
    page = open_note(desk, f"/notes/{note['id']}")
    page.get_by_role("button", name=say("common.edit")).first.click()
    page.get_by_label(say("notes.source"), exact=True).fill("mine")
    assert admin.patch(f"/api/v1/notes/{note['id']}", {"notes": "theirs"}).status == 200
    page.get_by_role("button", name=say("common.save")).click()
    page.get_by_text(say("notes.stale")).wait_for()
    assert page.get_by_label(say("notes.source"), exact=True).input_value() == "mine"
    page.get_by_role("button", name=say("notes.keep_mine")).click()
    page.locator(".notes-text", has_text="mine").wait_for()
    assert admin.get(f"/api/v1/notes/{note['id']}").json["notes"] == "mine"
    assert [one for one in page.problems if "412" not in one] == []


def test_nothing_in_a_text_runs_or_asks_elsewhere(desk):
    daemon, admin, browser, _ = desk
    note = note_of(admin, name="Hostile", notes=HOSTILE)
    page = new_page(browser, daemon, cookie=admin.cookie)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/notes/{note['id']}")
    page.locator(".notes-text a[href]").first.wait_for()
    page.wait_for_timeout(200)

    assert page.evaluate("window.ran") is None
    assert [url for url in asked if not url.startswith(daemon.address) and not url.startswith("blob:")] == []
    assert page.locator(".prose :is(script, iframe, svg, style, form, button, img, [style], [id], [class])").count() == 0
    links = page.locator(".prose a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert links == ["https://evil.example/p.png"]
    # Markup is shown as it was typed.
    assert "<script>window.ran=1</script>" in page.locator(".prose").inner_text()
    assert page.problems == []


def test_links_inside_of_a_text_lead_to_its_headings(desk):
    daemon, admin, browser, _ = desk
    filling = "\n\nword" * 60
    note = note_of(admin, name="Contents", notes=f"[two](#step-1) [far](javascript:1)\n\n## Step{filling}\n\n##\n\n## Step{filling}")
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto(f"/notes/{note['id']}")
    page.locator(".prose a", has_text="two").click()
    assert page.evaluate("document.activeElement.matches('.prose h4:last-of-type')")
    assert page.url == f"{daemon.address}/notes/{note['id']}"
    # What leads nowhere is text, and a heading without words is no button.
    assert page.locator(".prose a").count() == 1
    assert page.locator(".notes-part").all_inner_texts() == ["Step", "Step"]
    assert page.problems == []


def test_a_session_that_ends_takes_nothing_along_that_was_typed(desk):
    daemon, admin, browser, _ = desk
    writer = daemon.person(admin, "editor")
    note = note_of(admin, name="Long text", notes="old")
    page = new_page(browser, daemon, cookie=writer.cookie)
    page.goto(f"/notes/{note['id']}")
    page.get_by_role("button", name=say("common.edit"), exact=True).click()
    page.locator("textarea").fill("an hour of work")
    assert writer.post("/api/v1/auth/sign-out").status == 204

    # The live connection is closed with the session, and the page finds out why.
    page.get_by_role("dialog").get_by_text(say("shell.ended_title")).wait_for()
    assert violations(page) == []
    with page.expect_popup() as elsewhere:
        page.get_by_role("link", name=say("shell.ended_sign_in")).click()
    elsewhere.value.get_by_label(say("account.email")).wait_for()
    page.context.add_cookies([{"name": "cb_session", "value": admin.cookie, "url": daemon.address, "httpOnly": True,
                               "secure": True, "sameSite": "Lax"}])
    assert page.locator("textarea").input_value() == "an hour of work"
    page.get_by_role("button", name=say("common.save"), exact=True).click()
    page.locator(".prose", has_text="an hour of work").wait_for()
    assert admin.get(f"/api/v1/notes/{note['id']}").json["notes"] == "an hour of work"


def test_out_as_a_zip_and_back_in(desk, tmp_path):
    daemon, admin, browser, _ = desk
    note_of(admin, name="Round trip", folder="A/B", notes="text")
    page = open_note(desk, "/notes")
    page.get_by_role("button", name=say("notes.files")).click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name=say("notes.export")).click()
    bytes_ = saved.value.path().read_bytes()
    names = zipfile.ZipFile(io.BytesIO(bytes_)).namelist()
    assert "A/B/Round trip.md" in names
    # What another program wrote is read as well.
    other = tmp_path / "vault.zip"
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Vault/Router.md", "# Router\n\nhello")
        archive.writestr("Vault/picture.png", b"\x89PNG")
    page.get_by_role("button", name=say("notes.files")).click()
    page.get_by_role("menuitem", name=say("notes.import")).click()
    page.get_by_label(say("notes.choose_file")).set_input_files(other)
    page.get_by_text("Vault/picture.png").wait_for(state="attached")
    page.get_by_role("button", name=say("inventory.import_apply")).click()
    page.locator(".notes-link", has_text="Router").wait_for()
    assert page.problems == []


@pytest.mark.parametrize("width,scheme", [(1440, "dark"), (390, "light")])
def test_nobody_is_shut_out(desk, width, scheme, tmp_path):
    daemon, admin, browser, nas = desk
    note = admin.get("/api/v1/notes?name=Shown").json["items"]
    note = note[0] if note else note_of(admin, name="Shown", folder="Storage", type="runbook", is_pinned=True,
                                        tags=["zfs"], notes=TEXT.format(nas=nas["id"]))
    for path in ("/notes", f"/notes/{note['id']}", f"/notes/{note['id']}#edit"):
        page = open_note(desk, path.split("#")[0], width=width, height=844, scheme=scheme) if width > 900 \
            else new_page(browser, daemon, cookie=admin.cookie, width=width, height=844, scheme=scheme)
        if width <= 900:
            page.goto(path.split("#")[0])
        # On a phone the list stands alone until a note is chosen.
        page.locator(".notes-link" if path == "/notes" else ".notes-place > *").first.wait_for()
        if path != "/notes":
            page.locator(".prose table").first.wait_for()
        if path.endswith("#edit"):
            page.get_by_role("button", name=say("common.edit")).first.click()
            page.locator(".notes-preview table").wait_for()
        assert_accessible(page, f"{path} {width} {scheme}")
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is {overflow} px too wide at {width}"
        page.screenshot(path=tmp_path / f"{'edit' if 'edit' in path else 'note' if path != '/notes' else 'notes'}-{width}.png")
        assert page.problems == []
        page.context.close()
