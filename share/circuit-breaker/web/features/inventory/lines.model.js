// @ts-check
/** Several objects out of pasted lines: `nas-1 10.0.0.5`, a column of names, or rows of a spreadsheet. Pure. */
import { isCIDR, isIP, isMAC, isURL } from "../../lib/address.js";
import { parseCSV, toCSV } from "./transfer.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */

/** The words of the importer that are no fields. */
const OTHER = ["id", "tags", "status", "owner", "notes", "icon", "name"];

/**
 * Whether the first line names columns.
 *
 * @param {string} text @param {Kind} kind
 */
export function hasHeader(text, kind) {
  const [first] = parseCSV(text);
  const known = new Set([...OTHER, ...kind.fields.flatMap(({ name }) => [name, name.replace(/_id$/, "_name")])]);
  return Boolean(first?.length) && first.every((cell) => known.has(cell.trim()) || cell.trim().startsWith("custom."));
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
  const cells = /[\t;,]/.test(line) ? line.split(/[\t;,]/).map((cell) => cell.trim()).filter(Boolean) : line.split(/\s+/);
  for (const cell of cells) {
    const name = fieldFor(cell, kind, row);
    if (name === "tags") row.tags = [row.tags, cell.slice(1)].filter(Boolean).join(",");
    else if (name) row[name] = choiceOf(cell, kind.fields.find((field) => field.name === name)) ?? cell;
    else words.push(cell);
  }
  if (kind.has_name !== false && words.length > 0) row.name = words.join(" ");
  return row;
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
