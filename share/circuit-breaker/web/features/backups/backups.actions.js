// @ts-check
import { ApiError, api, send } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { bytes, exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { progressBar } from "../../ui/progress.js";
import { toast, toastError } from "../../ui/toast.js";
import { isConfirmed, partsOf } from "./backups.model.js";

/** @typedef {import("./backups.model.js").Backup} Backup */
/** @typedef {import("./backups.model.js").Job} Job */
/** @typedef {import("./backups.model.js").Settings} Settings */

/** @param {Settings} settings @returns {Promise<boolean>} */
export async function setPassphrase(settings) {
  const done = await openDialog({
    title: t(settings.key.set ? "backups.change_passphrase" : "backups.set_passphrase"),
    body: (close) =>
      h(
        "div",
        { class: "stack" },
        h("p", {}, t("backups.passphrase_text")),
        settings.key.set && h("p", { class: "small quiet" }, t("backups.passphrase_change")),
        form({
          fields: [
            {
              name: "passphrase",
              label: t("backups.passphrase"),
              type: "password",
              required: true,
              min_length: 12,
              max_length: 1024,
              autocomplete: "new-password",
              help: t("backups.passphrase_help"),
            },
            {
              name: "again",
              label: t("backups.passphrase_again"),
              type: "password",
              required: true,
              autocomplete: "new-password",
              check: (value, values) => (value === values.passphrase ? null : t("backups.passphrase_differs")),
            },
          ],
          submit: t("backups.set_passphrase"),
          cancel: () => close(null),
          async onsubmit({ passphrase }) {
            await api.put("backups/passphrase", { passphrase });
            close(true);
          },
        }).element,
      ),
  });
  if (done) toast(t("backups.passphrase_set"));
  return done === true;
}

/**
 * The passphrase of a backup that was made with another key; nothing where the key at hand will do. Null when it was
 * dismissed.
 *
 * @param {Backup} backup @param {Settings | null} settings @param {string} verb
 * @returns {Promise<{ passphrase?: string } | null>}
 */
async function opening(backup, settings, verb) {
  if (settings?.key.set && (!backup.key_id || backup.key_id === settings.key_id)) return {};
  return openDialog({
    title: t("backups.passphrase_of", { time: exactTime(backup.made_at) }),
    body: (close) =>
      h(
        "div",
        { class: "stack" },
        h("p", {}, t("backups.passphrase_ask")),
        form({
          fields: [{ name: "passphrase", label: t("backups.passphrase"), type: "password", required: true, autocomplete: "off" }],
          submit: verb,
          cancel: () => close(null),
          async onsubmit({ passphrase }) {
            close({ passphrase });
          },
        }).element,
      ),
  });
}

/** @param {"verify" | "rehearse"} verb @param {Backup} backup @param {Settings | null} settings @returns {Promise<Job | null>} */
export async function lookInto(verb, backup, settings) {
  const opener = await opening(backup, settings, t(`backups.${verb}`));
  return opener && api.post(`backups/files/${backup.name}/${verb}`, opener);
}

/** Shows what it would do, and goes on when the name was typed. @param {Backup} backup @param {Settings | null} settings @returns {Promise<Job | null>} */
export async function restoreBackup(backup, settings) {
  const opener = await opening(backup, settings, t("backups.restore_show"));
  if (!opener) return null;
  const plan = await api.post(`backups/files/${backup.name}/plan`, opener);
  const typed = h("input", {
    class: "input mono",
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    id: "backup-confirm",
    "aria-describedby": "backup-confirm-help",
  });
  const help = h("p", { class: "field-help", id: "backup-confirm-help" }, t("backups.restore_type"));
  /** @type {Job | null} */
  let job = null;
  await openDialog({
    title: t("backups.restore_title", { time: exactTime(backup.made_at) }),
    wide: true,
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("backups.restore_text")),
      h("ol", { class: "backups-plan" }, plan.lines.map((/** @type {string} */ line) => h("li", {}, line))),
      plan.warnings.map((/** @type {string} */ warning) => h("p", { class: "form-problem" }, warning)),
      h(
        "div",
        { class: "field" },
        h("label", { class: "field-label", htmlFor: "backup-confirm" }, t("backups.restore_name")),
        h("code", { class: "mono pick wrap-anywhere" }, backup.name),
        typed,
        help,
      ),
    ),
    actions: [
      { label: t("common.cancel"), value: null },
      {
        label: t("backups.restore"),
        kind: "danger",
        run: async () => {
          if (!isConfirmed(typed.value, backup)) {
            replace(help, t("backups.restore_mistyped"));
            typed.setAttribute("aria-invalid", "true");
            typed.focus();
            return false;
          }
          job = await api.post(`backups/files/${backup.name}/restore`, { ...opener, confirm: typed.value.trim() });
          return true;
        },
      },
    ],
  });
  if (job) toast(t("backups.restore_begun"));
  return job;
}

/** @param {Backup} backup @param {Record<number, string>} names @returns {Promise<boolean>} */
export async function deleteBackup(backup, names) {
  const sure = await confirmed({
    title: t("backups.delete_title", { time: exactTime(backup.made_at) }),
    message: t("backups.delete_text", { places: backup.copies.map((copy) => names[copy.target_id] ?? "?").join(", ") }),
    verb: t("common.delete"),
    danger: true,
  });
  if (!sure) return false;
  try {
    await api.delete(`backups/files/${backup.name}`);
    toast(t("backups.deleted"));
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}

/** Chooses a file and brings it here, part by part. @param {AbortSignal} signal @returns {Promise<boolean>} */
export async function uploadBackup(signal) {
  const input = h("input", { type: "file", accept: ".cbbackup", class: "input", id: "backup-file" });
  const place = h("div", {});
  const end = new AbortController();
  signal.addEventListener("abort", () => end.abort(), { once: true });
  const done = await openDialog({
    title: t("backups.upload"),
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("backups.upload_text")),
      h("div", { class: "field" }, h("label", { class: "field-label", htmlFor: "backup-file" }, t("backups.file")), input),
      place,
    ),
    actions: [
      { label: t("common.cancel"), value: null },
      {
        label: t("backups.upload"),
        kind: "primary",
        run: async () => {
          const file = input.files?.[0];
          if (!file) return false;
          const bar = progressBar(`${file.name} · ${bytes(file.size)}`);
          replace(place, bar.element);
          await bring(file, (share) => bar.set(share, 100), end.signal);
          return true;
        },
      },
    ],
  });
  if (!done) end.abort();
  else toast(t("backups.uploaded"));
  return done === true;
}

/** @param {File} file @param {(share: number) => void} told @param {AbortSignal} signal */
async function bring(file, told, signal) {
  const upload = await api.post("backups/uploads", { size: file.size });
  for (const [begin, end] of partsOf(file.size, upload.part_size)) {
    await part(upload.id, begin, file.slice(begin, end), signal);
    told(Math.floor((100 * end) / file.size));
  }
  await api.post(`backups/uploads/${upload.id}/finish`);
}

/** One part; what broke off on the way is sent once more. @param {string} id @param {number} offset @param {Blob} bytes @param {AbortSignal} signal */
async function part(id, offset, bytes, signal) {
  const options = {
    body: bytes, query: { offset }, signal, headers: { "content-type": "application/octet-stream" },
  };
  try {
    await send("PUT", `backups/uploads/${id}`, options);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "offline") throw error;
    await send("PUT", `backups/uploads/${id}`, options);
  }
}
