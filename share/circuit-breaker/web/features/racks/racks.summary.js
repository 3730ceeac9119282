// @ts-check
/** What a rack adds up to, and what stands where in words: printed below the drawing, and for screen readers. */
import { h } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { emptyState } from "../../ui/empty.js";
import { meter } from "../../ui/progress.js";
import { faceOf, heightOf, isFull, isPlaced, sumsOf } from "./racks.model.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** @type {[string, boolean][]} name and whether it is a number */
const COLUMNS = [["unit", true], ["name", false], ["model", false], ["side", false], ["weight", true], ["power", true]];

/** @param {Thing[]} devices @param {Thing} rack */
export function sumLines(devices, rack) {
  const { units, weight, power } = sumsOf(devices, rack);
  return [sumLine("units", units), sumLine("weight", weight), sumLine("power", power)];
}

/** @param {string} name @param {{ total: number, limit: number | null, unknown: number }} sum */
function sumLine(name, { total, limit, unknown }) {
  const words = limit === null
    ? t(`racks.sum_${name}`, { total: count(total) })
    : t(`racks.sum_${name}_of`, { total: count(total), limit: count(limit) });
  const isOver = limit !== null && total > limit;
  return h(
    "div",
    { class: "rack-sum" },
    limit === null ? h("span", {}, words) : meter(Math.min(100, limit > 0 ? (100 * total) / limit : 100), words),
    isOver && h("span", { class: "small rack-over", role: "alert" }, t(`racks.over_${name}`)),
    unknown > 0 && h("span", { class: "small quiet" }, t(`racks.unknown_${name}`, { n: unknown })),
  );
}

/** @param {Thing[]} devices @param {boolean} mayEdit */
export function placedTable(devices, mayEdit) {
  const placed = devices.filter(isPlaced).sort((left, right) => right.rack_unit - left.rack_unit);
  if (placed.length === 0) {
    const text = t(mayEdit ? "racks.empty_text" : "racks.empty_view");
    return emptyState({ icon: "rack", title: t("racks.empty"), text });
  }
  const heads = COLUMNS.map(([name, isNumber]) =>
    h("th", { scope: "col", class: isNumber ? "number" : null }, t(`racks.column_${name}`))
  );
  return h(
    "table",
    {},
    h("caption", { class: "only-readers" }, t("racks.list")),
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, placed.map(line)),
  );
}

/** @param {Thing} device */
function line(device) {
  const top = device.rack_unit + heightOf(device) - 1;
  const power = device.power_max_watts ?? device.power_watts ?? null;
  const weight = device.weight_kg ?? null;
  return h(
    "tr",
    {},
    h("td", { class: "number" }, top === device.rack_unit ? top : `${device.rack_unit}–${top}`),
    h("td", {}, h("a", { href: `/hardware/${device.id}` }, device.name)),
    h("td", {}, [device.vendor, device.model].filter(Boolean).join(" ")),
    h("td", {}, t(isFull(device) ? "racks.side_both" : `racks.face_${faceOf(device)}`)),
    h("td", { class: "number" }, weight === null ? "" : `${count(weight)} kg`),
    h("td", { class: "number" }, power === null ? "" : `${count(power)} W`),
  );
}
