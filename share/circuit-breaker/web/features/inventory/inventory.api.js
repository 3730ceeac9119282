// @ts-check
import { api, send } from "../../lib/api.js";
import { plainWords } from "../../lib/query.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/inventory.js").Ref} Ref */
/** @typedef {import("./transfer.model.js").ImportResult} ImportResult */
/** @typedef {{ label: string, direction: "out" | "in", field: string, kind: string, items: Ref[] }} RelationGroup */
/** @typedef {{ id: number, ok?: boolean, error?: any, code?: string, message?: string }} BulkResult */

/** @param {Kind} kind @param {number} id @param {AbortSignal} [signal] @returns {Promise<Thing>} */
export const readThing = (kind, id, signal) => api.get(`${kind.path}/${id}`, { signal });

/**
 * Models of the device catalogue for what was typed.
 *
 * @param {string} text @param {AbortSignal} signal
 * @returns {Promise<import("./catalogue.model.js").Model[]>}
 */
export const findModels = async (text, signal) =>
  (await api.get("catalogue", { query: { q: text, limit: 8 }, signal })).items;

/**
 * Hardware of a model with an interface for each of its ports, in one go.
 *
 * @param {string} model @param {Record<string, any>} draft
 * @returns {Promise<Thing>}
 */
export const createOfModel = (model, draft) => api.post(`catalogue/${encodeURIComponent(model)}/hardware`, draft);

/** @param {Kind} kind @param {Record<string, any>} draft @returns {Promise<Thing>} */
export const createThing = (kind, draft) => api.post(kind.path, draft);

/**
 * @param {Kind} kind
 * @param {number} id
 * @param {Record<string, any>} patch
 * @param {number} revision
 * @param {Record<string, any>} [query]
 * @returns {Promise<Thing>}
 */
export const changeThing = (kind, id, patch, revision, query = {}) =>
  api.patch(`${kind.path}/${id}`, patch, { revision, query });

/** @typedef {import("./query.model.js").SavedView} SavedView */

/** @param {Kind} kind @param {AbortSignal} signal @returns {Promise<SavedView[]>} */
export const readViews = async (kind, signal) => (await api.get("views", { query: { kind: kind.name }, signal })).items;

/** @param {Record<string, any>} draft @returns {Promise<SavedView>} */
export const createView = (draft) => api.post("views", draft);

/** @param {SavedView} view @param {Record<string, any>} patch @returns {Promise<SavedView>} */
export const changeView = (view, patch) => api.patch(`views/${view.id}`, patch, { revision: view.revision });

/** @param {SavedView} view */
export const deleteView = (view) => api.delete(`views/${view.id}`);

/** @param {Kind} kind @param {number} id @param {{ cascade?: boolean }} options */
export const deleteThing = (kind, id, { cascade = false } = {}) =>
  api.delete(`${kind.path}/${id}`, { query: cascade ? { cascade: true } : {} });

/** @param {number} id */
export const restoreThing = (id) => api.post(`trash/${id}/restore`);

/** @param {Kind} kind @param {number} id @param {AbortSignal} [signal] */
export const readConsequences = (kind, id, signal) => api.get(`${kind.path}/${id}/consequences`, { signal });

/** @param {Kind} kind @param {number} id @param {AbortSignal} [signal] @returns {Promise<RelationGroup[]>} */
export const readRelations = async (kind, id, signal) =>
  (await api.get(`${kind.path}/${id}/relations`, { signal })).groups;

/** @param {Kind} kind @param {number} id @param {AbortSignal} [signal] @returns {Promise<any[]>} */
export const readHistory = async (kind, id, signal) =>
  (await api.get("admin/audit-log", { query: { entity: kind.name, entity_id: id, limit: 30 }, signal })).items;

/**
 * @param {Record<string, any>} query
 * @param {AbortSignal} signal
 * @returns {Promise<{ kind: string, id: number, name: string, what: string }[]>}
 */
export const readConflicts = async (query, signal) => (await api.get("conflicts", { query, signal })).items;

/** @param {number} id @param {AbortSignal} signal */
export const readUtilisation = (id, signal) => api.get(`networks/${id}/utilisation`, { signal });

/** @param {number} id @param {AbortSignal} signal @returns {Promise<string[]>} */
export const nextAddresses = async (id, signal) =>
  (await api.get(`networks/${id}/next-address`, { query: { count: 3 }, signal })).items;

/**
 * Ids are sent in parts: the daemon takes a few hundred at once. Where it breaks off in between, what is done is told as done and
 * the rest as left.
 *
 * @param {Kind} kind
 * @param {number[]} ids
 * @param {Record<string, any>} what
 * @param {(done: number) => void} [told]  after each part, how many are through
 * @returns {Promise<BulkResult[]>}
 */
export async function bulk(kind, ids, what, told = () => {}) {
  /** @type {BulkResult[]} */
  const results = [];
  for (let at = 0; at < ids.length; at += BULK_PART) {
    const part = { ids: ids.slice(at, at + BULK_PART), ...what };
    if (what.revisions) part.revisions = what.revisions.slice(at, at + BULK_PART);
    try {
      const answer = await api.post(`${kind.path}/bulk`, part);
      results.push(...(answer.items ?? answer.results ?? []));
    } catch (error) {
      if (at === 0) throw error;
      return [...results, ...ids.slice(at).map((id) => ({ id, ok: false, error }))];
    }
    told(part.ids.length);
  }
  return results;
}

export const BULK_PART = 200;

/**
 * @param {Kind} kind
 * @param {string} text
 * @param {"csv" | "json"} format
 * @param {{ dry_run?: boolean, allow_conflicts?: boolean }} how  what others hold is refused unless it is allowed
 * @returns {Promise<ImportResult>}
 */
export const importThings = (kind, text, format, { dry_run, allow_conflicts }) =>
  api.post(`${kind.path}/import`, text, {
    query: { format, dry_run: dry_run || null, allow_conflicts: allow_conflicts || null },
    headers: { "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json" },
  });

/** @param {Kind} kind @param {"csv" | "json"} format @param {Record<string, any>} query @returns {Promise<Blob>} */
export const exportThings = async (kind, format, query) =>
  (await send("GET", `${kind.path}/export`, { query: { ...query, format } })).blob();

/**
 * Objects that a reference may point to, for what was typed.
 *
 * @param {Kind[]} kinds  those the field allows
 * @param {string} typed @param {AbortSignal} signal
 * @returns {Promise<Ref[]>}
 */
export async function findReferences(kinds, typed, signal) {
  const text = plainWords(typed);
  if (text !== "" && kinds.length > 1) {
    return (await api.get("search", {
      query: { q: text, kind: kinds.map(({ name }) => name).join(","), limit: 20 },
      signal,
    })).items;
  }
  const limit = kinds.length > 1 ? 6 : 20;
  const lists = await Promise.all(kinds.map(({ path }) => api.get(path, { query: { q: text, limit }, signal })));
  return lists.flatMap((list, at) =>
    list.items.map((/** @type {Thing} */ thing) => ({ ...thing, kind: thing.kind ?? kinds[at].name }))
  );
}

/** @param {string} text @param {AbortSignal} signal @returns {Promise<string[]>} */
export const findTags = async (text, signal) =>
  (await api.get("tags", { query: { q: plainWords(text), limit: 20 }, signal })).items.map((/** @type {Thing} */ { name }) => name);
