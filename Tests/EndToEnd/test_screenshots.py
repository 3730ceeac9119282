"""Pictures to look at, in .run/screenshots: every page and what is opened on it, wide and narrow, dark and light, with
nothing, 300 nodes and 2,000 rows.

`CB_ONLY=rack` takes only the pictures whose name has that in it, `CB_LOOKS=1440-midnight,390-daylight` only those looks.
"""

import base64
import contextlib
import os
import re

import pytest
from browser import chromium, new_page
from daemon import ROOT
from gallery import brand, furnish, grow, load_sample
from gallery_scenes import STRANGERS, name_of, opened, pages, scenes
from people_scenes import FULL, SIGNED_IN, SIGNED_OUT, open_scene
from people_scenes import furnish as furnish_people
from test_browser import say
from test_layouts import LAYOUTS
from test_samples import SIZES, start_with

pytestmark = pytest.mark.pictures
PICTURES = ROOT / ".run/screenshots"
ONLY = re.compile(os.environ.get("CB_ONLY", ""))
WIDE, PHONE = (1440, 900), (390, 844)
LOOKS = [(WIDE, "midnight"), (WIDE, "daylight"), (PHONE, "midnight"), (PHONE, "daylight")]
ONE_EACH = [(WIDE, "midnight"), (PHONE, "daylight")]
OTHERS = ("dracula", "nord", "gruvbox", "solarized-dark", "solarized-light", "monokai", "high-contrast")
LIGHT = ("daylight", "solarized-light")


class Studio:
    """One daemon, one browser; takes pictures of places and remembers what could not be reached."""

    def __init__(self, daemon, admin, browser, data):
        self.daemon, self.admin, self.browser, self.data = daemon, admin, browser, data
        self.missed = []
        self.cookies = {"stranger": None, "admin": admin.cookie if admin else None}
        PICTURES.mkdir(parents=True, exist_ok=True)

    def tab(self, look, cookie=None):
        (width, height), theme = look
        return new_page(self.browser, self.daemon, cookie, width, height, "light" if theme in LIGHT else "dark")

    def cookie(self, who):
        """Somebody's session; the administrator who acts as another signs in anew."""
        if who not in self.cookies:
            self.cookies[who] = self.daemon.person(self.admin, who).cookie
        return self.cookies[who]

    def keep(self, page, name, look):
        (width, _), theme = look
        page.screenshot(path=PICTURES / f"{self.data}--{name}--{width}-{theme}.png")

    def wanted(self, names, looks):
        chosen = os.environ.get("CB_LOOKS", "").split(",")
        return [look for look in looks if chosen == [""] or f"{look[0][0]}-{look[1]}" in chosen] \
            if any(ONLY.search(f"{self.data}--{name}") for name in names) else []

    def take_pages(self, places, looks, who="admin"):
        """(name, path) each, one after the other in one tab."""
        for look in self.wanted([name for name, _ in places], looks):
            cookie = self.cookie(who)
            if cookie:
                self.themed(look)
            page = self.tab(look, cookie)
            for name, path in places:
                if ONLY.search(f"{self.data}--{name}"):
                    with self.noted(name, look):
                        settle(page, path)
                        self.keep(page, name, look)
            page.context.close()

    def take_scenes(self, all_scenes, looks):
        """Each in a tab of its own: what one leaves behind is not seen in the next."""
        for scene in all_scenes:
            for look in self.wanted([scene.name], looks):
                if look[0][0] not in scene.widths:
                    continue
                self.themed(look)
                page = self.tab(look, self.cookie(scene.who))
                with self.noted(scene.name, look):
                    page.set_default_timeout(15_000)
                    open_scene(page, scene)
                    page.wait_for_timeout(200)
                    self.keep(page, scene.name, look)
                page.context.close()

    def themed(self, look):
        assert self.admin.patch("/api/v1/me", {"theme": look[1]}).status == 200

    @contextlib.contextmanager
    def noted(self, name, look):
        try:
            yield
        except Exception as error:  # noqa: BLE001
            self.missed.append(f"{name} {look}: {str(error).splitlines()[0]}")

    def done(self):
        print(f"{len(list(PICTURES.glob(f'{self.data}--*.png')))} pictures of “{self.data}” in {PICTURES}")
        assert self.missed == [], "\n".join(["not reached:", *self.missed])


#: Nothing is being read any more, and the fonts are there.
STILL = """async () => {
  await document.fonts.ready;
  return !document.querySelector('.skeleton, .busy-line:not([hidden]), [aria-busy="true"], .map-wait');
}"""


def settle(page, path):
    page.goto(path)
    page.locator("main").first.wait_for()
    page.wait_for_timeout(250)
    page.wait_for_function(STILL, timeout=10_000)
    page.wait_for_timeout(900 if path.startswith("/map") else 300)


@contextlib.contextmanager
def studio(daemon, admin, data):
    with chromium(daemon) as browser:
        made = Studio(daemon, admin, browser, data)
        yield made
        made.done()


def kinds_of(admin):
    return admin.get("/api/v1/kinds").json["items"]


def strangers():
    return [("ca" if route == "/ca" else name_of(route), route + tail) for route, tail in STRANGERS.items()]


def test_pictures_of_the_wizard(new_daemon):
    daemon = new_daemon()
    with studio(daemon, None, "wizard") as at:
        page = at.tab((WIDE, "midnight"))
        page.goto("/")
        page.wait_for_url("**/setup")
        walk(at, page, daemon)


def walk(at, page, daemon):
    """The wizard by its own buttons, with a picture of each step in both sizes."""
    from daemon import ADMIN
    from test_browser import keep_key

    def both(name):
        for (width, height), scheme in ((WIDE, "dark"), (PHONE, "light")):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            if name.endswith("map"):
                page.reload()
                page.wait_for_timeout(900)
            page.wait_for_timeout(300)
            at.keep(page, name, ((width, height), "daylight" if scheme == "light" else "midnight"))
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    def onward():
        page.get_by_role("button", name=say("common.next")).click()

    page.get_by_label(say("setup.code"), exact=True).wait_for()
    both("1-code")
    page.get_by_label(say("setup.code"), exact=True).fill("0000-0000")
    onward()
    page.locator(".form-problem, .field-problem, .field-error").first.wait_for()
    both("1-code-wrong")
    page.get_by_label(say("setup.code"), exact=True).fill(daemon.setup_code)
    onward()
    for label, value in (("display_name", ADMIN["display_name"]), ("email", ADMIN["email"]), ("password", ADMIN["password"]),
                         ("password_again", ADMIN["password"])):
        page.get_by_label(say(f"account.{label}"), exact=True).fill(value)
    both("2-account")
    page.get_by_role("button", name=say("setup.create_account")).click()
    for number, step in ((3, "look"), (4, "region"), (5, "mail")):
        page.get_by_role("heading", name=say(f"setup.{step}_title")).wait_for()
        both(f"{number}-{step}")
        onward()
    page.get_by_role("heading", name=say("setup.vault_title")).wait_for()
    both("6-vault")
    keep_key(page, daemon)
    page.locator(".look-line-item").first.wait_for()
    both("7-first-look")
    page.locator(".setup-foot button").last.click()
    page.wait_for_url("**/map")
    page.wait_for_timeout(900)
    both("8-map")


def test_pictures_of_nothing(new_daemon):
    """Empty pages teach."""
    daemon = new_daemon()
    admin = daemon.set_up()
    with studio(daemon, admin, "empty") as at:
        lists = {f"/{kind['path']}" for kind in kinds_of(admin)} - {"/hardware", "/notes"}
        places = pages({}, kinds_of(admin))
        at.take_pages([one for one in places if one[1] not in lists], ONE_EACH)
        at.take_pages([one for one in places if one[1] in lists], ONE_EACH[1:])
        at.take_pages(strangers(), ONE_EACH, who="stranger")


def test_pictures_of_a_full_lab(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    shown = furnish(daemon, admin)
    with studio(daemon, admin, "lab") as at:
        kinds = kinds_of(admin)
        missing = {kind["path"] for kind in kinds} - set(shown)
        assert missing == set(), f"furnish makes none of {missing}"
        places = pages(shown, kinds)
        many = [name for name, path in places if path.strip("/").split("/")[0] not in ("hardware", "map", "notes")
                and path.strip("/").split("/")[0] in {kind["path"] for kind in kinds}]
        at.take_pages([one for one in places if one[0] not in many], LOOKS)
        # The lists of all kinds are one page: each wide in the dark and narrow in both is enough.
        at.take_pages([one for one in places if one[0] in many], LOOKS[:1] + LOOKS[2:])
        shared = admin.made("/api/v1/share-links", {"label": "picture", "expires_in_hours": 1})["link"]
        at.take_scenes(scenes(shown), LOOKS)
        at.take_scenes(opened(shown, shared.split("#")[1]), LOOKS)
        some = ("map", "hardware-one", "address-plan", "racks-one-elevation", "notes-one", "settings-look")
        at.take_pages([one for one in places if one[0] in some], [(WIDE, theme) for theme in OTHERS])
        at.take_pages([("shared-map", shared.removeprefix(daemon.address))], LOOKS, who="stranger")
        said = admin.patch("/api/v1/me", {"language": "de"}); assert said.status == 200, said
        german = ("map", "hardware", "hardware-one", "settings", "audit", "trash", "profile", "racks-one-elevation", "address-plan")
        at.take_pages([(f"german-{name}", path) for name, path in places if name in german], ONE_EACH)
        assert admin.patch("/api/v1/me", {"language": None}).status == 200
        brand(admin)
        at.take_pages([("branded-sign-in", "/sign-in"), ("branded-reset", "/reset-password")], LOOKS, who="stranger")
        at.take_pages([("branded-hardware", "/hardware"), ("branded-look", "/settings/look")], ONE_EACH)


def test_pictures_of_many(new_daemon):
    daemon = new_daemon()
    admin = daemon.set_up()
    load_sample(admin)
    grow(admin)
    with studio(daemon, admin, "many") as at:
        at.take_pages([(name_of(path), path) for path in ("/map", "/hardware", "/services", "/inventory", "/audit", "/search?q=host",
                                                          "/map/single-points")], LOOKS)


def test_pictures_of_people(new_daemon):
    """People, secrets and sign-in, in a house that is full."""
    daemon = new_daemon()
    admin = daemon.set_up()
    reader = furnish_people(daemon, admin)
    with studio(daemon, admin, "people") as at:
        own = daemon.sign_in()
        assert own.post(f"/api/v1/users/{reader}/masquerade").status == 204
        at.cookies["acting"] = own.cookie
        at.take_scenes(SIGNED_OUT + SIGNED_IN + FULL, LOOKS)


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_layouts(size, new_daemon):
    """Each sample lab in each layout; some in the light and on a phone."""
    daemon = new_daemon()
    admin = daemon.set_up()
    with studio(daemon, admin, f"layouts-{size}") as at:
        if not ONLY.search(f"{at.data}--"):
            return
        start_with(new_page(at.browser, daemon, cookie=admin.cookie), size)
        for place, layout in enumerate(LAYOUTS):
            board = admin.get("/api/v1/maps").json["items"][0]
            assert admin.patch(f"/api/v1/maps/{board['id']}", {"layout": layout}).status == 200
            looks = [(WIDE, "midnight")]
            if size == 40 or place == 0:
                looks += [(WIDE, "daylight"), (PHONE, "midnight")]
            at.take_pages([(layout, "/map")], looks)


#: How a lossless PNG becomes small: the browser itself writes WebP, so nothing has to be installed for it.
SMALL = """async ([source, quality]) => {
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}"""


def test_pictures_for_the_readme(new_daemon):
    """The two in docs/images: the map of a sample lab, and a rack that is full. At most 200 kB each."""
    if not ONLY.search("readme"):
        return
    lab, house = new_daemon(), new_daemon()
    admin, other = lab.set_up(), house.set_up()
    load_sample(admin, 40)
    board = admin.get("/api/v1/maps").json["items"][0]
    assert admin.patch(f"/api/v1/maps/{board['id']}", {"layout": "hierarchical"}).status == 200
    keep_small(lab, admin, "/map", "map")
    keep_small(house, other, f"/racks/{furnish(house, other)['racks']}/elevation", "rack")


def keep_small(daemon, admin, path, name):
    assert admin.patch("/api/v1/me", {"theme": "midnight"}).status == 200
    with chromium(daemon) as browser:
        page = new_page(browser, daemon, admin.cookie, 1280, 800, scale=1.5)
        settle(page, path)
        # The toolbar, the rings and the words of the map come in one after the other.
        page.wait_for_timeout(1_000)
        source = "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()
        small = base64.b64decode(browser.new_page().evaluate(SMALL, [source, 0.86]))
        assert len(small) <= 200_000, f"{name}: {len(small)} bytes"
        (ROOT / "docs/images").mkdir(exist_ok=True)
        (ROOT / f"docs/images/{name}.webp").write_bytes(small)
