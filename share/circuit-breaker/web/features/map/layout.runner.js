// @ts-check
/** Runs layouts in a worker, the newest wins; without workers on the page's own thread. */
import { layout } from "./layout.model.js";

/** @typedef {import("./layout.model.js").LayoutInput} LayoutInput */
/** @typedef {import("./layout.model.js").Places} Places */

export class LayoutRunner {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.job = 0;
    /** @type {Map<number, { resolve: (places: Places | null) => void, onProgress: (share: number) => void }>} */
    this.waiting = new Map();
    /** @type {Worker | null} */
    this.worker = null;
    signal.addEventListener("abort", () => this.stop(), { once: true });
  }

  start() {
    try {
      this.worker = new Worker(new URL("./layout.worker.js", import.meta.url), { type: "module" });
      this.worker.addEventListener("message", ({ data }) => this.received(data));
      this.worker.addEventListener("error", () => this.failed());
    } catch {
      this.worker = null;
    }
    return this.worker;
  }

  stop() {
    this.worker?.terminate();
    this.worker = null;
    for (const { resolve } of this.waiting.values()) resolve(null);
    this.waiting.clear();
  }

  /**
   * @param {LayoutInput} input
   * @param {(share: number) => void} onProgress
   * @returns {Promise<Places | null>} null: a newer job took over
   */
  run(input, onProgress) {
    const job = (this.job += 1);
    const worker = this.worker ?? this.start();
    if (!worker) return Promise.resolve(layout(input));
    this.input = input;
    return new Promise((resolve) => {
      this.waiting.set(job, { resolve, onProgress });
      worker.postMessage({ job, input });
    });
  }

  /** @param {{ job: number, share?: number, places?: [number, { x: number, y: number }][] }} message */
  received({ job, share, places }) {
    const waiting = this.waiting.get(job);
    if (!waiting) return;
    if (places === undefined) return waiting.onProgress(share ?? 0);
    this.waiting.delete(job);
    waiting.resolve(job === this.job ? new Map(places) : null);
  }

  /** A worker that does not start (a strict proxy, an old browser) must not leave an empty map. */
  failed() {
    this.worker?.terminate();
    this.worker = null;
    const last = this.waiting.get(this.job);
    this.waiting.clear();
    if (last && this.input) last.resolve(layout(this.input));
  }
}
