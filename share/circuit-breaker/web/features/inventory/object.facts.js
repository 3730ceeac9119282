// @ts-check
/** Facts of an object with where each came from. */
import { icon } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { groupsOf } from "../../lib/form.js";
import { t, tOr } from "../../lib/i18n.js";
import { urlOfObject } from "../../lib/kinds.js";
import { kindMember, valueText } from "../../lib/values.js";
import { factList } from "../../ui/panel.js";
import { colourSpot, isColour, tagPills } from "../../ui/pill.js";
import { timeAgo } from "../../ui/time.js";
import { markdown } from "../../ui/markdown.js";
import { section } from "./object.sections.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** Members that have a place of their own in the panel. */
const ELSEWHERE = new Set(["name", "status", "icon", "notes", "tags", "owner"]);

/** @param {string | undefined} source */
const sourceWord = (
  source,
) => (!source || source === "person" || source === "manual"
  ? null
  : tOr(`inventory.source.${source.replaceAll(/[^a-z_]/g, "_")}`, source));

/** @param {Thing} thing @param {Kind} kind @param {Kind[]} kinds @returns {HTMLElement[]} */
export function factSections(thing, kind, kinds) {
  const sourceOf = (/** @type {string} */ name) => sourceWord(thing.sources?.[name]);
  const groups = groupsOf(/** @type {any} */ (kind.fields)).flatMap(([name, fields]) => {
    const facts = /** @type {Field[]} */ (/** @type {any} */ (fields)).filter((field) =>
      !ELSEWHERE.has(field.name) && isThere(thing[field.name])
    )
      .map((
        field,
      ) => /** @type {[string, any, string | null]} */ ([
        field.label,
        factValue(thing, field, kinds),
        sourceOf(field.name),
      ]));
    return facts.length > 0 ? [section(titleOf(name), factList(facts))] : [];
  });
  return groups;
}

/**
 * What points here stands under "Relations", further down; the references of the object itself have a title of their
 * own.
 *
 * @param {string} group
 */
const titleOf = (group) => (group === t("inventory.relations") ? t("inventory.points_to") : group || t("inventory.facts"));

/**
 * Who looks after it, what it is filed under, where the record came from.
 *
 * @param {Thing} thing
 * @param {Kind} kind
 * @param {Kind[]} kinds
 */
export function aboutSection(thing, kind, kinds) {
  /** @type {[string, any, (string | null)?][]} */
  const about = [
    [
      t("inventory.column.tags"),
      thing.tags?.length
        ? tagPills(thing.tags, {
          limit: 20,
          href: (tag) => `${urlOfObject(kinds, kind.name)}?tag=${encodeURIComponent(tag)}`,
        })
        : null,
    ],
    [t("inventory.column.owner"), thing.owner, sourceWord(thing.sources?.owner)],
    ...Object.entries(thing.custom ?? {}).map((
      [name, value],
    ) => /** @type {[string, any]} */ ([name, typeof value === "string" ? value : JSON.stringify(value)])),
    [t("inventory.column.source"), sourceWord(thing.source ?? undefined) ?? t("inventory.source.person")],
    [t("inventory.column.created_at"), timeAgo(thing.created_at)],
    [t("inventory.column.updated_at"), timeAgo(thing.updated_at)],
  ];
  return section(t("inventory.about"), factList(about));
}

/** @param {any} value */
const isThere = (value) =>
  value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);

/**
 * A value the way a person uses it: links can be followed, addresses selected with one click.
 *
 * @param {Thing} thing
 * @param {Field} field
 * @param {Kind[]} kinds
 */
function factValue(thing, field, kinds) {
  const value = thing[field.name];
  const text = valueText(thing, field);
  switch (field.type) {
    case "reference": {
      const to = thing[kindMember(field.name)] ?? field.references?.[0] ?? "";
      return h("a", { href: urlOfObject(kinds, to, value) }, icon(to, { class: "small" }), " ", text);
    }
    case "ip":
    case "cidr":
    case "mac":
      return h("span", { class: "mono" }, text);
    case "url":
      return /^https?:/.test(text)
        ? h("a", { href: text, target: "_blank", rel: "noreferrer" }, text)
        : h("span", { class: "mono" }, text);
    case "boolean":
      return t(value ? "common.yes" : "common.no");
    case "long_text":
      return markdown(text, { level: 4 });
    case "json":
      return /^[[{]/.test(text) ? h("pre", { class: "mono object-json" }, JSON.stringify(value, null, 2)) : text;
    default:
      return isColour(field, text) ? [colourSpot(text), text] : text;
  }
}
