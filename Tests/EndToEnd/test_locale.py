"""Dates, numbers and units follow the language and the time zone of whoever reads, on every page: each shown time is held
against Intl of the same browser, and what is left of the text is searched for how another language would write it."""

import re

import pytest
from browser import new_page
from looks import addresses, settled

#: Language, time zone of the account (not that of the machine), and the language of Intl.
READERS = {"de": ("Asia/Tokyo", "de"), "ja": ("America/New_York", "ja"), "en": ("Australia/Lord_Howe", "en-GB")}

#: Every `<time>` with an instant that is not written as Intl writes it: the exact one in its text or its title, and the
#: other one relative.
WRONG_TIMES = """([language, zone]) => {
  const exact = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", hour: "2-digit",
    minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZoneName: "short", timeZone: zone })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" })
  const units = [["second", 1], ["minute", 60], ["hour", 3600], ["day", 86400], ["week", 604800], ["month", 2592000], ["year", 31536000]]
  const isRelative = (text, instant) => {
    const seconds = (Date.parse(instant) - Date.now()) / 1000
    return Math.abs(seconds) < 75 || units.some(([unit, size]) =>
      [-1, 0, 1].some((off) => relative.format(Math.trunc(seconds / size) + off, unit) === text))
  }
  const all = [...document.querySelectorAll("time[datetime]")].filter((one) => one.textContent.trim() && /T/.test(one.dateTime))
  return [all.length, all.flatMap((one) => {
    const text = one.textContent.trim(), due = exact.format(new Date(one.dateTime))
    if (text === due && (!one.title || isRelative(one.title, one.dateTime))) return []
    if (one.title === due && isRelative(text, one.dateTime)) return []
    return [`${one.dateTime}: “${text}” (${one.title}), not “${due}”`]
  })]
}"""

#: What is shown, without what people or programs wrote: fields, code, names of files, text of notes.
SHOWN = """() => {
  const own = "input, textarea, select, code, pre, kbd, svg, script, style, .mono, .prose, body [lang], .icon"
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.trim(), holder = node.parentElement
    if (text && !holder.closest(own) && holder.checkVisibility()) found.push(text)
  }
  for (const one of document.querySelectorAll("[title], [aria-label]")) {
    if (!one.closest(own)) found.push(one.title, one.ariaLabel ?? "")
  }
  return found
}"""

UNITS = r"(?:[KMGTP]i[Bo]|[MGT]bit/s|ms|s|min|h|W|kWh|kg|%|°|V|A|GHz)(?![\w])"
MISWRITTEN = {
    "all": [r"\d{4}-\d\d-\d\d", r"\d\s?[AP]\.?M\b", r"\b\d\d/\d\d/\d{4}\b"],
    "de": [r"\d,\d{3}\b(?! ?" + UNITS + ")", r"\d\.\d{1,2}[\s\u00a0]?" + UNITS, r"\b\d{1,2} (?:March|May|June|July|October|December)\b",
           r"\b(?:Mar|May|Oct|Dec) \d", r"\d (?:days?|hours?|minutes?|seconds?|ago|bytes)\b"],
    "ja": [r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", r"\d (?:days?|hours?|minutes?|seconds?|ago|bytes)\b"],
    "en": [r"\d\.\d{3}\b(?! ?" + UNITS + ")", r"\d,\d{1,2}[\s\u00a0]" + UNITS],
}


def miswritten(page, language):
    rules = [re.compile(one) for one in [*MISWRITTEN["all"], *MISWRITTEN[language]]]
    # Addresses and versions are no numbers.
    texts = [re.sub(r"\d+(?:\.\d+){2,}\S*", "", one) for one in page.evaluate(SHOWN)]
    return [f"“{text[:80]}”" for text in texts if any(rule.search(text) for rule in rules)]


@pytest.fixture(scope="module")
def amounts(house):
    """Numbers that each language writes in its own way."""
    daemon, admin, browser, known = house
    admin.made("/api/v1/storage", {"name": "half", "capacity_bytes": (3 << 40) // 2, "hardware_id": known["server"]})
    server = admin.get(f"/api/v1/hardware/{known['server']}").json
    answer = admin.patch(f"/api/v1/hardware/{known['server']}", {"weight_kg": 1234.5, "power_watts": 1500},
                         headers={"If-Match": f"\"{server['revision']}\""})
    assert answer.status == 200, answer
    yield daemon, admin, browser, known
    admin.patch("/api/v1/me", {"language": None, "timezone": None})


def read_by(amounts, language, paths):
    """Everything that is wrong on these pages for a reader of that language."""
    daemon, admin, browser, _ = amounts
    zone, intl = READERS[language]
    assert admin.patch("/api/v1/me", {"language": language, "timezone": zone}).status == 200
    page = new_page(browser, daemon, admin.cookie)
    found, times = [], 0
    for path in paths:
        page.goto("about:blank")
        page.goto(path)
        settled(page)
        assert page.evaluate("document.documentElement.lang") == language, path
        seen, wrong = page.evaluate(WRONG_TIMES, [intl, zone])
        times += seen
        found += [f"{path}: {one}" for one in [*wrong, *miswritten(page, language)]]
    page.context.close()
    assert times > 0, "no time was shown"
    return found


def test_the_object_and_the_history_in_german(amounts):
    known = amounts[-1]
    assert read_by(amounts, "de", [f"/hardware/{known['server']}", "/audit"]) == []


def test_the_finder_finds(amounts):
    daemon, admin, browser, _ = amounts
    admin.patch("/api/v1/me", {"language": "de", "timezone": "Asia/Tokyo"})
    page = new_page(browser, daemon, admin.cookie)
    page.goto("/trash")
    settled(page)
    assert miswritten(page, "de") == []
    page.evaluate("""() => document.querySelector("main").append(...["1,234", "1.5 GiB", "2026-11-29", "3 days ago", "7 PM"].map(
      (text) => Object.assign(document.createElement("p"), { textContent: text })))""")
    assert len(miswritten(page, "de")) == 5
    assert page.evaluate(WRONG_TIMES, ["de", "Asia/Tokyo"])[1] == []
    assert page.evaluate(WRONG_TIMES, ["de", "Europe/Berlin"])[1] != []
    page.context.close()


@pytest.mark.long
@pytest.mark.parametrize("language", READERS)
def test_every_page(amounts, language):
    known = amounts[-1]
    assert read_by(amounts, language, [address for address, _ in addresses(known, strangers=False)]) == []
