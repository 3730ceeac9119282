// @ts-check
/** Colours of the canvas, read from the theme's roles, so that a new theme needs no code. */
import { hueName } from "./appearance.model.js";

/** @typedef {ReturnType<typeof readPalette>} Palette */

const HUES = /** @type {Record<string, string>} */ ({
  cluster: "cluster",
  hardware: "hardware",
  rack: "hardware",
  interface: "hardware",
  compute_unit: "compute",
  service: "service",
  storage: "storage",
  network: "network",
  vlan: "network",
  address: "network",
  external_node: "external",
});

/** @param {Element} element */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const role = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim() || "#888888";
  /** @type {Map<string, string>} */
  const hues = new Map();
  /** @type {Map<string, string>} */
  const chosen = new Map();
  return {
    role,
    /** Letters drawn before a font arrived are drawn again. */
    fontsLoaded: document.fonts?.status === "loaded",
    ground: role("surface-0"),
    disc: role("surface-1"),
    raised: role("surface-2"),
    line: role("line"),
    text: role("text"),
    quiet: role("text-quiet"),
    accent: role("accent"),
    focus: role("focus"),
    up: role("ok"),
    degraded: role("warn"),
    down: role("bad"),
    unknown: role("unknown"),
    maintenance: role("warn"),
    retired: role("line"),
    fontText: role("font-text"),
    fontMono: role("font-mono"),
    /** The colour that the map gives a node, or that of its kind. @param {import("./graph.model.js").MapNode} node */
    hueOf(node) {
      const own = hueName(node);
      if (!own) return this.hue(node.kind);
      const known = chosen.get(own) ?? role(`hue-${own}`);
      chosen.set(own, known);
      return known;
    },
    /** @param {string} kind */
    hue(kind) {
      const known = hues.get(kind);
      if (known) return known;
      const colour = role(`hue-${HUES[kind] ?? "misc"}`);
      hues.set(kind, colour);
      return colour;
    },
  };
}

/** @param {Palette} palette @param {string | null | undefined} status */
export function stateColour(palette, status) {
  switch (status) {
    case "up":
      return palette.up;
    case "degraded":
      return palette.degraded;
    case "down":
      return palette.down;
    case "maintenance":
      return palette.maintenance;
    case "retired":
      return palette.retired;
    default:
      return palette.unknown;
  }
}

/**
 * @param {Palette} palette
 * @param {import("./edges.model.js").EdgeStyle} style
 */
export function edgeTone(palette, { tone, name }) {
  switch (tone) {
    case "link":
      return { colour: palette.quiet, alpha: 0.8 };
    case "belongs":
      return { colour: palette.quiet, alpha: 0.42 };
    case "network":
      return { colour: palette.hue("network"), alpha: name === "gateway" ? 0.6 : 0.32 };
    case "power":
      return { colour: palette.degraded, alpha: 0.5 };
    case "needs":
      return { colour: palette.hue("service"), alpha: 0.6 };
  }
}
