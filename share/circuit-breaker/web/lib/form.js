// @ts-check
import { isCIDR, isIP, isMAC, isURL } from "./address.js";
import { t } from "./i18n.js";

/**
 * Rules of forms, without a screen. Field descriptions are those of `GET /kinds`; `email`, `password` and `tags` exist
 * besides for forms of the interface itself. ui/form.js draws them.
 *
 * @typedef {{ name: string, label?: string, type: string, required?: boolean, max_length?: number, min_length?: number,
 * minimum?: number, maximum?: number, choices?: { value: string, label: string, help?: string }[], suggestions?:
 * string[],
 *   references?: string[], group?: string, help?: string, unit?: string, read_only?: boolean, autocomplete?: string,
 *   placeholder?: string, check?: (value: any, values: any) => string | null }} Field
 */

/**
 * The value of a field as its input shows it.
 *
 * @param {Field} field
 * @param {any} value
 * @returns {any}
 */
export function toInput(field, value) {
  if (field.type === "boolean") return value === true;
  if (field.type === "tags" || field.type === "references") return value ?? [];
  if (value === null || value === undefined) return "";
  return field.type === "json" && typeof value !== "string" ? JSON.stringify(value, null, 2) : String(value);
}

/**
 * What the person typed, as the API wants it: empty is null, numbers are numbers.
 *
 * @param {Field} field
 * @param {any} input
 * @returns {any}
 */
export function fromInput(field, input) {
  switch (field.type) {
    case "boolean":
      return input === true;
    case "tags":
    case "references":
      return input;
    case "integer":
    case "number":
    case "reference": {
      if (input === "" || input === null || input === undefined) return null;
      const number = Number(String(input).trim().replace(",", "."));
      return Number.isFinite(number) ? number : input;
    }
    case "json": {
      if (String(input).trim() === "") return null;
      try {
        return JSON.parse(input);
      } catch {
        return input;
      }
    }
    case "password":
      return input === "" ? null : input;
    default: {
      const text = String(input ?? "").trim();
      return text === "" ? null : text;
    }
  }
}

/** @type {Record<string, [(text: string) => boolean, string]>} */
const SHAPES = {
  ip: [isIP, "form.bad_ip"],
  cidr: [isCIDR, "form.bad_cidr"],
  mac: [isMAC, "form.bad_mac"],
  url: [isURL, "form.bad_url"],
  email: [(text) => /^[^\s@]+@[^\s@]+$/.test(text), "form.bad_email"],
  date: [(text) => /^\d{4}-\d{2}-\d{2}/.test(text), "form.bad_date"],
};

/**
 * What is wrong with one value, or null.
 *
 * @param {Field} field
 * @param {any} value
 * @param {any} [values]
 * @returns {string | null}
 */
export function problemOf(field, value, values = {}) {
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  if (empty) return field.required ? t("form.required") : field.check?.(value, values) ?? null;
  if (field.type === "integer" && !Number.isInteger(value)) return t("form.bad_integer");
  if (field.type === "number" && typeof value !== "number") return t("form.bad_number");
  if (typeof value === "number" && field.type !== "reference") {
    const { minimum, maximum } = field;
    if (minimum !== undefined && minimum !== null && value < minimum) return t("form.too_small", { n: minimum });
    if (maximum !== undefined && maximum !== null && value > maximum) return t("form.too_big", { n: maximum });
  }
  if (field.type === "json" && typeof value === "string") return t("form.bad_json");
  if (typeof value === "string") {
    const shape = SHAPES[field.type];
    if (shape && !shape[0](value)) return t(shape[1]);
    if (field.max_length && value.length > field.max_length) return t("form.too_long", { n: field.max_length });
    if (field.min_length && value.length < field.min_length) return t("form.too_short", { n: field.min_length });
  }
  return field.check?.(value, values) ?? null;
}

/**
 * All problems at once, by field.
 *
 * @param {Field[]} fields
 * @param {Record<string, any>} values
 * @returns {Record<string, string>}
 */
export function problemsOf(fields, values) {
  /** @type {Record<string, string>} */
  const problems = {};
  for (const field of fields) {
    const problem = field.read_only ? null : problemOf(field, values[field.name], values);
    if (problem) problems[field.name] = problem;
  }
  return problems;
}

/** @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (Object.is(a, b) || ((a ?? null) === null && (b ?? null) === null)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

/**
 * What an untouched input of a type reads as, where that is not null.
 *
 * @type {Record<string, any>}
 */
const NOTHING = { boolean: false, tags: [], references: [] };

/** An empty text is none: the daemon may tell it as either. @param {any} value */
const said = (value) => (value === "" ? null : value);

/**
 * The fields that differ, as a PATCH wants them.
 *
 * @param {Field[]} fields
 * @param {Record<string, any>} before
 * @param {Record<string, any>} after
 */
export function changesOf(fields, before, after) {
  /** @type {Record<string, any>} */
  const changes = {};
  for (const { name, read_only: fixed, type } of fields) {
    const old = said(before[name]) ?? NOTHING[type] ?? null;
    const now = said(after[name]) ?? NOTHING[type] ?? null;
    if (!fixed && !same(old, now)) changes[name] = after[name] ?? null;
  }
  return changes;
}

/**
 * Fields by group, in the order groups appear first.
 *
 * @param {Field[]} fields
 * @returns {[string, Field[]][]}
 */
export function groupsOf(fields) {
  /** @type {Map<string, Field[]>} */
  const groups = new Map();
  for (const field of fields) groups.set(field.group ?? "", [...(groups.get(field.group ?? "") ?? []), field]);
  return [...groups];
}
