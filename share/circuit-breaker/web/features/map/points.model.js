// @ts-check
/** Single points of failure: the daemon's ranking as rows, and what of it the address says. */

/**
 * @typedef {{ failed: string, id?: number, kind?: string, edge?: string, from?: number, to?: number, name: string,
 *   down: number, degraded: number, examples: string[] }} Point
 * @typedef {{ event_id: number, count: number, kinds: Record<string, number>, points: Point[] }} Points
 */

/** A line has no kind of its own: it is a connection. @param {Point} point */
export const kindOf = ({ kind }) => kind ?? "connection";

/** @param {URLSearchParams} query @returns {string[]} */
export const kindsFrom = (query) => (query.get("kind") ?? "").split(",").filter((kind) => /^[a-z_]+$/.test(kind));

/** @param {string[]} kinds @param {string} kind */
export const toggledKind = (kinds, kind) =>
  kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind];

/**
 * Kinds that can be chosen, those with most first; a chosen one stays, that it can be let go.
 *
 * @param {Record<string, number>} counts @param {string[]} chosen @returns {{ kind: string, count: number }[]}
 */
export function choicesOf(counts, chosen) {
  const all = Object.entries(counts).map(([kind, count]) => ({ kind, count }));
  for (const kind of chosen) if (!(kind in counts)) all.push({ kind, count: 0 });
  return all.sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
}

/** With their rank; equals share one. @param {Point[]} points @returns {(Point & { rank: number })[]} */
export function ranked(points) {
  let rank = 0;
  return points.map((point, at) => {
    const before = points[at - 1];
    if (!before || before.down !== point.down || before.degraded !== point.degraded) rank = at + 1;
    return { ...point, rank };
  });
}

/** Where the map shows it. @param {string} failed */
export const mapAddress = (failed) => `/map?impact=${encodeURIComponent(failed)}`;
