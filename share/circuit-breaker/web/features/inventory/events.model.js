// @ts-check
/** A list after something happened elsewhere. Pure: the list of before goes in, the list of after comes out. */
import { compareBy, matchesState } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/inventory.js").LiveEvent} LiveEvent */
/** @typedef {import("./query.model.js").ListState} ListState */
/** @typedef {{ items: Thing[], total: number | null, isComplete: boolean, unseen: number }} ListView
 *   `isComplete`: all pages are here. `unseen`: changes that only the daemon can sort in. */

/**
 * What an event did to which object of which kind.
 *
 * @param {LiveEvent} event
 */
export function readEvent({ subject, payload }) {
  const [area, kind, verb] = subject.split(".");
  if (area !== "inventory" || !verb) return null;
  const thing = payload;
  const id = Number(payload?.id);
  return Number.isFinite(id)
    ? {
      kind,
      verb,
      id,
      thing: /** @type {Thing | null} */ (thing?.name === undefined && thing?.revision === undefined ? null : thing),
    }
    : null;
}

/**
 * @param {ListView} view
 * @param {LiveEvent} event
 * @param {{ kind: Kind, state: ListState }} list
 * @returns {ListView} the very same value when the event does not concern the list
 */
export function applyEvent(view, event, { kind, state }) {
  const read = readEvent(event);
  if (!read || read.kind !== kind.name) return view;
  const at = view.items.findIndex(({ id }) => id === read.id);
  const { thing } = read;
  const isGone = read.verb === "deleted" || read.verb === "purged" || Boolean(thing?.deleted_at);
  if (isGone !== state.trash) return without(view, at);
  if (!thing) return view;
  if (at >= 0 && (thing.revision ?? 0) < (view.items[at].revision ?? 0)) return view;

  const fits = matchesState(thing, state, kind);
  if (fits === false) return without(view, at);
  if (at >= 0) {
    // A row stays where the person looks at it; it moves when the list is read again.
    const items = view.items.slice();
    items[at] = thing;
    return { ...view, items };
  }
  if (fits === null) return { ...view, unseen: view.unseen + 1 };
  return inserted(view, thing, state);
}

/** @param {ListView} view @param {number} at @returns {ListView} */
function without(view, at) {
  if (at < 0) return view;
  return {
    ...view,
    items: view.items.filter((_, index) => index !== at),
    total: view.total === null ? null : Math.max(0, view.total - 1),
  };
}

/** @param {ListView} view @param {Thing} thing @param {ListState} state @returns {ListView} */
function inserted(view, thing, state) {
  const compare = compareBy(state.sort);
  const found = view.items.findIndex((item) => compare(thing, item) < 0);
  const total = view.total === null ? null : view.total + 1;
  // Behind the last row that is loaded: its page will bring it.
  if (found < 0 && !view.isComplete) return { ...view, total };
  const items = view.items.slice();
  items.splice(found < 0 ? items.length : found, 0, thing);
  return { ...view, total, items };
}
