// @ts-check
/** Several objects out of pasted lines: `nas-1 10.0.0.5`, a column of names, or rows of a spreadsheet. Pure. */
import { isCIDR, isIP, isMAC, isURL } from "../../lib/address.js";
import { parseCSV, toCSV } from "./transfer.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */

/** The words of the importer that are no fields. */
const OTHER = ["id", "tags", "status", "owner", "notes", "icon", "name"];
/** What an export says besides, and an import passes over. */
const SAID_BESIDES = ["kind", "revision", "source", "sources", "created_at", "updated_at"];

/**
 * The names of the columns as the daemon has them, when the first line names them: in its own words or in those of the pages.
 *
 * @param {string} text @param {Kind} kind @param {(name: string) => string} labelOf  what the pages call a column of every kind
 * @returns {string[] | null}
 */
export function headingOf(text, kind, labelOf) {
  const [first] = parseCSV(text, 1);
  if (!first) return null;
  const names = first.map((cell) => columnOf(cell.trim(), kind, labelOf));
  // Beside the name, one that nobody knows is a mistake that the daemon explains, and no thing of that name.
  return names.includes("name") || names.every((name) => name !== null) ? names.map((name, at) => name ?? first[at]) : null;
}

/** @param {string} cell @param {Kind} kind @param {(name: string) => string} labelOf @returns {string | null} */
function columnOf(cell, kind, labelOf) {
  if (cell === "" || cell.startsWith("custom.")) return cell;
  const word = cell.toLowerCase();
  const known = [...OTHER, ...SAID_BESIDES, ...kind.fields.flatMap(({ name }) => [name, name.replace(/_id$/, "_name")])];
  if (known.includes(word)) return word;
  // What a thing refers to is written by its name.
  const field = kind.fields.find(({ label }) => label?.toLowerCase() === word)?.name.replace(/_id$/, "_name");
  return field ?? OTHER.find((name) => labelOf(name).toLowerCase() === word) ?? null;
}

/**
 * Lines without a heading as a sheet with one. Each line is a name and what can be told by its looks: addresses,
 * prefixes, MAC addresses, URLs, choices such as a role, `#tags`.
 *
 * @param {string} text @param {Kind} kind
 * @returns {{ csv: string, rows: number, columns: string[] }}
 */
export function sheetOfLines(text, kind) {
  const rows = text.replace(/^\uFEFF/, "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean).map((line) => rowOf(line, kind));
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const order = ["name", ...columns.filter((name) => name !== "name")];
  const shown = order.filter((name) => columns.includes(name));
  return {
    csv: toCSV([shown, ...rows.map((row) => shown.map((name) => row[name] ?? ""))]),
    rows: rows.length,
    columns: shown,
  };
}

/** @param {string} line @param {Kind} kind @returns {Record<string, string>} */
function rowOf(line, kind) {
  /** @type {Record<string, string>} */
  const row = {};
  /** @type {string[]} */
  const words = [];
  for (const cell of cellsOf(line)) {
    const name = fieldFor(cell, kind, row);
    const field = kind.fields.find((one) => one.name === name);
    // A thing may be called what others are: the first word is its name, also "switch" or "front door".
    if (!name || (field?.type === "choice" && kind.has_name !== false && words.length === 0)) words.push(cell);
    else if (name === "tags") row.tags = [row.tags, cell.slice(1)].filter(Boolean).join(",");
    else row[name] = choiceOf(cell, field) ?? cell;
  }
  if (kind.has_name !== false && words.length > 0) row.name = words.join(" ");
  return row;
}

/** Between commas, semicolons or tabs where there are any, else between blanks; quotation marks hold a cell together. @param {string} line */
function cellsOf(line) {
  const cell = /"((?:[^"]|"")*)"|[^\t;,"]+|"/g, word = /"((?:[^"]|"")*)"|[^\s"]+|"/g;
  const bare = line.replace(/"(?:[^"]|"")*"/g, "");
  return [...line.matchAll(/[\t;,]/.test(bare) ? cell : word)]
    .map(([whole, quoted]) => (quoted === undefined ? whole : quoted.replaceAll('""', '"')).trim()).filter(Boolean);
}

/** @param {string} cell @param {Kind} kind @param {Record<string, string>} taken */
function fieldFor(cell, kind, taken) {
  if (/^#[^\s,#]+$/.test(cell)) return "tags";
  const of = (/** @type {string} */ type) => kind.fields.find((field) => field.type === type && !(field.name in taken))?.name;
  if (isCIDR(cell) && of("cidr")) return of("cidr");
  if (isIP(cell)) return of("ip");
  if (isMAC(cell)) return of("mac");
  if (isURL(cell) && of("url")) return of("url");
  return kind.fields.find((field) => field.type === "choice" && !(field.name in taken) && choiceOf(cell, field))?.name;
}

/** @param {string} cell @param {Field | undefined} field @returns {string | undefined} the value as it is kept */
const choiceOf = (cell, field) =>
  field?.choices?.find(({ value, label }) => [value, label.toLowerCase()].includes(cell.toLowerCase()))?.value;
