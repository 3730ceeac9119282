// @ts-check
/**
 * What this person did on the map, in this tab, to be taken back and done again. Only own steps are here; a step that
 * somebody else has changed since says so and leaves their work alone.
 */

/**
 * @typedef {{ label: string, undo: () => Promise<Outcome | void>, redo: () => Promise<Outcome | void> }} Step
 * @typedef {{ kept: number }} Outcome  how many things stayed, because somebody else changed them meanwhile
 */

const MOST = 200;
/** Steps that wait behind the one on its way: more come from a key that is held down. */
const MOST_WAITING = 3;

/** What it was about is gone, or cannot be that way any more: no second try will succeed. */
const REFUSED = new Set([404, 409, 410, 412, 422]);

export class History {
  /** @param {() => void} [changed] */
  constructor(changed = () => {}) {
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
    this.changed = changed;
    this.waiting = 0;
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /**
   * A change on its way to the daemon, which becomes a step when it is there. What is to be taken back meanwhile is this
   * one, and not the one before it.
   *
   * @template Result @param {() => Promise<Result>} work @returns {Promise<Result>}
   */
  hold(work) {
    const running = work();
    this.last = Promise.allSettled([this.last, running]);
    return running;
  }

  /** @param {Step} step */
  add(step) {
    this.done.push(step);
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
    this.changed();
  }

  get undoLabel() {
    return this.done.at(-1)?.label ?? null;
  }

  get redoLabel() {
    return this.undone.at(-1)?.label ?? null;
  }

  /** @returns {Promise<{ label: string, kept: number } | null>} null: there is nothing */
  undo() {
    return this.next("undo");
  }

  redo() {
    return this.next("redo");
  }

  /**
   * One after the other: a key that comes while a step is on its way is not lost.
   *
   * @param {"undo" | "redo"} way
   */
  async next(way) {
    if (this.waiting > MOST_WAITING) return null;
    this.waiting += 1;
    const turn = this.last.then(() => this.go(way));
    this.last = turn.catch(() => {});
    return turn.finally(() => (this.waiting -= 1));
  }

  /**
   * A step that fails stays where it was and may be tried again. One that is refused for good goes, so that those before it
   * can be taken back.
   *
   * @param {"undo" | "redo"} way
   */
  async go(way) {
    const [from, to] = way === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    const step = from.at(-1);
    if (!step) return null;
    try {
      const outcome = await step[way]();
      from.splice(from.indexOf(step), 1);
      to.push(step);
      return { label: step.label, kept: outcome?.kept ?? 0 };
    } catch (error) {
      if (REFUSED.has(/** @type {any} */ (error)?.status)) from.splice(from.indexOf(step), 1);
      throw error;
    } finally {
      this.changed();
    }
  }
}

/**
 * Of a move: those that stand where they were put, and so may go back.
 *
 * @param {{ id: number, x: number, y: number }[]} back @param {{ id: number, x: number, y: number }[]} put
 * @param {(id: number) => { x: number, y: number } | null | undefined} placeOf
 */
export function stillThere(back, put, placeOf) {
  const byId = new Map(put.map((one) => [one.id, one]));
  return back.filter(({ id }) => {
    const [now, mine] = [placeOf(id), byId.get(id)];
    return now && mine && Math.abs(now.x - mine.x) < 0.2 && Math.abs(now.y - mine.y) < 0.2;
  });
}
