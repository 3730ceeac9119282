// @ts-check
/** How the map leaves: what can be chosen, what files are called, how large a picture may be. */

/** @typedef {{ format: string, ending: string }} ExportFormat */

/** In the order people meet them; `png` is drawn here, the rest is written by the daemon. @type {ExportFormat[]} */
export const FORMATS = [
  { format: "svg", ending: "svg" },
  { format: "png", ending: "png" },
  { format: "pdf", ending: "pdf" },
  { format: "drawio", ending: "drawio" },
  { format: "mermaid", ending: "mmd" },
  { format: "dot", ending: "dot" },
  { format: "graphml", ending: "graphml" },
  { format: "json", ending: "json" },
];

/** What browsers draw at most: pixels of a side, and in all. */
const LONGEST = 16_000;
const MOST = 120_000_000;

/**
 * Pixels of a picture at twice its size, or less where that is more than a browser draws.
 *
 * @param {number} width @param {number} height
 */
export function pictureSize(width, height) {
  const scale = Math.min(2, LONGEST / Math.max(1, width, height), Math.sqrt(MOST / Math.max(1, width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)), scale };
}

/**
 * The name the daemon gave, or `map`.
 *
 * @param {string | null} disposition @param {string} ending
 */
export function fileName(disposition, ending) {
  const whole = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? "")?.[1];
  const plain = /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? "map";
  let name = plain;
  try {
    if (whole) name = decodeURIComponent(whole);
  } catch {
    // Not what it says it is: the plain one will do.
  }
  const safe = name.replace(/\.[a-z]+$/, "").replace(/[\u0000-\u001f\u007f/\\:*?"<>|]+/g, " ").trim();
  return `${safe || "map"}.${ending}`;
}
