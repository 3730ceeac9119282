// @ts-check
/** Notes as files: what an import would do is shown first; an export is handed over as a file. */
import { h, replace } from "../../lib/dom.js";
import { t, told } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { toast, toastError } from "../../ui/toast.js";
import { noteFile, notesArchive, sendFile } from "./notes.api.js";

/** @typedef {import("./notes.api.js").FilesResult} FilesResult */

/** @param {() => void} onDone */
export async function openFiles(onDone) {
  await openDialog({
    title: t("notes.import"),
    wide: true,
    body: (close) =>
      importBody((done) => {
        close(done);
        if (done) onDone();
      }),
  });
}

/** @param {(done: boolean) => void} close */
function importBody(close) {
  const outcome = h("div", { role: "status" });
  const file = h("input", {
    type: "file",
    accept: ".md,.zip,text/markdown,application/zip",
    class: "input",
    "aria-label": t("notes.choose_file"),
    onchange: () => void run(true),
  });
  const apply = button(t("inventory.import_apply"), {
    kind: "primary",
    icon: "check",
    onclick: () => whileBusy(apply, () => run(false)),
  });
  apply.hidden = true;

  /** @param {boolean} isDry */
  async function run(isDry) {
    const chosen = file.files?.[0];
    apply.hidden = true;
    replace(outcome);
    if (!chosen) return;
    try {
      const result = await sendFile(chosen, isDry);
      if (!isDry) {
        toast(t("inventory.imported", { created: result.created, changed: result.changed }));
        return close(true);
      }
      replace(outcome, preview(result));
      apply.hidden = result.errors > 0 || result.created + result.changed + result.linked === 0;
    } catch (error) {
      replace(outcome, h("div", { class: "form-problem", role: "alert" }, /** @type {Error} */ (error).message));
    }
  }
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "quiet" }, t("notes.import_text")),
    file,
    outcome,
    h("div", { class: "form-foot" }, apply, button(t("common.cancel"), { onclick: () => close(false) })),
  );
}

/** @param {FilesResult} result */
function preview(result) {
  const number = (/** @type {number} */ n, /** @type {string} */ key) =>
    h("span", {}, h("b", {}, n), " ", t(`inventory.import_${key}`));
  const list = (/** @type {string} */ words, /** @type {string[]} */ items) =>
    items.length > 0 &&
    h("details", {}, h("summary", { class: "small" }, words, ` (${items.length})`), h("ul", { class: "small mono" }, items.map((one) => h("li", {}, one))));
  const wrong = result.rows.filter(({ action }) => action === "error");
  return h(
    "div",
    { class: "stack tight" },
    h(
      "div",
      { class: "row wrap" },
      number(result.created, "created"),
      number(result.changed, "changed"),
      number(result.unchanged, "unchanged"),
      number(result.errors, "errors"),
    ),
    wrong.length > 0 && h(
      "ul",
      { class: "small" },
      wrong.slice(0, 50).map((row) =>
        h("li", {}, h("span", { class: "mono" }, result.paths[row.row - 1]), ": ", Object.values(row.problems).map(told).join(" "))
      ),
    ),
    list(t("notes.left_out"), result.left_out),
    list(t("notes.unlinked"), result.unlinked),
  );
}

/** @param {Blob} blob @param {string} name */
function handOver(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function saveArchive() {
  try {
    handOver(await notesArchive(), "notes.zip");
  } catch (error) {
    toastError(error, t("notes.not_saved"));
  }
}

/** @param {import("./notes.model.js").Note} note */
export async function saveNote(note) {
  try {
    handOver(await noteFile(note.id), `${note.name.replace(/[\\/:*?"<>|]/g, "-").slice(0, 60)}.md`);
  } catch (error) {
    toastError(error, t("notes.not_saved"));
  }
}
