// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { factList, openPanel } from "../../ui/panel.js";
import { timeExact } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";

/**
 * @typedef {{ id: number, hash: string, at: string, removed?: number, public_key: string | null }} Statement
 * @typedef {{ keep_days: number | null, at_hour: number, revision: number, next_at: string | null, ran_at: string | null,
 *   outcome: string | null, rows: number, oldest_at: string | null, checkpoint: Statement | null,
 *   anchor: Statement | null, public_key: string | null, fingerprint: string | null, anchor_file: boolean }} Keeping
 */

/**
 * How long the history is kept, and what proves it.
 *
 * @param {boolean} may @param {() => void} changed @param {AbortSignal} signal
 */
export async function keepingPanel(may, changed, signal) {
  const body = h("div", { class: "stack" });
  /** @param {Keeping} keeping */
  function draw(keeping) {
    replace(body, ruleSection(keeping, may, draw, changed), proofSection(keeping));
  }
  draw(await api.get("admin/audit-log/retention", { signal }));
  await openPanel({ title: t("audit.keeping"), icon: "audit", signal, body });
}

/** @param {Keeping} keeping @param {boolean} may @param {(keeping: Keeping) => void} draw @param {() => void} changed */
function ruleSection(keeping, may, draw, changed) {
  const rule = form({
    compact: true,
    values: { keep_days: keeping.keep_days, at_hour: keeping.at_hour },
    fields: [
      {
        name: "keep_days",
        label: t("audit.keep_days"),
        type: "integer",
        minimum: 1,
        maximum: 36500,
        help: t("audit.keep_days_help"),
        read_only: !may,
      },
      {
        name: "at_hour",
        label: t("audit.at_hour"),
        type: "integer",
        minimum: 0,
        maximum: 23,
        required: true,
        read_only: !may,
      },
    ],
    onsubmit: async (values) => {
      const { keep_days: days, at_hour: hour } = values;
      draw(
        await api.put("admin/audit-log/retention", { keep_days: days ?? null, at_hour: hour }, {
          revision: keeping.revision,
        }),
      );
      toast(t("common.saved"));
    },
  });
  const run = button(t("audit.cut"), {
    kind: "danger",
    disabled: keeping.keep_days === null,
    onclick: () =>
      whileBusy(run, async () => {
        const sure = await confirmed({
          title: t("audit.cut_title"),
          message: t("audit.cut_text", { n: keeping.keep_days ?? 0 }),
          verb: t("audit.cut"),
          danger: true,
        });
        if (!sure) return;
        try {
          const { removed } = await api.post("admin/audit-log/retention/run", {});
          toast(removed === 0 ? t("audit.cut_none") : t("audit.cut_done", { n: removed }));
          draw(await api.get("admin/audit-log/retention"));
          changed();
        } catch (error) {
          toastError(error);
        }
      }),
  });
  return h(
    "section",
    { class: "stack" },
    h("p", { class: "small quiet" }, t("audit.keeping_text")),
    factList([
      [t("audit.rows"), count(keeping.rows)],
      [t("audit.oldest"), keeping.oldest_at && timeExact(keeping.oldest_at)],
      [t("audit.next_run"), keeping.next_at ? timeExact(keeping.next_at) : t("audit.kept_forever")],
      [t("audit.last_run"), keeping.ran_at && h("span", {}, timeExact(keeping.ran_at), " ", keeping.outcome ?? "")],
    ]),
    rule.element,
    may && h("div", { class: "row" }, run),
  );
}

/** @param {Keeping} keeping */
function proofSection({ checkpoint, anchor, fingerprint, public_key: key, anchor_file: file }) {
  return h(
    "section",
    { class: "stack tight" },
    h("h3", {}, t("audit.proof")),
    h("p", { class: "small quiet" }, t("audit.proof_text")),
    factList([
      [
        t("audit.checkpoint"),
        checkpoint && h("span", {}, t("audit.checkpoint_at", { n: checkpoint.id }), " ", timeExact(checkpoint.at)),
      ],
      [
        t("audit.anchor"),
        anchor && h("span", {}, t("audit.anchor_at", { n: anchor.id }), " ", timeExact(anchor.at)),
      ],
      [t("audit.anchor_file"), t(file ? "audit.anchor_file_on" : "audit.anchor_file_off")],
      [t("audit.fingerprint"), fingerprint && h("span", { class: "mono" }, fingerprint)],
    ]),
    key && h("code", { class: "mono audit-hash" }, key),
  );
}
