// @ts-check
/** Where the map is looked at from: the camera, its flights to a goal and the swing after a throw. */
import { between, boxAround, fit, pan, toScreen, toWorld, visibleBox, zoomAt } from "./camera.model.js";
import { Inertia } from "./inertia.model.js";
import { MapStage } from "./map.stage.js";
import { buildScene, measure } from "./scene.model.js";

/** @typedef {import("./scene.model.js").Scene} Scene */
/** @typedef {import("./camera.model.js").Camera} Camera */
/** @typedef {{ signal: AbortSignal, label: string, onCamera: () => void, onRest: () => void, legendWidth: () => number }} SightOptions */

const FLIGHT_MS = 180;

export class MapSight {
  /** @param {SightOptions} options */
  constructor(options) {
    this.sight = options;
    /** @type {Scene} */
    this.scene = buildScene({ nodes: [], edges: [] }, new Map());
    /** @type {Camera} */
    this.camera = { x: 0, y: 0, zoom: 1 };
    /** How much of the surface a panel covers at the right. */
    this.covered = 0;
    /** How much a bar covers at the lower edge. */
    this.foot = 0;
    this.isFitted = false;
    /** What was fitted, while nobody has touched anything since: it is fitted again when its room changes. @type {{ ids?: number[] } | null} */
    this.fitted = null;
    this.inertia = new Inertia();
    /** @type {{ from: Camera, to: Camera, start: number } | null} */
    this.flight = null;
    this.frame = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.stage = new MapStage({
      signal: options.signal,
      label: options.label,
      redraw: () => this.redraw(),
      resized: (before) => this.resized(before),
    });
    this.surface = this.stage.element;
    for (const name of ["pointerdown", "wheel", "keydown"]) {
      document.addEventListener(name, () => void (this.fitted = null), { capture: true, passive: true, signal: options.signal });
    }
    options.signal.addEventListener("abort", () => cancelAnimationFrame(this.frame), { once: true });
  }

  /** Whether nothing moves by itself. It may be changed while the map is open. */
  get isCalm() {
    return this.calm.matches;
  }

  get size() {
    return this.stage.size;
  }

  redraw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => this.paint(now));
  }

  /** One frame: what it shows is the view's. @param {number} _now */
  paint(_now) {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  /** The camera was moved by a hand. @param {Camera} camera */
  moved(camera) {
    this.camera = camera;
    this.isFitted = true;
    this.fitted = null;
    this.sight.onCamera();
    this.redraw();
  }

  /** The box around everything. */
  goal() {
    return measure(this.scene);
  }

  /**
   * A panel that opens takes room at the right: what is in view stays where it is.
   *
   * @param {import("./camera.model.js").Size} before
   */
  resized(before) {
    if (this.scene.box && !this.isFitted) this.fit({ isInstant: true });
    else if (this.scene.box && this.fitted) this.fitAgain();
    else if (before.width > 1) {
      const { zoom } = this.camera;
      const [dx, dy] = [(this.size.width - before.width) / 2 / zoom, (this.size.height - before.height) / 2 / zoom];
      const moved = (/** @type {Camera} */ camera) => ({ ...camera, x: camera.x + dx, y: camera.y + dy });
      this.camera = moved(this.camera);
      if (this.flight) this.flight = { ...this.flight, from: moved(this.flight.from), to: moved(this.flight.to) };
    }
    this.sight.onCamera();
    // A canvas that was resized is empty until it is drawn: now, not in the next frame.
    this.paint(performance.now());
  }

  /** @param {number} now */
  fly(now) {
    if (!this.flight) return false;
    const share = Math.min(1, (now - this.flight.start) / FLIGHT_MS);
    this.camera = between(this.flight.from, this.flight.to, Math.max(0, share));
    if (share >= 1) {
      this.flight = null;
      this.sight.onRest();
    }
    this.sight.onCamera();
    return this.flight !== null;
  }

  /** @param {number} now */
  glide(now) {
    const way = this.inertia.step(now);
    if (!way) return false;
    this.moved(pan(this.camera, way.dx, way.dy));
    return true;
  }

  /** The hand let go while moving. @param {number} now */
  release(now) {
    if (!this.isCalm && this.inertia.released(now)) this.redraw();
  }

  /** @param {Camera} to @param {{ isInstant?: boolean }} options */
  goTo(to, { isInstant = false } = {}) {
    this.inertia.stop();
    this.fitted = null;
    if (isInstant || this.isCalm) {
      this.flight = null;
      this.camera = to;
      this.sight.onCamera();
      this.sight.onRest();
    } else this.flight = { from: this.camera, to, start: performance.now() };
    this.redraw();
  }

  /** @param {{ isInstant?: boolean, ids?: Iterable<number> }} options */
  fit({ isInstant = false, ids } = {}) {
    const wanted = ids && [...ids];
    const points = wanted ? wanted.flatMap((id) => this.placeOf(id) ?? []) : null;
    const box = points ? boxAround(points, 120) : this.goal();
    const margin = Math.min(64, Math.max(28, this.size.width * 0.03));
    this.goTo(fit(box, this.size, { ...this.framed(box, margin), margin }), { isInstant });
    this.isFitted = true;
    this.fitted = { ids: wanted };
  }

  /** There is another room, or more to show in it: what was fitted is fitted at once, unless somebody looks elsewhere by now. */
  fitAgain() {
    if (this.fitted) this.fit({ ...this.fitted, isInstant: true });
  }

  /** A panel covers so many pixels at the right. @param {number} covered */
  cover(covered) {
    if (covered === this.covered) return;
    this.covered = covered;
    this.fitAgain();
  }

  /**
   * What tools cover around the picture. Where it is high and narrow it stands in the middle, and the legend beside it.
   *
   * @param {import("./camera.model.js").Box | null} box @param {number} margin
   */
  framed(box, margin) {
    const isPhone = this.size.width < 700;
    const right = this.covered + (isPhone ? 36 : 40);
    const top = isPhone ? 44 : 36;
    const legend = isPhone ? 0 : this.sight.legendWidth();
    const middle = fit(box, this.size, { right, top, bottom: this.foot, margin });
    const start = box ? toScreen(middle, this.size, box.left, 0).x : legend;
    return { right, top, bottom: this.foot, left: start < legend + margin ? legend : 0 };
  }

  /** @param {number} id */
  placeOf(id) {
    const at = this.scene.index.get(id);
    return at === undefined ? null : { x: this.scene.x[at], y: this.scene.y[at] };
  }

  /** Where a node stands on the surface, in pixels. @param {number} id */
  screenOf(id) {
    const place = this.placeOf(id);
    return place && toScreen(this.camera, this.size, place.x, place.y);
  }

  /** @param {number} x @param {number} y pixels of the surface */
  worldOf(x, y) {
    return toWorld(this.camera, this.size, x, y);
  }

  /**
   * Brings a node into the part of the surface that no panel covers, without moving if it is there already.
   *
   * @param {number} id
   */
  reveal(id) {
    const place = this.placeOf(id);
    if (!place) return;
    const { x, y } = toScreen(this.camera, this.size, place.x, place.y);
    const width = this.size.width - this.covered;
    if (x > 40 && x < width - 40 && y > 40 && y < this.size.height - 60 && this.camera.zoom > 0.2) return;
    const zoom = Math.max(this.camera.zoom, 0.75);
    this.isFitted = true;
    this.goTo({ zoom, x: place.x + this.covered / 2 / zoom, y: place.y });
  }

  visible() {
    return visibleBox(this.camera, { width: this.size.width - 2 * this.covered, height: this.size.height });
  }

  /** @param {number} factor */
  zoom(factor) {
    const { width, height } = this.size;
    this.goTo(zoomAt(this.flight?.to ?? this.camera, this.size, factor, (width - this.covered) / 2, height / 2));
  }
}
