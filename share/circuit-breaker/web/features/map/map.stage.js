// @ts-check
/**
 * The surface people touch and the canvas below it. Chooses the renderer, keeps its pixels those of the screen, and puts
 * the 2D renderer in its place when the graphics card is not there or does not come back.
 */
import { h } from "../../lib/dom.js";
import { readPref } from "../../lib/prefs.js";
import { cardCanvas } from "./render.card.js";
import { CanvasRenderer } from "./render.canvas.js";
import { readPalette } from "./render.palette.js";

/** A card that was reset is back within this time, or is given up. */
const PATIENCE_MS = 3000;

/** @typedef {import("./render.webgl.js").WebglRenderer} WebglRenderer */

/** What draws with a card, fetched where there is one, and the canvas that was found to have it. */
const card = {
  renderer: /** @type {typeof import("./render.webgl.js").WebglRenderer | null} */ (null),
  canvas: /** @type {HTMLCanvasElement | null} */ (null),
};

/** Before the first stage is set: machines without a card fetch nothing for it. */
export async function cardReady() {
  // Chosen by hand, as measurements and tests do, a card is used whatever it is.
  const wish = readPref("map.renderer", "auto");
  if (wish === "canvas") return;
  card.canvas ??= cardCanvas(wish === "webgl");
  if (!card.canvas) return;
  // Without it there is the 2D canvas.
  card.renderer ??= await import("./render.webgl.js").then((one) => one.WebglRenderer, () => null);
}

export class MapStage {
  /** @param {{ signal: AbortSignal, label: string, redraw: () => void,
   *   resized: (before: { width: number, height: number }) => void }} options */
  constructor({ signal, label, redraw, resized }) {
    this.redraw = redraw;
    this.resized = resized;
    this.size = { width: 1, height: 1 };
    this.ratio = 1;
    this.element = h("div", { class: "map-canvas", tabIndex: 0, role: "application", "aria-label": label });
    this.palette = readPalette(document.documentElement);
    this.renderer = this.begin();
    this.listen(signal);
  }

  /** @returns {WebglRenderer | CanvasRenderer} */
  begin() {
    const canvas = this.isPlain ? null : card.canvas;
    card.canvas = null;
    const webgl = canvas && card.renderer?.on(this.put(canvas), this.palette);
    if (!webgl) return new CanvasRenderer(this.put(h("canvas")), this.palette);
    canvas.addEventListener("webglcontextlost", (event) => {
      // Without this it is never given back.
      event.preventDefault();
      this.giveUp = setTimeout(() => this.fallBack(), PATIENCE_MS);
    });
    canvas.addEventListener("webglcontextrestored", () => {
      clearTimeout(this.giveUp);
      webgl.start();
      this.redraw();
    });
    return webgl;
  }

  isPlain = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  giveUp;

  /** A canvas has one kind of context for life, so another renderer needs another canvas. @param {HTMLCanvasElement} canvas */
  put(canvas) {
    canvas.className = "map-pixels";
    canvas.setAttribute("aria-hidden", "true");
    this.element.querySelector("canvas")?.remove();
    this.element.prepend(canvas);
    return canvas;
  }

  fallBack() {
    this.isPlain = true;
    this.renderer = this.begin();
    this.renderer.resize(this.size, this.ratio);
    this.redraw();
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    const watcher = new ResizeObserver(() => this.measure());
    watcher.observe(this.element);
    const looks = new MutationObserver(() => this.restyle());
    looks.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "data-font"] });
    void document.fonts?.ready.then(() => this.restyle());
    this.watchRatio(signal);
    signal.addEventListener("abort", () => {
      watcher.disconnect();
      looks.disconnect();
      clearTimeout(this.giveUp);
      this.renderer.dispose();
    }, { once: true });
  }

  /** A window moved to another screen, or zoomed. @param {AbortSignal} signal */
  watchRatio(signal) {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      if (signal.aborted) return;
      this.measure();
      this.watchRatio(signal);
    }, { once: true, signal });
  }

  restyle() {
    this.palette = readPalette(document.documentElement);
    this.renderer.setPalette(this.palette);
    this.redraw();
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.element;
    const ratio = devicePixelRatio || 1;
    if (width === 0 || height === 0) return;
    if (width === this.size.width && height === this.size.height && ratio === this.ratio) return;
    const before = this.size;
    this.size = { width, height };
    this.ratio = ratio;
    this.renderer.resize(this.size, ratio);
    this.resized(before);
  }
}
