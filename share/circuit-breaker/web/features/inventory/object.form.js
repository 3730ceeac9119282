// @ts-check
/** Making and changing an object, in the right panel. What was typed survives every error. */
import { hueOf } from "../../icons/icons.js";
import { h, stylesheet } from "../../lib/dom.js";
import { same } from "../../lib/form.js";
import { t } from "../../lib/i18n.js";
import { lower } from "../../lib/kinds.js";
import { form } from "../../ui/form.js";
import { openPanel } from "../../ui/panel.js";
import { toast } from "../../ui/toast.js";
import { draftOf } from "./catalogue.model.js";
import { modelFinder } from "./object.catalogue.js";
import { customEditor } from "./object.custom.js";
import { conflictNotes } from "./object.conflicts.js";
import { nextFreeNotes } from "./object.nextfree.js";
import { askMerge } from "./object.merge.js";
import { formFields, startOf } from "./form.model.js";
import { changeThing, createOfModel, createThing, readThing } from "./inventory.api.js";
import { lookupIn } from "./object.lookup.js";
import { formWords, statusChoices, whenClosed } from "./object.words.js";
import { titleOf } from "./columns.model.js";
import { namesOf } from "./object.panel.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/**
 * @typedef {{ kind: Kind, kinds: Kind[], context: import("../../types/page.js").PageContext, thing: Thing | null,
 *   values?: Record<string, any>, names?: Record<string, { id: number, name: string }>,
 *   onsaved: (thing: Thing) => void, oncancel?: () => void, onclose?: () => void }} FormOptions
 *   `thing` null makes a new one; `values` and `names` are what it starts with
 */

/** @param {FormOptions} options */
export async function openForm(options) {
  const { kind, kinds, context, thing, onsaved, onclose, oncancel } = options;
  await stylesheet(new URL("./inventory.css", import.meta.url));
  const fields = formFields(kind, formWords(), statusChoices());
  let base = /** @type {Record<string, any>} */ (thing ?? { ...startOf(kind), ...options.values });
  const names = thing ? namesOf(thing, kind) : options.names ?? {};
  const custom = customEditor(base.custom, kind);
  const conflicts = conflictNotes({ fields, excludeId: thing?.id ?? null, kinds });
  const nextFree = nextFreeNotes({
    fields,
    signal: context.signal,
    onPick: (field, address) => made.set(field, address),
  });
  const models = thing === null && kind.name === "hardware"
    ? modelFinder({ signal: context.signal, form: () => made })
    : null;
  let isSaved = false;

  /** @param {Record<string, any>} values @param {Record<string, any>} changes */
  async function save(values, changes) {
    const extra = same(custom.read(), base.custom ?? {}) ? {} : { custom: custom.read() };
    if (!thing) {
      const draft = { ...present(values, fields), ...extra };
      const ordered = models?.withPorts();
      return ordered ? createOfModel(ordered.id, draftOf(ordered, draft)) : createThing(kind, draft);
    }
    const patch = { ...changes, ...extra };
    if (Object.keys(patch).length === 0) return /** @type {Thing} */ (base);
    try {
      return await changeThing(kind, thing.id, patch, base.revision);
    } catch (error) {
      if (/** @type {any} */ (error).status !== 412) throw error;
      return merge(values, extra);
    }
  }

  /**
   * Somebody was faster: both versions side by side, one choice per field.
   *
   * @param {Record<string, any>} values
   * @param {Record<string, any>} extra
   * @returns {Promise<Thing>}
   */
  async function merge(values, extra) {
    const theirs = await readThing(kind, /** @type {Thing} */ (thing).id);
    const patch = await askMerge({ fields, base, mine: values, theirs });
    if (patch === null) throw new Error(t("inventory.merge_cancelled"));
    base = theirs;
    if (Object.keys({ ...patch, ...extra }).length === 0) return theirs;
    return changeThing(kind, theirs.id, { ...patch, ...extra }, theirs.revision);
  }

  const isNew = thing === null;
  const made = form({
    fields: /** @type {any} */ (fields),
    values: base,
    lookup: lookupIn(kinds),
    labelOf: (field) => names[field.name] ?? base[field.name],
    submit: isNew ? t("inventory.add_kind", { kind: lower(kind.label) }) : t("common.save"),
    submitIcon: isNew ? "add" : "check",
    cancel: oncancel ?? (() => void panel?.close()),
    onchange: (name, value) => {
      if (name === "model") models?.changed(value);
      conflicts.changed(made.values);
      nextFree.changed(made.values);
    },
    extra: { ...together(conflicts.extra, nextFree.extra), ...models?.extra, notes: () => custom.element },
    onsubmit: async (values, changes) => {
      const saved = await save(values, changes);
      isSaved = true;
      toast(t(isNew ? "inventory.added" : "inventory.saved", { name: titleOf(saved, kind) }));
      made.saved();
      onsaved(saved);
    },
  });
  const guard = () => (isSaved ? null : made.guard() ?? (custom.isDirty() ? t("form.unsaved") : null));
  const panel = await openPanel({
    title: isNew
      ? t("inventory.add_kind", { kind: lower(kind.label) })
      : t("inventory.edit_thing", { name: titleOf(thing, kind) }),
    icon: kind.name,
    hue: hueOf(kind.name),
    body: h("div", { class: "object-form" }, made.element),
    guard,
    onclose: whenClosed(onclose),
    signal: context.signal,
  });
  if (!panel) return null;
  made.element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void made.submit();
  });
  panel.signal.addEventListener("abort", () => conflicts.stop(), { once: true });
  models?.begin();
  made.focus();
  conflicts.changed(made.values);
  nextFree.changed(made.values);
  return panel;
}

/**
 * What was filled in; empty fields are left to the daemon's defaults.
 *
 * @param {Record<string, any>} values
 * @param {Field[]} fields
 */
function present(values, fields) {
  /** @type {Record<string, any>} */
  const draft = {};
  for (const { name } of fields) {
    const value = values[name];
    if (value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    draft[name] = value;
  }
  return draft;
}

/**
 * Notes below fields of two sources; both may have one for the same field.
 *
 * @param {Record<string, () => HTMLElement>} one
 * @param {Record<string, () => HTMLElement>} two
 */
const together = (one, two) =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(two)])].map((name) => [name, () =>
      h("div", {}, one[name]?.(), two[name]?.())]
    ),
  );
