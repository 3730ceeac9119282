"""The interface in another language: who chooses it, what is fetched, what it says, and that German fits a phone."""

import json
import pathlib

import pytest
from browser import chromium, new_page, quiet, without_refusals

LOCALES = pathlib.Path(__file__).parents[2] / "share/circuit-breaker/web/locales"
PAGES = [
    "/map", "/hardware", "/inventory", "/discovery", "/status", "/search?q=nas", "/trash", "/audit", "/settings",
    "/notes", "/notes?new=1", "/settings/look",
    "/settings/region", "/settings/users", "/settings/tokens", "/settings/vault", "/settings/backups", "/settings/mail",
    "/settings/providers", "/settings/invitations", "/profile", "/profile/security", "/ca", "/settings/sharing",
    "/map/single-points"]

#: Words of the page itself that do not fit their place: cut off, or outside the window with nothing to scroll them in.
#: Names that people gave may end in an ellipsis; they stand in table cells.
CUT = """() => {
  const own = "h1, h2, h3, button, .button, .tab, label, legend, dt, th, [role=columnheader], .dock a, .card p, .page-head p";
  const scrolls = (element) => {
    for (let one = element.parentElement; one; one = one.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(one).overflowX) && one !== document.documentElement) return true;
    }
    return false;
  };
  const found = [];
  for (const element of document.querySelectorAll(own)) {
    const text = element.innerText?.trim(), box = element.getBoundingClientRect(), style = getComputedStyle(element);
    if (!text || box.width < 2 || style.visibility === "hidden" || element.closest("[hidden], .visually-hidden")) continue;
    for (const part of [element, ...element.querySelectorAll("span")]) {
      const look = getComputedStyle(part);
      const isCut = look.overflowX !== "visible" && !/auto|scroll/.test(look.overflowX) &&
        part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 2;
      if (isCut && look.display !== "inline") found.push(`cut: ${text.slice(0, 60)}`);
    }
    if (!scrolls(element) && (box.right > innerWidth + 1 || box.left < -1)) found.push(`outside: ${text.slice(0, 60)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide`);
  return found;
}"""


def words(language):
    return json.loads((LOCALES / f"{language}.json").read_text())


@pytest.fixture(scope="module")
def house(lab):
    daemon, admin = lab
    admin.made("/api/v1/hardware", {"name": "nas-1", "role": "nas"})
    with chromium(daemon) as browser:
        yield daemon, admin, browser


def test_german_fits_a_phone(house):
    daemon, admin, browser = house
    assert admin.patch("/api/v1/me", {"language": "de"}).status == 200
    page = new_page(browser, daemon, admin.cookie, width=390, height=844)
    try:
        cut = {}
        for path in PAGES:
            page.goto(path)
            page.locator("h1:visible, canvas:visible, form:visible").first.wait_for()
            quiet(page)
            assert page.evaluate("document.documentElement.lang") == "de", path
            found = page.evaluate(CUT)
            if found:
                cut[path] = found
        assert cut == {}
        assert page.problems == []
        page.goto("/ca")
        page.locator("h1:visible").first.wait_for()
        page.evaluate("""() => {
          const heading = document.querySelector("h1");
          heading.innerText = "Donaudampfschifffahrtsgesellschaft".repeat(4);
          heading.style.setProperty("white-space", "nowrap");
        }""")
        assert page.evaluate(CUT), "the finder finds what is too long"
    finally:
        page.context.close()
        admin.patch("/api/v1/me", {"language": None})


def test_what_the_daemon_calls_things_is_said_in_the_language_of_the_page(house):
    daemon, admin, browser = house
    admin.patch("/api/v1/me", {"language": "de"})
    page = new_page(browser, daemon, admin.cookie, width=390, height=844)
    english = {name for name, german in words("de")["said"].items() if german != name and len(name) > 6}
    for path in ("/settings/vault", "/settings/backups", "/settings/go-live", "/profile/security"):
        page.goto(path)
        page.locator("h1:visible").first.wait_for()
        quiet(page)
        said = set(page.locator("main").inner_text().replace("\t", "\n").splitlines())
        assert said & english == set(), path
        # Where one is, is not cut either.
        assert page.evaluate("() => [...document.querySelectorAll('.crumbs > *')].every((one) => one.scrollWidth <= one.clientWidth)"), path
    admin.patch("/api/v1/me", {"language": None})
    page.context.close()


def test_whoever_signs_in_chooses_the_language_and_only_that_one_is_fetched(house):
    daemon, _, browser = house
    page = new_page(browser, daemon)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.split("/locales/")[1])
            if "/locales/" in request.url else None)
    page.goto("/sign-in")
    page.get_by_role("button", name=words("en")["sign_in"]["verb"], exact=True).wait_for()
    assert set(fetched) == {"en.json"}

    page.locator("select.language-picker").select_option("ja")

    page.get_by_role("button", name=words("ja")["sign_in"]["verb"], exact=True).wait_for()
    assert page.evaluate("document.documentElement.lang") == "ja"
    del fetched[:]
    page.reload()
    page.get_by_role("button", name=words("ja")["sign_in"]["verb"], exact=True).wait_for()
    assert set(fetched) == {"ja.json"}, "the browser keeps the choice"
    assert without_refusals(page.problems) == []
    page.context.close()


def test_the_profile_changes_the_language_at_once(house):
    daemon, admin, browser = house
    page = new_page(browser, daemon, admin.cookie)
    page.goto("/profile")
    page.get_by_label(words("en")["settings"]["language"]).select_option("fr")
    page.get_by_role("button", name=words("en")["common"]["save"], exact=True).click()

    page.get_by_label(words("fr")["settings"]["language"]).wait_for()

    assert page.evaluate("document.documentElement.lang") == "fr"
    assert admin.get("/api/v1/me").json["language"] == "fr"
    page.goto("/hardware")
    page.get_by_role("heading", name=words("fr")["said"]["Hardware"]).first.wait_for()
    admin.patch("/api/v1/me", {"language": None})
    page.context.close()


def test_an_import_is_explained_in_the_language_of_the_page(house):
    daemon, admin, browser = house
    admin.patch("/api/v1/me", {"language": "de"})
    page = new_page(browser, daemon, admin.cookie)
    page.goto("/hardware")
    page.get_by_role("button", name=words("de")["inventory"]["more_actions"]).first.click()
    page.get_by_role("menuitem", name=words("de")["lines"]["menu"]).click()
    dialog = page.get_by_role("dialog")
    look = dialog.get_by_role("button", name=words("de")["inventory"]["import_look"])
    # The heading is the page's own; what is wrong and what would be there are said as the page would say it.
    dialog.get_by_role("textbox").fill("Name;IP-Adresse;Rolle;Volle Tiefe;Gewicht\nneu;10.77.0.1;switch;true;12.5\n;10.77.0.2;;;")
    look.click()
    dialog.locator(".import-row.is-bad", has_text=words("de")["said"]["Fill this in."]).wait_for()
    dialog.locator(".import-number.is-ok").click()
    shown = dialog.locator(".import-row").inner_text().replace("\xa0", " ")
    for text in ("Rolle Switch", "Volle Tiefe Ja", "Gewicht 12,5 kg"):
        assert text in shown, shown
    admin.patch("/api/v1/me", {"language": None})
    page.context.close()


#: Names and abbreviations that are the same everywhere.
SAME = set("""NAS LUN HDD SSD NVMe VPS SaaS CDN DNS Proxmox Kubernetes Ceph VMware Hyper-V VLAN VLANs LAN WLAN WAN VPN DMZ DHCP
SFP SFP+ QSFP WireGuard USB MTU SLAAC DAC SSH BGP 19 10 23""".split()) | {"Docker swarm", "Docker compose"}


def test_every_name_that_the_daemon_gives_to_kinds_and_fields_is_translated(house):
    _, admin, _ = house
    names = set()
    for kind in admin.get("/api/v1/kinds").json["items"]:
        names |= {kind["label"], kind["plural"]}
        for field in kind["fields"]:
            names |= {field["label"], field.get("group"), field.get("help")}
            names |= {choice["label"] for choice in field.get("choices") or []}
    known = set(words("de")["said"])
    assert names - known - SAME - {None} == set()
