// @ts-check
/** A note as it is read: what it is about, its text, its outline, and what can be done with it. */
import { hueOf, icon } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, urlOfObject } from "../../lib/kinds.js";
import { use } from "../../lib/registry.js";
import { button, iconButton } from "../../ui/button.js";
import { combobox } from "../../ui/combobox.js";
import { markdown } from "../../ui/markdown.js";
import { steps, withoutTicks, withStep } from "../../ui/markdown.model.js";
import { openMenu } from "../../ui/menu.js";
import { tagPills } from "../../ui/pill.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { changeNote, connect, createNote, disconnect, findObjects } from "./notes.api.js";
import { saveNote } from "./notes.files.js";

/** @typedef {import("./notes.model.js").Note} Note */
/** @typedef {{ link: number, kind: string, id: number, name: string }} About */
/**
 * @typedef {{ context: import("../../types/page.js").PageContext, kinds: import("../../types/inventory.js").Kind[],
 *   mayEdit: boolean, targets: string[], edit: () => void, show: (isQuiet?: boolean) => Promise<void> }} Room
 */

/** @param {Room} room @param {Note} note @param {About[]} about */
export function reading(room, note, about) {
  const mayEdit = room.mayEdit && !note.deleted_at;
  const outline = h("nav", { class: "notes-outline", "aria-label": t("notes.outline"), hidden: true });
  const text = note.notes
    ? markdown(note.notes, {
      onstep: mayEdit ? (index, done) => void tick(room, note, index, done) : undefined,
      ondrawn: (box) => {
        withoutTitle(box, note.name);
        drawOutline(box, outline);
      },
      level: 3,
    })
    : h("p", { class: "quiet" }, t("notes.no_text"));
  return h(
    "article",
    { class: "notes-note" },
    h("a", { class: "button small ghost notes-back", href: "/notes" }, icon("back", { class: "small" }), t("notes.all")),
    h(
      "header",
      { class: "row wrap notes-head" },
      h("h2", { class: "grow", tabIndex: -1 }, note.name),
      mayEdit && button(t("common.edit"), { icon: "edit", small: true, onclick: () => room.edit() }),
      moreButton(room, note, mayEdit),
    ),
    h(
      "p",
      { class: "row wrap small quiet" },
      note.type !== "note" && h("span", { class: "pill" }, t(`notes.${note.type}`)),
      note.is_pinned && h("span", { class: "pill" }, icon("pin", { class: "small" }), t("notes.pinned")),
      note.deleted_at && h("span", { class: "pill" }, t("inventory.in_trash")),
      note.folder && h("span", {}, note.folder),
      tagPills(note.tags ?? []),
      h("span", {}, t("notes.changed"), " ", timeAgo(note.updated_at ?? "")),
      note.type === "runbook" && progress(note),
    ),
    aboutRow(room, note, about, mayEdit),
    h("div", { class: "notes-text" }, text, outline),
  );
}

/** @param {Note} note */
function progress(note) {
  const all = steps(note.notes ?? "");
  return all.length > 0 && h("span", {}, t("notes.steps_done", { done: all.filter(({ done }) => done).length, n: all.length }));
}

/** @param {Room} room @param {Note} note @param {number} index @param {boolean} done */
async function tick(room, note, index, done) {
  try {
    await changeNote(note, { notes: withStep(note.notes ?? "", index, done) });
  } catch (error) {
    toastError(error, t("notes.not_ticked"));
  }
  await room.show(true);
}

/** A text that begins with its own title, as files do, has it once. @param {HTMLElement} box @param {string} name */
function withoutTitle(box, name) {
  const first = box.firstElementChild;
  if (first?.tagName === "H3" && first.textContent?.trim() === name.trim()) first.remove();
}

/** @param {HTMLElement} box @param {HTMLElement} outline */
function drawOutline(box, outline) {
  // A heading without words would be a button without a name.
  const headings = [...box.querySelectorAll("h3, h4, h5")].filter(({ textContent }) => textContent?.trim());
  if (headings.length < 2) return;
  outline.hidden = false;
  outline.append(
    h("h3", { class: "small quiet" }, t("notes.outline")),
    h(
      "ul",
      {},
      headings.map((heading, index) => {
        heading.id = `note-part-${index}`;
        heading.setAttribute("tabindex", "-1");
        const go = () => {
          heading.scrollIntoView({ block: "start" });
          /** @type {HTMLElement} */ (heading).focus({ preventScroll: true });
        };
        return h(
          "li",
          { class: `is-${heading.tagName.toLowerCase()}` },
          h("button", { type: "button", class: "notes-part", onclick: go }, heading.textContent),
        );
      }),
    ),
  );
}

/** @param {Room} room @param {Note} note @param {About[]} about @param {boolean} mayEdit */
function aboutRow(room, note, about, mayEdit) {
  if (about.length === 0 && !mayEdit) return null;
  const failed = (/** @type {any} */ error) => toastError(error);
  const pills = about.map((one) =>
    h(
      "span",
      { class: "pill notes-about" },
      h(
        "a",
        { href: urlOfObject(room.kinds, one.kind, one.id) },
        h("span", { style: { color: hueOf(one.kind) } }, icon(one.kind, { class: "small" })),
        one.name,
      ),
      mayEdit && iconButton("close", t("common.remove_named", { name: one.name }), {
        small: true,
        onclick: () => void disconnect(one.link).then(() => room.show(true), failed),
      }),
    )
  );
  const known = new Set(about.map(({ id }) => id));
  const finder = mayEdit && combobox({
    label: t("notes.about_add"),
    placeholder: t("notes.about_add"),
    load: async (text, signal) =>
      (await findObjects(text, room.targets, signal)).filter(({ id }) => id !== note.id && !known.has(id)).map((one) => ({
        value: one.id,
        label: one.name,
        hint: kindNamed(room.kinds, one.kind)?.label,
        icon: one.kind,
      })),
    onchange: (choice) => choice && void connect(note.id, choice.value).then(() => room.show(true), failed),
  }).element;
  return h("div", { class: "row wrap notes-abouts" }, h("span", { class: "small quiet" }, t("notes.about")), pills, finder);
}

/** @param {Room} room @param {Note} note @param {boolean} mayEdit */
function moreButton(room, note, mayEdit) {
  const change = (/** @type {Record<string, any>} */ changes) =>
    void changeNote(note, changes).then(() => room.show(true), (error) => toastError(error));
  const more = iconButton("more", t("notes.more"), {
    "aria-haspopup": "menu",
    onclick: () =>
      openMenu(more, [
        ...(mayEdit
          ? [
            {
              label: note.is_pinned ? t("notes.unpin") : t("notes.pin"),
              icon: "pin",
              run: () => change({ is_pinned: !note.is_pinned }),
            },
            ...(steps(note.notes ?? "").some(({ done }) => done)
              ? [{ label: t("notes.reset"), icon: "refresh", run: () => change({ notes: withoutTicks(note.notes ?? "") }) }]
              : []),
            { label: t("inventory.duplicate"), icon: "copy", run: () => void duplicate(room, note) },
          ]
          : []),
        { label: t("notes.print"), icon: "download", run: () => print() },
        { label: t("notes.save_file"), icon: "download", run: () => void saveNote(note) },
        { label: t("notes.history"), icon: "history", run: () => void openDetails(room, note) },
        ...(mayEdit
          ? /** @type {any[]} */ (["-", { label: t("common.delete"), icon: "trash", danger: true, run: () => void remove(room, note) }])
          : []),
      ], { label: t("notes.more") }),
  });
  return more;
}

/** @param {Room} room @param {Note} note */
async function duplicate(room, note) {
  const { folder, type, tags, notes } = note;
  try {
    const copy = await createNote({ name: t("inventory.copy_of", { name: note.name }), folder, type, tags, notes });
    await room.context.navigate(`/notes/${copy.id}`);
  } catch (error) {
    toastError(error);
  }
}

/** @param {Room} room @param {Note} note */
async function openDetails(room, note) {
  const open = await use("object-panel");
  await open?.({ kind: "note", id: note.id, context: room.context, focus: true });
}

/** @param {Room} room @param {Note} note */
async function remove(room, note) {
  const removeThing = await use("object-remove"), kind = kindNamed(room.kinds, "note");
  try {
    if (kind && await removeThing?.(kind, room.kinds, note)) await room.context.navigate("/notes", { replace: true });
  } catch (error) {
    toastError(error);
  }
}
