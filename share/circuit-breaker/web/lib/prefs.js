// @ts-check
/** Small choices of this browser (columns, widths, rail open). Never anything secret; works without storage too. */

/** @type {Map<string, string>} */
const memory = new Map();

/** @template T @param {string} key @param {T} fallback @returns {T} */
export function readPref(key, fallback) {
  try {
    const text = memory.get(key) ?? localStorage.getItem(`cb.${key}`);
    return text === null || text === undefined ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** @param {string} key @param {unknown} value  undefined forgets */
export function writePref(key, value) {
  try {
    if (value === undefined) {
      memory.delete(key);
      return localStorage.removeItem(`cb.${key}`);
    }
    memory.set(key, JSON.stringify(value));
    localStorage.setItem(`cb.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage loses the choice at the next load, nothing more.
  }
}
