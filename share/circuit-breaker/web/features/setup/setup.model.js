// @ts-check
/** The order of the wizard, and where it goes on. */

export const STEPS = ["code", "account", "look", "region", "mail", "vault", "first-look", "done"];

/**
 * The step to show, from what the daemon keeps. Before the account exists the code comes first, always.
 *
 * @param {{ needed: boolean, step: string }} setup @param {boolean} hasCode  the code was entered in this browser
 */
export function stepOf(setup, hasCode) {
  if (setup.needed) return hasCode ? "account" : "code";
  return ["look", "region", "mail", "vault", "first-look", "done"].includes(setup.step) ? setup.step : "look";
}

/** @param {string} step */
export const nextStep = (step) => STEPS[Math.min(STEPS.indexOf(step) + 1, STEPS.length - 1)];
/** @param {string} step  the account cannot be taken back */
export const previousStep = (step) => (["region", "mail", "vault", "first-look"].includes(step) ? STEPS[STEPS.indexOf(step) - 1] : null);

/**
 * Groups in the order the daemon names them.
 *
 * @param {any[]} proposals
 * @returns {[string, any[]][]}
 */
export function groupsOf(proposals) {
  /** @type {Map<string, any[]>} */
  const groups = new Map();
  for (const proposal of proposals) {
    groups.set(proposal.group ?? "", [...(groups.get(proposal.group ?? "") ?? []), proposal]);
  }
  return [...groups];
}

/**
 * One line that tells a proposal apart: the most telling of its fields, besides what it is called.
 *
 * @param {any} proposal
 */
export function detailOf({ name = "", fields = {} }) {
  const telling = [
    "address",
    "ip_address",
    "cidr",
    "mac_address",
    "port",
    "ports",
    "model",
    "cpu",
    "operating_system",
    "path",
    "type",
  ];
  return telling.map((field) => fields[field]?.observed)
    .filter((value) => ["string", "number"].includes(typeof value) && value !== name)
    .slice(0, 2).join(" · ");
}

/**
 * How strong a password is to guess, in words that help.
 *
 * @param {string} password
 * @returns {{ level: 0 | 1 | 2 | 3, word: string }}
 */
export function strengthOf(password) {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  const score = password.length + (kinds - 1) * 2 - (/(.)\1\1/.test(password) ? 4 : 0);
  if (password.length < 10) return { level: 0, word: "too_short" };
  if (score < 14) return { level: 1, word: "weak" };
  return score < 20 ? { level: 2, word: "good" } : { level: 3, word: "strong" };
}
