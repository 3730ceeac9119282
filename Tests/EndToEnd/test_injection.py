"""Texts, files and archives that mean harm: nothing runs, nothing is asked for elsewhere, the policy reports nothing,
and neither memory nor disk fills."""

import csv
import io
import json
import zipfile

import pytest
from browser import chromium, new_page
from payloads import PAYLOADS
from pictures import png

#: Set before any script of the page: counts what the policy reports, and any dialog is an answer as well.
WATCH = """window.reports = []
document.addEventListener('securitypolicyviolation', (event) =>
    window.reports.push(event.violatedDirective + ' ' + event.blockedURI))"""
QUICK = ["hardware", "notes"]


@pytest.fixture(scope="module")
def den(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def watched(den, path):
    """A page that is looked at closely; gives what it asked for elsewhere."""
    daemon, admin, browser = den
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script(WATCH)
    page.elsewhere = []
    page.on("request", lambda request: page.elsewhere.append(request.url) if not request.url.startswith(
        (daemon.address, "blob:", "data:")) else None)
    page.on("dialog", lambda dialog: (page.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.goto(path)
    return page


def assert_harmless(page, where):
    page.wait_for_timeout(150)
    assert page.evaluate("window.ran") is None, f"{where}: something ran"
    assert page.evaluate("window.reports") == [], where
    assert page.elsewhere == [], where
    assert page.problems == [], where


def texts_of(kind):
    """Fields that take any text."""
    own = [(field["name"], field["max_length"]) for field in kind["fields"]
           if field["type"] in ("text", "long_text") and field["name"] != "for_kind" and not field.get("choices")]
    return own + [("owner", 120), ("notes", 20_000), ("icon", 64)]


def fill_with_payloads(admin, kind):
    """Objects of the kind, each text field of which has held every payload that it takes. The names of those made."""
    made = []
    for at, payload in enumerate(PAYLOADS):
        draft = {}
        for shift, (name, longest) in enumerate(texts_of(kind)):
            text = PAYLOADS[(at + shift) % len(PAYLOADS)]
            if len(text) <= (longest or 200):
                draft[name] = text if name in ("notes",) else text.replace("\n", " ").replace("\t", " ")
        if kind["has_name"]:
            draft["name"] = f"{payload[:100]} {at}".replace("\n", " ").replace("\t", " ")
        draft["custom"] = {"payload": payload}
        draft["tags"] = [payload[:50].replace("\n", " ").replace("\t", " ").replace(",", " ")]
        draft |= {field["name"]: field["fallback"] for field in kind["fields"] if field["required"]
                  and field["fallback"] and field["name"] not in draft and field["type"] == "choice"}
        answer = admin.post(f"/api/v1/{kind['path']}?allow_conflicts=true", draft)
        # What a field has a form for may be refused, with a reason for that field.
        while answer.status == 422 and set(answer.json["fields"]) & set(draft):
            for name in answer.json["fields"]:
                draft.pop(name, None)
            answer = admin.post(f"/api/v1/{kind['path']}?allow_conflicts=true", draft)
        assert answer.status in (201, 422), answer
        if answer.status == 201:
            made.append(answer.json)
    return made


def kind_of(admin, path):
    return next(kind for kind in admin.get("/api/v1/kinds").json["items"] if kind["path"] == path)


def look_everywhere(den, kind, made):
    page = watched(den, f"/{kind['path']}")
    page.locator(".table-row, .notes-link, [role=row]").first.wait_for()
    assert_harmless(page, kind["path"])
    for one in made[::12] if kind["path"] in QUICK else made[::20]:
        page.goto(f"/{kind['path']}/{one['id']}")
        page.locator("#panel .panel-box h2, .notes-note h2").first.wait_for()
        page.wait_for_timeout(100)
        assert_harmless(page, f"{kind['path']}/{one['id']}")
    page.context.close()


@pytest.mark.parametrize("path", QUICK)
def test_no_text_runs(den, path):
    daemon, admin, browser = den
    kind = kind_of(admin, path)
    made = fill_with_payloads(admin, kind)
    assert len(made) == len(PAYLOADS)
    look_everywhere(den, kind, made)


def test_markdown_holds_every_payload_at_once(den):
    daemon, admin, browser = den
    body = "\n\n".join(f"## {one}\n\n- [ ] {one}\n\n> {one}\n\n| {one.replace('|', '/')} |\n|---|\n" for one in PAYLOADS)
    note = admin.made("/api/v1/notes", {"name": "All", "notes": body[:59_000]})
    page = watched(den, f"/notes/{note['id']}")
    page.locator(".prose h4").first.wait_for()
    assert_harmless(page, "note")
    # Boxes of steps are the only fields; nothing of what was typed became an element that could act.
    acting = "script,style,iframe,object,embed,form,button,svg,math,link,meta,base,video,audio,img,template"
    assert page.locator(f".prose :is({acting})").count() == 0
    links = page.locator(".prose a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert [href for href in links if not href.startswith("https://evil.example")] == []


def test_pages_that_gather_texts(den):
    daemon, admin, browser = den
    admin.patch("/api/v1/settings", {"app_name": PAYLOADS[10][:60]})
    admin.patch("/api/v1/me", {"display_name": PAYLOADS[0]})
    for one in admin.get("/api/v1/hardware?limit=5").json["items"]:
        assert admin.delete(f"/api/v1/hardware/{one['id']}?cascade=true").status == 204
    for path in ("/search?q=script", "/map", "/trash", "/audit", "/inventory", "/settings/users", "/profile"):
        page = watched(den, path)
        page.locator("main h1, canvas").first.wait_for()
        page.wait_for_timeout(300)
        assert_harmless(page, path)
        page.context.close()
    stranger = watched((daemon, type("Nobody", (), {"cookie": None})(), browser), "/sign-in")
    stranger.locator("input").first.wait_for()
    stranger.problems = [one for one in stranger.problems if "401" not in one]
    assert_harmless(stranger, "sign-in")


def test_no_cell_of_a_sheet_is_a_formula(den):
    daemon, admin, browser = den
    for start in "=+-@\t\r":
        name = f"{start}1+1 of {ord(start)}" if start not in "\t\r" else f"x{ord(start)}"
        admin.made("/api/v1/misc-items", {"name": name, "notes": f"{start}cmd|' /C calc'!A0"})
    sheet = admin.get("/api/v1/misc-items/export?format=csv").body.decode()
    for row in csv.reader(io.StringIO(sheet)):
        for cell in row:
            assert not cell[:1] in ("=", "+", "-", "@", "\t", "\r"), cell


SCRIPT = b"<script>window.ran=1</script>"
REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1"/>',
    "svg behind a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
    "html": b"<!doctype html>" + SCRIPT, "gif that is a script": b"GIF89a=1;window.ran=1",
    "pdf": b"%PDF-1.7 /JS (app.alert(1))",
    "100 megapixels": png(10_000, 10_000), "a line of 2^31 pixels": png(2**31 - 1, 1), "nothing": b"",
    "ends early": png(64, 64)[:40], "jpeg head before html": b"\xff\xd8\xff\xe0" + SCRIPT,
    "riff without webp": b"RIFF\x04\0\0\0WAVE",
    "too many bytes": png(64, 64, b"\0" * (2 << 20)),
}


@pytest.mark.parametrize("place", ["me/photo", "branding/logo", "branding/background", "branding/favicon", "icons?name=x"])
def test_no_file_becomes_anything_but_a_picture(den, place):
    daemon, admin, browser = den
    for name, data in REFUSED.items():
        answer = admin.request("POST" if place.startswith("icons") else "PUT", f"/api/v1/{place}", raw=data,
                               content_type="image/png")
        assert answer.status in (413, 422), (place, name, answer)
    side = 400 if "background" in place else 64
    kept = admin.request("POST" if place.startswith("icons") else "PUT", f"/api/v1/{place}",
                         raw=png(side, side, SCRIPT), content_type="text/html")
    assert kept.status in (200, 201), kept
    path = f"icons/{kept.json['id']}/picture" if place.startswith("icons") else place
    shown = admin.get(f"/api/v1/{path}")
    assert SCRIPT not in shown.body
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"


def archive(files, **more):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **more) as out:
        for name, text in files:
            out.writestr(name, text)
    return data.getvalue()


def bombs():
    deep = archive([("a.md", b"a" * (250 << 10))] + [(f"{at}.md", b"\0" * (250 << 10)) for at in range(1990)])
    yield "many long entries", deep
    yield "one long entry", archive([("a.md", b"\0" * (200 << 20))])
    yield "too many entries", archive([(f"{at}.md", b"x") for at in range(2_500)])
    for name in ("../up.md", "/etc/cron.d/x.md", "a/../../b.md", "..\\..\\x.md", "C:/x.md", "a\x01b.md"):
        yield name, archive([("ok.md", b"x"), (name, b"x")])
    yield "an archive in an archive", archive([("a.zip", archive([("a.md", b"x")]))])
    link = zipfile.ZipInfo("link.md")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    yield "a link", archive([(link, b"/etc/passwd")])


def resident(daemon):
    status = open(f"/proc/{daemon.process.pid}/status", encoding="ascii").read()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def test_no_archive_fills_memory_or_disk(den):
    daemon, admin, browser = den
    used = sum(file.stat().st_size for file in daemon.data.rglob("*") if file.is_file())
    before = resident(daemon)
    for name, data in bombs():
        answer = admin.post("/api/v1/notes/archive", raw=data, content_type="application/zip")
        assert answer.status in (400, 413, 422), (name, answer)
        assert answer.json["message"], name
    assert resident(daemon) - before < 200, "the most memory the daemon has had, in MiB"
    now = sum(file.stat().st_size for file in daemon.data.rglob("*") if file.is_file())
    assert now - used < 8 << 20
    assert [path for path in daemon.data.rglob("*") if path.suffix == ".md"] == []


@pytest.mark.long
def test_no_text_of_any_kind_runs(den):
    daemon, admin, browser = den
    tried = {}
    for kind in admin.get("/api/v1/kinds").json["items"]:
        if kind["path"] in QUICK:
            continue
        made = fill_with_payloads(admin, kind)
        tried[kind["path"]] = len(made)
        if made:
            look_everywhere(den, kind, made)
    print(json.dumps(tried))
    assert sum(1 for count in tried.values() if count == len(PAYLOADS)) >= 10, tried
