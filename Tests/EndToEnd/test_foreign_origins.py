"""Foreign origins: all off, the browser asks nobody but the daemon; on, exactly those listed. The browser's requests are
stopped before they leave it, so nothing here needs a network."""

import itertools
import json
import re
from urllib.parse import urlsplit

import pytest
from browser import chromium, new_page
from test_browser import say

ORIGINS = {
    "gravatar": {"https://www.gravatar.com"},
    "google_fonts": {"https://fonts.googleapis.com", "https://fonts.gstatic.com"},
    "open_meteo": {"https://geocoding-api.open-meteo.com", "https://api.open-meteo.com"},
}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c63f8cfc0500f0004850180"
    "84a98c210000000049454e44ae426082".replace(" ", ""))
SHEET = """@font-face { font-family: "Source Sans 3"; font-weight: 400;
    src: url(https://fonts.gstatic.com/s/sourcesans3/x.woff2) format("woff2") }"""


@pytest.fixture(scope="module")
def window(lab):
    daemon, admin = lab
    assert admin.patch("/api/v1/me", {"photo": "gravatar", "font": "source-sans"}).status == 200
    assert admin.patch("/api/v1/settings", {"city": "Graz", "latitude": 47.07, "longitude": 15.44, "units": "f"}).status == 200
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def recorded(window, allowed):
    """What a person's way through the pages asks for: the origins, and the policies that came with the pages."""
    daemon, admin, browser = window
    switches = {name: name in allowed for name in ORIGINS}
    assert admin.patch("/api/v1/settings", {"foreign_origins": switches}).status == 200
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.add_init_script("""window.reports = []
        document.addEventListener('securitypolicyviolation', (event) => window.reports.push(event.blockedURI))""")
    origins, policies = set(), set()

    def stop(route):
        """The browser's protocol hands every request over before it is made (Fetch.requestPaused)."""
        url = route.request.url
        parts = urlsplit(url)
        origins.add(f"{parts.scheme}://{parts.netloc}")
        cors = {"access-control-allow-origin": "*"}
        if parts.netloc == "www.gravatar.com":
            return route.fulfill(status=200, content_type="image/png", body=PIXEL)
        if parts.netloc == "fonts.googleapis.com":
            return route.fulfill(status=200, content_type="text/css", headers=cors, body=SHEET)
        if parts.netloc == "fonts.gstatic.com":
            return route.fulfill(status=200, content_type="font/woff2", headers=cors, body=b"")
        if parts.netloc == "api.open-meteo.com":
            return route.fulfill(status=200, content_type="application/json", headers=cors,
                                 body=json.dumps({"current": {"temperature_2m": 51.6, "weather_code": 61}}))
        if parts.netloc == "geocoding-api.open-meteo.com":
            return route.fulfill(status=200, content_type="application/json", headers=cors, body=json.dumps(
                {"results": [{"name": "Graz", "country": "Austria", "latitude": 47.07, "longitude": 15.44,
                              "timezone": "Europe/Vienna"}]}))
        return route.abort()

    page.route(re.compile(f"^(?!{re.escape(daemon.address)}/)"), stop)
    page.on("response", lambda answer: policies.add(answer.headers.get("content-security-policy"))
            if answer.request.resource_type == "document" else None)
    for path in ("/hardware", "/profile", "/map", "/settings/users"):
        page.goto(path)
        page.locator("#bar .avatar").wait_for()
        page.wait_for_timeout(200)
    page.goto("/settings/region")
    page.get_by_label(say("settings.city")).first.fill("Gra")
    if "open_meteo" in allowed:
        page.get_by_role("option", name="Graz").first.wait_for()
        page.get_by_text("52 °F").wait_for()
    page.wait_for_timeout(300)
    reports = page.evaluate("window.reports")
    page.context.close()
    assert reports == [], "the pages ask for what the policy forbids"
    return origins, policies


CHOICES = [set(), set(ORIGINS), *({name} for name in ORIGINS)]


@pytest.mark.parametrize("allowed", CHOICES, ids=lambda allowed: "+".join(sorted(allowed)) or "none")
def test_exactly_the_switched_on_origins_are_asked(window, allowed):
    origins, policies = recorded(window, allowed)

    wanted = set(itertools.chain.from_iterable(ORIGINS[name] for name in allowed))
    assert origins == wanted
    assert len(policies) == 1, policies
    policy = policies.pop()
    named = {word for word in policy.replace(";", " ").split() if word.startswith("https://")}
    assert named == wanted
    assert "unsafe" not in policy
    print(f"{'+'.join(sorted(allowed)) or 'all off'}: {sorted(origins) or 'nothing outside the daemon'}")


def test_the_bundled_fonts_are_the_daemons_own(window):
    daemon, admin, browser = window
    assert admin.patch("/api/v1/me", {"font": "inter"}).status == 200
    page = new_page(browser, daemon, cookie=admin.cookie)
    page.goto("/hardware")
    page.locator("#bar .avatar").wait_for()
    # Where they lie, as the style sheet says; only what stands in meanwhile is of the machine itself.
    places = page.evaluate("""() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
        .filter((rule) => rule instanceof CSSFontFaceRule && !rule.style.getPropertyValue("font-family").includes("meanwhile"))
        .map((rule) => new URL(/url\\("?([^")]+)/.exec(rule.style.getPropertyValue("src"))[1], rule.parentStyleSheet.href).href)""")
    assert len(places) >= 6
    assert all(place.startswith(daemon.address) for place in places), places
    served = [admin.get(place.removeprefix(daemon.address)) for place in places]
    assert [answer.status for answer in served] == [200] * len(places)
    assert all(answer.body[:4] == b"wOF2" for answer in served)
