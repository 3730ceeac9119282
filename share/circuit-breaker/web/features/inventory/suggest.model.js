// @ts-check
/** What could follow in the filter line: names of fields, then their values. */
import { STATUSES } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {{ insert: string, label: string, hint: string }} Suggestion  `insert` replaces the last word */

/**
 * @param {string} text the whole line @param {Kind} kind
 * @param {{ tags: string[] }} known
 * @returns {Suggestion[]} at most eight
 */
export function suggestionsFor(text, kind, { tags }) {
  const word = /\S*$/.exec(text)?.[0] ?? "";
  const sign = word.startsWith("-") ? "-" : "";
  const bare = word.slice(sign.length);
  const colon = bare.indexOf(":");
  const fields = [
    { name: "status", label: "", values: STATUSES },
    { name: "tag", label: "", values: tags },
    ...kind.fields.filter(({ filterable, type }) => filterable && type !== "reference" && type !== "references").map((
      field,
    ) => ({
      name: field.name,
      label: field.label,
      values: field.type === "boolean"
        ? ["true", "false"]
        : (field.choices?.map(({ value }) => value) ?? field.suggestions ?? []),
    })),
  ];
  if (colon < 0) {
    return fields.filter(({ name }) => name.startsWith(bare.toLowerCase())).slice(0, 8)
      .map(({ name, label }) => ({ insert: `${sign}${name}:`, label: `${sign}${name}:`, hint: label }));
  }
  const field = fields.find(({ name }) => name === bare.slice(0, colon));
  const begun = bare.slice(colon + 1).toLowerCase();
  return (field?.values ?? []).filter((value) => value.toLowerCase().startsWith(begun) && value.toLowerCase() !== begun)
    .slice(0, 8)
    .map((value) => ({
      insert: `${sign}${field?.name}:${/\s/.test(value) ? `"${value}"` : value} `,
      label: value,
      hint: "",
    }));
}

/** @param {string} text @param {string} insert */
export const completed = (text, insert) => text.replace(/\S*$/, "") + insert;
