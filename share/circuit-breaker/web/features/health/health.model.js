// @ts-check
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
