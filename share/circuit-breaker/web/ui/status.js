// @ts-check
import { h, svg } from "../lib/dom.js";
import { t, tOr } from "../lib/i18n.js";

/** The states of an object, worst first. Shape and word tell them apart; colour only helps. */
export const STATUSES = ["down", "degraded", "maintenance", "unknown", "up", "retired"];

/** @param {string | null | undefined} status */
const known = (status) => (status && STATUSES.includes(status) ? status : "unknown");

/** @param {string | null | undefined} status */
export const statusWord = (status) => tOr(`status.${known(status)}`, String(status));

/**
 * A ring: up thin and whole, degraded broken, down solid, maintenance with a bar, unknown dashed, retired hollow dot.
 *
 * @param {string | null | undefined} status
 * @param {{ size?: number }} options
 */
export function statusRing(status, { size = 14 } = {}) {
  const state = known(status);
  const ring = (/** @type {Record<string, any>} */ props) => svg("circle", { cx: 8, cy: 8, r: 5.5, ...props });
  const shapes = {
    up: [ring({}), svg("circle", { cx: 8, cy: 8, r: 2.5, class: "fill" })],
    degraded: [ring({ "stroke-dasharray": "6 2.64", "stroke-width": 2.5 }), svg("path", { d: "M8 5.500v3" })],
    down: [
      svg("circle", { cx: 8, cy: 8, r: 6.5, class: "fill" }),
      svg("path", { d: "M5.800 5.800l4.400 4.400M10.200 5.800l-4.400 4.400", class: "cut" }),
    ],
    maintenance: [ring({}), svg("path", { d: "M6.500 5.800v4.400M9.500 5.800v4.400" })],
    unknown: [ring({ "stroke-dasharray": "2 2.32" })],
    retired: [ring({}), svg("path", { d: "M4.500 8h7" })],
  };
  return svg(
    "svg",
    {
      viewBox: "0 0 16 16",
      width: size,
      height: size,
      class: `status-ring is-${state}`,
      role: "img",
      "aria-label": statusWord(state),
    },
    svg("title", {}, statusWord(state)),
    shapes[/** @type {keyof typeof shapes} */ (state)],
  );
}

/**
 * Ring and word.
 *
 * @param {string | null | undefined} status
 */
export const statusBadge = (status) =>
  h("span", { class: `status-badge is-${known(status)}` }, statusRing(status), h("span", {}, statusWord(status)));

const SEVERITY_ICONS = {
  ok: "ok",
  info: "info",
  notice: "info",
  warning: "warning",
  error: "error",
  failing: "error",
  critical: "error",
};

/**
 * A word with a mark for audit and health.
 *
 * @param {string} severity
 */
export function severityBadge(severity) {
  const mark = SEVERITY_ICONS[/** @type {keyof typeof SEVERITY_ICONS} */ (severity)] ?? "info";
  return h(
    "span",
    { class: `severity is-${severity}` },
    severityMark(mark),
    h("span", {}, tOr(`severity.${severity}`, severity)),
  );
}

/** @param {string} mark */
function severityMark(mark) {
  const shapes = {
    ok: [svg("circle", { cx: 8, cy: 8, r: 6 }), svg("path", { d: "M5.500 8.200l2 2 3.500-4" })],
    info: [svg("circle", { cx: 8, cy: 8, r: 6 }), svg("path", { d: "M8 7.500v3.500M8 5.200h.01" })],
    warning: [svg("path", { d: "M8 2.500l6 11H2z" }), svg("path", { d: "M8 7v3M8 11.800h.01" })],
    error: [
      svg("path", { d: "M5.500 2h5L14 5.500v5L10.500 14h-5L2 10.500v-5z" }),
      svg("path", { d: "M8 5v3.500M8 10.800h.01" }),
    ],
  };
  return svg(
    "svg",
    { viewBox: "0 0 16 16", width: 14, height: 14, class: "severity-mark", "aria-hidden": "true" },
    shapes[/** @type {keyof typeof shapes} */ (mark)],
  );
}

/**
 * What a list of health items comes to.
 *
 * @param {{ severity: string }[]} items
 */
export function worstSeverity(items) {
  const order = ["critical", "failing", "error", "warning", "notice", "info", "ok"];
  return order.find((severity) => items.some((item) => item.severity === severity)) ?? "ok";
}

export const liveWord = (/** @type {string} */ state) => t(`live.${state}`);
