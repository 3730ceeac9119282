// @ts-check
/** The map goes on a little when the hand lets go of it while moving. */

/** How long ago a movement may be and still count, and how much of the speed is left after one millisecond. */
const RECENT_MS = 80;
const FRICTION = 0.9955;
const SLOWEST = 0.03;
const FASTEST = 4;

export class Inertia {
  constructor() {
    /** @type {{ time: number, dx: number, dy: number }[]} */
    this.moves = [];
    this.vx = 0;
    this.vy = 0;
    this.last = 0;
  }

  /** @param {number} time @param {number} dx @param {number} dy */
  moved(time, dx, dy) {
    this.stop();
    this.moves.push({ time, dx, dy });
    while (this.moves[0].time < time - RECENT_MS) this.moves.shift();
  }

  /** @param {number} time @returns {boolean} whether it goes on */
  released(time) {
    const recent = this.moves.filter((move) => move.time >= time - RECENT_MS);
    this.moves = [];
    if (recent.length < 2) return false;
    const length = Math.max(8, time - recent[0].time);
    const speed = (/** @type {"dx" | "dy"} */ name) =>
      Math.max(-FASTEST, Math.min(FASTEST, recent.slice(1).reduce((sum, move) => sum + move[name], 0) / length));
    [this.vx, this.vy, this.last] = [speed("dx"), speed("dy"), time];
    return this.isMoving;
  }

  get isMoving() {
    return Math.hypot(this.vx, this.vy) > SLOWEST;
  }

  stop() {
    this.vx = 0;
    this.vy = 0;
  }

  /**
   * @param {number} time
   * @returns {{ dx: number, dy: number } | null} what to move by now; null when it stands
   */
  step(time) {
    if (!this.isMoving) return null;
    const passed = Math.min(50, Math.max(0, time - this.last));
    this.last = time;
    const way = { dx: this.vx * passed, dy: this.vy * passed };
    const left = FRICTION ** passed;
    this.vx *= left;
    this.vy *= left;
    if (!this.isMoving) this.stop();
    return way;
  }
}
