// @ts-check
/** What can be written into a search or a filter line: the same language everywhere. */
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { iconButton } from "./button.js";
import { openDialog } from "./dialog.js";

/** Examples beside what they find; the words of the language are the same in every language of the pages. */
const EXAMPLES = [
  ["core nas", "words"],
  ["\"rack 2\"", "phrase"],
  ["role:switch", "field"],
  ["status:up,down", "values"],
  ["-tag:retired", "without"],
  ["rack:*   -rack:*", "any"],
  ["vendor:=Dell   name:core*", "exact"],
  ["memory_mb:>=16384   vlan:10..20", "numbers"],
  ["ip:10.0.0.0/24", "address"],
  ["updated:7d   created:2026-11", "when"],
  ["custom.shelf:upper", "custom"],
  ["(role:nas OR role:server) -vlan:20", "or"],
];

/**
 * A button that opens the help; `subjects` are the fields of the list it stands at.
 *
 * @param {{ subjects?: () => { name: string, label: string, example: string }[] }} [options]
 */
export const queryHelpButton = (options = {}) =>
  iconButton("question", t("query.help"), { kind: "plain", "aria-haspopup": "dialog", onclick: () => void openQueryHelp(options) });

/** @param {{ subjects?: () => { name: string, label: string, example: string }[] }} [options] */
export function openQueryHelp({ subjects } = {}) {
  const own = subjects?.() ?? [];
  return openDialog({
    title: t("query.title"),
    wide: true,
    class: "query-help",
    body: h(
      "div",
      { class: "stack" },
      h("p", { class: "quiet" }, t("query.text")),
      table(EXAMPLES.map(([example, key]) => [example, t(`query.${key}`)]), t("query.title")),
      own.length > 0 && h("h3", {}, t("query.fields")),
      own.length > 0 && table(own.map(({ name, label, example }) => [`${name}:${example}`, label]), t("query.fields")),
    ),
    actions: [{ label: t("common.close"), kind: "primary" }],
  });
}

/** @param {string[][]} rows @param {string} label */
const table = (rows, label) =>
  h(
    "table",
    { class: "query-table", "aria-label": label },
    h(
      "tbody",
      {},
      rows.map(([example, words]) => h("tr", {}, h("th", { scope: "row", class: "mono" }, example), h("td", {}, words))),
    ),
  );
