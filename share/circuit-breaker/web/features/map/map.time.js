// @ts-check
/**
 * The map's time: a bar below the picture with a way from the first moment to now, steps from change to change, two
 * moments side by side, and a list beside it. What is drawn meanwhile is the past, said by words, frame and colour.
 */
import { h, replace } from "../../lib/dom.js";
import { exactTime, instantOf, wallTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, iconButton } from "../../ui/button.js";
import { shortcut } from "../../ui/keys.js";
import { toastError } from "../../ui/toast.js";
import { isAbort } from "../../lib/api.js";
import { readMoments } from "./map.api.js";
import { ChangeMarks } from "./map.marks.js";
import { TimeList } from "./map.timelist.js";
import { isSameTime, marksOf, within } from "./time.model.js";

/** @typedef {import("./time.model.js").Time} Time */

const DAY_MS = 86_400_000;
const PLAY_MS = 1200;
/** While the handle is dragged, the map follows when the hand rests. */
const DRAG_MS = 150;

export class MapTime {
  /**
   * @param {{ store: import("./map.past.js").PastStore, view: import("./map.view.js").MapView, signal: AbortSignal,
   *   kindLabel: (kind: string) => string, go: (time: Time | null) => void, onSelect: (id: number) => void,
   *   note: (words: Map<number, import("./time.model.js").Verb>) => void }} parts  `note`: says it in the list form of the map
   */
  constructor(parts) {
    this.parts = parts;
    this.time = parts.store.time;
    /** From when on the record tells, and now. */
    this.reach = { since: 0, now: Date.now() };
    this.marks = new ChangeMarks(parts.view, () => parts.store.own === null);
    this.list = new TimeList({
      map: () => parts.store.map,
      signal: parts.signal,
      kindLabel: parts.kindLabel,
      go: (time) => parts.go(time),
      changes: (changes) => {
        const marks = changes && marksOf(changes);
        this.marks.show(marks);
        parts.note(marks?.nodes ?? new Map());
      },
      look: (ids) => this.lookAt(ids),
    });
    this.said = h("strong", { class: "map-time-said", role: "status" });
    this.slider = h("input", {
      type: "range",
      class: "map-time-slider",
      step: "1",
      "aria-label": t("map.time.slider"),
      oninput: () => this.dragged(),
      onchange: () => this.goTo(Number(this.slider.value)),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.slideBy(event),
    });
    this.play = iconButton("play", t("map.time.play"), { "aria-pressed": "false", onclick: () => this.togglePlay() });
    this.earlier = iconButton("left", t("map.time.earlier"), { onclick: () => void this.step(-1) });
    this.later = iconButton("right", t("map.time.later"), { onclick: () => void this.step(1) });
    this.at = timeInput(t("map.time.at"), (instant) => this.goTo(instant));
    this.from = timeInput(t("map.time.from"), (instant) => this.compare({ from: instant }));
    this.to = timeInput(t("map.time.to"), (instant) => this.compare({ to: instant }));
    this.row = h("div", { class: "map-time-row" });
    const isWide = !matchMedia("(max-width: 760px)").matches;
    this.list.element.hidden = !isWide;
    this.fold = button(t("map.time.list"), { small: true, icon: "inventory", onclick: () => this.foldList() });
    this.fold.setAttribute("aria-expanded", String(isWide));
    this.element = h(
      "section",
      { class: "map-time map-float", "aria-label": t("map.time.title") },
      h(
        "div",
        { class: "map-time-head" },
        this.said,
        h("span", { class: "quiet small" }, t("map.time.read_only")),
        h("span", { class: "grow" }),
        this.fold,
        button(t("map.time.back"), { small: true, kind: "primary", onclick: () => parts.go(null) }),
      ),
      this.row,
    );
    const watcher = new ResizeObserver(() => this.lift());
    watcher.observe(this.element);
    parts.signal.addEventListener("abort", () => {
      this.stop();
      watcher.disconnect();
    }, { once: true });
    const group = t("map.time.title");
    shortcut({ keys: ",", label: t("map.time.earlier"), group, run: () => void this.step(-1) }, parts.signal);
    shortcut({ keys: ".", label: t("map.time.later"), group, run: () => void this.step(1) }, parts.signal);
    this.write();
    void this.list.show(this.time);
    void this.measure();
  }

  /** What stands at the lower edge stands above the bar. */
  lift() {
    this.parts.view.foot = this.element.offsetHeight;
    this.element.parentElement?.style.setProperty("--time", `${this.element.offsetHeight}px`);
  }

  foldList() {
    const { element } = this.list;
    element.hidden = !element.hidden;
    this.fold.setAttribute("aria-expanded", String(!element.hidden));
  }

  /** @param {Time} time  of the address */
  show(time) {
    if (isSameTime(time, this.time)) return;
    this.time = time;
    this.write();
    void this.list.show(time);
    void this.parts.store.show(time);
  }

  /** How far back the record reaches. */
  async measure() {
    try {
      const { since, now } = await readMoments({ map: this.parts.store.map, limit: 1 }, this.parts.signal);
      this.reach = { since: Date.parse(since ?? now), now: Date.parse(now) };
      this.write();
    } catch (error) {
      if (!isAbort(error)) toastError(error);
    }
  }

  write() {
    const { at, from, to } = this.time;
    const isPair = at === null;
    /** One in the future is now. @param {string} moment */
    const told = (moment) => exactTime(Math.min(Date.parse(moment), this.reach.now));
    replace(this.said, isPair
      ? t("map.time.compared", { from: told(from), to: to === null || Date.parse(to) > this.reach.now ? t("map.time.now") : told(to) })
      : t("map.time.as_of", { at: told(at) }));
    if (isPair) {
      this.stop();
      this.from.set(Date.parse(from));
      this.to.set(to === null ? null : Date.parse(to));
    } else {
      const instant = within(Date.parse(at), this.reach.since, this.reach.now);
      this.slider.min = String(this.reach.since);
      this.slider.max = String(this.reach.now);
      if (document.activeElement !== this.slider || Number(this.slider.value) !== instant) this.slider.value = String(instant);
      this.slider.setAttribute("aria-valuetext", exactTime(at));
      this.at.set(Date.parse(at));
    }
    if (this.isPair === isPair) return;
    this.isPair = isPair;
    replace(this.row, isPair
      ? [this.from.element, this.to.element, button(t("map.time.to_now"), { small: true, onclick: () => this.compare({ to: null }) })]
      : [
        this.earlier,
        this.play,
        this.later,
        this.slider,
        this.at.element,
        button(t("map.time.compare"), { small: true, onclick: () => this.compareWithNow() }),
      ]);
  }

  /** @type {boolean | undefined} */
  isPair;

  compareWithNow() {
    if (this.time.at !== null) this.parts.go({ at: null, from: this.time.at, to: null });
  }

  /** @param {{ from?: number, to?: number | null }} change */
  compare({ from, to }) {
    if (this.time.at !== null) return;
    const first = from === undefined ? this.time.from : new Date(from).toISOString();
    const second = to === undefined ? this.time.to : to === null ? null : new Date(to).toISOString();
    const isTurned = second !== null && second < first;
    this.parts.go({ at: null, from: isTurned ? second : first, to: isTurned ? first : second });
  }

  /** @param {number} instant */
  goTo(instant) {
    clearTimeout(this.dragging);
    const { since, now } = this.reach;
    this.parts.go({ at: new Date(within(instant, since, now)).toISOString(), from: null, to: null });
  }

  dragged() {
    this.stop();
    const instant = Number(this.slider.value);
    replace(this.said, t("map.time.as_of", { at: exactTime(instant) }));
    clearTimeout(this.dragging);
    this.dragging = setTimeout(() => this.goTo(instant), DRAG_MS);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  dragging;

  /** Arrows go from change to change, page keys by days. @param {KeyboardEvent} event */
  slideBy(event) {
    const steps = /** @type {Record<string, () => void>} */ ({
      ArrowLeft: () => void this.step(-1),
      ArrowDown: () => void this.step(-1),
      ArrowRight: () => void this.step(1),
      ArrowUp: () => void this.step(1),
      PageUp: () => this.goTo(Number(this.slider.value) + DAY_MS),
      PageDown: () => this.goTo(Number(this.slider.value) - DAY_MS),
      Home: () => this.goTo(this.reach.since),
      End: () => this.goTo(this.reach.now),
    });
    if (!steps[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
    steps[event.key]();
  }

  /** To the change before or after. Answers whether there was one. @param {1 | -1} way */
  async step(way) {
    const { at } = this.time;
    if (at === null || this.isStepping) return false;
    this.isStepping = true;
    try {
      const instant = Date.parse(at);
      const wish = way > 0
        ? { from: at, order: /** @type {const} */ ("oldest"), limit: 1 }
        : { to: new Date(instant - 1).toISOString(), limit: 1 };
      const { items, now } = await readMoments({ map: this.parts.store.map, ...wish }, this.parts.signal);
      this.reach.now = Date.parse(now);
      if (items.length === 0) {
        replace(this.said, t(way > 0 ? "map.time.no_later" : "map.time.no_earlier"));
        return false;
      }
      this.goTo(Date.parse(items[0].at));
      return true;
    } catch (error) {
      if (!isAbort(error)) toastError(error);
      return false;
    } finally {
      this.isStepping = false;
    }
  }

  isStepping = false;

  togglePlay() {
    if (this.playing) return this.stop();
    this.play.setAttribute("aria-pressed", "true");
    const turn = async () => {
      if (!await this.step(1)) return this.stop();
      if (this.playing) this.playing = setTimeout(() => void turn(), PLAY_MS);
    };
    this.playing = setTimeout(() => void turn(), 0);
  }

  stop() {
    clearTimeout(this.playing);
    this.playing = undefined;
    this.play?.setAttribute("aria-pressed", "false");
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  playing;

  /** @param {number[]} ids */
  lookAt(ids) {
    const { view, onSelect } = this.parts;
    const seen = ids.find((id) => view.placeOf(id) !== null);
    if (seen === undefined) return;
    onSelect(seen);
    view.reveal(seen);
  }

  /** What the daemon could not tell, in words; nothing most of the time. */
  told() {
    const { past } = this.parts.store;
    this.list.note(past && past.lost > 0 ? t("map.time.lost", { n: past.lost }) : past?.is_cut ? t("map.time.since", { at: exactTime(past.since) }) : "");
  }

  draw() {
    this.marks.draw();
  }
}

/**
 * A date and time on the clock of the person's zone.
 *
 * @param {string} label @param {(instant: number) => void} onchange
 */
function timeInput(label, onchange) {
  const input = h("input", {
    type: "datetime-local",
    class: "input",
    step: "1",
    onchange: () => {
      const instant = instantOf(input.value);
      if (!Number.isNaN(instant)) onchange(instant);
    },
  });
  return {
    element: h("label", { class: "map-time-input" }, h("span", { class: "small quiet" }, label), input),
    /** @param {number | null} instant */
    set(instant) {
      if (document.activeElement !== input) input.value = instant === null ? "" : wallTime(instant);
    },
  };
}

