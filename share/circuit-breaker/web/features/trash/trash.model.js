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
