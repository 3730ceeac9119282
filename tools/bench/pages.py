"""Measures the load of every page in headless Chromium: TLS, nothing cached, on an empty install, a lab of 300 objects and
one of 2,000, and prints one table.

Usage: pages.py [--sizes 0,300,2000] [--only WORD[,WORD…]] [--runs 3] [--json FILE] [--phone]

The browser says it of itself: largest paint, layout shifts and long tasks by PerformanceObserver; bytes and requests by the
DevTools protocol as they went over the wire, in a load of their own, since a browser that tells of each of 165 requests is
later by a fifth. The second `task`, `script` and `busy` are processor time of the page's main
thread, so they are the page's own whatever else runs on the machine; largest paint and the first `task`, the longest one, are
by the clock and grow with it.
Each figure is the median of the runs, each run in a browser profile of its own. What misses its limit is marked with `!`,
and the program ends with 1.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CB_BINARY", str(ROOT / ".build/release/circuit-breaker"))
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from browser import chromium, new_page  # noqa: E402
from daemon import Daemon  # noqa: E402
from lab import lab_of, load  # noqa: E402

# What a page may take: the largest paint and the longest task in ms, script in kB as it is transferred, shifts.
LIMITS = {"lcp": 1_000, "script_kb": 250, "longest": 100, "shift": 0.02}
QUIET = 400
OBSERVE = """
window.seen = { lcp: 0, what: '', shift: 0, shifted: [], tasks: [], last: 0 }
const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
watch('largest-contentful-paint', (entry) => {
  window.seen.lcp = entry.startTime
  const at = entry.element
  window.seen.what = at ? `${at.localName}.${at.className}`.slice(0, 40) : entry.url.slice(-40)
})
watch('layout-shift', (entry) => {
  if (entry.hadRecentInput) return
  window.seen.shift += entry.value
  for (const { node } of entry.sources) window.seen.shifted.push(`${node?.localName ?? '?'}.${node?.className ?? ''}`.slice(0, 40))
})
watch('longtask', (entry) => {
  window.seen.tasks.push(Math.round(entry.duration))
  window.seen.last = entry.startTime + entry.duration
})
"""


def inventory_paths(admin):
    """Every kind that has a list, as the daemon describes them."""
    kinds = admin.get("/api/v1/kinds").json
    return [kind["path"] for kind in kinds.get("items", kinds) if kind.get("group") != "relation"]


def pages_of(admin, size):
    """(name, address, whether somebody is signed in) of every page."""
    first = admin.get("/api/v1/hardware?limit=1").json["items"]
    found = [("map", "/map", True), ("single points", "/map/single-points", True), ("inventory", "/inventory", True)]
    found += [(f"list {path}", f"/{path}", True) for path in inventory_paths(admin)]
    if size:
        rack = admin.get("/api/v1/racks?limit=1").json["items"][0]
        note = admin.get("/api/v1/notes?limit=1").json["items"][0]
        found += [("object", f"/hardware/{first[0]['id']}", True), ("rack", f"/racks/{rack['id']}/elevation", True),
                  ("note", f"/notes/{note['id']}", True), ("search", "/search?q=nas", True)]
        link = admin.made("/api/v1/share-links", {"label": "bench", "expires_in_hours": 1})
        found.append(("share", f"/share#{secret_of(link)}", False))
    else:
        found.append(("share, ended", "/share#nothing", False))
    found += [("address plan", "/address-plan", True), ("notes", "/notes", True), ("discovery", "/discovery", True),
              ("audit", "/audit", True), ("status", "/status", True), ("trash", "/trash", True), ("profile", "/profile", True),
              ("profile security", "/profile/security", True), ("settings", "/settings", True)]
    found += [(f"settings {name}", f"/settings/{name}", True) for name in (
        "users", "tokens", "sharing", "vault", "backups", "go-live", "invitations", "mail", "providers")]
    return found + [("sign-in", "/sign-in", False), ("reset", "/reset-password", False), ("trust", "/ca", False)]


def secret_of(link):
    """What stands behind `#` in an address to share."""
    return link["link"].split("#")[1]


def fill(admin, size):
    if size == 0:
        return
    if size == 300:
        sample = json.loads((ROOT / "share/circuit-breaker/web/samples/lab-300.json").read_text())
        for path, rows in sample["rows"].items():
            answer = admin.request("POST", f"/api/v1/{path}/import?format=json", rows)
            assert answer.status == 200, answer
    else:
        load(admin, lab_of(size))
    rack = admin.made("/api/v1/racks", {"name": "rack 1", "height_units": 42})
    for at, thing in enumerate(admin.get("/api/v1/hardware?limit=16").json["items"]):
        admin.patch(f"/api/v1/hardware/{thing['id']}", {"rack_id": rack["id"], "rack_unit": at * 2 + 1},
                    headers={"If-Match": f"\"{thing['revision']}\""})
    for number in range(12):
        admin.made("/api/v1/notes", {"name": f"runbook {number:02}", "notes": f"# Step {number}\n\nLook at the *lights*.\n\n"
                                     "| port | what |\n|---|---|\n| 1 | uplink |\n\n- [ ] first\n- [ ] second\n" * 6})


def spent_by_processes():
    """Processor time of the browser's processes and of the daemon so far, in ms; exited ones are left out."""
    tick = os.sysconf("SC_CLK_TCK")
    parents, own = {}, {}
    for place in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name, rest = (place / "stat").read_text().split("(", 1)[1].rsplit(") ", 1)
        except OSError:
            continue
        parts = rest.split()
        parents[int(place.name)] = int(parts[1])
        own[int(place.name)] = (name, (int(parts[11]) + int(parts[12])) * 1_000 / tick)

    def is_mine(pid):
        while pid and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid != 0

    mine = [one for pid, one in own.items() if is_mine(pid)]
    return [sum(time for name, time in mine if name.startswith(start)) for start in ("chrom", "circuit-breaker")]


class Load:
    """One load of one page in a profile of its own."""

    def __init__(self, browser, daemon, cookie, address, width, height):
        page = new_page(browser, daemon, cookie, width, height)
        page.add_init_script(OBSERVE)
        meter = page.context.new_cdp_session(page)
        meter.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = spent_by_processes()
        page.goto(address, wait_until="load")
        settle(page)
        self.seen = page.evaluate("() => window.seen")
        spent = {one["name"]: one["value"] * 1_000 for one in meter.send("Performance.getMetrics")["metrics"]}
        self.busy, self.scripting = spent["TaskDuration"], spent["ScriptDuration"]
        self.browser, self.daemon = (now - then for now, then in zip(spent_by_processes(), before))
        self.elements = page.evaluate("() => document.querySelectorAll('*').length")
        page.context.close()

    def figures(self):
        return {"lcp": self.seen["lcp"], "shift": self.seen["shift"], "longest": max(self.seen["tasks"], default=0),
                "scripting": self.scripting, "busy": self.busy, "browser": self.browser, "daemon": self.daemon, "elements": self.elements}


def settle(page):
    """Waits until the page asks for nothing and nothing is painted, moved or worked on for a while."""
    page.locator("main").first.wait_for(timeout=60_000)
    quiet_since, known, deadline = time.monotonic(), None, time.monotonic() + 30
    while (time.monotonic() - quiet_since) * 1_000 < QUIET and time.monotonic() < deadline:
        page.wait_for_timeout(50)
        seen = page.evaluate("() => [window.seen.lcp, window.seen.tasks.length, window.seen.shift]")
        if (now := (seen, len(page.pending))) != known:
            known, quiet_since = now, time.monotonic()


def weight(browser, daemon, cookie, address, width, height):
    """Bytes of scripts and of everything, and requests, as DevTools counts them, in a load of its own."""
    page = new_page(browser, daemon, cookie, width, height)
    page.add_init_script(OBSERVE)
    meter = page.context.new_cdp_session(page)
    meter.send("Network.enable")
    kinds, sizes = {}, {}
    meter.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["response"]["mimeType"]}))
    meter.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(address, wait_until="load")
    settle(page)
    page.context.close()
    script = sum(size for request, size in sizes.items() if "javascript" in kinds.get(request, ""))
    return {"script_kb": script / 1_000, "all_kb": sum(sizes.values()) / 1_000, "requests": len(sizes)}


def heaviest(browser, daemon, cookie, address, width, height):
    """Processor time of the longest task of the page's main thread, out of a trace, in a load of its own."""
    page = new_page(browser, daemon, cookie, width, height)
    browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline", "__metadata"])
    page.goto(address, wait_until="load")
    page.locator("main").first.wait_for(timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(QUIET)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.context.close()
    mains = {(event["pid"], event["tid"]) for event in events
             if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"}
    return max((event.get("tdur", 0) / 1_000 for event in events
                if event.get("name") == "RunTask" and (event["pid"], event["tid"]) in mains), default=0)


def median_of(loads):
    figures = [load.figures() for load in loads]
    return {name: statistics.median(one[name] for one in figures) for name in figures[0]}


def row(name, figures, loads):
    marks = {key: "!" if figures[key] > limit else " " for key, limit in LIMITS.items()}
    text = (f"{name:28}{figures['lcp']:6.0f}{marks['lcp']}{figures['script_kb']:7.0f}{marks['script_kb']}"
            f"{figures['all_kb']:7.0f}{figures['requests']:6.0f}{figures['longest']:7.0f}{marks['longest']}"
            f"{figures['task_cpu']:7.0f}{figures['shift']:7.3f}{marks['shift']}{figures['scripting']:8.0f}{figures['busy']:7.0f}{figures['browser']:9.0f}"
            f"{figures['daemon']:8.0f}{figures['elements']:7.0f}")
    why = []
    if marks["lcp"] == "!":
        why.append(f"largest: {loads[-1].seen['what']}")
    if marks["shift"] == "!":
        why.append(f"moved: {', '.join(list(dict.fromkeys(loads[-1].seen['shifted']))[:3])}")
    return text + ("  " + "; ".join(why) if why else ""), [key for key, mark in marks.items() if mark == "!"]


HEAD = (f"{'':28}{'LCP':>6} {'script':>7} {'all':>7}{'reqs':>6}{'task':>7} {'task':>7}{'shift':>7} {'script':>8}{'busy':>7}{'browser':>9}{'daemon':>8}{'nodes':>7}\n"
        f"{'':28}{'ms':>6} {'kB':>7} {'kB':>7}{'':>6}{'ms':>7} {'cpu ms':>7}{'':>7} {'cpu ms':>8}{'cpu ms':>7}{'cpu ms':>9}{'cpu ms':>8}")


def measure(daemon, cookie, pages, wish, kept, size):
    missed = []
    width, height = (390, 844) if wish.phone else (1440, 900)
    with chromium(daemon) as browser:
        Load(browser, daemon, None, "/sign-in", width, height)  # the browser itself warms up
        for name, address, known in pages:
            if wish.only and not any(word in name for word in wish.only.split(",")):
                continue
            loads = [Load(browser, daemon, cookie if known else None, address, width, height) for _ in range(wish.runs)]
            figures = median_of(loads) | weight(browser, daemon, cookie if known else None, address, width, height)
            figures["task_cpu"] = heaviest(browser, daemon, cookie if known else None, address, width, height)
            text, bad = row(name, figures, loads)
            print(text, flush=True)
            kept[f"{size} {name}"] = figures
            missed += [f"{size} objects, {name}: {key} {figures[key]:.2f} (limit {LIMITS[key]})" for key in bad]
    return missed


def run(size, wish, kept):
    daemon = Daemon().start()
    try:
        missed = []
        print(f"\n{size or 'no'} objects; load of the machine {os.getloadavg()[0]:.1f}\n{HEAD}")
        if size == 0:
            missed += measure(daemon, None, [("setup", "/setup", False)], wish, kept, size)
        admin = daemon.set_up()
        admin.timeout = 300
        fill(admin, size)
        return missed + measure(daemon, admin.cookie, pages_of(admin, size), wish, kept, size)
    finally:
        daemon.remove()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="0,300,2000")
    parser.add_argument("--only", default="", help="pages whose name holds one of these words")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", help="writes the figures to this file")
    parser.add_argument("--phone", action="store_true", help="390 pixels wide")
    wish = parser.parse_args()
    kept, missed = {}, []
    for size in wish.sizes.split(","):
        missed += run(int(size), wish, kept)
    if wish.json:
        pathlib.Path(wish.json).write_text(json.dumps(kept, indent=1))
    print("\n" + ("\n".join(["over the limit:", *missed]) if missed else "every page is within its limits"))
    sys.exit(1 if missed else 0)
