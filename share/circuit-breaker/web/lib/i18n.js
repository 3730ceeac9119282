// @ts-check
/** Sentences of the interface by key. English is the source; a missing key shows itself, a test finds it first. */

/** @type {Record<string, any>} */
let messages = {};
let language = "en";
/** @type {Intl.PluralRules} */
let plurals = new Intl.PluralRules("en");
/** @type {Intl.NumberFormat} */
let numbers = new Intl.NumberFormat("en");
/** Values that count things; an `id` or a `port` is a name and has no separators. */
const COUNTS = new Set(["n", "total", "shown", "used", "size", "created", "changed", "add", "change", "same", "done"]);

/** @param {string} code @param {Record<string, any>} tree  nested by area: `{ "common": { "save": "Save" } }` */
export function setMessages(code, tree) {
  language = code;
  messages = tree;
  plurals = new Intl.PluralRules(code);
  numbers = new Intl.NumberFormat(code);
}

/**
 * Loads a language: one file, and English only where that file cannot be had.
 *
 * @param {string} code
 * @param {URL} base  folder of the files
 */
export async function loadMessages(code, base) {
  const read = async (/** @type {string} */ name) => {
    const response = await fetch(new URL(`${name}.json`, base)).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null;
  };
  const chosen = await read(code);
  if (chosen || code === "en") setMessages(chosen ? code : "en", chosen ?? {});
  else setMessages("en", await read("en") ?? {});
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
  return typeof found === "string" ? filled(found, values) : key;
}

/**
 * `n` and the other counts are numbers for people and get their separators; everything else stands as it is.
 *
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" && COUNTS.has(name) ? numbers.format(value) : String(value);
  });
}

/**
 * `t`, or `fallback` where the key has no sentence: for names that come from the server.
 *
 * @param {string} key
 * @param {string} fallback
 * @param {Record<string, string | number>} [values]
 */
export function tOr(key, fallback, values = {}) {
  const text = t(key, values);
  return text === key ? filled(fallback, values) : text;
}

/**
 * A sentence or word of the daemon in the language of the page. The daemon speaks English; the block `said` of a
 * locale has its sentences, with `{1}`, `{2}` … where names stand. What is not there stays as the daemon said it.
 *
 * @param {string} text
 * @returns {string}
 */
export function told(text) {
  const known = /** @type {Record<string, string>} */ (messages.said ?? {});
  if (typeof text !== "string" || language === "en" || known[text] !== undefined) return known[text] ?? text;
  for (const { pattern, answer } of patternsOf(known)) {
    const found = pattern.exec(text);
    if (found) return answer.replace(/\{(\d)\}/g, (whole, index) => (found[index] === undefined ? whole : told(found[index])));
  }
  return text;
}

/** @type {WeakMap<object, { pattern: RegExp, answer: string }[]>} */
const compiled = new WeakMap();

/** @param {Record<string, string>} known */
function patternsOf(known) {
  let patterns = compiled.get(known);
  if (!patterns) {
    patterns = Object.entries(known).filter(([english]) => /\{1\}/.test(english)).map(([english, answer]) => ({
      // Sentences with more words of their own are the better match.
      weight: english.replace(/\{\d\}/g, "").length,
      pattern: new RegExp(`^${english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\d\}/g, "(.+?)")}$`, "s"),
      answer,
    })).sort((a, b) => b.weight - a.weight);
    compiled.set(known, patterns);
  }
  return patterns;
}

/**
 * What went wrong, in the language of the page: the daemon's sentence where the locale has it, else a general one for
 * its code with the daemon's own words.
 *
 * @param {string} code
 * @param {string} sentence
 */
export function toldError(code, sentence) {
  const known = told(sentence);
  if (language === "en" || known !== sentence || !sentence) return known;
  const key = `errors.${code}`, general = t(key, { said: sentence });
  return general === key ? sentence : general;
}
