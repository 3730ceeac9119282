// @ts-check
import { api, everything, send } from "../../lib/api.js";
import { plainWords } from "../../lib/query.js";

/** @typedef {import("./notes.model.js").Note} Note */
/** @typedef {import("../../types/inventory.js").Ref} Ref */
/** @typedef {{ created: number, changed: number, unchanged: number, errors: number, paths: string[], linked: number,
 *   unlinked: string[], left_out: string[], rows: { row: number, action: string, name: string | null, problems: Record<string, string> }[] }} FilesResult */

/** @param {string} text @param {AbortSignal} signal @returns {Promise<Note[]>} */
export const readNotes = (text, signal) => everything("notes", { q: text, limit: 50 }, signal, 2000);

/** @param {number} id @param {AbortSignal} [signal] @returns {Promise<Note>} */
export const readNote = (id, signal) => api.get(`notes/${id}`, { signal });

/** @param {Record<string, any>} draft @returns {Promise<Note>} */
export const createNote = (draft) => api.post("notes", draft);

/** @param {Note} note @param {Record<string, any>} changes @returns {Promise<Note>} */
export const changeNote = (note, changes) => api.patch(`notes/${note.id}`, changes, { revision: note.revision });

/**
 * What a note is about.
 *
 * @param {number} id @param {AbortSignal} signal
 * @returns {Promise<{ link: number, kind: string, id: number, name: string }[]>}
 */
export const readAbout = async (id, signal) =>
  (await everything("note-links", { note_id: id }, signal, 500)).map((link) => ({
    link: link.id,
    kind: link.object_kind,
    id: link.object_id,
    name: link.object_name ?? `#${link.object_id}`,
  }));

/** @param {number} note @param {number} object */
export const connect = (note, object) => api.post("note-links", { note_id: note, object_id: object });

/** @param {number} link */
export const disconnect = (link) => api.delete(`note-links/${link}`);

/**
 * Objects for what was typed.
 *
 * @param {string} text @param {string[]} kinds @param {AbortSignal} signal
 * @returns {Promise<Ref[]>}
 */
export const findObjects = async (text, kinds, signal) =>
  plainWords(text) === "" ? [] : (await api.get("search", { query: { q: plainWords(text), kind: kinds.join(","), limit: 12 }, signal })).items;

/** @param {number} id @returns {Promise<Blob>} */
export const noteFile = async (id) => (await send("GET", `notes/${id}/file`)).blob();

/** @returns {Promise<Blob>} */
export const notesArchive = async () => (await send("GET", "notes/archive")).blob();

/**
 * @param {File} file @param {boolean} isDry
 * @returns {Promise<FilesResult>}
 */
export function sendFile(file, isDry) {
  const isZip = /\.zip$/i.test(file.name);
  return api.post("notes/archive", file, {
    query: { dry_run: isDry ? true : null, name: isZip ? null : file.name },
    headers: { "content-type": isZip ? "application/zip" : "text/markdown; charset=utf-8" },
  });
}
