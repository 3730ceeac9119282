// @ts-check
import { api } from "./api.js";
import { currentLanguage, told } from "./i18n.js";

/**
 * What the daemon can document (`GET /kinds`), read once. Lists, forms, the map's labels and the palette come from it.
 *
 * @typedef {import("../types/inventory.js").Kind} Kind
 */

/** @type {Promise<Kind[]> | null} */
let reading = null;

/**
 * @param {AbortSignal} [signal]  ends the waiting of this caller, not the reading of the others
 * @returns {Promise<Kind[]>}
 */
export async function loadKinds(signal) {
  reading ??= api.get("kinds").then(({ items }) => items.map(inWords));
  try {
    const kinds = await reading;
    signal?.throwIfAborted();
    return kinds;
  } catch (error) {
    if (!signal?.aborted) reading = null;
    throw error;
  }
}

/**
 * A kind with its names in the language of the page.
 *
 * @param {Kind} kind
 * @returns {Kind}
 */
function inWords(kind) {
  return {
    ...kind,
    label: told(kind.label),
    plural: told(kind.plural),
    fields: kind.fields.map((field) => ({
      ...field,
      label: told(field.label),
      group: field.group && told(field.group),
      help: field.help && told(field.help),
      choices: field.choices?.map((choice) => ({ ...choice, label: told(choice.label) })) ?? field.choices,
    })),
  };
}

const PLACES = ["rack", "location", "interface"];

/**
 * How the map names this where it is asked what stops without it: of what is no node, only places have an answer.
 *
 * @param {Kind} kind @param {number} id @returns {string | null}
 */
export function failingPart({ name, is_node: isNode }, id) {
  if (isNode) return String(id);
  return PLACES.includes(name) ? `${name}:${id}` : null;
}

/** After signing in as somebody else. */
export const forgetKinds = () => void (reading = null);

/** More are not asked for at once. */
const MOST_NAMES = 40;

/**
 * What objects are called by now; those that are gone have no name.
 *
 * @param {number[]} ids @param {AbortSignal} signal
 * @returns {Promise<Map<number, string>>}
 */
export async function namesOf(ids, signal) {
  if (ids.length === 0) return new Map();
  const some = ids.slice(0, MOST_NAMES), q = some.map((id) => `id:${id}`).join(" OR ");
  const { items } = await api.get("search", { query: { q, limit: some.length }, signal });
  return new Map(items.map((/** @type {{ id: number, name: string }} */ one) => [one.id, one.name]));
}

/**
 * A kind's name inside a sentence: "hardware" of "Hardware", but "VLAN" stays, and so does every noun in German.
 *
 * @param {string} label
 */
export const lower = (label) =>
  currentLanguage() === "de" || /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);

/**
 * Places, tags, addresses and relations have no state worth a ring unless somebody gave them one.
 *
 * @param {string | null | undefined} status @param {Kind | null} kind
 */
export const hasState = (status, kind) => Boolean(kind?.is_node) || (status ?? "unknown") !== "unknown";

/** @param {Kind[]} kinds @param {string} name */
export const kindNamed = (kinds, name) => kinds.find((kind) => kind.name === name) ?? null;

/** @param {Kind[]} kinds @param {string} path */
export const kindAtPath = (kinds, path) => kinds.find((kind) => kind.path === path) ?? null;

/**
 * The address of an object or of its kind's list.
 *
 * @param {Kind[]} kinds
 * @param {string} name
 * @param {number | null} [id]
 */
export function urlOfObject(kinds, name, id = null) {
  const path = kindNamed(kinds, name)?.path ?? name.replaceAll("_", "-");
  return id === null ? `/${path}` : `/${path}/${id}`;
}
