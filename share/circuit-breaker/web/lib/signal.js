// @ts-check
/**
 * A value that tells its readers when it changes. The only reactivity here.
 *
 * @template T
 */
export class Signal {
  /** @param {T} value */
  constructor(value) {
    this.current = value;
    /** @type {Set<(value: T) => void>} */
    this.readers = new Set();
  }

  /** @param {T} value */
  set(value) {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const reader of [...this.readers]) reader(value);
  }

  /** @param {(value: T) => T} change */
  update(change) {
    this.set(change(this.current));
  }

  /**
   * Calls `reader` now and at every change, until `signal` aborts.
   *
   * @param {(value: T) => void} reader
   * @param {AbortSignal} [signal]
   */
  watch(reader, signal) {
    if (signal?.aborted) return;
    this.readers.add(reader);
    signal?.addEventListener("abort", () => this.readers.delete(reader), { once: true });
    reader(this.current);
  }
}

/**
 * A signal computed from others; lives as long as `signal`.
 *
 * @template T
 * @param {Signal<any>[]} sources @param {() => T} compute @param {AbortSignal} [signal]
 * @returns {Signal<T>}
 */
export function computed(sources, compute, signal) {
  const result = new Signal(compute());
  for (const source of sources) source.watch(() => result.set(compute()), signal);
  return result;
}
