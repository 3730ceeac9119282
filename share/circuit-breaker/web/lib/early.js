// @ts-check
/**
 * Answers that boot.js asked for before the modules were there. Each is used once, and only soon; whatever was not fine is
 * asked for again, so that it goes the usual way of errors.
 */

const LIFE_MS = 10_000;

/** @returns {Map<string, Promise<Response | null>> | undefined} */
const asked = () => /** @type {any} */ (globalThis).early;

/**
 * @param {string} url @param {{ method?: string, signal?: AbortSignal, body?: any }} [init]
 * @param {number} [now]  milliseconds since the page began
 * @returns {Promise<Response | null>} null: nobody asked for it, or it is of no use
 */
export async function takeEarly(url, { method = "GET", signal } = {}, now = performance.now()) {
  const answers = asked();
  const answer = method === "GET" ? answers?.get(url) : undefined;
  if (!answer) return null;
  answers?.delete(url);
  const response = await answer;
  const isOfUse = Boolean(response?.ok) && now <= LIFE_MS;
  // An answer nobody reads would stay on its way for ever.
  if (!isOfUse) void response?.text().catch(() => {});
  signal?.throwIfAborted();
  return isOfUse ? response : null;
}

/** Somebody leaves: what was read for them is not for whoever comes next. */
export const forgetEarly = () => asked()?.clear();
