// @ts-check
import { calendarDay } from "../../lib/format.js";
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

/**
 * What a check found, in the language of the page, days of the calendar as it writes them.
 *
 * @param {string} message
 */
export const saidCheck = (message) => told(message).replace(/\b\d{4}-\d\d-\d\d\b/g, calendarDay);
