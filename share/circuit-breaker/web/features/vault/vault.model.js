// @ts-check
/** What the page of the vault decides, without a browser. */

/** @typedef {{ state: "uninitialised" | "locked" | "partly_locked" | "unlocked", source: string | null,
 *   trouble: string | null, key: string | null, needs_confirmation: boolean,
 *   kinds: { kind: string, what: string, total: number, locked: number, behind: number }[],
 *   locked: { kind: string, id: number, name: string }[], locked_total: number,
 *   keys: { id: string, version: number, source: string, in_use: boolean, held: boolean, values: number,
 *     created_at: string, confirmed_at: string | null, retired_at: string | null }[],
 *   rotation: { running: boolean, from: string | null, to: string, total: number, done: number, started_at: string,
 *     finished_at: string | null } | null,
 *   left: number, rotation_refusal: string | null, can_recover: boolean }} Vault */

/** @param {Vault} vault @returns {"ok" | "warning" | "notice"} */
export function severityOf(vault) {
  if (vault.state !== "unlocked") return "warning";
  return vault.needs_confirmation ? "notice" : "ok";
}

/** @param {Vault} vault */
export const isRotating = (vault) => Boolean(vault.rotation?.running);

/**
 * Whether earlier keys can be let go now: there are some, and nothing is under them.
 *
 * @param {Vault} vault
 */
export const mayRetire = (vault) =>
  (vault.state === "unlocked" || vault.state === "partly_locked") && !isRotating(vault) && vault.left === 0
  && vault.keys.some((key) => !key.in_use && !key.retired_at);

/** @param {Vault} vault @returns {{ done: number, total: number }} */
export function progressOf(vault) {
  const { total = 0 } = vault.rotation ?? {};
  return { done: Math.max(0, total - vault.left), total };
}

/** How a key stands: in use, kept, retired or missing. @param {Vault["keys"][number]} key */
export function keyState(key) {
  if (key.in_use) return key.held ? "in_use" : "lost";
  if (key.retired_at) return "retired";
  return key.held ? "kept" : "gone";
}

/**
 * A sentence of the daemon, with what is to be typed on the machine told apart: it stands between backticks.
 *
 * @param {string} sentence
 * @returns {{ text: string, isCode: boolean }[]}
 */
export function inCode(sentence) {
  return sentence.split("`").map((text, index) => ({ text, isCode: index % 2 === 1 })).filter((part) => part.text !== "");
}
