// @ts-check
/** Two people changed the same object: both versions side by side, and a choice for each field. */
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { valueText } from "../../lib/values.js";
import { openDialog } from "../../ui/dialog.js";
import { timeAgo } from "../../ui/time.js";
import { differences, resolved } from "./form.model.js";

/** @typedef {import("../../types/inventory.js").Field} Field */

/** @param {any} value @param {Field} field @param {Record<string, any>} thing */
const words = (value, field, thing) => valueText({ ...thing, [field.name]: value }, field) || "—";

/**
 * @param {{ fields: Field[], base: Record<string, any>, mine: Record<string, any>, theirs: Record<string,
 *   any> }} versions
 * @returns {Promise<Record<string, any> | null>} the patch on top of theirs; null: not now
 */
export async function askMerge({ fields, base, mine, theirs }) {
  const all = differences(fields, base, mine, theirs);
  /** @type {Record<string, "mine" | "theirs">} */
  const choices = {};
  for (const { field, isConflict } of all) choices[field.name] = isConflict ? "theirs" : "mine";
  const rows = all.map(({ field, mine: my, theirs: their, isConflict }) => {
    const choice = (/** @type {"mine" | "theirs"} */ who, /** @type {any} */ value) =>
      h(
        "label",
        { class: "merge-choice" },
        h("input", {
          type: "radio",
          name: `merge-${field.name}`,
          checked: choices[field.name] === who,
          onchange: () => void (choices[field.name] = who),
        }),
        h(
          "span",
          { class: "merge-value" },
          h("span", { class: "small quiet" }, t(`inventory.merge_${who}`)),
          h("span", {}, words(value, field, who === "mine" ? mine : theirs)),
        ),
      );
    return h(
      "fieldset",
      { class: ["merge-row", isConflict && "is-conflict"] },
      h("legend", {}, field.label),
      h("div", { class: "merge-pair" }, choice("mine", my), choice("theirs", their)),
    );
  });
  const answer = await openDialog({
    title: t("inventory.merge_title"),
    wide: true,
    body: h(
      "div",
      { class: "stack" },
      h("p", { class: "quiet" }, t("inventory.merge_text"), " ", timeAgo(theirs.updated_at)),
      rows,
    ),
    actions: [{ label: t("inventory.merge_later"), value: false }, {
      label: t("inventory.merge_save"),
      kind: "primary",
      value: true,
    }],
  });
  return answer === true ? resolved(all, choices) : null;
}
