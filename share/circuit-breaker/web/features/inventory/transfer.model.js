// @ts-check
/** Import: what was dropped or pasted, and what the daemon would make of it. */

/**
 * @typedef {{ row: number, action: "create" | "change" | "same" | "error" | string, id?: number | null,
 *   name?: string, changes?: Record<string, { from: any, to: any }>, problems?: Record<string, string> }} ImportRow
 */
/**
 * @typedef {{ created: number, changed: number, unchanged: number, errors: number, rows: ImportRow[] }} ImportResult
 */

/**
 * @param {string} text
 * @param {string} [fileName]
 * @returns {"csv" | "json" | null} null when there is nothing to read
 */
export function formatOf(text, fileName = "") {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  if (start === "") return null;
  if (/\.json$/i.test(fileName)) return "json";
  if (/\.(csv|tsv|txt)$/i.test(fileName)) return "csv";
  return start.startsWith("[") || start.startsWith("{") ? "json" : "csv";
}

/** What spreadsheets write that know nothing of UTF-8, by the language of the page. */
const OLD_ENCODINGS = /** @type {Record<string, string>} */ ({ ja: "shift_jis", zh: "gb18030" });

/**
 * The text of a file: UTF-8, UTF-16 with its mark ("Unicode text"), or what an old spreadsheet writes. Read as UTF-8 whatever
 * it is, each letter with an accent would be lost without a word.
 *
 * @param {ArrayBuffer} bytes @param {string} [language] @returns {string}
 */
export function textOf(bytes, language = "en") {
  const [first, second] = new Uint8Array(bytes);
  const mark = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  if (mark) return new TextDecoder(mark).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(OLD_ENCODINGS[language] ?? "windows-1252").decode(bytes);
  }
}

/**
 * RFC 4180, and the tab or semicolon spreadsheets like to use instead of the comma.
 *
 * @param {string} text
 * @param {number} [most]  rows that are wanted: a heading is read without what follows it
 * @returns {string[][]}
 */
export function parseCSV(text, most = Infinity) {
  const { source, separator } = opened(text);
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one !== "")) rows.push(row);
    row = [];
  };
  for (let at = 0; at < source.length && rows.length < most; at += 1) {
    const sign = source[at];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === "") isQuoted = true;
    else if (sign === separator) endCell();
    else if (sign === "\n") endRow();
    else if (sign !== "\r") cell += sign;
  }
  if (rows.length < most) endRow();
  return rows;
}

/** The first line of a sheet that says by itself what stands between its cells. */
const SAID = /^sep=([,;\t])\r?\n/i;

/** @param {string} text @returns {{ source: string, separator: string }} without what only says how to read it */
function opened(text) {
  const source = text.replace(/^\uFEFF/, ""), said = SAID.exec(source);
  if (said) return { source: source.slice(said[0].length), separator: said[1] };
  const head = source.slice(0, Math.max(0, source.indexOf("\n")) || source.length);
  return { source, separator: [",", ";", "\t"].sort((a, b) => head.split(b).length - head.split(a).length)[0] };
}

/** @param {string[][]} rows @returns {string} with commas, as the daemon reads it */
export const toCSV = (rows) => rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";

/** @param {string} cell */
const quoted = (cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * The text as the daemon wants it: spreadsheets' separators become commas, and the words of the pages its names.
 *
 * @param {string} text
 * @param {"csv" | "json"} format
 * @param {string[] | null} [heading]  the names of the columns, where they are known
 */
export function normalised(text, format, heading = null) {
  if (format === "json") return text;
  const { source, separator } = opened(text);
  const [first = []] = parseCSV(text, 1);
  const isSaid = !heading || heading.every((name, at) => name === first[at]);
  if (isSaid && separator === ",") return source;
  return toCSV([isSaid ? first : heading, ...parseCSV(text).slice(1)]);
}

/**
 * How many things are in it; null when it cannot be read.
 *
 * @param {string} text
 * @param {"csv" | "json"} format
 * @returns {number | null}
 */
export function rowCount(text, format) {
  if (format === "csv") return Math.max(0, parseCSV(text).length - 1);
  try {
    const value = JSON.parse(text);
    const items = Array.isArray(value) ? value : value?.items;
    return Array.isArray(items) ? items.length : null;
  } catch {
    return null;
  }
}

/**
 * The rows worth reading first: problems, changes, new ones, and nothing of those that stay.
 *
 * @param {ImportResult} result
 * @returns {ImportRow[]}
 */
export function rowsToShow({ rows }) {
  const order = ["error", "change", "create"];
  const rank = (/** @type {ImportRow} */ row) => {
    const at = order.findIndex((word) => row.action.startsWith(word));
    return at < 0 ? order.length : at;
  };
  return rows.filter((row) => rank(row) < order.length).sort((a, b) => rank(a) - rank(b) || a.row - b.row);
}

/**
 * The rows of one sort, or all, as many as can be looked at.
 *
 * @param {ImportResult} result @param {"create" | "change" | "unchanged" | "error" | null} action
 */
export const rowsOf = (result, action) =>
  action === null ? rowsToShow(result) : result.rows.filter((row) => row.action.startsWith(action));

/** @param {string[]} names of the columns a kind's table has @returns {string} a first line for an empty sheet */
export const templateLine = (names) => toCSV([names]);
