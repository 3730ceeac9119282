// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { toastError } from "../../ui/toast.js";
import { placeOf } from "./backups.model.js";

/**
 * What somebody needs who has nothing but a new machine: where the backups are, which key opens them, how to restore.
 * No secret is on it unless it is asked for.
 *
 * @param {import("./backups.model.js").Settings} settings
 * @param {import("./backups.model.js").Target[]} targets
 */
export async function emergencySheet(settings, targets) {
  const secrets = h("div", { class: "stack tight" });
  const facts = (/** @type {[string, any][]} */ rows) =>
    h("dl", { class: "backups-facts" }, rows.flatMap(([label, value]) => [h("dt", {}, label), h("dd", { class: "wrap-anywhere" }, value)]));
  const reveal = button(t("backups.sheet_secrets"), {
    icon: "eye",
    small: true,
    onclick: () =>
      whileBusy(reveal, async () => {
        try {
          const shown = await api.post("backups/sheet");
          replace(
            secrets,
            h("h4", {}, t("backups.sheet_secret_title")),
            h("p", {}, t("backups.sheet_secret_text")),
            facts([
              [t("backups.sheet_key"), h("span", { class: "mono" }, shown.key)],
              ...shown.targets.map((/** @type {any} */ one) => [`${one.target} · ${one.key_id}`, h("span", { class: "mono" }, one.secret)]),
            ]),
          );
          reveal.hidden = true;
        } catch (error) {
          toastError(error);
        }
      }),
  });
  const steps = ["install", "fetch", "restore", "start"];
  const sheet = h(
    "div",
    { class: "backups-sheet stack" },
    h("h3", {}, t("backups.sheet_title")),
    h("p", {}, t("backups.sheet_of", { host: location.host, time: exactTime(new Date().toISOString()) })),
    h("h4", {}, t("backups.sheet_where")),
    facts(targets.filter(({ enabled }) => enabled).map((target) => [
      target.name,
      target.kind === "local" ? t("backups.sheet_local") : [placeOf(target), target.key_id && ` · ${t("backups.access_key")} ${target.key_id}`],
    ])),
    h("h4", {}, t("backups.sheet_opens")),
    facts([
      [t("backups.key"), h("span", { class: "mono" }, settings.key_id ?? "—")],
      [t("backups.passphrase"), h("span", { class: "backups-blank" }, t("backups.sheet_passphrase"))],
    ]),
    h("h4", {}, t("backups.sheet_how")),
    h("ol", {}, steps.map((step) => h("li", {}, t(`backups.sheet_${step}`), sheetCommand(step)))),
    secrets,
  );
  await openDialog({
    title: t("backups.sheet"),
    wide: true,
    class: "backups-sheet-dialog",
    body: h("div", { class: "stack" }, h("p", { class: "quiet" }, t("backups.sheet_text")), sheet, h("div", { class: "row" }, reveal)),
    actions: [
      { label: t("common.close"), value: null },
      { label: t("backups.print"), kind: "primary", run: () => (globalThis.print(), false) },
    ],
  });
}

/** @param {string} step */
function sheetCommand(step) {
  const commands = /** @type {Record<string, string>} */ ({
    restore: "cb backup restore /path/to/FILE.cbbackup",
    start: "systemctl start circuit-breaker && cb doctor",
  });
  return commands[step] ? h("div", { class: "mono" }, commands[step]) : null;
}
