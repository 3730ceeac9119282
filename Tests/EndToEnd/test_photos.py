"""Photos of accounts in a real browser: chosen from a file, made small, shown, taken away; and what the daemon refuses."""

import base64
import struct
import zlib

import pytest
from accessible import assert_accessible
from browser import chromium, new_page
from daemon import Client
from test_browser import say

#: Draws a picture of that size and gives its bytes in base64.
DRAW = """([width, height, type]) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    const colours = context.createLinearGradient(0, 0, width, height);
    for (const [at, one] of ['#c33', '#3c3', '#33c'].entries()) colours.addColorStop(at / 2, one);
    context.fillStyle = colours;
    context.fillRect(0, 0, width, height);
    return canvas.toDataURL(type, .9).split(',')[1];
}"""
#: The size a browser sees in a picture, or null where it sees none.
SIZE = """(src) => new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
    image.onerror = () => resolve(null);
    image.src = src;
})"""


@pytest.fixture(scope="module")
def studio(lab):
    daemon, admin = lab
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def picture(page, width, height, kind="image/png"):
    return base64.b64decode(page.evaluate(DRAW, [width, height, kind]))


def file_of(bytes, name="photo.png", kind="image/png"):
    return {"name": name, "mimeType": kind, "buffer": bytes}


def put(client, bytes, kind="application/octet-stream"):
    return client.put("/api/v1/me/photo", raw=bytes, content_type=kind)


def test_a_photo_is_chosen_and_everybody_who_may_sees_it(studio):
    daemon, admin, browser = studio
    client = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, client.cookie)
    page.goto("/profile")
    assert page.locator("#bar .avatar").inner_text() == "V"
    assert page.get_by_role("button", name=say("account.picture_remove")).is_hidden()
    # Larger than the daemon would take, and not square: the browser makes it small.
    wide = picture(page, 3000, 2000, "image/jpeg")

    with page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
        page.locator("input[type=file]").set_input_files(file_of(wide, "big.jpg", "image/jpeg"))

    assert answered.value.status == 200
    page.locator("#bar .avatar img").wait_for()
    page.locator(".picture-shown .avatar img").wait_for()
    assert_accessible(page, "profile with a photo")
    answer = client.get("/api/v1/me/photo")
    assert page.evaluate(SIZE, "/api/v1/me/photo") == [256, 256]
    assert answer.headers["Content-Type"] == "image/webp" and len(answer.body) < 64 << 10
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/api/v1/me/photo", headers={"If-None-Match": answer.headers["ETag"]}).status == 304

    other = new_page(browser, daemon, admin.cookie)
    other.goto("/settings/users")
    row = other.locator("[role=row]").filter(has_text=client.email)
    row.locator(".avatar img").wait_for()
    assert_accessible(other, "people with a photo")
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == client.email)
    assert client.get(f"/api/v1/users/{who['id']}/photo").status == 403
    assert Client(daemon).get(f"/api/v1/users/{who['id']}/photo").status == 401

    page.get_by_role("button", name=say("account.picture_remove")).click()
    page.locator(".picture-shown").get_by_text("V", exact=True).wait_for()
    page.locator("#bar .avatar").get_by_text("V", exact=True).wait_for()
    assert page.evaluate("document.activeElement.textContent") == say("account.picture_choose")
    assert client.get("/api/v1/me/photo").status == 404
    assert page.problems == []
    page.context.close()
    other.context.close()


def test_a_file_that_is_no_picture_is_refused_in_words_at_its_place(studio):
    daemon, admin, browser = studio
    client = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, client.cookie, width=390, scheme="light")
    page.goto("/profile")

    page.locator("input[type=file]").set_input_files(file_of(b"<script>alert(1)</script>", "photo.png"))

    page.locator(".picture-field .field-problem").get_by_text(say("account.picture_unreadable")).wait_for()
    assert_accessible(page, "no picture")
    assert client.get("/api/v1/me").json["photo"] is None
    page.context.close()


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp"])
def test_what_is_kept_still_draws_and_tells_nothing(studio, kind):
    daemon, admin, browser = studio
    client = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, client.cookie)
    page.goto("/profile")
    sent = picture(page, 300, 200, kind)

    assert put(client, sent + b"<script>alert('behind')</script>", "text/html").status == 200

    answer = client.get("/api/v1/me/photo")
    assert answer.headers["Content-Type"] == kind
    assert page.evaluate(SIZE, "/api/v1/me/photo") == [300, 200]
    for word in (b"script", b"ICC", b"Google", b"Exif"):
        assert word not in answer.body
    # Opened by itself it is a picture, and nothing runs in it.
    alone = new_page(browser, daemon, client.cookie)
    alone.goto("/api/v1/me/photo")
    assert alone.evaluate("document.images.length") == 1
    alone.context.close()
    page.context.close()


def test_refusals_say_what_would_be_right(studio):
    daemon, admin, browser = studio
    client = daemon.person(admin, "viewer")
    page = new_page(browser, daemon, client.cookie)
    page.goto("/profile")
    large, tiny = picture(page, 1025, 20), picture(page, 15, 15)
    page.context.close()
    for sent, says in ((large, "1025 × 20"), (tiny, "16 to 1024"), (b"GIF89a" + bytes_of(40), "PNG, JPEG or WebP"),
                        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG, JPEG or WebP"), (large[:200], "damaged")):
        answer = put(client, sent, "image/png")
        assert answer.status == 422 and says in answer.json["fields"]["photo"], answer
    answer = put(client, large + bytes_of(300 << 10))
    assert answer.status == 413, answer
    foreign = client.put("/api/v1/me/photo", raw=large, headers={"Origin": "https://evil.example"})
    assert foreign.status == 403


def bytes_of(count):
    return b"\0" * count


def png(width, height):
    """A grey picture, by the specification: where a browser would be one too many."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x80" * width) * height
    return b"".join((b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
                     chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")))


def test_a_deleted_account_leaves_no_photo(new_daemon, engine):
    daemon = new_daemon(engine)
    admin = daemon.set_up()
    client = daemon.person(admin, "editor")
    assert put(client, png(64, 64)).status == 200
    who = next(one for one in admin.get("/api/v1/users").json["items"] if one["email"] == client.email)
    photo = f"/api/v1/users/{who['id']}/photo"
    assert admin.get(photo).status == 200

    assert admin.delete(f"/api/v1/users/{who['id']}").status == 204

    assert admin.get(photo).status == 404
    assert client.get("/api/v1/me/photo").status == 401
