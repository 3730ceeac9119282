// @ts-check
/**
 * Signals for work of which only the newest counts, such as reading while somebody types: each call ends the work of
 * the
 * call before; all end with `signal`.
 *
 * @param {AbortSignal} signal
 * @returns {() => AbortSignal}
 */
export function newest(signal) {
  let current = new AbortController();
  signal.addEventListener("abort", () => current.abort(), { once: true });
  return () => {
    current.abort();
    current = new AbortController();
    if (signal.aborted) current.abort();
    return current.signal;
  };
}
