// @ts-check
/**
 * Boundaries and labels on the page: read once, kept live, hulls that follow their nodes, and their words above the
 * canvas. The words are buttons, so that mouse, finger and key reach them like anything else.
 */
import { isAbort } from "../../lib/api.js";
import { h, leavesFocusTo, replace, setProps, setStyle } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { toastError } from "../../ui/toast.js";
import { drawn, heard, hullsOf } from "./drawing.model.js";
import { followCamera } from "./drawing.words.js";
import { listDrawings, readGroups } from "./map.api.js";
import { drawnSigns } from "./signs.model.js";

/** @typedef {import("./drawing.model.js").Drawing} Drawing */
/** @typedef {import("./drawing.model.js").Hull} Hull */

const STEP = 20;
const REREAD_MS = 600;

export class MapDrawings {
  /**
   * @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, view: import("./map.view.js").MapView,
   *   store: import("./map.store.js").MapStore, mayEdit: boolean, onMenu: (drawing: Drawing, anchor: HTMLElement) => void,
   *   onMoved: (drawing: Drawing, to: (now: Drawing) => { x: number, y: number }) => void, onDelete: (drawing: Drawing) => void,
   *   onChange: () => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<number, Drawing>} */
    this.known = new Map();
    /** @type {Map<string, import("./drawing.model.js").Group[]>} */
    this.groups = new Map();
    /** @type {Hull[]} */
    this.hulls = [];
    this.isStale = true;
    /** @type {import("./scene.model.js").Scene | null} */
    this.scene = null;
    /** @type {Map<string, HTMLElement>} */
    this.words = new Map();
    /** What they say and where. @type {Map<string, import("./signs.model.js").Drawn>} */
    this.standing = new Map();
    this.areMoved = false;
    /** Those of the list. @type {Map<number, HTMLElement>} */
    this.rows = new Map();
    this.element = h("div", { class: "map-drawings" });
    this.list = h("ul", { class: "map-drawing-list" });
    this.section = h("section", { class: "map-drawing-section", hidden: true }, h("h2", {}, t("map.drawing.list")), this.list);
    const { live, signal, view } = parts;
    view.hullsNow = () => this.now();
    view.labelsNow = () => this.labels().map(({ text, x, y }) => ({ text, x, y, isLabel: true }));
    view.signs.push((measure) => drawnSigns([...this.standing.values()], view.camera.zoom, measure));
    live.subscribe("topology.annotation.*", ({ subject, payload }) => this.hear(subject, payload), signal);
    live.subscribe("topology.reset", () => void this.read(), signal);
    signal.addEventListener("abort", () => clearTimeout(this.timer), { once: true });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  hasRead = false;
  /** @type {string | null} */
  layout = null;

  async read() {
    const { store, signal } = this.parts;
    if (store.map === null) return;
    this.hasRead = true;
    try {
      const items = await listDrawings(store.map, signal);
      this.known = new Map(items.map((one) => [one.id, one]));
      await this.readGroups();
    } catch (error) {
      if (!isAbort(error)) toastError(error);
    }
    this.changed();
    // Labels are known after the picture.
    this.parts.view.fitAgain();
  }

  /** Labels stand on the whole map; a view has other places. */
  labels() {
    return this.parts.store.own ? [] : [...this.known.values()].filter(({ kind }) => kind === "label");
  }

  async readGroups() {
    const wanted = new Set(this.drawn().flatMap(({ grouping }) => grouping ?? []));
    for (const grouping of wanted) this.groups.set(grouping, await readGroups(grouping, this.parts.signal));
    for (const grouping of [...this.groups.keys()]) if (!wanted.has(grouping)) this.groups.delete(grouping);
  }

  /** With the bands of a layout by group, as long as the map and not a view of its own is shown. */
  drawn() {
    return drawn(this.known.values(), this.layout);
  }

  /** The one that decides where nodes stand now. Another one may bring bands or take them away. */
  followLayout() {
    const { store } = this.parts;
    const layout = store.own ? null : store.layout;
    if (layout === this.layout || !this.hasRead) return;
    this.layout = layout;
    this.isStale = true;
    void this.readGroups().catch(() => {}).finally(() => this.changed());
  }

  /** Nodes or lines came or went: who belongs together may be different. */
  structureChanged() {
    this.isStale = true;
    if (!this.hasRead) return void this.read();
    if (this.groups.size === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      void this.readGroups().catch(() => {}).finally(() => this.changed());
    }, REREAD_MS);
  }

  /** @param {string} subject @param {Drawing} told */
  hear(subject, told) {
    if (told.map !== this.parts.store.map || !heard(this.known, subject.split(".")[2], told)) return;
    if (told.grouping) void this.readGroups().catch(() => {}).finally(() => this.changed());
    else this.changed();
  }

  /** What this page did is shown before the daemon tells of it. @param {string} verb @param {Drawing} drawing */
  did(verb, drawing) {
    this.hear(`topology.annotation.${verb}`, drawing);
  }

  changed() {
    this.isStale = true;
    this.write();
    this.parts.onChange();
    this.parts.view.redraw();
  }

  /** For each frame: anew only where nodes moved. */
  now() {
    const { view } = this.parts;
    this.followLayout();
    if (this.known.size === 0 && this.groups.size === 0 && this.hulls.length === 0) return this.hulls;
    if (this.isStale || this.scene !== view.scene || view.scene.patches.size > 0) {
      this.isStale = false;
      this.scene = view.scene;
      this.hulls = hullsOf(this.drawn(), this.groups, (id) => view.placeOf(id));
      this.arrange();
    }
    // While a hand moves them, names stay beside their nodes.
    if (this.areMoved && !view.marks.isMoving) {
      this.areMoved = false;
      view.coversChanged();
    }
    followCamera(this.element, view);
    return this.hulls;
  }

  /** One button for each label and each hull, kept while it is there. */
  arrange() {
    const used = new Set();
    const before = JSON.stringify([...this.standing]);
    this.standing.clear();
    const put = (/** @type {string} */ key, /** @type {Drawing} */ drawing, /** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
      const known = this.words.get(key);
      const element = known ?? this.word(key, drawing.id);
      used.add(key);
      element.className = `map-word is-${drawing.colour} ${drawing.kind === "label" ? "is-label" : "is-title"}`;
      const shown = text || t("map.drawing.untitled");
      if (element.textContent !== shown) replace(element, shown);
      element.classList.toggle("is-untitled", !text);
      if (text) this.standing.set(key, { text, x, y, isLabel: drawing.kind === "label" });
      if (!element.classList.contains("is-held")) setStyle(element, { left: `${x}px`, top: `${y}px` });
    };
    for (const { key, drawing, title, middle, top } of this.hulls) {
      // At the head of a band stands the network or cluster itself, with its name.
      if (drawing.id > 0) put(key, drawing, title, middle, top);
    }
    for (const one of this.labels()) put(`label ${one.id}`, one, one.text, one.x, one.y);
    for (const [key, element] of this.words) {
      if (used.has(key)) continue;
      element.remove();
      this.words.delete(key);
    }
    if (JSON.stringify([...this.standing]) !== before) this.areMoved = true;
  }

  /** @param {string} key @param {number} id */
  word(key, id) {
    const { mayEdit, view, onMoved, onDelete, onMenu } = this.parts;
    const element = h("button", { type: "button", class: "map-word", disabled: !mayEdit, dataset: { drawing: id } });
    const drawing = () => /** @type {Drawing | undefined} */ (this.known.get(id));
    /** @type {{ x: number, y: number, startX: number, startY: number, isDrag: boolean, isOff?: boolean } | null} */
    let held = null;
    element.addEventListener("pointerdown", (event) => {
      const one = drawing();
      if (event.button !== 0 || one?.kind !== "label" || !mayEdit) return;
      element.setPointerCapture(event.pointerId);
      held = { x: one.x, y: one.y, startX: event.clientX, startY: event.clientY, isDrag: false };
    });
    element.addEventListener("pointermove", (event) => {
      if (!held || held.isOff) return;
      const [dx, dy] = [event.clientX - held.startX, event.clientY - held.startY];
      if (!held.isDrag && Math.hypot(dx, dy) < 4) return;
      held.isDrag = true;
      element.classList.add("is-held");
      setStyle(element, { left: `${held.x + dx / view.camera.zoom}px`, top: `${held.y + dy / view.camera.zoom}px` });
    });
    const letGo = () => {
      element.classList.remove("is-held");
      this.isStale = true;
      view.redraw();
    };
    element.addEventListener("pointerup", (event) => {
      const [was, one] = [held, drawing()];
      held = null;
      element.classList.remove("is-held");
      if (!was?.isDrag || !one) return;
      const { zoom } = view.camera;
      const to = { x: was.x + (event.clientX - was.startX) / zoom, y: was.y + (event.clientY - was.startY) / zoom };
      if (!was.isOff) onMoved(one, () => to);
      // The click that follows a drag opens nothing.
      element.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
    });
    element.addEventListener("pointercancel", () => {
      held = null;
      letGo();
    });
    element.addEventListener("click", () => {
      const one = drawing();
      if (one) onMenu(one, element);
    });
    element.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      event.stopPropagation();
      element.click();
    });
    element.addEventListener("keydown", (event) => {
      const one = drawing();
      const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!one || !mayEdit) return;
      if (event.key === "Escape" && held?.isDrag) {
        held.isOff = true;
        letGo();
      } else if (event.key === "Delete") onDelete(one);
      else if (arrow && event.ctrlKey && one.kind === "label") {
        onMoved(one, ({ x, y }) => ({ x: x + arrow[0] * STEP, y: y + arrow[1] * STEP }));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
    leavesFocusTo(element, () => view.surface);
    this.words.set(key, element);
    this.element.append(element);
    return element;
  }

  /** The same for those who read the map as a list. */
  write() {
    this.section.hidden = this.known.size === 0;
    for (const [id, row] of this.rows) {
      if (this.known.has(id)) continue;
      row.parentElement?.remove();
      this.rows.delete(id);
    }
    for (const one of this.known.values()) {
      const row = this.rows.get(one.id) ?? this.row(one.id);
      setProps(row, { class: `button ghost small map-drawing-row is-${one.colour}` });
      replace(row, icon(one.kind === "label" ? "edit" : "map", { class: "small" }), h("span", {}, nameOf(one)));
    }
  }

  /** It stays while the drawing is there, so that the focus and an open menu keep their place. @param {number} id */
  row(id) {
    const { onMenu, mayEdit } = this.parts;
    const row = h("button", {
      type: "button",
      disabled: !mayEdit,
      onclick: () => {
        const one = this.known.get(id);
        if (one) onMenu(one, row);
      },
    });
    leavesFocusTo(row, () => this.list.querySelector("button") ?? this.parts.view.surface);
    this.rows.set(id, row);
    this.list.append(h("li", {}, row));
    return row;
  }
}

/** @param {Drawing} drawing */
export function nameOf({ kind, text, grouping, members }) {
  if (grouping) return t(`map.drawing.by.${grouping}`);
  if (kind === "label") return t("map.drawing.label_named", { text });
  return t("map.drawing.boundary_named", { text: text || t("map.drawing.untitled"), n: members.length });
}
