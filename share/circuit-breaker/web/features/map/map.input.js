// @ts-check
/** Hands on the map: pointers, wheel and keys become intents and movements of the view. */
import { on } from "../../lib/dom.js";
import { pan, toWorld, zoomAt } from "./camera.model.js";
import { idle, step } from "./gesture.model.js";
import { edgeAt, nodeBeside } from "./scene.model.js";

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

/** @param {MapView} view @param {AbortSignal} signal */
export function listenToHands(view, signal) {
  const { canvas } = view;
  let gesture = idle;
  const pointer = (/** @type {PointerEvent} */ event) => {
    const { offsetX: x, offsetY: y, pointerId, type } = event;
    if (type === "pointerdown" && event.button > 1) return;
    const touch = event.pointerType === "touch";
    if (type === "pointerdown") {
      canvas.setPointerCapture(pointerId);
      view.flight = null;
    }
    const target = type === "pointerdown" && event.button === 0 ? view.at(x, y, touch ? 10 : 4) : null;
    const next = step(gesture, { type: KINDS[type], pointer: pointerId, x, y, target, touch });
    gesture = next.state;
    for (const intent of next.intents) act(view, intent);
  };
  for (const type of Object.keys(KINDS)) on(canvas, type, pointer, signal);
  on(canvas, "pointerleave", () => view.hover(null, null), signal);
  on(canvas, "wheel", (event) => wheel(view, event), signal, { passive: false });
  on(canvas, "dblclick", (event) => doubled(view, event), signal);
  on(canvas, "keydown", (event) => pressed(view, event), signal);
}

/** @param {MapView} view @param {WheelEvent} event */
function wheel(view, event) {
  event.preventDefault();
  const unit = event.deltaMode === 1 ? 16 : 1;
  if (event.shiftKey) return view.moved(pan(view.camera, -(event.deltaY || event.deltaX) * unit, 0));
  const factor = Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016));
  view.moved(zoomAt(view.camera, view.size, factor, event.offsetX, event.offsetY));
}

/** @param {MapView} view @param {MouseEvent} event */
function doubled(view, event) {
  const id = view.at(event.offsetX, event.offsetY, 4);
  if (id !== null) view.options.onOpen(id);
  else view.goTo(zoomAt(view.camera, view.size, event.shiftKey ? 0.5 : 2, event.offsetX, event.offsetY));
}

/** @param {MapView} view @param {KeyboardEvent} event */
function pressed(view, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { key } = event;
  const { selected } = view.marks;
  const arrow = PAN_KEYS[key];
  if (arrow && selected !== null && !event.shiftKey) {
    const next = nodeBeside(view.scene, selected, /** @type {any} */ (key.slice(5).toLowerCase()));
    if (next !== null) view.options.onSelect(next);
  } else if (arrow) view.moved(pan(view.camera, ...arrow));
  else if (key === "+" || key === "=") view.zoom(1.3);
  else if (key === "-" || key === "_") view.zoom(1 / 1.3);
  else if (key === "0" || key === "f") view.fit();
  else if (key === "Enter" && selected !== null) view.options.onOpen(selected);
  else if (key === "Escape" && selected !== null) view.options.onSelect(null);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @param {MapView} view @param {import("./gesture.model.js").Intent} intent */
function act(view, intent) {
  switch (intent.type) {
    case "pan":
      view.moved(pan(view.camera, intent.dx, intent.dy));
      break;
    case "zoom":
      view.moved(zoomAt(view.camera, view.size, intent.factor, intent.x, intent.y));
      break;
    case "hover": {
      const id = view.at(intent.x, intent.y, 2);
      const world = toWorld(view.camera, view.size, intent.x, intent.y);
      const edge = id === null && view.scene.edges.length < 8000 && view.camera.zoom > 0.25
        ? edgeAt(view.scene, world.x, world.y, view.camera.zoom)
        : null;
      view.hover(id, edge?.edge.id ?? null);
      break;
    }
    case "tap":
      view.canvas.focus({ preventScroll: true });
      if (intent.id === null && tapEdge(view, intent.x, intent.y)) break;
      view.options.onSelect(intent.id);
      break;
    case "grab":
      view.canvas.style.cursor = "grabbing";
      break;
    case "drag":
      view.drag(intent.id, intent.dx, intent.dy);
      break;
    case "drop":
    case "abandon": {
      view.canvas.style.cursor = "";
      const place = view.placeOf(intent.id);
      if (place && view.options.canDrag) view.options.onMoved([{ id: intent.id, ...place }]);
      break;
    }
  }
}

/**
 * A line under the finger is opened, if it is something that can be.
 *
 * @param {MapView} view @param {number} x @param {number} y
 */
function tapEdge(view, x, y) {
  if (view.camera.zoom < 0.25) return false;
  const world = toWorld(view.camera, view.size, x, y);
  const found = edgeAt(view.scene, world.x, world.y, view.camera.zoom);
  return found !== null && view.options.onEdge(found.edge);
}
