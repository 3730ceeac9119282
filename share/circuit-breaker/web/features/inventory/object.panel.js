// @ts-check
/** One object in the right panel: on the map, in lists, from search. Stays true by the live stream. */
import { hueOf } from "../../icons/icons.js";
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { failingPart, hasState, kindNamed, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { iconButton, linkButton } from "../../ui/button.js";
import { errorState } from "../../ui/empty.js";
import { openMenu } from "../../ui/menu.js";
import { openPanel } from "../../ui/panel.js";
import { skeleton } from "../../ui/progress.js";
import { statusBadge } from "../../ui/status.js";
import { toastError } from "../../ui/toast.js";
import { titleOf } from "./columns.model.js";
import { readEvent } from "./events.model.js";
import { duplicateOf, formFields } from "./form.model.js";
import { readThing } from "./inventory.api.js";
import { openForm } from "./object.form.js";
import { removeThing } from "./object.remove.js";
import { aboutSection, factSections } from "./object.facts.js";
import { relationSection } from "./object.relations.js";
import { historySection, networkSection, notesSection, rackSection } from "./object.sections.js";
import { formWords, statusChoices, whenClosed } from "./object.words.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("../../types/page.js").PageContext} PageContext */
/**
 * @typedef {{ kind: string, id: number, context: PageContext, onclose?: () => void, focus?: boolean, edit?: boolean,
 *   isWanted?: () => boolean, onopen?: (panel: import("../../ui/panel.js").Panel) => void,
 *   onselect?: (ref: { kind: string, id: number }) => boolean }} OpenOptions
 *   `onselect` may take a relation that was clicked; false leaves it to the link. `isWanted` is asked when all is there to
 *   open it, `onopen` gets the panel before what it shows has been read
 */

/** @param {OpenOptions} options */
export async function openObject(options) {
  const [kinds] = await Promise.all([loadKinds(), stylesheet(new URL("./inventory.css", import.meta.url))]);
  const kind = kindNamed(kinds, options.kind);
  if (!kind || options.isWanted?.() === false) return null;
  return new ObjectPanel(options, kinds, kind).open();
}

class ObjectPanel {
  /** @param {OpenOptions} options @param {Kind[]} kinds @param {Kind} kind */
  constructor(options, kinds, kind) {
    this.options = options;
    this.context = options.context;
    this.kinds = kinds;
    this.kind = kind;
    /** @type {Thing | null} */
    this.thing = null;
    this.body = h("div", { class: "object-body" }, skeleton(8));
    this.state = h("span", { class: "row" }, h("span", {}, kind.label));
    /** @type {ReturnType<typeof relationSection> | null} */
    this.relations = null;
    /** @type {ReturnType<typeof historySection> | null} */
    this.history = null;
    /** @type {import("./object.sections.js").Section | null} */
    this.notes = null;
    /** @type {{ element: Node, ready?: Promise<any> }[]} what is being shown, one below the other */
    this.parts = [];
    this.isWhole = false;
    this.mayEdit = this.context.session.may("inventory.edit");
    this.edit = iconButton("edit", t("inventory.edit_key"), { onclick: () => void this.startEdit() });
    this.more = iconButton("menu", t("inventory.more_actions"), {
      "aria-haspopup": "menu",
      onclick: () => this.openMore(),
    });
    // A click before there is something to edit would be lost.
    for (const one of [this.edit, this.more]) one.disabled = true;
    this.isEditWanted = Boolean(options.edit);
  }

  async open() {
    const { kind } = this;
    this.panel = await openPanel({
      title: "…",
      subtitle: this.state,
      icon: kind.name,
      hue: hueOf(kind.name),
      body: this.body,
      actions: this.mayEdit ? [this.edit, this.more] : [this.more],
      onclose: whenClosed(this.options.onclose),
      signal: this.context.signal,
      focus: this.options.focus,
    });
    if (!this.panel) return null;
    this.options.onopen?.(this.panel);
    this.panel.element.addEventListener("keydown", (event) => this.key(event));
    this.context.live.subscribe(`inventory.${kind.name}.>`, (event) => this.happened(event), this.panel.signal);
    await this.load();
    if (this.isEditWanted && this.thing) void this.startEdit();
    return this.panel;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const isTyping = /** @type {Element} */ (event.target).closest("input, textarea, select");
    if (event.key !== "e" || isTyping || event.ctrlKey || event.metaKey || event.altKey || !this.mayEdit) return;
    event.preventDefault();
    void this.startEdit();
  }

  async load() {
    try {
      const thing = await readThing(this.kind, this.options.id, this.panel?.signal);
      // An event may have told of a newer one meanwhile.
      if ((this.thing?.revision ?? 0) <= (thing.revision ?? 0)) this.show(thing);
    } catch (error) {
      if (isAbort(error)) return;
      this.panel?.setTitle(/** @type {any} */ (error).status === 404 ? t("inventory.gone") : this.kind.label);
      // There is nothing to edit, copy or delete.
      for (const one of [this.edit, this.more]) one.hidden = true;
      const isGone = /** @type {any} */ (error).status === 404;
      const told = errorState(error, isGone ? undefined : () => void this.load());
      if (isGone) told.append(linkButton(t("inventory.open_trash"), `/trash?kind=${this.kind.name}`, { icon: "trash" }));
      replace(this.body, told);
    }
  }

  /** @param {Thing} thing */
  show(thing) {
    for (const one of [this.edit, this.more]) one.hidden = one.disabled = false;
    const { kind, kinds } = this;
    this.panel?.setTitle(titleOf(thing, kind));
    replace(
      this.state,
      h("span", {}, kind.label),
      hasState(thing.status, kind) && statusBadge(thing.status),
      thing.deleted_at && h("span", { class: "pill" }, t("inventory.in_trash")),
    );
    /** @type {(import("./object.sections.js").Section | Node | null)[]} */
    const parts = [
      ...factSections(thing, kind, kinds),
      kind.name === "network" ? networkSection(thing, this.signal) : null,
      kind.name === "rack" ? rackSection(thing) : null,
      this.notesOf(thing),
      this.relationsOf(thing),
      aboutSection(thing, kind, kinds),
      this.historyOf(thing),
    ];
    this.thing = thing;
    void this.lay(parts.flatMap((part) => (part instanceof Node ? { element: part } : part ?? [])));
  }

  /**
   * One part below the other, the first time each only when the one above has the height it is going to keep: whatever
   * answers last, nothing that is seen moves.
   *
   * @param {{ element: Node, ready?: Promise<any> }[]} parts
   */
  async lay(parts) {
    this.parts = parts;
    if (this.isWhole) return replace(this.body, parts.map(({ element }) => element));
    replace(this.body);
    for (const { element, ready } of parts) {
      this.body.append(element);
      await ready;
      // Something newer is being shown.
      if (this.parts !== parts) return;
    }
    this.isWhole = true;
  }

  /** The same text is not drawn again. @param {Thing} thing */
  notesOf(thing) {
    if (thing.notes !== this.thing?.notes) this.notes = notesSection(thing);
    return this.notes;
  }

  /** @param {Thing} thing */
  relationsOf(thing) {
    const { kind, kinds, signal, mayEdit, options, context } = this;
    if (this.relations) return this.relations.renew();
    this.relations = relationSection({
      thing,
      kind,
      kinds,
      signal,
      mayEdit,
      onselect: options.onselect,
      navigate: context.navigate,
    });
    return this.relations;
  }

  /** @param {Thing} thing */
  historyOf(thing) {
    if (!this.context.session.may("audit.view")) return null;
    this.history ??= historySection(thing, this.kind, this.signal);
    return this.history;
  }

  get signal() {
    return this.panel?.signal ?? this.context.signal;
  }

  /** @param {import("../../types/inventory.js").LiveEvent} event */
  happened(event) {
    const read = readEvent(event);
    if (!read || read.id !== this.options.id) return;
    if (read.verb === "deleted" || read.verb === "purged") void this.panel?.close(true);
    else if (read.thing && (read.thing.revision ?? 0) > (this.thing?.revision ?? 0)) {
      this.show({ ...this.thing, ...read.thing });
      this.body.classList.remove("is-fresh");
      requestAnimationFrame(() => this.body.classList.add("is-fresh"));
    }
  }

  async startEdit() {
    if (!this.mayEdit) return;
    // The key was faster than the answer.
    this.isEditWanted = true;
    if (!this.thing) return;
    const { kind, kinds, context, options } = this;
    const back = (/** @type {Thing | null} */ saved) =>
      void openObject({ ...options, edit: false, focus: true, id: saved?.id ?? options.id });
    await openForm({
      kind,
      kinds,
      context,
      thing: this.thing,
      onsaved: back,
      oncancel: () => back(null),
      onclose: options.onclose,
    });
  }

  openMore() {
    const { thing, kind, kinds } = this;
    if (!thing) return;
    const failing = failingPart(kind, thing.id);
    openMenu(this.more, [
      ...(failing !== null && !thing.deleted_at
        ? [{ label: t("inventory.what_stops"), icon: "warning", run: () => this.context.navigate(`/map?impact=${failing}`) }]
        : []),
      { label: t("inventory.open_in_list"), icon: "inventory", href: urlOfObject(kinds, kind.name, thing.id) },
      ...(kind.is_node ? [{ label: t("inventory.show_on_map"), icon: "map", href: `/map?select=${thing.id}` }] : []),
      {
        label: t("inventory.copy_link"),
        icon: "link",
        run: () => void navigator.clipboard?.writeText(location.origin + urlOfObject(kinds, kind.name, thing.id)),
      },
      ...(this.mayEdit && !thing.deleted_at && isNoted(kinds, kind)
        ? [{
          label: t("notes.write_about"),
          icon: "notes",
          href: `/notes?new=1&about=${thing.id}&name=${encodeURIComponent(titleOf(thing, kind))}`,
        }]
        : []),
      ...(this.mayEdit
        ? /** @type {any[]} */ (["-", {
          label: t("inventory.duplicate"),
          icon: "copy",
          run: () => void this.duplicate(),
        }, { label: t("common.delete"), icon: "trash", danger: true, run: () => void this.remove() }])
        : []),
    ], { label: t("inventory.more_actions") });
  }

  async duplicate() {
    if (!this.thing) return;
    const { kind, kinds, context } = this;
    const values = duplicateOf(this.thing, formFields(kind, formWords(), statusChoices()));
    const name = this.thing.name ? t("inventory.copy_of", { name: this.thing.name }) : undefined;
    const names = namesOf(this.thing, kind);
    await openForm({
      kind,
      kinds,
      context,
      thing: null,
      values: { ...values, ...(name ? { name } : {}) },
      names,
      onclose: this.options.onclose,
      onsaved: (saved) => void context.navigate(urlOfObject(kinds, kind.name, saved.id)),
    });
  }

  async remove() {
    if (!this.thing) return;
    try {
      const isGone = await removeThing(this.kind, this.kinds, this.thing);
      if (isGone) void this.panel?.close(true);
    } catch (error) {
      toastError(error);
    }
  }
}

/**
 * Whether notes may be about objects of this kind.
 *
 * @param {Kind[]} kinds @param {Kind} kind
 */
const isNoted = (kinds, kind) =>
  kind.name !== "note" &&
  (kindNamed(kinds, "note_link")?.fields.some(({ references }) => references?.includes(kind.name)) ?? false);

/**
 * Names of what an object refers to, for a form that begins with the same references.
 *
 * @param {Thing} thing
 * @param {Kind} kind
 */
export function namesOf(thing, kind) {
  /** @type {Record<string, { id: number, name: string }>} */
  const names = {};
  for (const { name, type } of kind.fields) {
    if (type === "reference" && thing[name]) {
      names[name] = { id: thing[name], name: thing[`${name.replace(/_id$/, "")}_name`] ?? `#${thing[name]}` };
    }
  }
  return names;
}
