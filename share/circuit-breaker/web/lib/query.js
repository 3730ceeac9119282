// @ts-check
/** The query language of `q=` as far as the pages write it; the daemon alone reads it. */

/** What `status:` takes, in the order they are offered. */
export const STATUSES = ["up", "degraded", "down", "maintenance", "retired", "unknown"];

const ADDRESS = /^[0-9a-f:.\/]+$/i;

/**
 * What somebody typed as words and nothing else: where a name is asked for, a bracket or a colon is part of it.
 *
 * @param {string} text
 */
export const plainWords = (text) =>
  text.trim().split(/\s+/).map((word) =>
    ADDRESS.test(word)
      ? word
      : word.replace(/["()\\:]/g, " ").replace(/^-+/, "").replace(/^(?:AND|OR|NOT)$/, (keyword) => keyword.toLowerCase())
  ).join(" ").trim().slice(0, 400);

/**
 * A value as it is written behind a colon: in quotes where it has to be.
 *
 * @param {string} value
 */
export const written = (value) =>
  /^[^\s",()\\*<>=][^\s",()\\*]*$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
