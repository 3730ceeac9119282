// @ts-check
/** Cells of a list: the name with icon and state, addresses in mono, numbers with units, tags as quiet pills. */
import { hasIcon, hueOf, icon, iconOfThing } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hasState } from "../../lib/kinds.js";
import { kindMember, valueText } from "../../lib/values.js";
import { colourSpot, isColour, tagPills } from "../../ui/pill.js";
import { statusRing, statusWord } from "../../ui/status.js";
import { timeAgo } from "../../ui/time.js";
import { titleOf } from "./columns.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./columns.model.js").Column} Column */

/**
 * The icon an object wears: its own, its role's, its kind's.
 *
 * @param {Thing} thing
 * @param {Kind} kind
 */
export const iconOf = (thing, kind) =>
  iconOfThing(thing, hasIcon(kind.name) ? kind.name : kind.icon ?? "misc_item");

const WIDTHS = /** @type {Record<string, string>} */ ({
  ip: "minmax(130px, 1fr)",
  cidr: "minmax(130px, 1fr)",
  mac: "160px",
  integer: "minmax(90px, 0.6fr)",
  number: "minmax(90px, 0.6fr)",
  boolean: "90px",
  date: "120px",
});

/**
 * Columns as the table wants them. The further right, the sooner a narrow screen leaves it out.
 *
 * @param {Kind} kind @param {Column[]} columns @param {(kind: string, id: number) => string} hrefOf
 */
export function tableColumns(kind, columns, hrefOf) {
  return columns.map((column, at) => ({
    id: column.name,
    label: at === 0 && kind.has_name === false ? kind.label : columnLabel(column),
    width: at === 0
      ? "minmax(200px, 2fr)"
      : WIDTHS[column.field?.type ?? ""] ?? (column.name === "updated_at" ? "130px" : "minmax(110px, 1fr)"),
    align: column.align === "end" ? /** @type {const} */ ("right") : undefined,
    mono: column.isMono,
    sortable: column.sortable,
    from: at < 2 ? 0 : 240 + at * 120,
    render: (/** @type {Thing} */ thing) => (at === 0 ? nameCell(thing, kind) : cell(thing, column, hrefOf)),
  }));
}

/** Where only the other columns of a row can tell what it is: as many as fit into one line. */
const IN_CARD = 3;

/**
 * What a card says below the name, where there is no room for columns.
 *
 * @param {Kind} kind @param {Column[]} columns
 */
export const cardOf = (kind, columns) => (/** @type {Thing} */ thing) => {
  const said = columns.slice(1).flatMap(({ name, field, isMono }) => {
    if (!field || field.type === "boolean" || thing[name] === null || thing[name] === undefined) return [];
    const text = valueText(thing, field);
    return text === "" ? [] : [h("span", { class: isMono && "mono" }, isColour(field, text) && colourSpot(text), text)];
  }).slice(0, IN_CARD);
  if (said.length === 0) return timeAgo(thing.updated_at);
  return said.map((one, at) => [at > 0 && " · ", one]);
};

/** @param {Column} column */
export const columnLabel = (column) => column.label ?? t(`inventory.column.${column.name}`);

/** @param {Thing} thing @param {Kind} kind */
function nameCell(thing, kind) {
  return h(
    "span",
    { class: "thing-name" },
    h(
      "span",
      { class: "thing-mark", style: { color: hueOf(kind.name) } },
      icon(iconOf(thing, kind), { class: "small" }),
    ),
    hasState(thing.status, kind) && statusRing(thing.status),
    h("span", { class: "ellipsis", title: titleOf(thing, kind) }, titleOf(thing, kind)),
  );
}

/** @param {Thing} thing @param {Column} column @param {(kind: string, id: number) => string} hrefOf */
function cell(thing, { name, field }, hrefOf) {
  if (name === "tags") return tagPills(thing.tags);
  if (name === "status") return h("span", { class: "quiet" }, statusWord(thing.status));
  if (name === "updated_at" || name === "created_at") return timeAgo(thing[name]);
  if (!field) return h("span", { class: "quiet" }, thing[name] ?? "");
  if (field.type === "boolean") {
    return thing[name] === null || thing[name] === undefined ? "" : t(thing[name] ? "common.yes" : "common.no");
  }
  const text = valueText(thing, field);
  if (field.type === "reference" && thing[name]) {
    const to = thing[kindMember(name)] ?? field.references?.[0];
    return h("a", { href: hrefOf(to, thing[name]), class: "ellipsis", tabIndex: -1 }, text);
  }
  if (isColour(field, text)) return h("span", { class: "ellipsis" }, colourSpot(text), text);
  return text === "" ? h("span", { class: "quiet none" }, "—") : h("span", { class: "ellipsis", title: text }, text);
}
