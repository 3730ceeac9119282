// @ts-check
/** The words of a field's value, for cells, facts and differences. */
import { bytes, calendarDay, count, duration, exactTime, speed } from "./format.js";
import { t, told } from "./i18n.js";

/** @typedef {import("../types/inventory.js").Field} Field */

/**
 * `rack_id` → `rack_name`.
 *
 * @param {string} name
 */
export const nameMember = (name) => `${name.replace(/_id$/, "")}_name`;

/**
 * `rack_id` → `rack_kind`.
 *
 * @param {string} name
 */
export const kindMember = (name) => `${name.replace(/_id$/, "")}_kind`;

/** `key-taken` → `Key taken`: what has no words of its own. @param {string} id */
export function asWords(id) {
  const words = id.replaceAll(/[._-]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * References read as the name of what they point to, choices as their label, numbers with their unit.
 *
 * @param {Record<string, any>} thing @param {Field} field
 * @returns {string} empty when there is nothing
 */
export function valueText(thing, field) {
  const value = thing[field.name];
  if (value === null || value === undefined || value === "") return "";
  switch (field.type) {
    case "reference":
      return thing[nameMember(field.name)] ?? `#${value}`;
    case "references":
      return Array.isArray(value) ? value.map((one) => one?.name ?? `#${one}`).join(", ") : String(value);
    case "choice":
      return withSign(field.choices?.find((choice) => choice.value === value)?.label ?? String(value), field.unit);
    case "boolean":
      return value === true ? t("common.yes") : value === false ? t("common.no") : String(value);
    case "integer":
    case "number":
      // Nobody knows an MTU in KiB.
      return field.name === "mtu" ? `${value}\u00a0B` : withUnit(value, field.unit);
    case "date":
      return calendarDay(String(value));
    case "json":
      return Array.isArray(value) && value.every(isFlat) ? value.map(flatText).join(", ") : JSON.stringify(value);
    default:
      return Array.isArray(value) ? value.join(", ") : String(value);
  }
}

/**
 * A value by itself, as the history keeps it: what it points to is a number there.
 *
 * @param {any} value @param {Field} field @param {Map<number, string>} names
 */
export function valueAlone(value, field, names) {
  const pointed = field.type === "references" && Array.isArray(value)
    ? value.map((one) => (typeof one === "number" && names.has(one) ? { name: names.get(one) } : one))
    : value;
  return valueText({ [field.name]: pointed, [nameMember(field.name)]: names.get(value) }, field);
}

/** What has no field of its own: words of a list, entries of an object. @param {any} value */
export function looseText(value) {
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value) ? !value.every(isFlat) : !isFlat(value)) return JSON.stringify(value);
  return Array.isArray(value)
    ? value.map(flatText).join(", ")
    : Object.entries(value).map(([name, one]) => `${name}: ${one}`).join(", ");
}

/**
 * The numbers of everything that states point to.
 *
 * @param {(Record<string, any> | null | undefined)[]} states @param {Field[]} fields
 * @returns {number[]}
 */
export function pointedAt(states, fields) {
  const found = states.flatMap((state) =>
    fields.filter(({ type }) => type === "reference" || type === "references").flatMap(({ name }) => state?.[name] ?? [])
  );
  return [...new Set(found.filter((one) => typeof one === "number"))];
}

/** An instant as the daemon writes it. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** The words of an instant; null when it is none. @param {any} value */
export const instantText = (value) => (typeof value === "string" && INSTANT.test(value) ? exactTime(value) : null);

/** @param {any} value */
const isFlat = (value) =>
  value !== null && (typeof value !== "object" || Object.values(value).every((one) => typeof one !== "object"));

/**
 * `{ port: 443, protocol: "tcp" }` → `443 tcp`.
 *
 * @param {any} value
 */
const flatText = (value) =>
  typeof value === "object" ? Object.values(value).filter((one) => one !== "").join(" ") : String(value);

const BYTES = /** @type {Record<string, number>} */ ({
  B: 1,
  bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  MB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
});

/** `19` with its unit, as of a rack. @param {string} text @param {string | null | undefined} unit */
function withSign(text, unit) {
  if (!unit) return text;
  return unit === "in" ? `${text}″` : `${text}\u00a0${unit}`;
}

/**
 * Numbers without a unit (ports, VLANs, years) are not grouped; amounts are, and sizes take the unit that reads best.
 *
 * @param {any} value @param {string | null | undefined} unit
 * @returns {string}
 */
function withUnit(value, unit) {
  if (!unit || typeof value !== "number") return unit ? `${value}\u00a0${unit}` : String(value);
  if (BYTES[unit]) return bytes(value * BYTES[unit]);
  if (/^mbit\/s$|^mbps$/i.test(unit)) return speed(value);
  return `${count(value, 2)}${unit === "°" ? "" : "\u00a0"}${unit}`;
}

const MINUTE = 60_000;
/** @type {Record<string, number>} */
const SPANS = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * What a check found, in the language of the page: sentence by sentence, for a check says what is so and then how to mend
 * it. Days of the calendar, sizes and lengths of time are written as the page writes them.
 *
 * @param {string} message
 */
export function saidCheck(message) {
  const sentences = message.split(/(?<=\.) (?=\p{Lu})/u).map(told);
  const said = sentences.join(/[\u3040-\u9fff]/.test(sentences[0]) ? "" : " ");
  return said
    .replace(/\b\d{4}-\d\d-\d\d\b/g, calendarDay)
    .replace(/\b([\d.]+) (B|[KMGT]iB)(?!\p{L})/gu, (_, size, unit) => bytes(Number(size) * 1024 ** SIZES.indexOf(unit)))
    .replace(/\b(\d+) (minute|hour|day)s?\b/g, (_, length, unit) => duration(Number(length) * SPANS[unit]));
}
