// @ts-check
/** What could follow in the filter line: names of fields, then their values. */
import { STATUSES, written } from "./query.js";

/** @typedef {import("../types/inventory.js").Kind} Kind */
/** @typedef {import("../types/inventory.js").Field} Field */
/** @typedef {{ insert: string, label: string, hint: string }} Suggestion  `insert` replaces the last word */
/** @typedef {{ name: string, label: string, example: string, values: string[], words: Record<string, string>,
 *   field: Field | null }} Subject  `words`: what a value is called, where it has a name */

const MEMBERS = ["hardware", "compute_unit", "external_node", "service"];

/**
 * Everything that can stand before a colon in lists of the kind, and what it takes.
 *
 * @param {Kind} kind
 * @param {{ tags?: string[], label?: (name: string) => string, status?: (value: string) => string }} known  `label`: of
 *   what every object has; `status`: what a state is called
 * @returns {Subject[]}
 */
export function subjectsOf(kind, { tags = [], label = () => "", status = () => "" } = {}) {
  /** @type {(name: string, example: string, values?: string[]) => Subject} */
  const common = (name, example, values = []) => ({ name, label: label(name), example, values, words: {}, field: null });
  const own = kind.fields.filter(({ name, type }) => name !== "name" && name !== "status" && type !== "json")
    .map((field) => ({
      name: field.type === "reference" ? field.name.replace(/_id$/, "") : field.name,
      label: field.label,
      example: exampleOf(field),
      values: valuesOf(field),
      words: Object.fromEntries(field.choices?.map((choice) => [choice.value, choice.label]) ?? []),
      field,
    }));
  const names = new Set(own.map(({ name }) => name));
  const more = [
    ...(MEMBERS.includes(kind.name) ? [common("network", "lan"), common("vlan", "20"), common("ip", "10.0.0.0/24")] : []),
    common("name", "core*"),
    common("owner", "anna"),
    common("source", "scan", ["person", "import", "scan", "self_knowledge", "api_token"]),
    common("updated", "7d"),
    common("created", ">=2026-11"),
  ];
  return [
    { ...common("status", "down", STATUSES), words: Object.fromEntries(STATUSES.map((one) => [one, status(one)])) },
    common("tag", tags[0] ?? "prod", tags),
    ...own,
    ...more.filter(({ name }) => !names.has(name)),
  ];
}

/**
 * The same for several kinds that are searched at once: each name once, with the values of all.
 *
 * @param {Kind[]} kinds @param {Parameters<typeof subjectsOf>[1]} known @returns {Subject[]}
 */
export function subjectsOfAll(kinds, known = {}) {
  /** @type {Map<string, Subject>} */
  const all = new Map();
  for (const subject of kinds.flatMap((kind) => subjectsOf(kind, known))) {
    const before = all.get(subject.name);
    if (!before) all.set(subject.name, { ...subject });
    else {
      before.values = [...new Set([...before.values, ...subject.values])];
      before.words = { ...subject.words, ...before.words };
    }
  }
  return [...all.values()];
}

/** @param {Field} field @returns {string[]} */
const valuesOf = (field) =>
  field.type === "boolean" ? ["yes", "no"] : (field.choices?.map(({ value }) => value) ?? field.suggestions ?? []);

/** @param {Field} field */
function exampleOf(field) {
  if (field.choices?.length) return field.choices[0].value;
  if (field.suggestions?.length) return written(field.suggestions[0]);
  return { integer: ">=8", number: "1..20", boolean: "yes", ip: "10.0.0.0/24", cidr: "10.0.0.0/8", mac: "00:1b:21",
    date: "2026-11", url: "nas.lan", reference: "*" }[/** @type {string} */ (field.type)] ?? "text";
}

/** What a value is called, unless that says nothing new. @param {string} value @param {string} word */
const hintFor = (value, word) => (word.toLowerCase() === value.replaceAll("_", " ").toLowerCase() ? "" : word);

/**
 * The field whose value is being typed at the end of the line.
 *
 * @param {string} text @param {Subject[]} subjects
 * @returns {{ subject: Subject, head: string, begun: string } | null}
 */
export function valueBegun(text, subjects) {
  const found = /(?:^|[\s(])(-?)([a-z_]+):([^\s"()]*,)?("?)([^"()]*)$/i.exec(text);
  if (!found || (found[4] === "" && /\s/.test(found[5]))) return null;
  const subject = subjects.find(({ name }) => name === found[2].toLowerCase());
  return subject ? { subject, head: `${found[1]}${subject.name}:${found[3] ?? ""}`, begun: found[5] } : null;
}

/**
 * The line without a field at its end that has no value yet: nothing would fit it while its values are offered.
 *
 * @param {string} text @param {Subject[]} subjects
 */
export function whole(text, subjects) {
  const value = valueBegun(text, subjects);
  const isOpen = value?.begun === "" && value.head.endsWith(":") && text.endsWith(value.head);
  return (isOpen ? text.slice(0, -value.head.length) : text).trim();
}

/**
 * @param {string} text the whole line @param {Subject[]} subjects
 * @param {string[]} [names] what the daemon knows for the value that is being typed
 * @returns {Suggestion[]} at most eight
 */
export function suggestionsFor(text, subjects, names = []) {
  const value = valueBegun(text, subjects);
  if (value) {
    const begun = value.begun.toLowerCase();
    const wordOf = (/** @type {string} */ one) => value.subject.words[one] ?? "";
    return [...new Set([...value.subject.values, ...names])]
      .filter((one) => (one.toLowerCase().includes(begun) || wordOf(one).toLowerCase().includes(begun)) && one.toLowerCase() !== begun)
      .sort((a, b) => Number(b.toLowerCase().startsWith(begun)) - Number(a.toLowerCase().startsWith(begun)))
      .slice(0, 8)
      .map((one) => ({ insert: `${value.head}${written(one)} `, label: one, hint: hintFor(one, wordOf(one)) }));
  }
  const word = /[^\s("]*$/.exec(text)?.[0] ?? "";
  if (word.includes(":") || (text.match(/"/g)?.length ?? 0) % 2 === 1) return [];
  const sign = word.startsWith("-") ? "-" : "";
  const bare = word.slice(sign.length).toLowerCase();
  const fitting = subjects.filter(({ name, label }) => name.startsWith(bare) || (bare !== "" && label.toLowerCase().startsWith(bare)));
  return fitting.sort((a, b) => Number(b.name.startsWith(bare)) - Number(a.name.startsWith(bare))).slice(0, 8)
    .map(({ name, label }) => ({ insert: `${sign}${name}:`, label: `${sign}${name}:`, hint: label }));
}

/** @param {string} text @param {string} insert */
export const completed = (text, insert) =>
  (/:/.test(insert) && /:[^\s]*$|:(?:[^\s"()]*,)?"[^"]*$/.test(text)
    ? text.replace(/-?[a-z_]+:(?:[^\s"()]*,)?(?:"[^"]*|[^\s"()]*)$/i, "")
    : text.replace(/[^\s("]*$/, "")) + insert;
