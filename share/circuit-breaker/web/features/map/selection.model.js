// @ts-check
/** What is selected: a set of ids in the order they were chosen; the last one is what the panel shows. */

/** @typedef {ReadonlySet<number>} Selection */

/** @type {Selection} */
export const nothing = new Set();

/**
 * @param {Selection} now @param {number[]} ids @param {"only" | "toggle" | "add"} how
 * @returns {Selection}
 */
export function chosen(now, ids, how) {
  if (how === "only") return new Set(ids);
  const next = new Set(now);
  for (const id of ids) {
    if (how === "toggle" && next.has(id)) next.delete(id);
    else next.add(id);
  }
  return next;
}

/** The one that is shown in the panel: only when it is alone. @param {Selection} selection */
export const aloneIn = (selection) => (selection.size === 1 ? [...selection][0] : null);

/** @param {Selection} one @param {Selection} other */
export const isSame = (one, other) => one.size === other.size && [...one].every((id) => other.has(id));

const MOST_IN_URL = 60;

/** @param {string | null} text as it stands in the address: `3,5,9` @returns {Selection} */
export const selectionFrom = (text) =>
  new Set((text ?? "").split(",").map(Number).filter((id) => Number.isSafeInteger(id) && id > 0));

/** @param {Selection} selection @returns {string | null} null when there is nothing to say, or too much for an address */
export const selectionText = (selection) =>
  selection.size === 0 || selection.size > MOST_IN_URL ? null : [...selection].join(",");
