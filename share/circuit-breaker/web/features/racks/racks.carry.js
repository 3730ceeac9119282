// @ts-check
/** Carrying a device: with the pointer, snapping to units, or with the keys. One thing is carried at a time. */
import { h, on, setStyle } from "../../lib/dom.js";
import { heightOf, steered } from "./racks.model.js";
import { UNIT } from "./racks.elevation.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./racks.model.js").Place} Place */

/** Pixels before a press becomes a drag: less is a click. */
const THRESHOLD = 5;

/**
 * @typedef {{ root: HTMLElement, tray: HTMLElement, signal: AbortSignal,
 *   deviceOf: (id: number) => Thing | undefined, rack: () => Thing,
 *   placeAt: (x: number, y: number, height: number) => Place | null,
 *   preview: (device: Thing, place: Place | null) => string | null, begin: (device: Thing) => Place | null,
 *   drop: (device: Thing, place: Place) => void, remove: (device: Thing) => void,
 *   open: (device: Thing) => void, cancelled: () => void }} CarryOptions
 *   `preview` answers with why it cannot stand there
 * @param {CarryOptions} options
 */
export function carrying(options) {
  const { root, tray, signal } = options;
  /** @type {{ device: Thing, place: Place } | null} */
  let held = null;
  /** The click that ends a drag is none. */
  let wasDragged = false;

  /** @param {Event} event */
  const deviceAt = (event) => {
    const card = /** @type {Element} */ (event.target).closest(".rack-device");
    return card instanceof HTMLElement ? options.deviceOf(Number(card.dataset.id)) : undefined;
  };
  const mayMove = (/** @type {Event} */ event) =>
    Boolean(/** @type {Element} */ (event.target).closest(".rack-device.may-move"));

  on(root, "click", (event) => {
    const device = deviceAt(event);
    // A keyboard "click" (detail 0) is Enter or Space and is told by the keys.
    if (device && !wasDragged && /** @type {MouseEvent} */ (event).detail > 0) options.open(device);
    wasDragged = false;
  }, signal);

  on(root, "pointerdown", (event) => {
    const start = /** @type {PointerEvent} */ (event), device = deviceAt(event);
    wasDragged = false;
    // A finger scrolls and taps; the form of the device moves it on a phone.
    if (start.button === 0 && start.pointerType !== "touch" && device && mayMove(event)) drag(start, device);
  }, signal);

  /** @param {PointerEvent} start @param {Thing} device */
  function drag(start, device) {
    const card = /** @type {HTMLElement} */ (/** @type {Element} */ (start.target).closest(".rack-device"));
    const box = card.getBoundingClientRect();
    // What waits beside the rack is drawn lower than it is: it hangs on its first unit.
    const grip = Math.min(start.clientY - box.top, UNIT / 2 + (heightOf(device) - 1) * UNIT);
    const ended = new AbortController();
    signal.addEventListener("abort", () => ended.abort(), { once: true });
    /** @type {HTMLElement | null} */
    let ghost = null;
    /** @type {Place | null} */
    let place = null;
    let overTray = false;
    const stop = () => {
      ended.abort();
      ghost?.remove();
      tray.classList.remove("is-target");
      root.classList.remove("is-carrying");
      options.preview(device, null);
    };
    on(document, "pointermove", (event) => {
      const { clientX: x, clientY: y } = /** @type {PointerEvent} */ (event);
      if (!ghost && Math.hypot(x - start.clientX, y - start.clientY) < THRESHOLD) return;
      if (!ghost) {
        ghost = h("div", { class: "rack-ghost", "aria-hidden": "true" }, device.name);
        setStyle(ghost, { width: `${box.width}px`, height: `${heightOf(device) * UNIT - 2}px` });
        document.body.append(ghost);
        root.classList.add("is-carrying");
        wasDragged = true;
      }
      setStyle(ghost, { transform: `translate(${x - (start.clientX - box.left)}px, ${y - grip}px)` });
      place = options.placeAt(x, y - grip, heightOf(device));
      const over = tray.getBoundingClientRect();
      overTray = !place && x >= over.left && x <= over.right && y >= over.top && y <= over.bottom;
      tray.classList.toggle("is-target", overTray);
      const refused = options.preview(device, place);
      ghost.textContent = refused ?? device.name;
      ghost.classList.toggle("is-refused", refused !== null);
    }, ended.signal);
    on(document, "pointerup", () => {
      const target = place, isAway = overTray, moved = ghost !== null;
      stop();
      if (!moved) return;
      if (target) options.drop(device, target);
      else if (isAway) options.remove(device);
    }, ended.signal);
    on(document, "pointercancel", stop, ended.signal);
    on(document, "keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") stop();
    }, ended.signal);
  }

  on(root, "keydown", (event) => {
    const press = /** @type {KeyboardEvent} */ (event), device = deviceAt(event);
    if (!device || press.ctrlKey || press.metaKey || press.altKey) return;
    if (held && held.device.id === device.id) {
      if (carryKey(press, held)) take(press);
    } else if (press.key === "o") {
      take(press);
      options.open(device);
    } else if ((press.key === "Enter" || press.key === " ") && mayMove(event)) {
      take(press);
      const place = options.begin(device);
      held = place ? { device, place } : null;
      if (held) options.preview(device, held.place);
    } else if (press.key === "Enter") {
      take(press);
      options.open(device);
    } else if (press.key === "Delete" && mayMove(event)) {
      take(press);
      options.remove(device);
    }
  }, signal);

  /** @param {KeyboardEvent} press @param {{ device: Thing, place: Place }} now @returns {boolean} whether it was ours */
  function carryKey({ key }, now) {
    if (key === "Escape" || key === "Tab") {
      letGo();
      options.cancelled();
      return key === "Escape";
    }
    if (key === "Enter" || key === " ") {
      letGo();
      options.drop(now.device, now.place);
      return true;
    }
    const place = steered(key, now.place, heightOf(now.device), /** @type {any} */ (options.rack()));
    if (!place) return false;
    held = { device: now.device, place };
    options.preview(now.device, place);
    return true;
  }

  function letGo() {
    if (held) options.preview(held.device, null);
    held = null;
  }

  on(root, "focusout", () => {
    if (held && !root.contains(document.activeElement)) letGo();
  }, signal);

  /** @param {Event} event */
  const take = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };

  return { isBusy: () => held !== null || root.classList.contains("is-carrying") };
}
