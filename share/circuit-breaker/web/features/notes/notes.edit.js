// @ts-check
/** Writing a note: title, folder, kind, tags and the text with its preview beside it. */
import { ApiError } from "../../lib/api.js";
import { h, replace, uid } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { markdown } from "../../ui/markdown.js";
import { toastError } from "../../ui/toast.js";
import { changeNote, connect, createNote, readNote } from "./notes.api.js";
import { changesOf, TYPES } from "./notes.model.js";

/** @typedef {import("./notes.model.js").Note} Note */

export const LONGEST = 60_000;

export class Editor {
  /**
   * @param {{ note: Partial<Note>, about: number | null, folders: string[], signal: AbortSignal,
   *   done: (saved: Note | null) => void }} options
   */
  constructor(options) {
    this.options = options;
    this.note = options.note;
    this.isSaved = false;
    this.problem = h("div", { role: "alert" });
    this.preview = h("div", { class: "notes-preview", "aria-label": t("notes.preview"), role: "region", tabIndex: 0 });
    this.fields = this.makeFields();
    this.save = button(t("common.save"), { kind: "primary", icon: "check", onclick: () => whileBusy(this.save, () => this.keep()) });
    this.element = this.draw();
    this.look();
  }

  makeFields() {
    const { note } = this;
    const input = (/** @type {Record<string, any>} */ more) => h("input", { class: "input", type: "text", autocomplete: "off", ...more });
    return {
      name: input({ value: note.name ?? "", required: true, maxLength: 120 }),
      folder: input({ value: note.folder ?? "", maxLength: 200 }),
      type: h(
        "select",
        { class: "input" },
        TYPES.map(({ value: one }) =>
          h("option", { value: one, selected: one === (note.type ?? "note") }, t(`notes.${one}`))
        ),
      ),
      tags: input({ value: (note.tags ?? []).join(", ") }),
      notes: h("textarea", {
        class: "input mono notes-source",
        rows: 20,
        value: note.notes ?? "",
        maxLength: LONGEST,
        oninput: () => this.later(),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === "Enter") void whileBusy(this.save, () => this.keep());
        },
      }),
    };
  }

  draw() {
    const { fields, options } = this;
    const list = uid("folders");
    fields.folder.setAttribute("list", list);
    const labelled = (/** @type {string} */ label, /** @type {HTMLElement} */ field, /** @type {string} */ extra) => {
      field.id = uid("note");
      return h("div", { class: ["field", extra] }, h("label", { class: "field-label", htmlFor: field.id }, label), field);
    };
    return h(
      "form",
      {
        class: "notes-form",
        noValidate: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          void whileBusy(this.save, () => this.keep());
        },
      },
      this.problem,
      h(
        "div",
        { class: "notes-fields" },
        labelled(t("notes.name"), fields.name, "is-wide"),
        labelled(t("notes.folder"), fields.folder, ""),
        labelled(t("notes.type"), fields.type, ""),
        labelled(t("notes.tags"), fields.tags, ""),
        h("datalist", { id: list }, options.folders.map((value) => h("option", { value }))),
      ),
      h("div", { class: "notes-desk" }, labelled(t("notes.source"), fields.notes, "grow"), this.preview),
      h(
        "div",
        { class: "row wrap notes-foot" },
        this.save,
        button(t("common.cancel"), { onclick: () => options.done(null) }),
        h("span", { class: "small quiet" }, t("notes.help")),
      ),
    );
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 200);
  }

  look() {
    const text = this.fields.notes.value;
    replace(this.preview, text.trim() ? markdown(text) : h("p", { class: "quiet small" }, t("notes.preview")));
  }

  focus() {
    (this.fields.name.value ? this.fields.notes : this.fields.name).focus();
  }

  read() {
    const { name, folder, type, tags, notes } = this.fields;
    return {
      name: name.value.trim(),
      folder: folder.value.trim(),
      type: type.value,
      tags: tags.value.split(",").map((one) => one.trim()).filter(Boolean),
      notes: notes.value.trim(),
    };
  }

  changes() {
    return changesOf(this.note, this.read());
  }

  isDirty() {
    return !this.isSaved && Object.keys(this.changes()).length > 0;
  }

  async keep() {
    const { options, note } = this;
    replace(this.problem);
    try {
      const saved = note.id ? await changeNote(/** @type {Note} */ (note), this.changes()) : await createNote(this.read());
      this.isSaved = true;
      if (options.about) await connect(saved.id, options.about).catch((error) => toastError(error));
      options.done(saved);
    } catch (error) {
      this.failed(/** @type {ApiError} */ (error));
    }
  }

  /** @param {ApiError} error */
  failed(error) {
    if (error.status === 412) return void this.askWhose();
    const first = Object.keys(error.fields ?? {})[0];
    replace(
      this.problem,
      h("div", { class: "form-problem" }, error.message, " ", Object.values(error.fields ?? {}).join(" ")),
    );
    const field = this.fields[/** @type {keyof Editor["fields"]} */ (first ?? "")];
    (field ?? this.fields.name).focus();
  }

  /** Somebody else was faster: theirs can be seen, and one of the two is chosen. Nothing that was typed is lost. */
  async askWhose() {
    const id = Number(this.note.id), theirs = await readNote(id).catch(() => null);
    if (!theirs) return void replace(this.problem, h("div", { class: "form-problem" }, t("notes.gone")));
    const mine = button(t("notes.keep_mine"), {
      small: true,
      onclick: () => {
        this.note = theirs;
        void whileBusy(this.save, () => this.keep());
      },
    });
    const other = button(t("notes.take_theirs"), {
      small: true,
      onclick: () => {
        this.isSaved = true;
        this.options.done(theirs);
      },
    });
    replace(
      this.problem,
      h(
        "div",
        { class: "form-problem stack tight" },
        h("p", {}, t("notes.stale")),
        h("details", {}, h("summary", {}, t("notes.theirs")), h("pre", { class: "notes-theirs", tabIndex: 0 }, theirs.notes ?? "")),
        h("div", { class: "row wrap" }, mine, other),
      ),
    );
    mine.focus();
  }
}
