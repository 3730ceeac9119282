// @ts-check
/**
 * Discs drawn once and stamped many times: ring in the kind's hue, icon inside, the state as an outer ring of its own
 * shape.
 */
import { iconPaths } from "../../icons/icons.js";
import { hueName, iconName } from "./appearance.model.js";
import { stateColour } from "./render.palette.js";
import { pictures } from "./render.pictures.js";
import { NODE_RADIUS } from "./scene.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./render.palette.js").Palette} Palette */

/** Room around the disc for the outer ring, in units of a disc of 20. */
const MARGIN = 8;
export const SPRITE = NODE_RADIUS + MARGIN;

/** Outer ring by state: width, dash in degrees of the circle (null is solid). Shape says it too, not only colour. */
const RINGS = /** @type {Record<string, { width: number, dashes: number, share: number }>} */ ({
  up: { width: 1.25, dashes: 0, share: 1 },
  degraded: { width: 2.5, dashes: 4, share: 0.72 },
  down: { width: 3.5, dashes: 0, share: 1 },
  maintenance: { width: 2.5, dashes: 2, share: 0.5 },
  unknown: { width: 1.25, dashes: 18, share: 0.5 },
});

/** New sprites in one frame of a map that moves. */
const QUOTA = 3;

/** @type {Map<string, Path2D>} */
const paths = new Map();

/** @param {string} name */
export function iconPath(name) {
  const known = paths.get(name);
  if (known) return known;
  const path = new Path2D();
  for (const part of iconPaths(name)) path.addPath(new Path2D(part));
  paths.set(name, path);
  return path;
}

export class Sprites {
  /** @param {Palette} palette */
  constructor(palette) {
    this.palette = palette;
    /** @type {Map<string, HTMLCanvasElement>} */
    this.made = new Map();
    /** Of each look the sprite that was made last, whatever its size. @type {Map<string, HTMLCanvasElement>} */
    this.latest = new Map();
    /** How many were made. */
    this.count = 0;
    /** How many a frame that waits may still make. */
    this.quota = QUOTA;
  }

  /** Another frame. */
  begin() {
    this.quota = QUOTA;
  }

  /**
   * @overload
   * @param {MapNode} node @param {number} scale @returns {HTMLCanvasElement}
   */
  /**
   * @overload
   * @param {MapNode} node @param {number} scale @param {boolean} isHasty @returns {HTMLCanvasElement | null}
   */
  /**
   * @param {MapNode} node @param {number} scale  device pixels per unit of a disc of 20
   * @param {boolean} [isHasty]  a frame waits: one of another size will do, and none is better than many new ones
   * @returns {HTMLCanvasElement | null}
   */
  get(node, scale, isHasty = false) {
    // Few sizes, so that zooming does not draw thousands of sprites; stamped smaller than drawn stays sharp.
    const size = Math.min(4, 2 ** (Math.ceil(Math.log2(Math.max(scale, 0.25)) * 2) / 2));
    const icon = iconName(node);
    const status = node.status ?? "unknown";
    const worn = pictures.of(node);
    const own = hueName(node);
    const look = `${worn?.address ?? icon} ${own ?? node.kind} ${status}`;
    const key = `${look} ${size}`;
    const known = this.made.get(key);
    if (known) return known;
    if (isHasty && this.quota === 0) return this.latest.get(look) ?? null;
    if (this.made.size > 600) this.made.clear();
    if (this.latest.size > 600) this.latest.clear();
    const sprite = this.make(worn?.picture ?? icon, this.palette.hueOf(node), status, size);
    if (isHasty) this.quota -= 1;
    this.count += 1;
    this.made.set(key, sprite);
    this.latest.set(look, sprite);
    return sprite;
  }

  /** @param {string | HTMLCanvasElement} icon  one of ours, or a picture @param {string} hue @param {string} status @param {number} size */
  make(icon, hue, status, size) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(SPRITE * 2 * size);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(canvas.width / (SPRITE * 2), canvas.height / (SPRITE * 2));
    context.translate(SPRITE, SPRITE);
    context.globalAlpha = status === "retired" ? 0.45 : 1;
    circle(context, NODE_RADIUS - 1);
    context.fillStyle = this.palette.disc;
    context.fill();
    context.fillStyle = hue;
    context.globalAlpha *= 0.12;
    context.fill();
    context.globalAlpha = status === "retired" ? 0.45 : 1;
    context.strokeStyle = hue;
    context.lineWidth = 2;
    context.stroke();
    this.ring(context, status);
    context.setLineDash([]);
    context.strokeStyle = hue;
    context.lineWidth = 1.7;
    context.lineCap = context.lineJoin = "round";
    context.translate(-10.5, -10.5);
    if (typeof icon !== "string") {
      context.drawImage(icon, 0, 0, 21, 21);
      return canvas;
    }
    context.scale(21 / 24, 21 / 24);
    context.stroke(iconPath(icon));
    return canvas;
  }

  /** @param {CanvasRenderingContext2D} context @param {string} status */
  ring(context, status) {
    const ring = RINGS[status];
    if (!ring) return;
    const radius = NODE_RADIUS + 4;
    if (ring.dashes > 0) {
      const step = (2 * Math.PI * radius) / ring.dashes;
      context.setLineDash([step * ring.share, step * (1 - ring.share)]);
    }
    circle(context, radius);
    context.strokeStyle = stateColour(this.palette, status);
    context.lineWidth = ring.width;
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} radius */
function circle(context, radius) {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
}
