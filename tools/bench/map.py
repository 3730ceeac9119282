"""Measures the map in headless Chromium: its first picture, its own script per frame, and its frame rate.

Usage: map.py [--nodes 10000] [--edges 20000] [--seconds 4] [--first 3700] [--small 500]

Daemons are filled with labs (lab.py), a real Chromium opens their maps, and Chromium's tracing says what the main thread did
while the map is panned, zoomed and dragged. Script is what does not depend on the graphics card: every event handler, timer
and frame callback, with garbage collection. Where no card is there, the page draws on a 2D canvas; the same is measured with
WebGL2 on the software rasteriser, whose intervals are its own, not the page's. The last table holds figures against limits.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from browser import chromium, new_page  # noqa: E402
from daemon import Daemon  # noqa: E402
from lab import count_edges, lab_of, load  # noqa: E402

CATEGORIES = ["devtools.timeline", "v8", "disabled-by-default-v8.gc", "__metadata"]
SCRIPT = {"EventDispatch", "FireAnimationFrame", "TimerFire", "FunctionCall", "RunMicrotasks", "MinorGC", "MajorGC",
          "FireIdleCallback", "V8.GC_SCAVENGER", "V8.GC_MARK_COMPACTOR"}


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


class Frames:
    """Script and intervals of the frames in one trace, in milliseconds."""

    def __init__(self, trace):
        events = json.loads(trace)["traceEvents"]
        renderers = {(event["pid"], event["tid"]) for event in events
                     if event.get("name") == "thread_name" and event["args"].get("name") == "CrRendererMain"}
        fired = {}
        for event in events:
            if event.get("name") == "FireAnimationFrame" and event.get("ph") == "X":
                fired.setdefault((event["pid"], event["tid"]), []).append(event)
        thread = max((key for key in fired if key in renderers), key=lambda key: len(fired[key]))
        mine = sorted((event for event in events if (event["pid"], event["tid"]) == thread and event.get("ph") == "X"
                       and event.get("name") in SCRIPT), key=lambda event: event["ts"])
        outer, end = [], 0
        for event in mine:
            if event["ts"] >= end:
                outer.append(event)
                end = event["ts"] + event.get("dur", 0)
        # What ran since the frame before belongs to this one, its own callbacks included.
        ends = [event["ts"] + event.get("dur", 0) for event in sorted(fired[thread], key=lambda event: event["ts"])]
        merged = [one for one, following in zip(ends, ends[1:] + [math.inf]) if following - one > 2000]
        self.script, self.processor, turn = [], [], 0
        for until in merged:
            wall = cpu = 0.0
            while turn < len(outer) and outer[turn]["ts"] < until:
                wall += outer[turn].get("dur", 0) / 1000
                cpu += outer[turn].get("tdur", outer[turn].get("dur", 0)) / 1000
                turn += 1
            self.script.append(wall)
            self.processor.append(cpu)
        self.intervals = [(b - a) / 1000 for a, b in zip(merged, merged[1:])]

    def row(self):
        return (len(self.script), quantile(self.script, 0.5), quantile(self.script, 0.95), max(self.script, default=0),
                quantile(self.processor, 0.5), quantile(self.processor, 0.95), quantile(self.intervals, 0.5), quantile(self.intervals, 0.95))


def traced(browser, page, work):
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        work()
    finally:
        trace = browser.stop_tracing()
    return Frames(trace)


def until(seconds):
    """Turns for so long; yields how much of it has passed."""
    start = time.monotonic()
    while (passed := time.monotonic() - start) < seconds:
        yield passed / seconds


def pan(page, seconds):
    page.mouse.move(720, 700)
    page.mouse.down()
    for share in until(seconds):
        angle = share * seconds * 2.2
        page.mouse.move(720 + 330 * math.sin(angle), 640 + 110 * math.cos(angle))
    page.mouse.up()
    page.wait_for_timeout(600)


def zoom(page, seconds):
    page.mouse.move(760, 420)
    for share in until(seconds):
        page.mouse.wheel(0, -90 if share % 0.5 < 0.25 else 90)
        page.wait_for_timeout(8)


def drag(page, seconds):
    """The node with the most lines, so that the most has to follow."""
    x, y = page.evaluate("() => window.busiest()")
    page.mouse.move(x, y)
    page.mouse.down()
    for share in until(seconds):
        angle = share * seconds * 3
        page.mouse.move(x + 180 * math.sin(angle), y + 90 * math.sin(angle * 0.7))
    page.mouse.up()
    page.wait_for_timeout(300)


# The page offers no handle to its inside, so the measurement finds a node by its colour change: the middle of the map.
FIND = """() => {
    window.busiest = () => {
        const map = document.querySelector('.map-canvas')
        const box = map.getBoundingClientRect()
        for (let ring = 0; ring < 90; ring += 1) for (let turn = 0; turn < 36; turn += 1) {
            const angle = turn / 24 * 2 * Math.PI
            const x = box.left + box.width / 2 + Math.cos(angle) * ring * 7
            const y = box.top + box.height / 2 + Math.sin(angle) * ring * 7
            map.dispatchEvent(new PointerEvent('pointermove', { clientX: x, clientY: y, pointerId: 1, bubbles: true }))
            if (map.style.cursor === 'pointer') return [x, y]
        }
        throw new Error('no node near the middle')
    }
}"""


# When the page says that it has drawn nodes, and when the second frame after that begins: then the first is on the screen.
PICTURE = """() => {
    window.picture = new Promise((seen) => new PerformanceObserver((list) => {
        const [mark] = list.getEntriesByName('map.drawn')
        if (mark) requestAnimationFrame(() => requestAnimationFrame(() => seen([mark.startTime, performance.now()])))
    }).observe({ type: 'mark' }))
}"""
# Frames as the page gets them, whether it draws or not.
TICKS = "() => { window.ticks = []; const tick = (now) => { window.ticks.push(now); requestAnimationFrame(tick) }; requestAnimationFrame(tick) }"


def opened(browser, daemon, cookie, renderer="auto"):
    """The map, and after how many seconds it had drawn and shown something."""
    page = new_page(browser, daemon, cookie)
    page.add_init_script(f"({PICTURE})(); localStorage.setItem('cb.map.renderer', '\"{renderer}\"')")
    page.goto("/map")
    drawn, shown = page.evaluate("() => window.picture")
    page.wait_for_timeout(1500)
    page.evaluate(FIND)
    return page, drawn / 1000, shown / 1000


def first_pictures(daemon, cookie, times=5):
    """Each in a browser of its own, which has seen nothing yet; medians."""
    drawn, shown = [], []
    for _ in range(times):
        with chromium(daemon) as browser:
            page, *both = opened(browser, daemon, cookie)
            drawn.append(both[0])
            shown.append(both[1])
            assert page.problems == [], page.problems
    return quantile(drawn, 0.5), quantile(shown, 0.5)


def frame_rates(daemon, cookie, seconds):
    """Frames a second and the 95th percentile of their intervals in milliseconds, while panning and zooming."""
    rows = {}
    with chromium(daemon) as browser:
        page, *_ = opened(browser, daemon, cookie)
        page.evaluate(TICKS)
        for work in (pan, zoom):
            whole(page)
            page.evaluate("() => void (window.ticks.length = 0)")
            work(page, seconds)
            ticks = page.evaluate("() => window.ticks")
            gaps = [b - a for a, b in zip(ticks, ticks[1:])]
            rows[work.__name__] = (1000 * len(gaps) / max(1, sum(gaps)), quantile(gaps, 0.95))
        assert page.problems == [], page.problems
    return rows


def measure(daemon, cookie, seconds, say=print, renderer="auto"):
    with chromium(daemon) as browser:
        page, *_ = opened(browser, daemon, cookie, renderer)
        card = page.evaluate("""() => {
            const gl = document.createElement('canvas').getContext('webgl2')
            const about = gl?.getExtension('WEBGL_debug_renderer_info')
            return gl ? gl.getParameter(about ? about.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : 'none'
        }""")
        soft = any(word in card for word in ("SwiftShader", "llvmpipe", "none"))
        used = page.evaluate("() => document.querySelector('.map-pixels').getContext('2d') ? '2D canvas' : 'WebGL2'")
        say(f"\ndrawn with {used}; card: {card}{' (software: intervals are its, not the page’s)' if soft else ''}")
        say(f"{'':24}{'frames':>7}{'script p50':>11}{'p95':>7}{'max':>7}{'cpu p50':>9}{'p95':>7}{'interval p50':>14}{'p95':>7}  ms")
        worst = 0.0
        # Near: what a person works with. Whole: everything at once.
        for name, prepare in (("whole map", whole), ("near", near)):
            for work in (pan, zoom, drag):
                prepare(page)
                frames = traced(browser, page, lambda: work(page, seconds))
                count, p50, p95, most, cpu50, cpu95, gap50, gap95 = frames.row()
                worst = max(worst, cpu95)
                say(f"{name + ', ' + work.__name__:24}{count:7}{p50:11.2f}{p95:7.2f}{most:7.1f}{cpu50:9.2f}{cpu95:7.2f}"
                    f"{gap50:14.1f}{gap95:7.1f}")
        assert page.problems == [], page.problems
        return worst


def whole(page):
    page.locator(".map-canvas").focus()
    page.keyboard.press("f")
    page.wait_for_timeout(1200)


def near(page):
    whole(page)
    x, y = page.evaluate("() => window.busiest()")
    page.mouse.move(x, y)
    for _ in range(24):
        page.mouse.wheel(0, -120)
        page.wait_for_timeout(20)
    page.wait_for_timeout(800)


@contextlib.contextmanager
def filled(nodes, edges):
    """A daemon with a lab of that size."""
    daemon = Daemon().start()
    try:
        admin = daemon.set_up()
        admin.timeout = 600
        admin.close()
        lab = lab_of(nodes, edges)
        load(admin, lab)
        print(f"\n{lab.nodes} nodes, {count_edges(lab)} edges; load of the machine {os.getloadavg()[0]:.1f}")
        # The first map is laid out ahead, a moment after the last change.
        time.sleep(5)
        yield daemon
    finally:
        daemon.remove()


def judge(figures):
    print("\n| figure | measured | limit | |\n|---|---:|---:|---|")
    for name, value, limit, is_met in figures:
        print(f"| {name} | {value:.2f} | {limit} | {'met' if is_met else 'MISSED'} |")
    return all(is_met for *_, is_met in figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--edges", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--first", type=int, default=3_700)
    parser.add_argument("--small", type=int, default=500)
    wish = parser.parse_args()
    figures = []
    with filled(wish.first, wish.first * 27 // 20) as daemon:
        drawn, shown = first_pictures(daemon, daemon.cookie)
        print(f"first picture: drawn {drawn:.2f} s, on the screen {shown:.2f} s after navigation (medians of five new browsers)")
        figures.append((f"first picture of {wish.first} nodes, s", shown, "<= 1.5", shown <= 1.5))
    with filled(wish.small, wish.small * 7 // 5) as daemon:
        for name, (rate, gap) in frame_rates(daemon, daemon.cookie, wish.seconds).items():
            print(f"{name}: {rate:.1f} frames a second, intervals p95 {gap:.1f} ms")
            # A frame less in two seconds is not a lower rate.
            figures.append((f"{name} of {wish.small} nodes, frames a second", rate, ">= 59", rate >= 59))
    with filled(wish.nodes, wish.edges) as daemon:
        for renderer in ("auto", "webgl"):
            worst = measure(daemon, daemon.cookie, wish.seconds, renderer=renderer)
            name = "as the page chooses" if renderer == "auto" else "WebGL2"
            figures.append((f"script per frame of {wish.nodes} nodes, {name}, p95 of processor time, worst of six, ms", worst, "<= 6", worst <= 6))
    sys.exit(0 if judge(figures) else 1)
