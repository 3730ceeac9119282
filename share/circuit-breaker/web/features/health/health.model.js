// @ts-check
import { bytes, calendarDay, duration } from "../../lib/format.js";
import { told } from "../../lib/i18n.js";

/** @typedef {{ id: string, severity: string, message: string }} Check */

const ORDER = ["critical", "failing", "error", "warning", "notice", "info", "ok"];

/**
 * Worst first, then by name.
 *
 * @param {Check[]} checks
 */
export const orderedChecks = (checks) => [...checks].sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));

/** @param {Check} check */
function rank({ severity }) {
  const at = ORDER.indexOf(severity);
  return at < 0 ? 3 : at;
}

const MINUTE = 60_000;
/** @type {Record<string, number>} */
const SPANS = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * What a check found, in the language of the page: sentence by sentence, for a check says what is so and then how to mend
 * it. Days of the calendar, sizes and lengths of time are written as the page writes them.
 *
 * @param {string} message
 */
export function saidCheck(message) {
  const sentences = message.split(/(?<=\.) (?=\p{Lu})/u).map(told);
  const said = sentences.join(/[\u3040-\u9fff]/.test(sentences[0]) ? "" : " ");
  return said
    .replace(/\b\d{4}-\d\d-\d\d\b/g, calendarDay)
    .replace(/\b([\d.]+) (B|[KMGT]iB)(?!\p{L})/gu, (_, size, unit) => bytes(Number(size) * 1024 ** SIZES.indexOf(unit)))
    .replace(/\b(\d+) (minute|hour|day)s?\b/g, (_, length, unit) => duration(Number(length) * SPANS[unit]));
}
