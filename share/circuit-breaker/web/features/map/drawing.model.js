// @ts-check
/**
 * Boundaries and labels that people draw on a map: what is known of them, and the line around a boundary's nodes. The
 * daemon's exports draw the same line.
 */

/** @typedef {{ id: number, map: number, kind: "boundary" | "label", text: string, colour: string, grouping: string | null,
 *   x: number, y: number, revision: number, members: number[], band?: "lane" | "block" }} Drawing */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ id: number, name: string, members: number[] }} Group */
/** @typedef {{ colour: string, corners: Point[] }} HullShape  what is drawn of one */
/** @typedef {HullShape & { key: string, drawing: Drawing, title: string, top: number, middle: number }} Hull */

export const GROUPINGS = ["cluster", "location", "network"];

/**
 * Layouts that put groups together; each group gets a band of its own, which nobody drew: lanes are all as wide as the
 * widest, blocks as wide as what is in them.
 *
 * @type {Record<string, "lane" | "block">}
 */
const BANDED = { lanes: "lane", clusters: "block" };

/** The bands of a layout, as a boundary that is not saved. @param {string} layout @returns {Drawing} */
const bandsOf = (layout) => ({
  id: 0, map: 0, kind: "boundary", text: "", colour: "grey", grouping: "lane", band: BANDED[layout], x: 0, y: 0, revision: 0,
  members: [],
});

/**
 * What is drawn on a map: what people drew, below it the bands of its layout.
 *
 * @param {Iterable<Drawing>} known @param {string | null} layout  the one that decides where nodes stand; null where none does
 */
export const drawn = (known, layout) => [...(layout && BANDED[layout] ? [bandsOf(layout)] : []), ...known];

/** Names of colours, and the role of the theme that each is: so it keeps its contrast whatever the theme. */
export const COLOURS = /** @type {Record<string, string>} */ ({
  blue: "hardware",
  teal: "network",
  green: "compute",
  sky: "external",
  violet: "cluster",
  pink: "storage",
  orange: "service",
  grey: "misc",
});

/** @param {string} colour */
export const roleOf = (colour) => `hue-${COLOURS[colour] ?? "misc"}`;

const ROOM = 46;
/** Of the corners of a band. */
const CORNER = 16;
/** Below the lowest points stand their names; the edge of a band does not run through them. */
const NAMES = 20;
const CIRCLE = Array.from({ length: 16 }, (_, turn) => {
  const angle = (turn / 16) * 2 * Math.PI;
  return { x: Math.cos(angle), y: Math.sin(angle) };
});

/**
 * The convex hull of circles around the points: a line with round corners.
 *
 * @param {Point[]} points @returns {Point[]}
 */
export function hullAround(points, room = ROOM) {
  const all = points.flatMap(({ x, y }) => CIRCLE.map((one) => ({ x: x + one.x * room, y: y + one.y * room })));
  all.sort((a, b) => a.x - b.x || a.y - b.y);
  if (all.length < 3) return all;
  return [...chain(all), ...chain(all.reverse())];
}

/**
 * A rectangle with round corners and the same room around the points and their names, from `left` to `right` at least.
 *
 * @param {Point[]} points @param {{ left: number, right: number }} reach @returns {Point[]}
 */
export function bandAround(points, reach) {
  const inset = ROOM - CORNER;
  const [left, right] = [Math.min(reach.left, ...points.map(({ x }) => x)) - inset, Math.max(reach.right, ...points.map(({ x }) => x)) + inset];
  const [top, bottom] = [Math.min(...points.map(({ y }) => y)) - inset, Math.max(...points.map(({ y }) => y)) + inset + NAMES];
  return hullAround([{ x: left, y: top }, { x: right, y: top }, { x: right, y: bottom }, { x: left, y: bottom }], CORNER);
}

/** Andrew's monotone chain. @param {Point[]} points @returns {Point[]} */
function chain(points) {
  /** @type {Point[]} */
  const line = [];
  for (const point of points) {
    while (line.length > 1 && cross(line[line.length - 2], line[line.length - 1], point) <= 0) line.pop();
    line.push(point);
  }
  line.pop();
  return line;
}

/** @param {Point} a @param {Point} b @param {Point} c */
const cross = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

/**
 * One hull for a boundary around chosen nodes, one for each group of a boundary by groups. Nodes that are not shown are
 * left out.
 *
 * @param {Iterable<Drawing>} drawings @param {Map<string, Group[]>} groups  by grouping
 * @param {(id: number) => Point | null} placeOf @returns {Hull[]}
 */
export function hullsOf(drawings, groups, placeOf) {
  /** @type {Hull[]} */
  const hulls = [];
  for (const drawing of drawings) {
    if (drawing.kind !== "boundary") continue;
    const parts = drawing.grouping
      ? (groups.get(drawing.grouping) ?? []).map(({ id, name, members }) => ({ key: `${drawing.id} ${id}`, title: name, members }))
      : [{ key: String(drawing.id), title: drawing.text, members: drawing.members }];
    const shown = parts.flatMap(({ key, title, members }) => {
      const points = members.flatMap((id) => placeOf(id) ?? []);
      return points.length === 0 || (drawing.grouping && points.length < 2) ? [] : [{ key, title, points }];
    });
    const across = drawing.band === "lane" ? shown.flatMap(({ points }) => points.map(({ x }) => x)) : [];
    const reach = { left: Math.min(...across), right: Math.max(...across) };
    for (const { key, title, points } of shown) {
      const corners = drawing.band ? bandAround(points, reach) : hullAround(points);
      const [left, right] = [Math.min(...corners.map(({ x }) => x)), Math.max(...corners.map(({ x }) => x))];
      hulls.push({
        key,
        drawing,
        title,
        colour: drawing.colour,
        corners,
        top: Math.min(...corners.map(({ y }) => y)),
        middle: (left + right) / 2,
      });
    }
  }
  return hulls;
}

/**
 * What the daemon tells of one, in any order and more than once.
 *
 * @param {Map<number, Drawing>} known @param {string} verb @param {Drawing} told @returns {boolean} whether anything changed
 */
export function heard(known, verb, told) {
  const before = known.get(told.id);
  if (verb === "deleted") return known.delete(told.id);
  if (before && before.revision >= told.revision) return false;
  known.set(told.id, told);
  return true;
}
