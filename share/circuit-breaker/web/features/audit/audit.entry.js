// @ts-check
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { namesOf } from "../../lib/kinds.js";
import { pointedAt } from "../../lib/values.js";
import { emptyState } from "../../ui/empty.js";
import { factList, openPanel } from "../../ui/panel.js";
import { severityBadge } from "../../ui/status.js";
import { timeExact } from "../../ui/time.js";
import { differencesOf, placeOf } from "./audit.model.js";
import { actorWord, deedWord, entityWord, fieldWord, subjectWord, valueWord } from "./audit.words.js";

/**
 * One row of the history, with before and after side by side.
 *
 * @param {import("./audit.model.js").Entry} entry @param {Map<string, string>} paths
 * @param {import("../../types/inventory.js").Kind[]} kinds @param {AbortSignal} signal
 */
export async function entryPanel(entry, paths, kinds, signal) {
  const rows = differencesOf(entry.before, entry.after), place = placeOf(entry, paths);
  const name = subjectWord(entry, kinds), kind = kinds.find((one) => one.name === entry.entity);
  // Without their names they are numbers, as in the row that is sealed.
  const names = await namesOf(pointedAt([entry.before, entry.after], kind?.fields ?? []), signal).catch(() => new Map());
  const word = (/** @type {any} */ value, /** @type {string} */ field) =>
    entry.entity === "list_view" && field === "kind" ? entityWord(value, kinds) : valueWord(value, field, kind, names, entry.entity);
  await openPanel({
    title: [deedWord(entry), name].filter(Boolean).join(" "),
    icon: "audit",
    signal,
    focus: false,
    body: h(
      "div",
      { class: "stack" },
      factList([
        [t("audit.when"), timeExact(entry.at)],
        [t("audit.who"), actorWord(entry.actor, entry.actor_kind)],
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
                fieldWord(row.field, kind),
              ),
              h(
                "div",
                { class: ["diff-old", row.kind === "added" && "is-none"], role: "cell" },
                word(row.before, row.field),
              ),
              h(
                "div",
                { class: ["diff-new", row.kind === "removed" && "is-none"], role: "cell" },
                word(row.after, row.field),
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
