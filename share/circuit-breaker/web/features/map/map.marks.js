// @ts-check
/**
 * What is different, marked on the map: a sign in a shape of its own beside a node and on a line, so that colour is never
 * alone. Drawn on a canvas above the picture, so that both renderers have it.
 */
import { h } from "../../lib/dom.js";
import { toScreen } from "./camera.model.js";
import { loopOf } from "./scene.model.js";
import { changeSigns, changeSize, isTold, LINE_SIGN, middleOfLine, nodeSign } from "./signs.model.js";
import { litBy, SIGNS } from "./time.model.js";

/** @typedef {import("./time.model.js").Verb} Verb */

const TONES = { removed: "--bad", added: "--ok", moved: "--accent", changed: "--warn" };
/** A frame has no time for more; the list has all. */
const MOST_LINES = 2000;

export class ChangeMarks {
  /** @param {import("./map.view.js").MapView} view @param {() => boolean} hasPlaces  of the map, and not of a view */
  constructor(view, hasPlaces) {
    this.view = view;
    this.hasPlaces = hasPlaces;
    /** @type {import("./time.model.js").Marked | null} */
    this.marks = null;
    view.signs.push(() => this.signs());
    this.canvas = h("canvas", { class: "map-pixels", "aria-hidden": "true" });
    view.surface.append(this.canvas);
  }

  /** @param {import("./time.model.js").Marked | null} marks */
  show(marks) {
    this.marks = marks;
    this.view.impact = marks && marks.nodes.size + marks.edges.length > 0 ? litBy(marks) : null;
    this.view.light();
    this.view.coversChanged();
    this.view.redraw();
    this.draw();
  }

  signs() {
    if (!this.marks) return [];
    const marks = this.hasPlaces() ? this.marks : { ...this.marks, ghosts: [] };
    return changeSigns(marks, this.view.scene, this.view.camera.zoom);
  }

  draw() {
    const { view, marks, canvas } = this;
    const { width, height } = view.size;
    const ratio = devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    if (!context || (!marks && canvas.width <= 1)) return;
    canvas.width = marks ? width * ratio : 1;
    canvas.height = marks ? height * ratio : 1;
    if (!marks) return;
    context.scale(ratio, ratio);
    const styles = getComputedStyle(document.documentElement);
    const tone = (/** @type {Verb} */ verb) => styles.getPropertyValue(TONES[verb]).trim() || "#888";
    const ground = styles.getPropertyValue("--surface-0").trim() || "#000";
    const isSeen = (/** @type {{ x: number, y: number }} */ { x, y }) => x > -30 && y > -30 && x < width + 30 && y < height + 30;
    for (const line of marks.edges.slice(0, MOST_LINES)) this.drawLine(context, line, tone(line.change), ground, isSeen);
    const size = changeSize(view.camera.zoom);
    const { beside, reach } = nodeSign(view.camera.zoom);
    if (this.hasPlaces()) for (const ghost of marks.ghosts.slice(0, MOST_LINES)) this.drawGhost(context, ghost, size, tone("moved"), isSeen);
    for (const [id, change] of marks.nodes) {
      const at = view.screenOf(id);
      if (!at || !isSeen(at)) continue;
      context.strokeStyle = tone(change);
      context.lineWidth = size < 0.5 ? 1.5 : 2.5;
      context.setLineDash(change === "removed" ? [5, 5] : []);
      context.beginPath();
      context.arc(at.x, at.y, 26 * size, 0, 2 * Math.PI);
      context.stroke();
      context.setLineDash([]);
      sign(context, change, { x: at.x + beside, y: at.y - beside }, reach, tone(change), ground);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context @param {import("./time.model.js").Marked["edges"][0]} line @param {string} tone
   * @param {string} ground @param {(at: { x: number, y: number }) => boolean} isSeen
   */
  drawLine(context, line, tone, ground, isSeen) {
    const { view } = this;
    const { camera, size, scene } = view;
    const [a, b] = [view.screenOf(line.from), view.screenOf(line.to)];
    const middle = middleOfLine(scene, line, camera.zoom);
    if (!a || !b || !middle || !this.marks || (!isSeen(a) && !isSeen(b))) return;
    const isQuiet = isTold(this.marks, line);
    const loop = line.from === line.to ? scene.edges[scene.edgeIndex.get(line.id) ?? -1] : null;
    context.strokeStyle = tone;
    context.lineWidth = isQuiet ? 1.25 : 3;
    context.globalAlpha = isQuiet ? 0.5 : 1;
    context.setLineDash(line.change === "removed" ? [7, 6] : []);
    context.beginPath();
    if (loop) {
      const circle = loopOf(scene, loop, camera.zoom);
      const { x, y } = toScreen(camera, size, circle.x, circle.y);
      context.arc(x, y, circle.radius * camera.zoom, 0, 2 * Math.PI);
    } else {
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
    }
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    if (!isQuiet) sign(context, line.change, toScreen(camera, size, middle.x, middle.y), LINE_SIGN, tone, ground);
  }

  /**
   * An empty ring where a node stood, and a dotted way from there to where it stands.
   *
   * @param {CanvasRenderingContext2D} context @param {{ id: number, x: number, y: number }} ghost @param {number} size
   * @param {string} tone @param {(at: { x: number, y: number }) => boolean} isSeen
   */
  drawGhost(context, { id, x, y }, size, tone, isSeen) {
    const at = this.view.screenOf(id);
    const was = toScreen(this.view.camera, this.view.size, x, y);
    if (!at || (!isSeen(at) && !isSeen(was))) return;
    const way = Math.hypot(at.x - was.x, at.y - was.y);
    const radius = 18 * size;
    context.strokeStyle = tone;
    context.lineWidth = 2;
    context.setLineDash([2, 5]);
    context.beginPath();
    context.arc(was.x, was.y, radius, 0, 2 * Math.PI);
    if (way > radius) {
      // From the edge of the ring, so that the ring stays empty.
      context.moveTo(was.x + ((at.x - was.x) * radius) / way, was.y + ((at.y - was.y) * radius) / way);
      context.lineTo(at.x, at.y);
    }
    context.stroke();
    context.setLineDash([]);
  }
}

/**
 * Removed is a square, added a disc, moved a diamond, changed a triangle.
 *
 * @param {CanvasRenderingContext2D} context @param {Verb} verb @param {{ x: number, y: number }} at @param {number} size
 * @param {string} tone @param {string} ground
 */
function sign(context, verb, { x, y }, size, tone, ground) {
  context.beginPath();
  if (verb === "added") context.arc(x, y, size, 0, 2 * Math.PI);
  else if (verb === "removed") context.rect(x - size, y - size, 2 * size, 2 * size);
  else if (verb === "moved") polygon(context, [[x, y - size - 2], [x + size + 2, y], [x, y + size + 2], [x - size - 2, y]]);
  else polygon(context, [[x, y - size - 2], [x + size + 2, y + size - 1], [x - size - 2, y + size - 1]]);
  context.fillStyle = tone;
  context.fill();
  context.strokeStyle = ground;
  context.lineWidth = size > 6 ? 1.5 : 1;
  context.stroke();
  // Smaller, its shape is all that can be seen.
  if (size < 6) return;
  context.fillStyle = ground;
  context.font = size > 8 ? "bold 13px sans-serif" : "bold 11px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(SIGNS[verb], x, y + (verb === "changed" ? 2 : 1));
}

/** @param {CanvasRenderingContext2D} context @param {number[][]} points */
function polygon(context, points) {
  for (const [index, [x, y]] of points.entries()) index === 0 ? context.moveTo(x, y) : context.lineTo(x, y);
  context.closePath();
}
