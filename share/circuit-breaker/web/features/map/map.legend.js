// @ts-check
/** The legend: what is on screen, and nothing else. */
import { h, replace, svg } from "../../lib/dom.js";
import { count as grouped } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { hueOf, icon } from "../../icons/icons.js";
import { statusRing, statusWord } from "../../ui/status.js";
import { EDGE_STYLES } from "./edges.model.js";
import { legendWork } from "./legend.model.js";
import { finished } from "./slices.model.js";
import { changeSign } from "./time.sign.js";

/** @typedef {import("./map.view.js").MapView} MapView */

/** Its width while it is open, with the space beside it; it has none before the first picture. */
const WIDTH = 200;

/** So that a hand that comes back is not kept waiting. */
const SLICE_MS = 2;

/** @param {{ kindLabel: (kind: string) => string }} options */
export function mapLegend({ kindLabel }) {
  const body = h("div", { class: "map-legend-body" });
  const atFirst = readPref("map.legend", innerWidth > 900);
  let kept = atFirst;
  const element = h(
    "details",
    {
      class: "map-legend map-float",
      hidden: true,
      open: atFirst,
      // It says so by itself too, of how it was made: only what a hand did is kept, or a narrow window would open it.
      ontoggle: () => element.open !== kept && writePref("map.legend", (kept = element.open)),
    },
    h("summary", {}, t("map.legend")),
    body,
  );
  let shown = "";
  /** @type {unknown} */
  let current = null;
  return {
    element,
    get width() {
      // Hidden while the map is empty, it opens with the first picture; beside the list it never does.
      return element.open && !element.closest(".has-list") ? WIDTH : 0;
    },
    /**
     * Counts while nothing else is to be done; a newer wish takes the place of an older one. The first time it is counted at
     * once: the picture is not whole without it.
     *
     * @param {MapView} view @param {import("./legend.model.js").ChangeMarks | null} [changes]
     */
    show(view, changes = null) {
      const work = legendWork(view.scene, view.visible(), changes);
      current = work;
      if (element.hidden) return write(finished(work));
      const go = (/** @type {IdleDeadline | undefined} */ deadline) => {
        const end = performance.now() + SLICE_MS;
        do {
          if (current !== work) return;
          const next = work.next();
          if (next.done) return write(next.value);
        } while (performance.now() < end && (!deadline || deadline.didTimeout || deadline.timeRemaining() > 1));
        whenIdle(go);
      };
      whenIdle(go);
    },
  };

  /** @param {ReturnType<typeof import("./legend.model.js").legendOf>} legend */
  function write(legend) {
      const now = JSON.stringify(legend);
      if (now === shown) return;
      shown = now;
      element.hidden = legend.kinds.length === 0;
      replace(
        body,
        legend.changes.length > 0 && h(
          "ul",
          {},
          legend.changes.map(({ value, count }) =>
            h(
              "li",
              {},
              h("span", { class: "map-legend-mark" }, changeSign(value)),
              h("span", { class: "grow" }, t(`map.time.verb.${value}`)),
              count > 0 && h("span", { class: "quiet number" }, grouped(count)),
            )
          ),
        ),
        h(
          "ul",
          {},
          legend.kinds.map(({ value, count }) =>
            h(
              "li",
              {},
              h("span", { class: "map-legend-mark", style: { color: hueOf(value) } }, icon(value, { class: "small" })),
              h("span", { class: "grow" }, kindLabel(value)),
              h("span", { class: "quiet number" }, grouped(count)),
            )
          ),
        ),
        h(
          "ul",
          {},
          legend.states.map(({ value, count }) =>
            h(
              "li",
              {},
              h("span", { class: "map-legend-mark" }, statusRing(value)),
              h("span", { class: "grow" }, statusWord(value)),
              h("span", { class: "quiet number" }, grouped(count)),
            )
          ),
        ),
        legend.lines.length > 0 && h(
          "ul",
          {},
          legend.lines.map((name) =>
            h("li", {}, lineSample(name), h("span", { class: "grow" }, t(`map.line.${name}`)))
          ),
        ),
      );
  }
}

/** @param {(deadline?: IdleDeadline) => void} run */
function whenIdle(run) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 1000 });
  else setTimeout(run, 30);
}

/** @param {string} name */
function lineSample(name) {
  const { line, arrow, tone, weight } = EDGE_STYLES[name];
  const colour = tone === "network"
    ? "var(--hue-network)"
    : tone === "power"
    ? "var(--warn)"
    : tone === "needs"
    ? "var(--hue-service)"
    : "var(--text-quiet)";
  const dash = line === "dotted" ? "2 4" : line === "dashed" ? "7 4" : null;
  const stroke = (/** @type {number} */ y) =>
    svg("path", { d: `M1 ${y}H27`, stroke: colour, "stroke-width": weight, "stroke-dasharray": dash, fill: "none" });
  return svg(
    "svg",
    { viewBox: "0 0 28 10", width: 28, height: 10, class: "map-legend-line", "aria-hidden": "true" },
    line === "double" ? [stroke(3.5), stroke(6.5)] : stroke(5),
    arrow && svg("path", { d: "M27 5l-6-3v6z", fill: colour }),
  );
}
