// @ts-check
/** Which columns a list has, and what stands in a cell. */

import { valueText } from "../../lib/values.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {{ name: string, label: string | null, field: Field | null, align: "start" | "end", sortable: boolean, isMono: boolean }} Column
 *   `label` null: the interface names it (status, tags, changed). */

const NUMBERS = new Set(["integer", "number"]);
const MONO = new Set(["ip", "cidr", "mac"]);
/** Not worth a column: too long, or not for reading. */
const HIDDEN = new Set(["long_text", "json"]);

/** Columns the interface draws itself, whoever declares them. */
const SHARED = new Set(["status", "tags", "owner", "source", "updated_at", "created_at"]);

/** @param {Field} field */
const isColumn = ({ name, type }) => name !== "name" && name !== "icon" && name !== "notes" && !HIDDEN.has(type);

/** @param {Field} field @returns {Column} */
const columnOf = (field) => ({
  name: field.name,
  label: field.label,
  field,
  align: NUMBERS.has(field.type) ? "end" : "start",
  sortable: Boolean(field.sortable),
  isMono: MONO.has(field.type),
});

/** @param {string} name @param {boolean} [sortable] @returns {Column} */
const common = (name, sortable = false) => ({
  name,
  label: null,
  field: null,
  align: "start",
  sortable,
  isMono: false,
});

/**
 * Every column the list can show, the name first.
 *
 * @param {Kind} kind
 * @returns {Column[]}
 */
export function allColumns(kind) {
  const own = kind.fields.filter(isColumn).map((
    field,
  ) => (SHARED.has(field.name) ? common(field.name, field.sortable) : columnOf(field)));
  const taken = new Set(own.map(({ name }) => name));
  const shared = [
    common("status", true),
    common("tags"),
    common("owner"),
    common("source"),
    common("updated_at", true),
    common("created_at", true),
  ];
  return [common("name", kind.has_name !== false), ...own, ...shared.filter(({ name }) => !taken.has(name))];
}

/** @param {Kind} kind @param {string[] | null} chosen @returns {Column[]} the name is always there and first */
export function shownColumns(kind, chosen) {
  const all = allColumns(kind);
  const names = chosen ?? defaultNames(kind);
  const [name, ...rest] = all;
  return [name, ...names.flatMap((wanted) => rest.find((column) => column.name === wanted) ?? [])];
}

/** @param {Kind} kind @returns {string[]} */
export function defaultNames(kind) {
  // What the first column says already needs no column of its own.
  const said = new Set(kind.has_name === false ? titleFields(kind).map(({ name }) => name) : []);
  const listed = kind.fields.filter((field) => field.in_list && isColumn(field) && !said.has(field.name)).map((
    { name },
  ) => name);
  return [...new Set([...listed, "tags", "updated_at"])];
}

/** @param {string[]} names @param {string} name @param {boolean} isOn @returns {string[]} */
export const toggleColumn = (
  names,
  name,
  isOn,
) => (isOn ? [...names.filter((one) => one !== name), name] : names.filter((one) => one !== name));

/**
 * What an object without a name is called by: an address by itself, a relation by what it joins.
 *
 * @param {Kind} kind
 * @returns {Field[]}
 */
function titleFields(kind) {
  const own = kind.group === "relation" ? undefined : kind.fields.find(({ type }) => type === "ip" || type === "cidr");
  return own ? [own] : kind.fields.filter(({ type }) => type === "reference" || type === "ip").slice(0, 2);
}

/**
 * @param {Thing} thing
 * @param {Kind} kind
 */
export function titleOf(thing, kind) {
  if (thing.name) return thing.name;
  return titleFields(kind).map((field) => valueText(thing, field)).filter(Boolean).join(" → ") ||
    `${kind.label} ${thing.id}`;
}
