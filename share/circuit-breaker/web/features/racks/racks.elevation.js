// @ts-check
/** One face of a rack: numbered units with what stands in them. */
import { icon, iconOfThing } from "../../icons/icons.js";
import { h, replace, setStyle } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { heightOf, rowsOf, seenFrom, unitAtRow } from "./racks.model.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./racks.model.js").Face} Face */
/** @typedef {import("./racks.model.js").Place} Place */

/** Height of a unit in pixels; racks.css says the same. */
export const UNIT = 26;

export class Elevation {
  /** @param {Face} face @param {(device: Thing, isBack: boolean) => HTMLElement} draw */
  constructor(face, draw) {
    this.face = face;
    this.draw = draw;
    this.grid = h("div", { class: "rack-grid" });
    this.shadow = h("div", { class: "rack-shadow", hidden: true, "aria-hidden": "true" });
    this.element = h(
      "section",
      { class: "rack-face", "aria-label": t(`racks.face_${face}`) },
      h("h2", {}, t(`racks.face_${face}`)),
      this.grid,
    );
  }

  /** @param {Thing} rack @param {Thing[]} devices */
  show(rack, devices) {
    this.rack = rack;
    const units = Array.from({ length: rack.height_units }, (_, at) => at + 1);
    setStyle(this.grid, { "grid-template-rows": `repeat(${rack.height_units}, ${UNIT}px)` });
    replace(
      this.grid,
      units.map((unit) => {
        const { first } = rowsOf(unit, 1, /** @type {any} */ (rack));
        return h("span", { class: "rack-unit", "aria-hidden": "true", style: { "grid-row": String(first) } }, unit);
      }),
      seenFrom(devices, this.face).map(({ device, isBack }) => {
        const element = this.draw(device, isBack);
        this.lay(element, device.rack_unit, heightOf(device));
        return element;
      }),
      this.shadow,
    );
  }

  /** @param {HTMLElement} element @param {number} unit @param {number} height */
  lay(element, unit, height) {
    const { first, last } = rowsOf(unit, height, /** @type {any} */ (this.rack));
    setStyle(element, { "grid-row": `${first} / ${last}`, "grid-column": "2" });
  }

  /**
   * Shows where something would stand.
   *
   * @param {Place | null} place @param {number} height @param {boolean} isFree @param {string} words
   */
  preview(place, height, isFree, words) {
    this.shadow.hidden = !place;
    if (!place) return;
    this.lay(this.shadow, place.unit, height);
    this.shadow.classList.toggle("is-refused", !isFree);
    this.shadow.textContent = words;
  }

  /**
   * The place below a point of the window, snapped to units; null beside the rack.
   *
   * @param {number} x @param {number} y  of the upper edge of what is carried @param {number} height
   * @returns {Place | null}
   */
  placeAt(x, y, height) {
    const box = this.grid.getBoundingClientRect();
    const margin = UNIT;
    if (x < box.left || x > box.right || y < box.top - margin || y > box.bottom + margin) return null;
    return { unit: unitAtRow(Math.round((y - box.top) / UNIT), height, /** @type {any} */ (this.rack)), face: this.face };
  }
}

/**
 * A device as it stands in the rack or waits beside it.
 *
 * @param {Thing} device @param {{ isBack?: boolean, mayMove: boolean, describedBy: string }} state
 */
export function deviceCard(device, { isBack = false, mayMove, describedBy }) {
  const height = heightOf(device);
  const words = [
    device.name,
    t("racks.units", { n: height }),
    Number.isInteger(device.rack_unit) ? t("racks.at", { unit: device.rack_unit }) : null,
    isBack ? t("racks.back") : null,
  ].filter(Boolean).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: ["rack-device", isBack && "is-back", mayMove && "may-move", device.is_full_depth === false && "is-half"],
      dataset: { id: String(device.id), back: isBack ? "yes" : "no" },
      "aria-label": words,
      "aria-describedby": mayMove ? describedBy : null,
    },
    icon(iconOfThing(device, "hardware"), { class: "small" }),
    h("span", { class: "ellipsis grow" }, device.name),
    h("span", { class: "small quiet rack-height" }, t("racks.units", { n: height })),
  );
}
