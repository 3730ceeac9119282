// @ts-check
import { api } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { copyButton } from "./button.js";
import { openDialog } from "./dialog.js";

/** Makes new recovery codes and shows them, this once. */
export async function showNewCodes() {
  const { codes } = await api.post("me/recovery-codes");
  await openDialog({
    title: t("security.codes"),
    actions: [{ label: t("tokens.kept"), kind: "primary", value: true }],
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("security.codes_once")),
      h("ul", { class: "codes mono" }, codes.map((/** @type {string} */ code) => h("li", {}, code))),
      h("div", { class: "row" }, copyButton(() => codes.join("\n"), t("security.codes_copy"))),
    ),
  });
}
