// @ts-check
/** Free fields of an object: a name and a text per line. */
import { api } from "../../lib/api.js";
import { h, replace, uid } from "../../lib/dom.js";
import { same } from "../../lib/form.js";
import { t } from "../../lib/i18n.js";
import { button, iconButton } from "../../ui/button.js";
import { customRows, customValues } from "./form.model.js";

/** @param {Record<string, any> | null | undefined} before @param {import("../../types/inventory.js").Kind} kind */
export function customEditor(before, kind) {
  /** @type {[string, string][]} */
  let rows = customRows(before);
  const listId = uid("custom");
  const names = h("datalist", { id: listId });
  const body = h("div", { class: "stack tight" });
  let isAsked = false;

  /** Names that were used before are proposed. */
  async function propose() {
    if (isAsked) return;
    isAsked = true;
    const { items } = await api.get("custom-fields", { query: { limit: 200 } }).catch(() => ({ items: [] }));
    const fitting = items.filter((/** @type {any} */ { for_kind, kinds }) =>
      !(for_kind ?? kinds)?.length || (for_kind ?? kinds).includes(kind.name)
    );
    replace(names, fitting.map((/** @type {any} */ { name }) => h("option", { value: name })));
  }

  function draw() {
    replace(
      body,
      rows.map((row, at) =>
        h(
          "div",
          { class: "row custom-row" },
          h("input", {
            class: "input",
            value: row[0],
            placeholder: t("inventory.custom_name"),
            "aria-label": t("inventory.custom_name"),
            onfocus: propose,
            list: listId,
            oninput: (/** @type {any} */ event) => void (row[0] = event.target.value),
          }),
          h("input", {
            class: "input grow",
            value: row[1],
            placeholder: t("inventory.custom_value"),
            "aria-label": t("inventory.custom_value"),
            oninput: (/** @type {any} */ event) => void (row[1] = event.target.value),
          }),
          iconButton("close", t("inventory.custom_drop"), {
            onclick: () => {
              rows = rows.filter((_, index) => index !== at);
              draw();
            },
          }),
        )
      ),
    );
  }
  draw();
  const add = button(t("inventory.custom_add"), {
    icon: "add",
    small: true,
    kind: "ghost",
    onclick: () => {
      rows.push(["", ""]);
      draw();
      /** @type {HTMLInputElement | null} */ (body.querySelector(".custom-row:last-child input"))?.focus();
    },
  });
  const read = () => customValues(rows, before);
  return {
    element: h(
      "div",
      { class: "custom-fields stack tight" },
      h("span", { class: "field-label" }, t("inventory.custom")),
      body,
      names,
      h("div", {}, add),
    ),
    read,
    isDirty: () => !same(read(), before ?? {}),
  };
}
