// @ts-check
/** @typedef {import("./trash.api.js").TrashItem} TrashItem */
/** @typedef {import("../../types/inventory.js").LiveEvent} LiveEvent */

/**
 * The trash after an event: what is restored or removed leaves it, what is deleted comes in at the top.
 *
 * @param {TrashItem[]} items
 * @param {LiveEvent} event
 * @param {() => string} now
 * @returns {TrashItem[]}
 */
export function applyTrashEvent(items, { subject, payload }, now) {
  const [area, kind, verb] = subject.split(".");
  const id = payload?.id;
  if (area !== "inventory" || typeof id !== "number") return items;
  const rest = items.filter((item) => item.id !== id);
  const isDeleted = verb === "deleted" && payload.name !== undefined;
  if (isDeleted) {
    const before = items.find((item) => item.id === id);
    return before ? items : [{ deleted_at: now(), ...payload, kind: payload.kind ?? kind }, ...items];
  }
  if (verb === "restored" || verb === "purged") return rest.length === items.length ? items : rest;
  return items;
}

/** @param {TrashItem} item @returns {number | null} what it went with */
const rootOf = ({ deleted_with: root }) => root?.id ?? root ?? null;

/**
 * In which order everything of it can be done: what went with something goes the way of that by itself, owners come back
 * before what belongs to them, and are deleted for good after it.
 *
 * @param {TrashItem[]} items
 * @param {"restore" | "purge"} what
 * @returns {{ first: TrashItem[], along: TrashItem[] }} `along` goes the way of something in `first`
 */
export function inOrder(items, what) {
  const ids = new Set(items.map(({ id }) => id));
  const isAlong = (/** @type {TrashItem} */ item) => ids.has(rootOf(item) ?? -1);
  const sign = what === "purge" ? 1 : -1;
  const first = items.filter((item) => !isAlong(item))
    .sort((one, other) => sign * (one.deleted_at.localeCompare(other.deleted_at) || one.id - other.id));
  return { first, along: items.filter(isAlong) };
}

/**
 * What of the followers is done with those they followed.
 *
 * @param {TrashItem[]} along
 * @param {TrashItem[]} done
 */
export function withThem(along, done) {
  const ids = new Set(done.map(({ id }) => id));
  return [...done, ...along.filter((item) => ids.has(rootOf(item) ?? -1))];
}
