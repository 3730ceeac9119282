// @ts-check
/** The rows of a list: read page by page, kept true by events. What is on screen survives every error. */
import { isAbort, pages } from "../../lib/api.js";
import { newest } from "../../lib/newest.js";
import { Signal } from "../../lib/signal.js";
import { applyEvent } from "./events.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./events.model.js").ListView} ListView */

/** The first page is small, to be there at once; the others as big as the daemon gives them. */
const FIRST = 60;
const PAGE = 200;

export class ListSource {
  /** @param {Kind} kind @param {AbortSignal} signal */
  constructor(kind, signal) {
    this.kind = kind;
    this.next = newest(signal);
    /** @type {Signal<ListView>} */
    this.view = new Signal(/** @type {ListView} */ ({ items: [], total: null, isComplete: false, unseen: 0 }));
    /** @type {Signal<"reading" | "ready" | "failed">} */
    this.phase = new Signal(/** @type {"reading" | "ready" | "failed"} */ ("reading"));
    /** @type {any} */
    this.error = null;
    /** @type {ReturnType<typeof pages> | null} */
    this.pages = null;
  }

  /** @param {Record<string, any>} query */
  async read(query) {
    const signal = this.next();
    const source = pages(this.kind.path, { ...query, limit: FIRST, count: true }, signal, { then: PAGE });
    this.phase.set("reading");
    try {
      await source.more();
      this.pages = source;
      this.view.set({ items: source.items.slice(), total: source.total, isComplete: source.done, unseen: 0 });
      this.phase.set("ready");
    } catch (error) {
      this.failed(error);
    }
  }

  /** Reads on until a row is there. @param {number} [last] its place; the next page where it is left out */
  async more(last = 0) {
    const source = this.pages;
    if (!source || source.done) return;
    try {
      do {
        const fresh = await source.more();
        if (source !== this.pages) return;
        const known = new Set(this.view.current.items.map(({ id }) => id));
        const items = [...this.view.current.items, ...fresh.filter(({ id }) => !known.has(id))];
        this.view.set({ ...this.view.current, items, isComplete: source.done });
      } while (!source.done && this.view.current.items.length < last);
    } catch (error) {
      this.failed(error);
    }
  }

  /** @param {any} error */
  failed(error) {
    if (isAbort(error)) return;
    this.error = error;
    this.phase.set("ready");
    this.phase.set("failed");
  }

  /**
   * @param {import("../../types/inventory.js").LiveEvent} event
   * @param {import("./query.model.js").ListState} state
   * @returns {boolean} whether anything here changed
   */
  happened(event, state) {
    const view = applyEvent(this.view.current, event, { kind: this.kind, state });
    if (view === this.view.current) return false;
    this.view.set(view);
    return true;
  }
}
