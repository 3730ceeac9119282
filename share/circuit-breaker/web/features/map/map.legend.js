// @ts-check
/** The legend and the little map: what is on screen, and where on the whole that is. */
import { h, on, replace, svg } from "../../lib/dom.js";
import { count as grouped } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { hueOf, icon } from "../../icons/icons.js";
import { statusRing, statusWord } from "../../ui/status.js";
import { EDGE_STYLES } from "./edges.model.js";
import { legendOf } from "./legend.model.js";
import { readPalette } from "./render.palette.js";

/** @typedef {import("./map.view.js").MapView} MapView */

/** @param {{ kindLabel: (kind: string) => string }} options */
export function mapLegend({ kindLabel }) {
  const body = h("div", { class: "map-legend-body" });
  const element = h(
    "details",
    {
      class: "map-legend map-float",
      open: readPref("map.legend", innerWidth > 900),
      ontoggle: () => writePref("map.legend", element.open),
    },
    h("summary", {}, t("map.legend")),
    body,
  );
  let shown = "";
  return {
    element,
    /** @param {MapView} view */
    show(view) {
      const legend = legendOf(view.scene, view.visible());
      const now = JSON.stringify(legend);
      if (now === shown) return;
      shown = now;
      element.hidden = legend.kinds.length === 0;
      replace(
        body,
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
    },
  };
}

/** @param {string} name */
function lineSample(name) {
  const { line, arrow, tone, weight } = EDGE_STYLES[name];
  const colour = tone === "network"
    ? "var(--hue-network)"
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

const WIDTH = 168;
const HEIGHT = 112;

/** @param {{ view: MapView, signal: AbortSignal }} options */
export function miniMap({ view, signal }) {
  const canvas = h("canvas", { class: "map-mini map-float", "aria-hidden": "true" });
  const ratio = Math.min(2, devicePixelRatio || 1);
  canvas.width = WIDTH * ratio;
  canvas.height = HEIGHT * ratio;
  canvas.hidden = true;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const fitting = () => {
    const box = view.scene.box ?? { left: 0, right: 1, top: 0, bottom: 1 };
    const scale = Math.min((WIDTH - 16) / (box.right - box.left), (HEIGHT - 16) / (box.bottom - box.top));
    return { scale, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
  };
  const go = (/** @type {PointerEvent} */ event) => {
    if (event.buttons === 0) return;
    const { scale, x, y } = fitting();
    view.moved({
      zoom: view.camera.zoom,
      x: x + (event.offsetX - WIDTH / 2) / scale,
      y: y + (event.offsetY - HEIGHT / 2) / scale,
    });
  };
  on(canvas, "pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    go(event);
  }, signal);
  on(canvas, "pointermove", go, signal);
  return {
    element: canvas,
    show() {
      const { scene, size, camera } = view;
      const box = scene.box;
      const isWhole = !box ||
        ((box.right - box.left) * camera.zoom <= size.width * 1.05 &&
          (box.bottom - box.top) * camera.zoom <= size.height * 1.05);
      canvas.hidden = isWhole || scene.nodes.length < 12 || size.width < 700;
      if (canvas.hidden) return;
      const palette = readPalette(document.documentElement);
      const { scale, x, y } = fitting();
      const at = (
        /** @type {number} */ wx,
        /** @type {number} */ wy,
      ) => [(wx - x) * scale + WIDTH / 2, (wy - y) * scale + HEIGHT / 2];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, WIDTH, HEIGHT);
      const dot = scene.nodes.length > 800 ? 1.2 : 2;
      scene.nodes.forEach(({ kind, status }, index) => {
        const [px, py] = at(scene.x[index], scene.y[index]);
        context.fillStyle = status === "down" ? palette.down : palette.hue(kind);
        context.fillRect(px - dot / 2, py - dot / 2, dot, dot);
      });
      const seen = view.visible();
      const [left, top] = at(seen.left, seen.top);
      const [right, bottom] = at(seen.right, seen.bottom);
      context.strokeStyle = palette.accent;
      context.lineWidth = 1.5;
      context.strokeRect(left, top, right - left, bottom - top);
    },
  };
}
