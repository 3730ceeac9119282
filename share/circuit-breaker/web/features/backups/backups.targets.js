// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t, told } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { card } from "../../ui/more.js";
import { closePanel, openPanel } from "../../ui/panel.js";
import { toast, toastError } from "../../ui/toast.js";
import { placeOf } from "./backups.model.js";

/** @typedef {import("./backups.model.js").Target} Target */

const STORE = ["endpoint", "region", "bucket", "folder", "key_id", "secret", "authorities"];

/**
 * Where backups go.
 *
 * @param {Target[]} targets @param {AbortSignal} signal @param {() => Promise<void>} reload
 */
export function targetsCard(targets, signal, reload) {
  const add = button(t("backups.add_target"), { icon: "add", small: true, onclick: () => void targetPanel(null, signal, reload) });
  return card(
    { title: t("backups.targets"), text: t("backups.targets_text"), actions: add },
    h("ul", { class: "backups-rows" }, targets.map((target) => line(target, signal, reload))),
  );
}

/** @param {Target} target @param {AbortSignal} signal @param {() => Promise<void>} reload */
function line(target, signal, reload) {
  const answer = h("p", { class: "small", role: "status", hidden: true });
  const test = button(t("backups.test"), {
    small: true,
    onclick: () =>
      whileBusy(test, async () => {
        try {
          const { usable, message } = await api.post(`backups/targets/${target.id}/test`);
          answer.className = `small backups-answer ${usable ? "is-ok" : "is-bad"}`;
          replace(answer, message);
          answer.hidden = false;
        } catch (error) {
          toastError(error);
        }
      }),
  });
  return h(
    "li",
    {},
    h(
      "div",
      { class: "grow" },
      h("div", {}, told(target.name)),
      h("div", { class: "small quiet wrap-anywhere" }, t(`backups.target_${target.kind}`), placeOf(target) && ` · ${placeOf(target)}`),
      target.secret.locked && h("p", { class: "small" }, t("backups.secret_locked")),
      answer,
    ),
    h("span", { class: `severity is-${target.enabled ? "ok" : "info"}` }, t(target.enabled ? "common.on" : "common.off")),
    test,
    button(t("common.edit"), { small: true, onclick: () => void targetPanel(target, signal, reload) }),
  );
}

/** @param {Target | null} one @returns {import("../../lib/form.js").Field[]} */
function fieldsFor(one) {
  const kinds = one?.kind === "local" ? ["local"] : ["directory", "s3"];
  return [
    {
      name: "kind",
      label: t("backups.kind"),
      type: "choice",
      required: true,
      read_only: one !== null,
      choices: kinds.map((value) => ({ value, label: t(`backups.target_${value}`) })),
    },
    { name: "name", label: t("backups.target_name"), type: "text", required: true, max_length: 60 },
    { name: "enabled", label: t("backups.enabled"), type: "boolean", help: t("backups.enabled_help") },
    { name: "path", label: t("backups.path"), type: "text", placeholder: "/mnt/backups", help: t("backups.path_help") },
    { name: "endpoint", label: t("backups.endpoint"), type: "text", placeholder: "https://s3.example.org:9000", help: t("backups.endpoint_help") },
    { name: "region", label: t("backups.region"), type: "text", placeholder: "us-east-1" },
    { name: "bucket", label: t("backups.bucket"), type: "text", max_length: 63 },
    { name: "folder", label: t("backups.folder"), type: "text", placeholder: "lab/", help: t("backups.folder_help") },
    { name: "key_id", label: t("backups.access_key"), type: "text" },
    {
      name: "secret", label: t("backups.secret"), type: "password", autocomplete: "new-password",
      placeholder: one?.secret.set ? t("mail.password_kept") : "", help: t("mail.password_help"),
    },
    { name: "authorities", label: t("backups.authorities"), type: "long_text", help: t("backups.authorities_help") },
  ];
}

/** @param {Target | null} one @param {AbortSignal} signal @param {() => Promise<void>} reload */
async function targetPanel(one, signal, reload) {
  const entry = form({
    compact: true,
    submit: one ? t("common.save") : t("backups.add_target"),
    cancel: () => void closePanel(),
    values: one ? { ...one, secret: null } : { kind: "directory", enabled: true, region: "us-east-1", folder: null },
    fields: fieldsFor(one),
    onchange: (name) => name === "kind" && show(),
    async onsubmit(values, changes) {
      const { kind, ...sent } = one ? changes : values;
      if (one && sent.secret === null) delete sent.secret;
      for (const name of kindOf(values) === "s3" ? ["path"] : STORE) delete sent[name];
      if (one) await api.patch(`backups/targets/${one.id}`, sent, { revision: one.revision });
      else await api.post("backups/targets", { kind, ...sent });
      toast(t("common.saved"));
      await closePanel(true);
      await reload();
    },
  });
  const kindOf = (/** @type {any} */ values) => one?.kind ?? values.kind;
  function show() {
    const kind = kindOf(entry.values);
    for (const name of ["path", ...STORE]) {
      const input = entry.element.querySelector(`[name="${name}"]`);
      const box = /** @type {HTMLElement | null} */ (input?.closest(".field") ?? null);
      if (box) box.hidden = name === "path" ? kind !== "directory" : kind !== "s3";
    }
  }
  show();
  const remove = one && one.kind !== "local" && button(t("backups.remove_target"), {
    kind: "danger",
    icon: "delete",
    onclick: async () => {
      const sure = await confirmed({
        title: t("backups.remove_title", { name: one.name }), message: t("backups.remove_text"), verb: t("backups.remove_target"), danger: true,
      });
      if (!sure) return;
      try {
        await api.delete(`backups/targets/${one.id}`);
        await closePanel(true);
        await reload();
      } catch (error) {
        toastError(error);
      }
    },
  });
  await openPanel({
    title: one?.name ?? t("backups.add_target"),
    icon: "storage",
    signal,
    guard: () => entry.guard(),
    body: h("div", { class: "stack" }, entry.element, remove && h("div", { class: "row" }, remove)),
  });
}
