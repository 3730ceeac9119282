// @ts-check
/** What a relation row says: who is at the other end, and how. */
import { told } from "../../lib/i18n.js";
import { kindMember, nameMember, valueText } from "../../lib/values.js";
import { titleOf } from "./columns.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {{ kind: string, id: number, name: string, hint: string, status: string | null, via: { kind: string, id: number } | null }} RelationRow
 *   `via` is the connection, membership or dependency that joins the two */

/**
 * @param {Thing} thing  what refers to the object whose panel this is
 * @param {Kind} kind  of `thing`
 * @param {string} field  the reference it does so with
 * @returns {RelationRow}
 */
export function relationRow(thing, kind, field) {
  const others = kind.fields.filter(({ type, name }) => type === "reference" && name !== field && thing[name]);
  const other = kind.group === "relation" ? others[0] : undefined;
  const hint = hintOf(thing, kind, [field, other?.name ?? "", "name"]);
  if (!other) {
    return { kind: kind.name, id: thing.id, name: titleOf(thing, kind), hint, status: thing.status ?? null, via: null };
  }
  return {
    kind: thing[kindMember(other.name)] ?? other.references?.[0] ?? kind.name,
    id: thing[other.name],
    name: thing[nameMember(other.name)] ?? `#${thing[other.name]}`,
    hint,
    status: null,
    via: { kind: kind.name, id: thing.id },
  };
}

/**
 * The listed facts besides what the row already says, short enough for one line.
 *
 * @param {Thing} thing @param {Kind} kind @param {string[]} said
 */
function hintOf(thing, kind, said) {
  const title = titleOf(thing, kind);
  return kind.fields
    .filter((field) => field.in_list && !said.includes(field.name) && field.name !== "status" && field.type !== "json")
    .map((field) => (field.type === "boolean" ? "" : valueText(thing, field)))
    .filter((text) => text !== "" && text !== title)
    .slice(0, 3).join(" · ");
}

/**
 * Whether the rows of a group say more when the objects themselves are read.
 *
 * @param {{ direction: string, kind: string, items: unknown[] }} group
 * @param {Kind | null} kind
 */
export const isWorthReading = ({ direction, items }, kind) =>
  direction === "in" && kind !== null && items.length > 0 && (kind.group === "relation" || kind.group === "network");

/**
 * The daemon's title of a group in the language of the page: a field or a kind, or both as "Connections (From)".
 *
 * @param {string} label
 */
export function groupTitle(label) {
  const [, kind, field] = /^(.+) \((.+)\)$/.exec(label) ?? [];
  return kind && told(label) === label ? `${told(kind)} (${told(field)})` : told(label);
}
