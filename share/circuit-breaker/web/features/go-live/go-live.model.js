// @ts-check
/**
 * @typedef {{ id: string, state: "ok" | "warn" | "bad" | "unknown", why: string, mend: string | null }} Finding
 * @typedef {{ at: string | null, ok: boolean, findings: Finding[] }} Report
 */

/** Worst first. */
export const STATES = /** @type {const} */ (["bad", "warn", "unknown", "ok"]);

/** The subjects, in the order of the page, with the beginnings of their lines' ids. */
const SUBJECTS = /** @type {[string, string[]][]} */ ([
  ["access", ["access", "token", "vault", "proofs"]],
  ["history", ["history"]],
  ["backup", ["backup"]],
  ["tls", ["certificate", "handshake", "policy"]],
  ["machine", ["files", "service", "sandbox", "ports", "config", "clock", "disk"]],
]);

/** @param {string} id */
export const subjectOf = (id) => {
  const start = id.split(".")[0];
  return SUBJECTS.find(([, starts]) => starts.includes(start))?.[0] ?? "machine";
};

/**
 * The lines by subject, the worst of each first; subjects without a line are left out.
 *
 * @param {Finding[]} findings
 * @returns {{ subject: string, worst: Finding["state"], findings: Finding[] }[]}
 */
export const groupsOf = (findings) =>
  SUBJECTS.map(([subject]) => {
    const lines = findings.filter(({ id }) => subjectOf(id) === subject)
      .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
    return { subject, worst: lines[0]?.state ?? "ok", findings: lines };
  }).filter(({ findings: lines }) => lines.length > 0);

/** @param {Finding[]} findings */
export const countsOf = (findings) =>
  /** @type {Record<Finding["state"], number>} */ (Object.fromEntries(
    STATES.map((state) => [state, findings.filter((one) => one.state === state).length]),
  ));

/**
 * What it comes to in one word: not fit while something is bad, nearly while something should be mended or was not seen.
 *
 * @param {Report} report
 */
export function verdictOf({ at, findings }) {
  if (at === null) return "never";
  const { bad, warn, unknown } = countsOf(findings);
  if (bad > 0) return "bad";
  return warn + unknown > 0 ? "nearly" : "fit";
}

/** How the badges of the interface call these states. */
export const severityOf = (/** @type {string} */ state) =>
  ({ ok: "ok", warn: "warning", bad: "failing", unknown: "notice" })[state] ?? "notice";
