// @ts-check
/** Notes and runbooks: a list by folder on the left, the one that is read or written on the right. */
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, loadKinds, lower } from "../../lib/kinds.js";
import { newest } from "../../lib/newest.js";
import { button, iconButton } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { shortcut } from "../../ui/keys.js";
import { openMenu } from "../../ui/menu.js";
import { filterField, pageHead } from "../../ui/more.js";
import { skeleton } from "../../ui/progress.js";
import { readAbout, readNote, readNotes } from "./notes.api.js";
import { Editor } from "./notes.edit.js";
import { openFiles, saveArchive } from "./notes.files.js";
import { arranged, filledIn, foldersOf } from "./notes.model.js";
import { reading } from "./notes.read.js";

/** @typedef {import("./notes.model.js").Note} Note */
/** @typedef {import("../../types/page.js").PageContext} PageContext */

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const [kinds] = await Promise.all([loadKinds(context.signal), stylesheet(new URL("./notes.css", import.meta.url))]);
  context.title(t("notes.title"));
  return new NotesPage(context, kinds).element;
}

class NotesPage {
  /** @param {PageContext} context @param {import("../../types/inventory.js").Kind[]} kinds */
  constructor(context, kinds) {
    this.context = context;
    this.kinds = kinds;
    this.mayEdit = context.session.may("inventory.edit");
    /** @type {Note[]} */
    this.notes = [];
    /** Read, and there is none, whatever is looked for. */
    this.isBare = false;
    this.text = "";
    this.id = Number(context.params.id) || null;
    this.query = context.query;
    /** @type {Note | null} */
    this.note = null;
    this.version = "";
    /** @type {Editor | null} */
    this.editor = null;
    this.next = newest(context.signal);
    this.nextNote = newest(context.signal);
    this.list = h("nav", { class: "notes-list", "aria-label": t("notes.title") }, skeleton(6));
    this.place = h("div", { class: "notes-place" });
    this.element = this.draw();
    this.listen();
    void this.readList();
    this.begin();
  }

  /** What the address asks for: a new note, or one that is there. */
  begin() {
    if (this.query.get("new") && this.mayEdit) this.write(null);
    else void this.show();
  }

  watchEdits() {
    this.context.guard(() => (this.editor?.isDirty() ? t("form.unsaved") : null));
  }

  draw() {
    const filter = filterField({ label: t("notes.filter"), onchange: (text) => this.search(text) });
    const add = button(t("notes.add"), {
      icon: "add",
      kind: "primary",
      onclick: () => this.openNew(add),
    });
    const more = iconButton("more", t("notes.files"), {
      "aria-haspopup": "menu",
      onclick: () =>
        openMenu(more, [
          ...(this.mayEdit
            ? [{ label: t("notes.import"), icon: "upload", run: () => void openFiles(() => void this.readList()) }]
            : []),
          { label: t("notes.export"), icon: "download", run: () => void saveArchive() },
        ], { label: t("notes.files") }),
    });
    return h(
      "section",
      { class: ["page notes-page", this.id && "is-open"] },
      pageHead({ title: t("notes.title"), text: t("notes.text"), actions: [this.mayEdit && add, more] }),
      h("div", { class: "notes-room" }, h("div", { class: "notes-side" }, filter, this.list), this.place),
    );
  }

  listen() {
    const { context } = this;
    context.stay((params, query) => {
      // Whether something may be lost was asked before; the router forgets the question with each address.
      this.watchEdits();
      this.id = Number(params.id) || null;
      this.query = query;
      this.editor = null;
      this.begin();
    });
    this.watchEdits();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void this.readList();
        if (!this.editor) void this.show(true);
      }, 150);
    };
    for (const pattern of ["inventory.note.>", "inventory.note_link.>", "topology.reset"]) {
      context.live.subscribe(pattern, soon, context.signal);
    }
    if (!this.mayEdit) return;
    shortcut({ keys: "n", label: t("notes.add"), group: t("notes.title"), run: () => this.write(null) }, context.signal);
    shortcut({ keys: "e", label: t("common.edit"), group: t("notes.title"), run: () => this.edit() }, context.signal);
  }

  /** @param {string} text */
  search(text) {
    this.text = text;
    void this.readList();
  }

  async readList() {
    try {
      this.notes = await readNotes(this.text, this.next());
      const isBare = this.notes.length === 0 && !this.text;
      this.drawList();
      if (isBare === this.isBare) return;
      this.isBare = isBare;
      if (!this.id && !this.editor) replace(this.place, this.nothing());
    } catch (error) {
      if (!isAbort(error)) replace(this.list, errorState(error, () => void this.readList()));
    }
  }

  drawList() {
    const { pinned, loose, folders, templates } = arranged(this.notes);
    if (this.notes.length === 0) {
      // Where there is none at all, the place beside the list says so.
      return void replace(this.list, this.text ? h("p", { class: "quiet small" }, t("notes.none_found")) : null);
    }
    replace(
      this.list,
      this.group(t("notes.pinned"), pinned, "pin"),
      this.group("", loose),
      folders.map(({ name, notes }) => this.group(name, notes, "inventory")),
      this.group(t("notes.templates"), templates, "copy"),
    );
  }

  /** @param {string} name @param {Note[]} notes @param {string} [mark] */
  group(name, notes, mark) {
    if (notes.length === 0) return null;
    return h(
      "section",
      {},
      name && h("h2", { class: "small quiet" }, name),
      h(
        "ul",
        {},
        notes.map((note) =>
          h(
            "li",
            {},
            h(
              "a",
              {
                class: "notes-link",
                href: `/notes/${note.id}`,
                "aria-current": note.id === this.id ? "page" : null,
              },
              h("span", { class: "grow ellipsis", title: note.name }, note.name),
              note.type === "runbook" && h("span", { class: "pill" }, t("notes.runbook")),
            ),
          )
        ),
      ),
    );
  }

  /** @param {boolean} [isQuiet]  redrawn only when it was changed */
  async show(isQuiet = false) {
    this.element.classList.toggle("is-open", Boolean(this.id));
    this.drawMarks();
    if (!this.id) return void replace(this.place, this.nothing());
    const signal = this.nextNote(), id = this.id;
    if (!isQuiet) {
      // Nothing is drawn any more: an event that overtakes this reading draws the note.
      this.version = "";
      replace(this.place, skeleton(8));
    }
    try {
      const [note, about] = await Promise.all([readNote(id, signal), readAbout(id, signal)]);
      if (this.editor) return;
      const version = JSON.stringify([note.revision, note.deleted_at, about]);
      if (isQuiet && version === this.version) return;
      this.version = version;
      this.note = note;
      this.context.title(note.name, [{ label: t("notes.title"), href: "/notes" }]);
      replace(this.place, reading(this, note, about));
    } catch (error) {
      if (!isAbort(error)) replace(this.place, errorState(error, () => void this.show()));
    }
  }

  drawMarks() {
    for (const link of this.list.querySelectorAll("a")) {
      if (link.pathname === `/notes/${this.id}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  nothing() {
    this.context.title(t("notes.title"));
    return emptyState({
      icon: "notes",
      title: this.isBare ? t("inventory.empty", { kind: lower(kindNamed(this.kinds, "note")?.plural ?? "") }) : t("notes.empty"),
      text: t("notes.empty_text"),
      action: this.mayEdit ? button(t("notes.add"), { icon: "add", kind: "primary", onclick: () => this.write(null) }) : undefined,
      example: t("notes.example"),
    });
  }

  /** @param {HTMLElement} anchor */
  openNew(anchor) {
    const { templates } = arranged(this.notes);
    if (templates.length === 0) return this.write(null);
    openMenu(anchor, [
      { label: t("notes.blank"), icon: "notes", run: () => this.write(null) },
      { heading: t("notes.templates") },
      ...templates.map((one) => ({ label: one.name, icon: "copy", run: () => this.write(one) })),
    ], { label: t("notes.add") });
  }

  /** @param {Note | null} template */
  write(template) {
    if (this.editor?.isDirty()) return;
    const about = this.query.get("about") ?? "";
    const now = new Date(), user = this.context.session.user;
    const notes = filledIn(template?.notes ?? "", {
      date: now.toLocaleDateString("sv"),
      time: now.toTimeString().slice(0, 5),
      author: user?.display_name || user?.email || "",
      about: this.query.get("name") ?? "",
    });
    this.open({ name: "", folder: template?.folder ?? "", type: "note", tags: template?.tags ?? [], notes }, Number(about) || null);
  }

  edit() {
    if (this.note && this.id && !this.editor && !this.note.deleted_at) this.open(this.note, null);
  }

  /** @param {Partial<Note>} note @param {number | null} about */
  open(note, about) {
    this.element.classList.add("is-open");
    this.editor = new Editor({
      note,
      about,
      folders: foldersOf(this.notes),
      signal: this.context.signal,
      done: (saved) => {
        this.editor = null;
        // The list shows it at once, also while the live stream is away.
        if (saved) void this.readList();
        const id = saved?.id ?? this.id;
        if (id && id === this.id) void this.show();
        else void this.context.navigate(id ? `/notes/${id}` : "/notes", { replace: true });
      },
    });
    replace(this.place, this.editor.element);
    this.editor.focus();
  }

  get targets() {
    return kindNamed(this.kinds, "note_link")?.fields.find(({ name }) => name === "object_id")?.references ?? [];
  }
}
