// @ts-check
/** Hands on the map: pointers, wheel and keys become intents and movements of the view. */
import { h, on, setStyle, svg } from "../../lib/dom.js";
import { pan, zoomAt } from "./camera.model.js";
import { idle, step } from "./gesture.model.js";
import { nodeBeside } from "./scene.model.js";

/** @typedef {import("./map.view.js").MapView} MapView */

const PAN_KEYS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [90, 0],
  ArrowRight: [-90, 0],
  ArrowUp: [0, 90],
  ArrowDown: [0, -90],
});
const KINDS = /** @type {Record<string, "down" | "move" | "up" | "cancel">} */ ({
  pointerdown: "down",
  pointermove: "move",
  pointerup: "up",
  pointercancel: "cancel",
});
/** A finger that rests so long wants the menu. */
const HOLD_MS = 550;

/**
 * @param {MapView} view @param {AbortSignal} signal
 * @returns {{ held: () => number[], told: (moves: import("./map.view.js").Move[]) => void, isBusy: () => boolean,
 *   link: (event: PointerEvent, id: number) => void, frameNext: (isOn: boolean) => void }}
 */
export function listenToHands(view, signal) {
  const hands = new Hands(view);
  const { surface } = view;
  for (const type of Object.keys(KINDS)) on(surface, type, (event) => hands.pointer(event), signal);
  on(surface, "touchend", (event) => hands.lifted(event), signal, { passive: false });
  on(surface, "pointerleave", () => view.hover(null, null), signal);
  on(surface, "wheel", (event) => wheel(view, event), signal, { passive: false });
  on(surface, "dblclick", (event) => doubled(view, event), signal);
  on(surface, "keydown", (event) => pressed(view, event), signal);
  on(surface, "contextmenu", (event) => {
    event.preventDefault();
    // A finger that rests is watched here already.
    if (event.pointerType === "touch") return;
    // The other button, while something is held, lets go of it.
    if (hands.abort()) return;
    // A key opens the menu at what is selected.
    if (event.button === 2) hands.menu(event.offsetX, event.offsetY);
    else keyMenu(view);
  }, signal);
  // Before anything else that Escape would close.
  on(document, "keydown", (event) => {
    if (event.key !== "Escape" || !hands.abort()) return;
    event.preventDefault();
    event.stopPropagation();
  }, signal, { capture: true });
  const isBusy = () => hands.gesture.mode !== "idle" && hands.gesture.mode !== "pressed";
  return {
    held: () => hands.held(),
    told: (moves) => hands.told(moves),
    isBusy,
    link: (event, id) => hands.begin(event, id, "link"),
    frameNext: (isOn) => hands.frameNext(isOn),
  };
}

class Hands {
  /** @param {MapView} view */
  constructor(view) {
    this.view = view;
    /** @type {import("./gesture.model.js").GestureState} */
    this.gesture = idle;
    /** @type {import("./map.view.js").Move[]} */
    this.before = [];
    this.frame = h("div", { class: "map-frame", hidden: true });
    this.ray = svg("line", { class: "map-ray" });
    const rays = svg("svg", { class: "map-rays", "aria-hidden": "true" }, this.ray);
    view.surface.append(this.frame, rays);
    this.ray.style.visibility = "hidden";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.holding = undefined;
  }

  /** The next drag over the ground draws a frame: for fingers, which have no Shift. @param {boolean} isOn */
  frameNext(isOn) {
    this.isFraming = isOn;
    this.view.surface.classList.toggle("is-framing", isOn);
  }

  isFraming = false;

  held() {
    return this.gesture.mode === "dragging" ? this.before.map(({ id }) => id) : [];
  }

  /** Others put what is held somewhere else: let go of, it goes there, and a move of it is a move from there. @param {import("./map.view.js").Move[]} moves */
  told(moves) {
    if (this.before.length === 0) return;
    const told = new Map(moves.map((one) => [one.id, one]));
    this.before = this.before.map((one) => ({ ...one, ...placeIn(told.get(one.id)) }));
  }

  /** Whoever changes their mind: nothing has moved, nothing is joined. @returns {boolean} whether there was something */
  abort() {
    if (!["dragging", "linking", "framing"].includes(this.gesture.mode)) return false;
    this.take({ type: "cancel", pointer: -1 });
    return true;
  }

  /** @param {PointerEvent} event */
  pointer(event) {
    const { type, pointerType } = event;
    const { view } = this;
    // Lifted over a dialog of the browser.
    if (type === "pointermove" && pointerType === "mouse" && event.buttons === 0) this.take({ type: "lost", pointer: event.pointerId });
    if (type === "pointerdown") {
      // What lies on the surface, as the handle does, has its own press.
      if (event.button > 1 || event.target !== view.surface) return;
      view.flight = null;
      view.inertia.stop();
      const target = event.button === 0 ? view.at(...placeOn(view, event), pointerType === "touch" ? 10 : 4) : null;
      const wantsFrame = event.button === 0 && ((event.shiftKey && target === null) || this.isFraming);
      const wantsLink = event.button === 0 && event.altKey && target !== null && view.options.canDrag;
      return this.begin(event, wantsFrame ? null : target, event.button === 1 ? "pan" : wantsFrame ? "frame" : wantsLink ? "link" : undefined);
    }
    if (type === "pointermove" && this.gesture.mode === "idle" && event.target !== view.surface) return;
    this.take({ type: KINDS[type], pointer: event.pointerId, ...named(placeOn(view, event)) });
    if (this.gesture.mode !== "pressed") clearTimeout(this.holding);
  }

  /** @param {PointerEvent} event @param {number | null} target @param {"frame" | "link" | "pan" | undefined} purpose */
  begin(event, target, purpose) {
    const { view } = this;
    const [x, y] = placeOn(view, event);
    const touch = event.pointerType === "touch";
    view.surface.setPointerCapture(event.pointerId);
    this.take({
      type: "down",
      pointer: event.pointerId,
      x,
      y,
      target,
      touch,
      purpose,
      isAdding: event.shiftKey || event.ctrlKey || event.metaKey,
    });
    clearTimeout(this.holding);
    this.hasRested = false;
    if (touch && this.gesture.mode === "pressed" && purpose === undefined) {
      this.holding = setTimeout(() => {
        this.gesture = idle;
        this.hasRested = true;
        this.menu(x, y);
      }, HOLD_MS);
    }
  }

  hasRested = false;

  /**
   * The finger that opened the menu is lifted: it must not press what has come to lie below it, nor take the focus back.
   *
   * @param {Event} event
   */
  lifted(event) {
    if (this.hasRested && event.cancelable) event.preventDefault();
    this.hasRested = false;
  }

  /** @param {number} x @param {number} y */
  menu(x, y) {
    const { view } = this;
    clearTimeout(this.holding);
    this.gesture = idle;
    view.surface.focus({ preventScroll: true });
    const id = view.at(x, y, 6);
    view.options.onMenu({ x, y, id, edge: id === null ? view.edgeAt(x, y) : null });
  }

  /** @param {import("./gesture.model.js").GestureEvent} event */
  take(event) {
    const next = step(this.gesture, event);
    this.gesture = next.state;
    for (const intent of next.intents) this.act(intent);
  }

  /** @param {import("./gesture.model.js").Intent} intent */
  act(intent) {
    const { view } = this;
    switch (intent.type) {
      case "pan":
        view.inertia.moved(performance.now(), intent.dx, intent.dy);
        return view.moved(pan(view.camera, intent.dx, intent.dy));
      case "release":
        return view.release(performance.now());
      case "zoom":
        return view.moved(zoomAt(view.camera, view.size, intent.factor, intent.x, intent.y));
      case "hover": {
        const id = view.at(intent.x, intent.y, 2);
        return view.hover(id, id === null ? view.edgeAt(intent.x, intent.y)?.id ?? null : null);
      }
      case "tap":
        return this.tap(intent);
      case "grab":
        return this.grab(intent.id);
      case "drag":
        if (!view.options.canDrag) return view.moved(pan(view.camera, intent.dx, intent.dy));
        return view.drag(this.before.map(({ id }) => id), intent.dx, intent.dy);
      case "drop":
        return this.drop();
      case "frame":
        this.frame.hidden = false;
        return setStyle(this.frame, px(intent));
      case "framed":
        this.frame.hidden = true;
        return view.options.onSelect(
          view.within(intent.left, intent.top, intent.width, intent.height),
          intent.isAdding ? "add" : "only",
        );
      case "link":
        return this.stretch(intent);
      case "linked":
        return this.linked(intent);
      case "abandon":
        return this.abandon();
    }
  }

  /** @param {{ id: number | null, x: number, y: number, isAdding: boolean }} tap */
  tap({ id, x, y, isAdding }) {
    const { view } = this;
    view.surface.focus({ preventScroll: true });
    if (id === null) {
      const edge = view.edgeAt(x, y);
      if (edge && view.options.onEdge(edge)) return;
      if (!isAdding) view.options.onSelect([], "only");
      return;
    }
    view.options.onSelect([id], isAdding ? "toggle" : "only");
  }

  /** A node of the selection takes the others along. @param {number} id */
  grab(id) {
    const { view } = this;
    view.surface.style.cursor = "grabbing";
    const ids = view.marks.selected.has(id) ? [...view.marks.selected] : [id];
    this.before = ids.flatMap((one) => {
      const place = view.placeOf(one);
      return place ? [{ id: one, ...place }] : [];
    });
  }

  drop() {
    const { view } = this;
    view.surface.style.cursor = "";
    // Who was deleted meanwhile is not dropped.
    const before = this.before.filter(({ id }) => view.placeOf(id));
    this.before = [];
    if (!view.options.canDrag) return;
    const moved = before.map(({ id }) => ({ id, ...placeIn(view.placeOf(id)) }));
    view.scene.isRenamed = true;
    view.redraw();
    view.options.onMoved(moved, before);
  }

  /** @param {{ id: number, x: number, y: number }} intent */
  stretch({ id, x, y }) {
    const { view, ray } = this;
    const from = view.screenOf(id);
    if (!from) return;
    const over = view.at(x, y, 10);
    view.marks.set({ target: over === id ? null : over });
    view.redraw();
    for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: x, y2: y })) ray.setAttribute(name, String(value));
    ray.style.visibility = "visible";
  }

  /** @param {{ id: number, x: number, y: number }} intent */
  linked({ id, x, y }) {
    const { view } = this;
    const to = view.at(x, y, 10);
    this.abandon();
    if (to !== id) view.options.onLinked(id, to, { x, y });
  }

  abandon() {
    const { view } = this;
    this.frame.hidden = true;
    this.ray.style.visibility = "hidden";
    view.surface.style.cursor = "";
    if (this.before.length > 0) {
      const back = this.before;
      this.before = [];
      view.place(back);
    }
    view.marks.set({ target: null });
    view.redraw();
  }
}

/** @param {{ x: number, y: number } | null | undefined} place @returns {any} */
const placeIn = (place) => (place ? { x: place.x, y: place.y } : {});

/** @param {{ left: number, top: number, width: number, height: number }} box */
const px = ({ left, top, width, height }) => ({
  left: `${left}px`,
  top: `${top}px`,
  width: `${width}px`,
  height: `${height}px`,
});

/** @param {[number, number]} place */
const named = ([x, y]) => ({ x, y });

/**
 * Where on the surface, also when the event came from something that lies on it.
 *
 * @param {MapView} view @param {MouseEvent} event @returns {[number, number]}
 */
function placeOn({ surface }, event) {
  if (event.target === surface) return [event.offsetX, event.offsetY];
  const box = surface.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** @param {MapView} view @param {WheelEvent} event */
function wheel(view, event) {
  event.preventDefault();
  view.inertia.stop();
  view.flight = null;
  const unit = event.deltaMode === 1 ? 16 : 1;
  if (event.shiftKey) return view.moved(pan(view.camera, -(event.deltaY || event.deltaX) * unit, 0));
  const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016));
  view.moved(zoomAt(view.camera, view.size, factor, ...placeOn(view, event)));
}

/** @param {MapView} view @param {MouseEvent} event */
function doubled(view, event) {
  if (event.target !== view.surface) return;
  const id = view.at(event.offsetX, event.offsetY, 4);
  if (id !== null) view.options.onOpen(id);
  else view.goTo(zoomAt(view.camera, view.size, event.shiftKey ? 0.5 : 2, event.offsetX, event.offsetY));
}

/** @param {MapView} view */
function keyMenu(view) {
  const id = view.marks.primary ?? [...view.marks.selected][0] ?? null;
  const place = id === null ? null : view.screenOf(id);
  const { width, height } = view.size;
  view.options.onMenu({ x: place?.x ?? width / 2, y: place?.y ?? height / 2, id: place ? id : null, edge: null });
}

/** The way in for those who have no mouse: from the node nearest to the middle, arrows lead on. @param {MapView} view */
function selectMiddle(view) {
  const { x, y } = view.worldOf((view.size.width - view.covered) / 2, view.size.height / 2);
  const far = (/** @type {{ id: number }} */ { id }) => {
    const at = view.placeOf(id);
    return at ? Math.hypot(at.x - x, at.y - y) : Infinity;
  };
  let nearest = null;
  for (const node of view.scene.nodes) if (nearest === null || far(node) < far(nearest)) nearest = node;
  if (nearest !== null) view.options.onSelect([nearest.id], "only");
}

/** @param {MapView} view @param {KeyboardEvent} event */
function pressed(view, event) {
  // Words, handles and menus over the picture have keys of their own.
  if (event.ctrlKey || event.metaKey || event.altKey || event.target !== view.surface) return;
  const { key } = event;
  const { primary } = view.marks;
  const arrow = PAN_KEYS[key];
  if (arrow && primary !== null && !event.shiftKey) {
    const next = nodeBeside(view.scene, primary, /** @type {any} */ (key.slice(5).toLowerCase()));
    if (next !== null) view.options.onSelect([next], "only");
  } else if (arrow) view.moved(pan(view.camera, ...arrow));
  else if (key === "+" || key === "=") view.zoom(1.3);
  else if (key === "-" || key === "_") view.zoom(1 / 1.3);
  else if (key === "0" || key === "f") view.fit();
  else if (key === "Enter" && primary !== null) view.options.onOpen(primary);
  else if (key === " " && primary === null) selectMiddle(view);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
