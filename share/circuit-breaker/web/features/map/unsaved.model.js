// @ts-check
/**
 * Places that this page gave and that the daemon does not have yet, or has not told back yet. While that is so, what
 * others say about the same nodes is older than our own word, and is left aside: the daemon tells changes in the order
 * it took them, so whatever comes behind our own is newer.
 */

/** @typedef {{ id: number, x: number, y: number, pinned: boolean }} Placed */

export class Unsaved {
  constructor() {
    /** To be sent. @type {Map<number, Placed>} */
    this.waiting = new Map();
    /** Sent, and not told back yet. @type {Map<number, Placed>} */
    this.sent = new Map();
    /** Where others' word was left aside. @type {Set<number>} */
    this.missed = new Set();
  }

  get size() {
    return this.waiting.size;
  }

  /** @param {Placed} place */
  put(place) {
    this.waiting.set(place.id, place);
  }

  /** The place that counts on this page, whatever the daemon has. @param {number} id */
  of(id) {
    return this.waiting.get(id) ?? this.sent.get(id);
  }

  /** @param {number} id */
  has(id) {
    return this.of(id) !== undefined;
  }

  *places() {
    for (const [id, place] of this.sent) if (!this.waiting.has(id)) yield place;
    yield* this.waiting.values();
  }

  /** Everything that waits, which now is on its way. */
  take() {
    const batch = [...this.waiting.values()];
    for (const place of batch) this.sent.set(place.id, place);
    this.waiting.clear();
    return batch;
  }

  /** What is on its way is to be sent once more. */
  again() {
    this.failed([...this.sent.values()]);
  }

  /** It did not arrive: what was not changed again meanwhile waits again. @param {Placed[]} batch */
  failed(batch) {
    for (const place of batch) {
      if (this.sent.get(place.id) === place) this.sent.delete(place.id);
      if (!this.waiting.has(place.id)) this.waiting.set(place.id, place);
    }
  }

  /**
   * The daemon tells of a place. False: leave it aside.
   *
   * @param {{ id: number, x: number | null, y: number | null }} told
   */
  heard({ id, x, y }) {
    const sent = this.sent.get(id);
    if (sent && sent.x === x && sent.y === y) this.sent.delete(id);
    else if (!sent && !this.waiting.has(id)) return true;
    else this.missed.add(id);
    return !this.waiting.has(id) && !this.sent.has(id);
  }

  /**
   * The daemon has it, and had time to tell it back. It does not tell what changed nothing.
   *
   * @param {Placed[]} batch @returns {boolean} true: others' word was left aside in vain, so all is to be read again
   */
  overdue(batch) {
    let isToRead = false;
    for (const place of batch) {
      if (this.sent.get(place.id) === place) {
        this.sent.delete(place.id);
        isToRead ||= this.missed.has(place.id);
      }
      if (!this.has(place.id)) this.missed.delete(place.id);
    }
    return isToRead;
  }
}
