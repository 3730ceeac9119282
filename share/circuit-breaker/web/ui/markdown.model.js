// @ts-check
/** Rules about Markdown that need no page: which addresses run nothing, what is a step, what is a heading. */

/**
 * Addresses that run nothing: a scheme that only leads somewhere, or a place of this application.
 *
 * @param {string} href
 */
export const isSafe = (href) => /^(?:https?:|mailto:|ssh:)/i.test(href) || /^(?:\/(?![/\\])|#)/.test(href);

/**
 * The names by which links inside of a text call its headings, as other programs make them: small letters, hyphens for
 * spaces, and a number behind a name that is there already.
 *
 * @param {string[]} headings
 */
export function anchors(headings) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return headings.map((heading) => {
    const name = heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replace(/\s/g, "-");
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return times === 0 ? name : `${name}-${times}`;
  });
}

const STEP = /^(\s*(?:[-*+]|\d+[.)])\s+\[)([ xX])(\]\s)/;
const FENCE = /^\s*(```|~~~)/;

/** @param {string} text @returns {{ line: number, done: boolean }[]} */
export function steps(text) {
  /** @type {{ line: number, done: boolean }[]} */
  const found = [];
  let fence = "";
  text.split("\n").forEach((line, at) => {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (fence) {
      if (mark === fence) fence = "";
    } else if (mark) fence = mark;
    else {
      const step = STEP.exec(line);
      if (step) found.push({ line: at, done: step[2] !== " " });
    }
  });
  return found;
}

/**
 * The text with one step ticked or not; the same text when there is no such step.
 *
 * @param {string} text @param {number} index @param {boolean} done
 */
export function withStep(text, index, done) {
  const step = steps(text)[index];
  if (!step) return text;
  const lines = text.split("\n");
  lines[step.line] = lines[step.line].replace(STEP, (_, before, __, after) => before + (done ? "x" : " ") + after);
  return lines.join("\n");
}

/** @param {string} text  every step open again, for the next time a runbook is followed */
export const withoutTicks = (text) =>
  steps(text).reduce((now, { done }, index) => (done ? withStep(now, index, false) : now), text);
