// @ts-check
import { h } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { asWords } from "../../lib/values.js";
import { emptyState } from "../../ui/empty.js";
import { factList, openPanel } from "../../ui/panel.js";
import { severityBadge } from "../../ui/status.js";
import { timeExact } from "../../ui/time.js";
import { differencesOf, placeOf, shownValue } from "./audit.model.js";

/**
 * One row of the history, with before and after side by side.
 *
 * @param {import("./audit.model.js").Entry} entry @param {Map<string, string>} paths
 * @param {any[]} kinds @param {AbortSignal} signal
 */
export async function entryPanel(entry, paths, kinds, signal) {
  const rows = differencesOf(entry.before, entry.after), place = placeOf(entry, paths);
  const name = entry.entity_name ?? (entry.entity_id ? `${entry.entity} ${entry.entity_id}` : entry.entity);
  const action = tOr(
    `audit.action_${entry.action.replaceAll(".", "_").replaceAll("-", "_")}`,
    asWords(entry.action),
  );
  await openPanel({
    title: [action, name].filter(Boolean).join(" "),
    icon: "audit",
    signal,
    focus: false,
    body: h(
      "div",
      { class: "stack" },
      factList([
        [t("audit.when"), timeExact(entry.at)],
        [t("audit.who"), entry.actor ?? entry.actor_kind],
        [t("audit.from"), entry.address && h("span", { class: "mono" }, entry.address)],
        [t("audit.about"), place ? h("a", { href: place }, name) : name],
        [t("audit.severity"), severityBadge(entry.severity)],
        [t("audit.request"), entry.request_id && h("span", { class: "mono" }, entry.request_id)],
      ]),
      h(
        "section",
        { class: "stack tight" },
        h("h3", {}, t("audit.changes")),
        entry.is_cut && h("p", { class: "small quiet" }, t("audit.cut_values")),
        rows.length === 0 ? emptyState({ icon: "info", title: t("audit.no_changes") }) : h(
          "div",
          { class: "diff", role: "table", "aria-label": t("audit.changes") },
          h(
            "div",
            { class: "diff-head", role: "row" },
            [t("audit.before"), t("audit.after")].map((word) => h("span", { role: "columnheader" }, word)),
          ),
          rows.map((row) =>
            h(
              "div",
              { class: "diff-row", role: "row" },
              h(
                "div",
                { class: "diff-field", role: "rowheader" },
                fieldWord(row.field, kinds.find((kind) => kind.name === entry.entity)),
              ),
              h(
                "div",
                { class: ["diff-old", row.kind === "added" && "is-none"], role: "cell" },
                shownValue(row.before),
              ),
              h(
                "div",
                { class: ["diff-new", row.kind === "removed" && "is-none"], role: "cell" },
                shownValue(row.after),
              ),
            )
          ),
        ),
      ),
      h(
        "section",
        { class: "stack tight" },
        h("h3", {}, t("audit.seal")),
        h("p", { class: "small quiet" }, t("audit.seal_text")),
        h("code", { class: "mono audit-hash" }, entry.hash),
      ),
    ),
  });
}

/**
 * @param {string} field
 * @param {any} kind
 */
const fieldWord = (field, kind) =>
  kind?.fields?.find((/** @type {any} */ { name }) => name === field)?.label ?? field.replaceAll("_", " ");
