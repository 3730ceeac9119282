// @ts-check
/** The words of the history: what was done, to what, by whom. The daemon writes names; the page says them. */
import { t, tOr } from "../../lib/i18n.js";
import { asWords, instantText, valueAlone } from "../../lib/values.js";
import { shownValue } from "./audit.model.js";
import { saidValue } from "./audit.values.js";

/** @typedef {import("./audit.model.js").Entry} Entry */
/** @typedef {import("../../types/inventory.js").Kind} Kind */

/** @param {string} action */
const actionWord = (action) => tOr(`audit.action_${action.replaceAll(/[.-]/g, "_")}`, asWords(action));

/** What was done, with how many where that is told. @param {Entry} entry */
export function deedWord({ action, before, after }) {
  const nodes = after?.nodes ?? before?.nodes;
  return typeof nodes === "number" && (action === "placed" || action === "places_forgotten")
    ? t(`audit.did_${action}`, { n: nodes })
    : actionWord(action);
}

/** @param {string | null} entity @param {Kind[]} kinds */
export const entityWord = (entity, kinds) =>
  kinds.find(({ name }) => name === entity)?.label ?? (entity ? tOr(`audit.entity_${entity}`, asWords(entity)) : "—");

/**
 * What an entry is about. Of what there is only one of the daemon writes its kind as its name.
 *
 * @param {Entry} entry @param {Kind[]} kinds
 */
export function subjectWord({ entity, entity_id: id, entity_name: name }, kinds) {
  if (name && id === null && /^[a-z_]+$/.test(name)) return tOr(`audit.entity_${name}`, name);
  if (name) return name;
  return id === null ? "" : `${entityWord(entity, kinds)} ${id}`;
}

/**
 * The one thing that the history is narrowed down to: by its name where an entry tells it, else by its number.
 *
 * @param {{ id: string, entity: string | null }} about @param {Entry[]} entries @param {Kind[]} kinds
 */
export function onlyWord({ id, entity }, entries, kinds) {
  if (!entity) return t("audit.only_id", { id });
  const named = entries.find((entry) => entry.entity === entity && String(entry.entity_id) === id && entry.entity_name);
  return `${entityWord(entity, kinds)} ${named?.entity_name ?? id}`;
}

/** @param {string | null} actor @param {string} kind */
export const actorWord = (actor, kind) =>
  !actor || actor === kind ? tOr(`audit.actor_${kind}`, asWords(kind)) : actor;

/**
 * `foreign_origins.gravatar` is two words.
 *
 * @param {string} field @param {Kind | undefined} kind
 */
export function fieldWord(field, kind) {
  const own = kind?.fields.find(({ name }) => name === field)?.label;
  return own ?? field.split(".").map((one, index) =>
    index > 0 && /^custom\./.test(field) ? one : tOr(`inventory.column.${one}`, tOr(`audit.field_${one}`, asWords(one)))
  ).join(" · ");
}

/**
 * @param {any} value @param {string} field @param {Kind | undefined} kind
 * @param {Map<number, string>} [names]  of the objects the entry points to
 * @param {string | null} [entity]  what kind of thing it is about
 * @returns {string}
 */
export function valueWord(value, field, kind, names = new Map(), entity = null) {
  const own = kind?.fields.find(({ name }) => name === field);
  if (own) return valueAlone(value, own, names) || "—";
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  if (kind && field === "status" && typeof value === "string") return tOr(`status.${value}`, value);
  // What people call their own fields and write into the inventory stays as it is.
  const said = field.startsWith("custom.") ? null : instantText(value) ?? (kind ? null : saidValue(value, field, entity));
  return said ?? shownValue(value);
}
