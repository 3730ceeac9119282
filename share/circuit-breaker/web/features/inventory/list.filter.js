// @ts-check
/** The filter line of a list, and the filters that are on as pills. */
import { h } from "../../lib/dom.js";
import { subjectsOf } from "../../lib/suggest.js";
import { t, tOr } from "../../lib/i18n.js";
import { pill } from "../../ui/pill.js";
import { queryLine } from "../../ui/query-line.js";
import { statusWord } from "../../ui/status.js";
import { withFilter } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./query.model.js").ListState} ListState */

/**
 * @param {{ kind: Kind, text: string, tags: () => string[], lookup: import("../../ui/fields.js").Lookup,
 *   onText: (text: string) => void, signal: AbortSignal }} options
 */
export const filterLine = ({ kind, tags, ...rest }) =>
  queryLine({
    ...rest,
    label: t("inventory.filter_label"),
    placeholder: t("inventory.filter", { example: exampleFor(kind) }),
    subjects: () => subjectsOf(kind, { tags: tags(), label: (name) => tOr(`query.subject.${name}`, ""), status: statusWord }),
  });

/**
 * @param {{ kind: Kind, state: ListState, names: Map<string, string>,
 *   onState: (state: ListState) => void }} options  `names`: of referenced objects, by `field:id`
 */
export function filterPills({ kind, state, names, onState }) {
  const pills = Object.entries(state.filters).map(([name, values]) => {
    const field = kind.fields.find((one) => one.name === name);
    const label = field?.label ?? tOr(`inventory.column.${name}`, name);
    const words = values.map((value) => {
      if (name === "status") return tOr(`status.${value}`, value);
      return field?.choices?.find((choice) => choice.value === value)?.label ?? names.get(`${name}:${value}`) ?? value;
    });
    return pill(`${label}: ${words.join(", ")}`, { onremove: () => onState(withFilter(state, name, null)) });
  });
  return h("div", { class: "pills", hidden: pills.length === 0 }, pills);
}

/**
 * A line that would find something in lists of this kind.
 *
 * @param {Kind} kind
 */
function exampleFor(kind) {
  const field = kind.fields.find(({ filterable, choices, name }) => filterable && choices?.length && name !== "status");
  return field ? `${field.name}:${field.choices?.[0].value}` : "-tag:retired";
}
