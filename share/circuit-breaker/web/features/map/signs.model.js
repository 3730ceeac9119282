// @ts-check
/**
 * What stands on the map besides discs and names: titles of boundaries, labels, signs of what changed. Names keep off these, so
 * each is told as the room it takes.
 */
import { isLoop } from "./loops.model.js";
import { loopOf } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./words.model.js").Measure} Measure */
/** @typedef {{ x: number, y: number, left: number, top: number, right: number, bottom: number }} Sign  a point of the world, and pixels of the screen around it */
/** @typedef {{ text: string, x: number, y: number, isLabel: boolean }} Drawn */

/** Drawn words stay readable when everything is small, up to this much. */
const GROWN = 3.2;
/** Pixels at a zoom of 1, as in `map.css`. */
const TITLE = 13;
const LABEL = 16;
/** They are bolder than the names that are measured. */
const BOLDER = 1.07;
const BESIDE = 4;
/** Half of a letter's width. */
const LETTER = 4;
const LINE = 1.3;

/** How much drawn words are larger than what they are drawn around. @param {number} zoom */
export const growthAt = (zoom) => Math.min(GROWN, Math.max(1, 0.85 / zoom));

/** @param {Drawn[]} drawn @param {number} zoom @param {Measure} measure @returns {Sign[]} */
export function drawnSigns(drawn, zoom, measure) {
  const scale = growthAt(zoom) * zoom;
  return drawn.map(({ text, x, y, isLabel }) => {
    const size = isLabel ? LABEL : TITLE;
    const half = (measure(text, "name", size) * BOLDER * scale) / 2 + BESIDE * zoom;
    const height = size * LINE * scale;
    return { x, y, left: -half, right: half, top: isLabel ? -height / 2 : -height, bottom: isLabel ? height / 2 : 0 };
  });
}

/** Points of the world where words begin and end, about: before they are drawn nothing has measured them. @param {Drawn} drawn */
export const endsOf = ({ text, x, y }) => [{ x: x - text.length * LETTER, y }, { x: x + text.length * LETTER, y }];

/** Rings and signs of changes are as large as what they are around, as far as their shapes are told apart. @param {number} zoom */
export const changeSize = (zoom) => Math.min(1.5, Math.max(0.3, zoom));

/** Where the sign of a node stands and how far it reaches, in pixels from its middle. @param {number} zoom */
export function nodeSign(zoom) {
  const size = changeSize(zoom);
  return { beside: 19 * size, reach: Math.min(9, Math.max(5, 18 * size)) };
}

/** Of the sign of a line. */
export const LINE_SIGN = 7;

/**
 * The middle of a line, or of a loop the point furthest from its disc; null where it is not on the map.
 *
 * @param {Scene} scene @param {{ id: string, from: number, to: number }} line @param {number} zoom
 */
export function middleOfLine(scene, { id, from, to }, zoom) {
  const edge = scene.edges[scene.edgeIndex.get(id) ?? -1];
  if (edge && isLoop(edge)) return loopOf(scene, edge, zoom).far;
  const [a, b] = [scene.index.get(from), scene.index.get(to)];
  if (a === undefined || b === undefined || a === b) return null;
  return { x: (scene.x[a] + scene.x[b]) / 2, y: (scene.y[a] + scene.y[b]) / 2 };
}

/** A line that came or went with an end of it is told by that end's sign. @param {import("./time.model.js").Marked} marks @param {import("./time.model.js").Marked["edges"][0]} line */
export const isTold = ({ nodes }, { from, to, change }) => nodes.get(from) === change || nodes.get(to) === change;

/** @param {import("./time.model.js").Marked} marks @param {Scene} scene @param {number} zoom @returns {Sign[]} */
export function changeSigns(marks, scene, zoom) {
  const around = (/** @type {{ x: number, y: number }} */ { x, y }, /** @type {number} */ reach, dx = 0, dy = 0) =>
    ({ x, y, left: dx - reach, right: dx + reach, top: dy - reach, bottom: dy + reach });
  const { beside, reach } = nodeSign(zoom);
  const ofNodes = [...marks.nodes.keys()].flatMap((id) => {
    const at = scene.index.get(id);
    return at === undefined ? [] : [around({ x: scene.x[at], y: scene.y[at] }, reach + 3, beside, -beside)];
  });
  const ofLines = marks.edges.filter((line) => !isTold(marks, line)).flatMap((line) => {
    const middle = middleOfLine(scene, line, zoom);
    return middle ? [around(middle, LINE_SIGN + 3)] : [];
  });
  return [...ofNodes, ...ofLines, ...marks.ghosts.map((ghost) => around(ghost, 18 * changeSize(zoom) + 2))];
}
