// @ts-check
/**
 * What stops if this stops: a list beside the map, marks and the proving steps on it. The marks are drawn on a canvas of
 * their own above the picture, so that both renderers have them; a sign says the state, not the colour alone.
 */
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { namesOf } from "../../lib/kinds.js";
import { icon } from "../../icons/icons.js";
import { iconButton } from "../../ui/button.js";
import { errorState } from "../../ui/empty.js";
import { fullName } from "./appearance.model.js";
import { impactFrom, litBy, placesIn, statesOf, stillOn } from "./impact.model.js";
import { SIGNS, stateOf, stepText } from "./impact.words.js";
import { readImpact } from "./map.api.js";

/** @typedef {import("./impact.model.js").Impact} Impact */
/** @typedef {import("./impact.model.js").Row} Row */

const SPACE = 12;
/** A node nearer to the edge is cut. */
const EDGE = 24;
const FACE = "sans-serif";
/** A sign that is smaller cannot be read. */
const SMALLEST = 0.6;
/** As `map.sight.js` tells a phone. */
const NARROW = 700;
const TONES = /** @type {Record<string, string>} */ ({ failed: "--bad", down: "--bad", cut_off: "--bad", degraded: "--warn" });

export class MapImpact {
  /**
   * @param {{ view: import("./map.view.js").MapView, store: import("./map.store.js").MapStore, signal: AbortSignal,
   *   failed: (failed: string[]) => void, add: () => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {string[]} */
    this.failed = [];
    /** @type {Impact | null} */
    this.impact = null;
    /** @type {Row | null} */
    this.chosen = null;
    /** @type {AbortController | null} */
    this.asking = null;
    this.list = h("div", { class: "map-impact-list" });
    this.said = h("p", { class: "map-impact-said", "aria-live": "polite" });
    this.element = h(
      "section",
      { class: "map-impact map-float", hidden: true, "aria-label": t("map.impact.title") },
      h(
        "header",
        { class: "row" },
        h("h2", { class: "grow" }, t("map.impact.title")),
        h(
          "a",
          { href: "/map/single-points", class: "button icon-only ghost", "aria-label": t("points.title"), title: t("points.title") },
          icon("sort"),
        ),
        iconButton("add", t("map.impact.add"), { onclick: () => parts.add() }),
        iconButton("close", t("map.impact.end"), { onclick: () => this.end() }),
      ),
      this.said,
      this.list,
    );
    this.canvas = h("canvas", { class: "map-pixels", "aria-hidden": "true" });
    parts.view.surface.append(this.canvas);
  }

  get isOn() {
    return this.failed.length > 0;
  }

  /** @param {string | null} text  of the address */
  show(text) {
    const failed = impactFrom(text);
    if (failed.join() === this.failed.join()) return;
    this.failed = failed;
    this.chosen = null;
    this.isNew = true;
    this.element.hidden = failed.length === 0;
    if (failed.length === 0) {
      this.impact = null;
      this.parts.view.foot = 0;
      this.asking?.abort();
      return this.mark();
    }
    void this.ask();
  }

  /** @param {string} part */
  start(part) {
    this.parts.failed(this.failed.includes(part) ? this.failed : [...this.failed, part]);
    this.element.querySelector("button")?.focus();
  }

  /** @param {string} part */
  drop(part) {
    this.parts.failed(this.failed.filter((one) => one !== part));
  }

  end() {
    if (!this.isOn) return false;
    this.parts.failed([]);
    this.parts.view.surface.focus({ preventScroll: true });
    return true;
  }

  async ask() {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const signal = AbortSignal.any([asking.signal, this.parts.signal]);
    try {
      const places = await namesOf(placesIn(this.failed), signal);
      const failed = stillOn(this.failed, this.parts.store.picture.current.graph, places);
      this.gone = this.failed.length - failed.length;
      this.impact = failed.length > 0 ? await readImpact(failed, signal) : null;
      this.chosen = this.impact?.affected.find(({ id }) => id === this.chosen?.id) ?? null;
      this.write();
      this.mark();
      if (this.isNew) this.frame();
      this.isNew = false;
    } catch (error) {
      if (!isAbort(error)) {
        this.impact = null;
        this.mark();
        replace(this.said, "");
        replace(this.list, errorState(error, () => void this.ask()));
      }
    }
  }

  /** Another question was asked; its answer is brought into sight once. */
  isNew = false;

  /** What the list covers at the left, with the space beside it. */
  get width() {
    return this.element.offsetWidth && this.element.offsetWidth + SPACE;
  }

  /** Where the list, a tool or the edge hides some of what stops, all of it is shown. */
  frame() {
    const { view } = this.parts;
    if (!this.impact) return;
    const { width, height } = view.size;
    const covers = view.options.covers?.() ?? [];
    // On a phone the list lies at the lower edge.
    const { bottom } = view.surface.getBoundingClientRect();
    view.foot = width < NARROW ? Math.max(0, bottom - this.element.getBoundingClientRect().top) : 0;
    const ids = [...statesOf(this.impact).keys()];
    const isHidden = (/** @type {number} */ id) => {
      const at = view.screenOf(id);
      return at !== null && (at.x < EDGE || at.y < EDGE || at.x > width - view.covered - EDGE || at.y > height - EDGE ||
        covers.some(({ left, top, right, bottom: foot }) => at.x > left && at.x < right && at.y > top && at.y < foot));
    };
    if (ids.some(isHidden)) view.fit({ ids });
  }

  /** How much of what was asked about is not there any more. */
  gone = 0;

  write() {
    const { impact, gone } = this;
    const lost = gone > 0 && h("p", { class: "quiet" }, t("map.impact.gone", { n: gone }));
    if (!impact) {
      replace(this.said, "");
      return replace(this.list, lost);
    }
    const { down, degraded } = impact.counts;
    replace(this.said, t("map.impact.said", { down, degraded }));
    const rows = (/** @type {string} */ state) => impact.affected.filter((row) => row.state === state);
    const part = (/** @type {string} */ state, /** @type {string} */ title) => {
      const found = rows(state);
      return found.length > 0 && [h("h3", {}, title), h("ul", {}, found.map((row) => this.row(row)))];
    };
    replace(
      this.list,
      h("ul", { class: "map-impact-failed" }, impact.parts.map((part) => this.failedRow(part))),
      lost,
      part("down", t("map.impact.down")),
      part("degraded", t("map.impact.degraded")),
      down + degraded === 0 && h("p", { class: "quiet" }, t("map.impact.nothing")),
      !impact.is_complete && h("p", { class: "quiet" }, t("map.impact.more", { n: impact.affected.length })),
    );
  }

  /** As on the map, with its own name beside it. @param {number} id @param {string} otherwise */
  nameOf(id, otherwise) {
    const node = this.parts.store.picture.current.graph.nodes.get(id);
    return node ? fullName(node) : otherwise;
  }

  /** @param {import("./impact.model.js").Part} part */
  failedRow({ failed: text, kind, name: called = text, nodes, edges: [line] }) {
    const edge = this.parts.store.picture.current.graph.edges.get(line);
    const ends = edge && `${this.nameOf(edge.from, "")} – ${this.nameOf(edge.to, "")}`;
    const name = kind ? called : ends ?? this.nameOf(nodes[0], called);
    return h(
      "li",
      { class: "row" },
      h("span", { class: "map-impact-sign is-down", "aria-hidden": "true" }, SIGNS.failed),
      h("span", { class: "grow" }, t("map.impact.fails", { name })),
      iconButton("close", t("map.impact.drop", { name }), { onclick: () => this.drop(text) }),
    );
  }

  /** @param {Row} row */
  row(row) {
    const state = stateOf(row);
    const last = row.path.at(-1);
    const isChosen = this.chosen?.id === row.id;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "map-impact-row",
          "aria-expanded": String(isChosen),
          onclick: () => this.choose(isChosen ? null : row),
        },
        h("span", { class: `map-impact-sign is-${row.state}`, "aria-hidden": "true" }, SIGNS[state]),
        icon(row.kind, { class: "small" }),
        h("span", { class: "grow" }, this.nameOf(row.id, row.name)),
        h("span", { class: "quiet" }, t(`map.impact.state.${state}`)),
      ),
      last && h("p", { class: "map-impact-why quiet" }, stepText(last)),
      isChosen && row.path.length > 1 && h("ol", { class: "map-impact-path" }, row.path.map((step) => h("li", {}, stepText(step)))),
    );
  }

  /** @param {Row | null} row */
  choose(row) {
    this.chosen = row;
    this.write();
    this.draw();
    const button = /** @type {HTMLElement | null} */ (this.list.querySelector('[aria-expanded="true"]'));
    button?.focus();
    if (row) this.parts.view.reveal(row.id);
  }

  mark() {
    const { view, store } = this.parts;
    view.impact = this.impact && litBy(this.impact, store.picture.current.graph.edges.values());
    view.light();
    view.redraw();
    this.draw();
  }

  /** Signs beside what is affected, and the steps of the chosen row. */
  draw() {
    const { view } = this.parts;
    const { width, height } = view.size;
    const ratio = devicePixelRatio || 1;
    const context = this.canvas.getContext("2d");
    if (!context || (!this.impact && this.canvas.width <= 1)) return;
    this.canvas.width = this.impact ? width * ratio : 1;
    this.canvas.height = this.impact ? height * ratio : 1;
    if (!this.impact) return;
    context.scale(ratio, ratio);
    const styles = getComputedStyle(document.documentElement);
    const tone = (/** @type {string} */ name) => styles.getPropertyValue(name).trim() || "#d33";
    context.lineWidth = 4;
    context.strokeStyle = tone("--accent");
    for (const { from, to } of this.chosen?.path ?? []) {
      const [a, b] = [view.screenOf(from), view.screenOf(to)];
      if (!a || !b) continue;
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
    }
    // From far away nodes are small: a sign is never larger than what it is about.
    const share = Math.min(1, Math.max(SMALLEST, view.camera.zoom * 1.4));
    context.font = `700 ${Math.round(13 * share)}px ${FACE}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [id, state] of statesOf(this.impact)) {
      const at = view.screenOf(id);
      if (!at || at.x < -20 || at.y < -20 || at.x > width + 20 || at.y > height + 20) continue;
      const [x, y] = [at.x + 12 * share, at.y - 14 * share];
      context.beginPath();
      if (state === "degraded") {
        context.moveTo(x, y - 10 * share);
        context.lineTo(x + 10 * share, y + 8 * share);
        context.lineTo(x - 10 * share, y + 8 * share);
        context.closePath();
      } else context.arc(x, y, 9 * share, 0, 2 * Math.PI);
      context.fillStyle = tone(TONES[state]);
      context.fill();
      context.fillStyle = tone("--surface-0");
      context.fillText(SIGNS[state], x, y + share);
    }
  }
}
