// @ts-check
/** The values of the history that come out of a fixed set, by the words that the pages have for them. */
import { count } from "../../lib/format.js";
import { t, tOr } from "../../lib/i18n.js";
import { LANGUAGES } from "../../lib/language.js";
import { FONTS, THEMES } from "../../lib/theme.js";

/** `totpWrong`, `map.view` and `first-look` as a key: `totp_wrong`, `map_view`, `first_look`. @param {string} value */
const asKey = (value) => value.replaceAll(/[.-]/g, "_").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The first of these keys that there are words for; the value itself when there is none. @param {...string} prefixes */
const keyed = (...prefixes) => (/** @type {string} */ value) => {
  /** @type {string} */
  let word = value;
  for (const prefix of [...prefixes].reverse()) word = tOr(prefix + asKey(value), word);
  return word;
};

/** @param {() => { id?: string, value?: string, label: string }[]} choices */
const labelled = (choices) => (/** @type {string} */ value) =>
  choices().find((one) => (one.id ?? one.value) === value)?.label ?? value;

const day = (/** @type {number | string} */ value) => tOr(`backups.day_${value}`, String(value));
const role = keyed("users.role_");

/** By the name of the member, wherever it stands. @type {Record<string, (value: any) => string>} */
const BY_FIELD = {
  theme: (value) => (value === "auto" ? t("settings.theme_auto") : labelled(() => THEMES)(value)),
  font: labelled(() => FONTS),
  language: labelled(() => LANGUAGES),
  profile: keyed("settings.profile_"),
  units: (value) => ({ c: "°C", f: "°F" })[/** @type {string} */ (value)] ?? value,
  security: keyed("mail.security_"),
  state: keyed("backups.state_"),
  phase: keyed("backups.phase_"),
  origin: keyed("backups.origin_"),
  rhythm: keyed("backups.rhythm_"),
  weekdays: day,
  default_role: role,
  role,
  scopes: keyed("tokens.scope_"),
  proofs: keyed("audit.value.proofs."),
  reason: keyed("audit.value.reason.", "providers.problem_"),
  step: (value) => (value === "done" ? t("backups.state_done") : keyed("setup.step_")(value)),
  source: keyed("vault.source_"),
  layout: keyed("map.layout."),
  colour: keyed("map.drawing.colour."),
  grouping: keyed("map.drawing.by."),
  hide: keyed("map.hide_"),
};

/** Members that mean something else in each kind of entry. @type {Record<string, Record<string, (value: any) => string>>} */
const BY_ENTITY = {
  backup: { kind: keyed("backups.kind_") },
  backup_target: { kind: keyed("backups.target_") },
  sign_in_provider: { kind: keyed("providers.kind_") },
  map_annotation: { kind: keyed("audit.value.kind.") },
  mail: { kind: keyed("audit.entity_", "audit.action_", "mail."), problem: keyed("audit.value.problem.") },
};

/**
 * The words of one value, or null when it has none.
 *
 * @param {any} value @param {string} field `outer.inner` of what lies inside @param {string | null} entity
 * @returns {string | null}
 */
export function saidValue(value, field, entity) {
  if (Array.isArray(value)) {
    if (value.length === 0 || value.some((one) => typeof one === "object")) return null;
    return value.map((one) => saidValue(one, field, entity) ?? String(one)).join(", ");
  }
  if (typeof value === "number") return saidNumber(value, field);
  if (typeof value !== "string") return null;
  const parts = field.split("."), own = parts[parts.length - 1];
  if (parts[0] === "group_roles") return role(value);
  const say = BY_ENTITY[entity ?? ""]?.[own] ?? BY_FIELD[own];
  const word = say?.(value);
  return word === undefined || word === value ? null : word;
}

/** Days by their names, and fractions as the language writes them. @param {number} value @param {string} field */
function saidNumber(value, field) {
  if (field.endsWith("weekdays")) return day(value);
  return Number.isInteger(value) ? null : count(value, 6);
}
