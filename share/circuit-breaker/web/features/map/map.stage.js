// @ts-check
/**
 * The surface people touch and the canvas below it. Chooses the renderer, keeps its pixels those of the screen, and puts
 * the 2D renderer in its place when the graphics card is not there or does not come back.
 */
import { h } from "../../lib/dom.js";
import { readPref } from "../../lib/prefs.js";
import { CanvasRenderer } from "./render.canvas.js";
import { readPalette } from "./render.palette.js";
import { WebglRenderer } from "./render.webgl.js";

/** A card that was reset is back within this time, or is given up. */
const PATIENCE_MS = 3000;

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
    const canvas = this.fresh();
    // Chosen by hand, as measurements and tests do, a card is used whatever it is.
    const wish = readPref("map.renderer", "auto");
    const webgl = this.isPlain || wish === "canvas" ? null : WebglRenderer.on(canvas, this.palette, wish === "webgl");
    if (!webgl) return new CanvasRenderer(this.isPlain ? canvas : this.fresh(), this.palette);
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

  /** A canvas has one kind of context for life, so another renderer needs another canvas. */
  fresh() {
    const canvas = h("canvas", { class: "map-pixels", "aria-hidden": "true" });
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
