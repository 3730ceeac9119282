// @ts-check
/**
 * Rules of notes that need no page: how they are sorted into folders, what a new one begins with.
 *
 * @typedef {import("../../types/inventory.js").Thing} Note
 * @typedef {{ name: string, notes: Note[] }} Folder
 */

export const TYPES = [{ value: "note" }, { value: "runbook" }, { value: "template" }];

/** @param {string} left @param {string} right */
const byWord = (left, right) => left.localeCompare(right, undefined, { numeric: true, sensitivity: "base" });

/**
 * Pinned notes first, then folder by folder; those without a folder come before the folders, templates last.
 *
 * @param {Note[]} notes
 * @returns {{ pinned: Note[], loose: Note[], folders: Folder[], templates: Note[] }}
 */
export function arranged(notes) {
  const sorted = notes.slice().sort((one, other) => byWord(one.name, other.name) || one.id - other.id);
  const templates = sorted.filter(({ type }) => type === "template");
  const texts = sorted.filter(({ type }) => type !== "template");
  const pinned = texts.filter(({ is_pinned }) => is_pinned);
  const rest = texts.filter(({ is_pinned }) => !is_pinned);
  /** @type {Map<string, Note[]>} */
  const byFolder = new Map();
  for (const note of rest) {
    if (note.folder) byFolder.set(note.folder, [...(byFolder.get(note.folder) ?? []), note]);
  }
  const names = [...byFolder.keys()].sort(byWord);
  return {
    pinned,
    loose: rest.filter(({ folder }) => !folder),
    folders: names.map((name) => ({ name, notes: byFolder.get(name) ?? [] })),
    templates,
  };
}

/**
 * The folders there are, for the field that asks for one.
 *
 * @param {Note[]} notes
 * @returns {string[]}
 */
export const foldersOf = (notes) =>
  [...new Set(notes.flatMap(({ folder }) => (folder ? [folder] : [])))].sort(byWord);

/**
 * What a note made of a template begins with. `{date}`, `{time}`, `{author}` and `{about}` are filled in.
 *
 * @param {string} text
 * @param {{ date: string, time: string, author: string, about: string }} values
 */
export const filledIn = (text, values) =>
  text.replace(/\{(date|time|author|about)\}/g, (_, name) => values[/** @type {keyof typeof values} */ (name)]);

/**
 * What was changed in the form, as the daemon takes it.
 *
 * @param {Record<string, any>} before @param {Record<string, any>} after
 */
export function changesOf(before, after) {
  const empty = (/** @type {any} */ value) => (value === "" || value === undefined ? null : value);
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) =>
      JSON.stringify(empty(value)) !== JSON.stringify(empty(before[name]))
    ),
  );
}
