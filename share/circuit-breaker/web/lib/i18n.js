// @ts-check
/** Sentences of the interface by key. English is the source; a missing key shows itself, a test finds it first. */

/** @type {Record<string, any>} */
let messages = {};
let language = "en";
/** @type {Intl.PluralRules} */
let plurals = new Intl.PluralRules("en");

/** @param {string} code @param {Record<string, any>} tree  nested by area: `{ "common": { "save": "Save" } }` */
export function setMessages(code, tree) {
  language = code;
  messages = tree;
  plurals = new Intl.PluralRules(code);
}

/**
 * Loads a language; falls back to English where a file is missing.
 *
 * @param {string} code
 * @param {URL} base  folder of the files
 */
export async function loadMessages(code, base) {
  const read = async (/** @type {string} */ name) => {
    const response = await fetch(new URL(`${name}.json`, base)).catch(() => null);
    return response?.ok ? response.json() : null;
  };
  const english = await read("en"), chosen = code === "en" ? null : await read(code);
  setMessages(chosen ? code : "en", merge(english ?? {}, chosen ?? {}));
}

/** @param {any} base @param {any} over @returns {any} */
function merge(base, over) {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    result[key] = value && typeof value === "object" ? merge(base[key] ?? {}, value) : value;
  }
  return result;
}

export const currentLanguage = () => language;

/**
 * The sentence of a key. `{name}` is filled from `values`; a sentence with plural forms (`{ "one": …, "other": … }`)
 * chooses by `values.n`.
 *
 * @param {string} key @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  /** @type {any} */
  let found = key.split(".").reduce((tree, part) => tree?.[part], messages);
  if (found && typeof found === "object") found = found[plurals.select(Number(values.n))] ?? found.other;
  if (typeof found !== "string") return key;
  return found.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => (values[name] === undefined ? whole : String(values[name])));
}

/**
 * `t`, or `fallback` where the key has no sentence: for names that come from the server.
 *
 * @param {string} key
 * @param {string} fallback
 */
export function tOr(key, fallback) {
  const text = t(key);
  return text === key ? fallback : text;
}
