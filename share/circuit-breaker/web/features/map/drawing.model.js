// @ts-check
/**
 * Boundaries and labels that people draw on a map: what is known of them, and the line around a boundary's nodes. The
 * daemon's exports draw the same line.
 */

/** @typedef {{ id: number, map: number, kind: "boundary" | "label", text: string, colour: string, grouping: string | null,
 *   x: number, y: number, revision: number, members: number[] }} Drawing */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ id: number, name: string, members: number[] }} Group */
/** @typedef {{ colour: string, corners: Point[] }} HullShape  what is drawn of one */
/** @typedef {HullShape & { key: string, drawing: Drawing, title: string, top: number, middle: number }} Hull */

export const GROUPINGS = ["cluster", "location", "network"];

/** Layouts that put groups together; each group gets a band of its own, which nobody drew. */
const BANDED = ["lanes", "clusters"];

/** The bands of a layout, as a boundary that is not saved. @type {Drawing} */
const BANDS = {
  id: 0, map: 0, kind: "boundary", text: "", colour: "grey", grouping: "lane", x: 0, y: 0, revision: 0, members: [],
};

/**
 * What is drawn on a map: what people drew, below it the bands of its layout.
 *
 * @param {Iterable<Drawing>} known @param {string | null} layout  the one that decides where nodes stand; null where none does
 */
export const drawn = (known, layout) => [...(layout && BANDED.includes(layout) ? [BANDS] : []), ...known];

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
const CIRCLE = Array.from({ length: 16 }, (_, turn) => {
  const angle = (turn / 16) * 2 * Math.PI;
  return { x: Math.cos(angle) * ROOM, y: Math.sin(angle) * ROOM };
});

/**
 * The convex hull of circles around the points: a line with round corners.
 *
 * @param {Point[]} points @returns {Point[]}
 */
export function hullAround(points) {
  const all = points.flatMap(({ x, y }) => CIRCLE.map((one) => ({ x: x + one.x, y: y + one.y })));
  all.sort((a, b) => a.x - b.x || a.y - b.y);
  if (all.length < 3) return all;
  return [...chain(all), ...chain(all.reverse())];
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
    for (const { key, title, members } of parts) {
      const points = members.flatMap((id) => placeOf(id) ?? []);
      if (points.length === 0 || (drawing.grouping && points.length < 2)) continue;
      const corners = hullAround(points);
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
