// @ts-check
/** Changing one field of an object in its row: saved at once, with a way back, and never over somebody else's change. */
import { h, uid } from "../../lib/dom.js";
import { fromInput, problemOf, same, toInput } from "../../lib/form.js";
import { t } from "../../lib/i18n.js";
import { nameMember, valueText } from "../../lib/values.js";
import { button } from "../../ui/button.js";
import { control } from "../../ui/fields.js";
import { cellEditor } from "../../ui/table.edit.js";
import { toast, toastError } from "../../ui/toast.js";
import { titleOf } from "./columns.model.js";
import { formFields } from "./form.model.js";
import { changeThing, readThing } from "./inventory.api.js";
import { formWords, statusChoices } from "./object.words.js";

/** @typedef {import("./inventory.page.js").ListPage} ListPage */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/inventory.js").Field} Field */

const LARGE = new Set(["long_text", "json", "references"]);

/** @param {import("../../types/inventory.js").Kind} kind @returns {Map<string, Field>} by column */
export const editableFields = (kind) =>
  new Map(formFields(kind, formWords(), statusChoices()).filter(({ type }) => !LARGE.has(type)).map((field) => [field.name, field]));

export class InlineEdit {
  /** @param {ListPage} page */
  constructor(page) {
    this.page = page;
    this.fields = editableFields(page.kind);
    /** @type {ReturnType<typeof cellEditor> | null} */
    this.open = null;
  }

  /** @param {string} column */
  isEditable(column) {
    return this.fields.has(column);
  }

  /** The columns of the row that can be edited, in the order they are seen. @param {HTMLElement} row */
  cellsOf(row) {
    return /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".table-cell[data-column]")])
      .filter((cell) => this.isEditable(cell.dataset.column ?? ""));
  }

  /** With the keyboard: the first cell behind the name, from where Tab goes on. @param {Thing} thing */
  begin(thing) {
    const row = /** @type {HTMLElement | null} */ (this.page.look.table.element.querySelector(".table-row.is-active"));
    const cells = row ? this.cellsOf(row) : [];
    const cell = cells[1] ?? cells[0];
    if (cell) this.edit(thing, cell.dataset.column ?? "", cell);
  }

  /** @param {Thing} thing @param {string} column @param {HTMLElement} cell */
  edit(thing, column, cell) {
    const field = this.fields.get(column);
    if (!field) return;
    this.open?.close(false);
    const { page } = this;
    const id = uid("inline");
    let base = thing;
    /** @type {Record<string, any>} */
    let allow = {};
    const made = control(field, {
      id,
      describedBy: `${id}-problem`,
      value: toInput(field, thing[field.name]),
      lookup: page.lookup,
      labelOf: () =>
        field.type === "reference" && thing[field.name]
          ? { id: thing[field.name], name: thing[nameMember(field.name)] ?? `#${thing[field.name]}` }
          : thing[field.name],
      onchange: () => {
        allow = {};
      },
    });
    /** @param {any} error */
    const refused = async (error) => {
      if (error.status === 412) {
        base = await readThing(page.kind, thing.id, page.context.signal);
        page.source.happened({ subject: `inventory.${page.kind.name}.changed`, payload: base }, page.wanted());
        const now = valueText(base, field) || "—";
        return editor.say(
          h("p", {}, t("inline.stale", { value: field.type === "tags" ? (base.tags ?? []).join(", ") || "—" : now })),
          button(t("inline.take_theirs"), { small: true, onclick: () => editor.close() }),
        );
      }
      if (error.status === 409) allow = { allow_conflicts: true };
      return editor.say(
        h("p", {}, error.fields?.[field.name] ?? error.message),
        error.status === 409 && h("p", { class: "small" }, t("inline.again")),
      );
    };
    const editor = cellEditor({
      cell,
      label: `${titleOf(thing, page.kind)}: ${field.label}`,
      control: made,
      describedBy: `${id}-problem`,
      signal: page.context.signal,
      onclose: () => {
        if (this.open === editor) this.open = null;
        page.look.table.focus();
      },
      onmove: (step) => this.move(thing.id, column, step),
      onsave: async () => {
        const value = fromInput(field, made.read());
        if (same(value, base[field.name] ?? null) && base === thing) return true;
        const wrong = problemOf(field, value);
        if (wrong) {
          editor.say(wrong);
          return false;
        }
        try {
          const saved = await changeThing(page.kind, thing.id, { [field.name]: value }, base.revision, allow);
          this.saved(base, saved, field);
          return true;
        } catch (error) {
          await refused(error).catch(toastError);
          return false;
        }
      },
    });
    this.open = editor;
  }

  /** @param {Thing} before @param {Thing} saved @param {Field} field */
  saved(before, saved, field) {
    const { page } = this;
    const show = (/** @type {Thing} */ thing) => {
      page.source.happened({ subject: `inventory.${page.kind.name}.changed`, payload: thing }, page.wanted());
      requestAnimationFrame(() => page.look.table.flash(thing.id));
    };
    show(saved);
    const name = titleOf(saved, page.kind);
    toast(t("inline.saved", { name, field: field.label }), {
      action: {
        label: t("inventory.undo"),
        run: () =>
          void changeThing(page.kind, saved.id, { [field.name]: before[field.name] ?? (field.name === "tags" ? [] : null) }, saved.revision)
            .then((back) => {
              show(back);
              toast(t("inline.undone", { name, field: field.label }));
            }, (error) =>
              error.status === 412 ? toast(t("inline.not_undone", { name }), { kind: "bad" }) : toastError(error)),
      },
    });
  }

  /** @param {number} id @param {string} column @param {1 | -1} step */
  move(id, column, step) {
    const { table } = this.page.look;
    const thing = table.rows.find((row) => row.id === id);
    const row = thing && table.rowElement(id);
    if (!row) return;
    const cells = this.cellsOf(row);
    const at = cells.findIndex((cell) => cell.dataset.column === column) + step;
    if (cells[at]) this.edit(thing, cells[at].dataset.column ?? "", cells[at]);
    else table.focus();
  }
}
