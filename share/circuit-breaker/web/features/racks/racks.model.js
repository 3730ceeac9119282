// @ts-check
/** Who stands where in a rack, what fits and what it adds up to. The daemon judges by the same rules. */

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {"front" | "rear"} Face */
/** @typedef {{ unit: number, face: Face }} Place */
/** @typedef {{ problem: "too_high" | "taken", other?: Thing, top?: number }} Refusal */

/** @param {Thing} device */
export const heightOf = (device) => device.height_units ?? 1;

/** @param {Thing} device @returns {Face} */
export const faceOf = (device) => (device.rack_face === "rear" ? "rear" : "front");

/** What is not known to be shallow takes both sides. @param {Thing} device */
export const isFull = (device) => device.is_full_depth ?? true;

/** @param {Thing} device */
export const isPlaced = (device) => Number.isInteger(device.rack_unit);

/**
 * Why a device cannot stand there; null when it can.
 *
 * @param {Thing} device @param {Place} place @param {Thing[]} devices  all of the rack @param {number} units
 * @returns {Refusal | null}
 */
export function refusalOf(device, place, devices, units) {
  const top = place.unit + heightOf(device) - 1;
  if (place.unit < 1 || top > units) return { problem: "too_high", top };
  const other = devices.find((one) =>
    one.id !== device.id && isPlaced(one) && one.rack_unit <= top && one.rack_unit + heightOf(one) > place.unit &&
    (isFull(one) || isFull(device) || faceOf(one) === place.face)
  );
  return other ? { problem: "taken", other } : null;
}

/**
 * The nearest place to begin with: the wanted one, else the lowest that is free.
 *
 * @param {Thing} device @param {Thing[]} devices @param {number} units @param {Face} [face]
 * @returns {Place | null}
 */
export function firstFree(device, devices, units, face = faceOf(device)) {
  for (let unit = 1; unit <= units - heightOf(device) + 1; unit += 1) {
    if (!refusalOf(device, { unit, face }, devices, units)) return { unit, face };
  }
  return null;
}

/**
 * Grid rows (the first is 1) of a device; the lowest unit is below unless the rack is numbered from the top.
 *
 * @param {number} unit @param {number} height @param {{ height_units: number, numbered_from_top?: boolean | null }} rack
 */
export function rowsOf(unit, height, rack) {
  const first = rack.numbered_from_top ? unit : rack.height_units - unit - height + 2;
  return { first, last: first + height };
}

/**
 * The lowest unit of a device whose upper edge lies in that row, kept inside the rack.
 *
 * @param {number} row  from 0 @param {number} height
 * @param {{ height_units: number, numbered_from_top?: boolean | null }} rack
 */
export function unitAtRow(row, height, rack) {
  const units = rack.height_units;
  const unit = rack.numbered_from_top ? row + 1 : units - row - height + 1;
  return Math.max(1, Math.min(unit, units - height + 1));
}

/**
 * What one face shows: those that stand there, and the backs of those that reach through.
 *
 * @param {Thing[]} devices @param {Face} face
 */
export const seenFrom = (devices, face) =>
  devices.filter((device) => isPlaced(device) && (faceOf(device) === face || isFull(device)))
    .sort((left, right) => right.rack_unit - left.rack_unit)
    .map((device) => ({ device, isBack: faceOf(device) !== face }));

/**
 * Sums against the limits of the rack.
 *
 * @param {Thing[]} devices  all of the rack @param {Thing} rack
 */
export function sumsOf(devices, rack) {
  const used = new Set();
  for (const device of devices.filter(isPlaced)) {
    for (let at = 0; at < heightOf(device); at += 1) used.add(device.rack_unit + at);
  }
  /** @param {(device: Thing) => number | null | undefined} read @param {number | null | undefined} limit */
  const sum = (read, limit) => {
    const known = devices.map(read).filter((value) => value !== null && value !== undefined);
    const total = known.reduce((/** @type {number} */ all, value) => all + Number(value), 0);
    return { total: Math.round(total * 100) / 100, limit: limit ?? null, unknown: devices.length - known.length };
  };
  return {
    units: { total: used.size, limit: rack.height_units, unknown: 0 },
    weight: sum((device) => device.weight_kg, rack.max_weight_kg),
    // The greatest draw is what a feed must bear; the usual one where that is not known.
    power: sum((device) => device.power_max_watts ?? device.power_watts, rack.max_power_watts),
  };
}

/**
 * The next step of a device that is carried by the arrow keys.
 *
 * @param {string} key @param {Place} place @param {number} height
 * @param {{ height_units: number, numbered_from_top?: boolean | null }} rack
 * @returns {Place | null} null for keys that do not move
 */
export function steered(key, { unit, face }, height, rack) {
  const up = rack.numbered_from_top ? -1 : 1;
  const highest = rack.height_units - height + 1;
  /** @param {number} next @returns {Place} */
  const at = (next) => ({ unit: Math.max(1, Math.min(next, highest)), face });
  if (key === "ArrowUp") return at(unit + up);
  if (key === "ArrowDown") return at(unit - up);
  if (key === "PageUp") return at(unit + 5 * up);
  if (key === "PageDown") return at(unit - 5 * up);
  if (key === "Home") return at(rack.numbered_from_top ? 1 : highest);
  if (key === "End") return at(rack.numbered_from_top ? highest : 1);
  if (key === "ArrowLeft") return { unit, face: "front" };
  if (key === "ArrowRight") return { unit, face: "rear" };
  return null;
}
