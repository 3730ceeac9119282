// @ts-check
/**
 * Which nodes the text of the filter finds. The daemon alone reads the language: it is asked when the text changes, and
 * again soon after anything in the inventory does.
 */
import { isAbort } from "../../lib/api.js";
import { newest } from "../../lib/newest.js";
import { toastError } from "../../ui/toast.js";
import { wordsIn } from "./filter.model.js";
import { readMatches } from "./map.api.js";

/** Many changes at once are one question. */
const AGAIN_MS = 250;
/** However much changes, it is not asked more often. */
const LEAST_MS = 1000;

export class MapFinder {
  /**
   * @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, isPast: boolean,
   *   onFound: (isNew: boolean) => void, onProblem: (sentence: string | null) => void }} parts
   *   `onFound`: whether the text is another one; else only the lab is
   */
  constructor(parts) {
    this.parts = parts;
    this.text = "";
    /** @type {Set<number> | null} nothing: no text, or not known yet */
    this.found = null;
    this.next = newest(parts.signal);
    this.askedAt = 0;
    if (parts.isPast) return;
    parts.live.subscribe("inventory.>", () => this.later(), parts.signal);
    parts.live.subscribe("topology.reset", () => this.later(), parts.signal);
    parts.signal.addEventListener("abort", () => clearTimeout(this.timer), { once: true });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** In the past, words are looked for on the picture itself. */
  get words() {
    return this.parts.isPast ? wordsIn(this.text) : null;
  }

  /** @returns {import("./filter.model.js").Finds} */
  get finds() {
    const { found, words } = this;
    return this.text === "" ? null : words ?? (found && ((node) => found.has(node.id)));
  }

  /** @param {string} text @returns {boolean} whether it is another one */
  set(text) {
    if (text.trim() === this.text) return false;
    this.text = text.trim();
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.text && !this.words) {
      void this.ask(true);
      return true;
    }
    this.next();
    this.found = null;
    this.parts.onProblem(null);
    this.parts.onFound(true);
    return true;
  }

  later() {
    if (!this.text || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.ask(false);
    }, Math.max(AGAIN_MS, this.askedAt + LEAST_MS - performance.now()));
  }

  /** What cannot be understood changes nothing on the map. @param {boolean} isNew */
  async ask(isNew) {
    this.askedAt = performance.now();
    // An answer to a new text is waited for: what changed meanwhile is in it.
    if (isNew) this.isWaiting = true;
    const isAnother = this.isWaiting;
    try {
      const ids = await readMatches(this.text, this.parts.isPast, this.next());
      this.isWaiting = false;
      this.parts.onProblem(null);
      if (!isAnother && this.found?.size === ids.length && ids.every((id) => this.found?.has(id))) return;
      this.found = new Set(ids);
      this.parts.onFound(isAnother);
    } catch (error) {
      if (isAbort(error)) return;
      this.isWaiting = false;
      const sentence = /** @type {any} */ (error).fields?.q;
      this.parts.onProblem(sentence ?? null);
      if (!sentence) toastError(error);
    }
  }

  isWaiting = false;
}
