// @ts-check
/** A change for many before it is made, and the way back after it. Pure. */
import { same } from "../../lib/form.js";
import { valueText } from "../../lib/values.js";

/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {{ from: string, n: number }} Before */

/**
 * What a field would change from, the most frequent first; objects that have the value already are counted apart.
 *
 * @param {Thing[]} things @param {Field} field @param {any} value
 * @returns {{ changes: Before[], already: number }}
 */
export function beforeOf(things, field, value) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  let already = 0;
  for (const thing of things) {
    if (isAlready(thing, field.name, value)) already += 1;
    else {
      const from = field.name === "+tags" || field.name === "tags" ? (thing.tags ?? []).join(", ") : valueText(thing, field);
      counts.set(from, (counts.get(from) ?? 0) + 1);
    }
  }
  const changes = [...counts].map(([from, n]) => ({ from, n })).sort((a, b) => b.n - a.n || a.from.localeCompare(b.from));
  return { changes, already };
}

/** @param {Thing} thing @param {string} name @param {any} value */
function isAlready(thing, name, value) {
  if (name === "+tags") return (value ?? []).every((/** @type {string} */ tag) => thing.tags?.includes(tag));
  return same(thing[name] ?? null, value === "" ? null : value ?? null);
}

/**
 * The patches that bring back what was, each for the objects that had the same. Only what was really changed is in
 * there, with the revision it was left at, so that a later change of somebody else stands.
 *
 * @param {Thing[]} things as they were
 * @param {string[]} names of the fields that were set
 * @param {{ id: number, ok?: boolean, revision?: number }[]} results of the change
 * @returns {{ patch: Record<string, any>, ids: number[], revisions: number[] }[]}
 */
export function wayBack(things, names, results) {
  const fields = [...new Set(names.map((name) => (name === "+tags" ? "tags" : name)))];
  const left = new Map(results.filter(({ ok, revision }) => ok && revision).map(({ id, revision }) => [id, revision]));
  /** @type {Map<string, { patch: Record<string, any>, ids: number[], revisions: number[] }>} */
  const groups = new Map();
  for (const thing of things) {
    const revision = left.get(thing.id);
    if (!revision || revision === thing.revision) continue;
    const patch = Object.fromEntries(fields.map((name) => [name, thing[name] ?? (name === "tags" ? [] : null)]));
    const key = JSON.stringify(patch);
    const group = groups.get(key) ?? { patch, ids: [], revisions: [] };
    group.ids.push(thing.id);
    group.revisions.push(revision);
    groups.set(key, group);
  }
  return [...groups.values()];
}
