// @ts-check
/** What a model of the device catalogue says about a piece of hardware. */

/** @typedef {{ kind: string, speed_mbps: number | null, count: number, poe: string | null, management: boolean | null }} Ports */
/**
 * @typedef {{ id: string, vendor: string, model: string, part_number: string | null, role: string, units: number | null,
 *   depth: "half" | "full" | null, weight_kg: number | null, power_max_watts: number | null,
 *   power_supplies: number | null, ports: Ports[] | null,
 *   source: { repository: string, commit: string, path: string } }} Model
 */

const NETWORK = new Set(["rj45", "sfp", "sfp+", "sfp28", "qsfp+", "qsfp28"]);

/** @param {Model} model  how many interfaces it gets */
export const portCount = (model) => (model.ports ?? []).reduce((sum, { count }) => sum + count, 0);

/**
 * Values for the form. What the catalogue does not know is not in there, so that nothing typed is emptied.
 *
 * @param {Model} model
 * @returns {Record<string, any>}
 */
export function valuesOf(model) {
  const network = (model.ports ?? []).filter(({ kind }) => NETWORK.has(kind))
    .reduce((sum, { count }) => sum + count, 0);
  /** @type {Record<string, any>} */
  const values = {
    vendor: model.vendor,
    model: model.model,
    role: model.role,
    // Half units are for shelves; the inventory counts whole ones.
    height_units: Number.isInteger(model.units) ? model.units : null,
    is_full_depth: model.depth === null ? null : model.depth === "full",
    weight_kg: model.weight_kg,
    power_max_watts: model.power_max_watts,
    power_supplies: model.power_supplies,
    port_count: network || null,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

/**
 * The draft to send: what a person emptied after it was filled in stays empty.
 *
 * @param {Model} model @param {Record<string, any>} draft
 * @returns {Record<string, any>}
 */
export function draftOf(model, draft) {
  const emptied = Object.keys(valuesOf(model)).filter((name) => !(name in draft)).map((name) => [name, null]);
  return { ...draft, ...Object.fromEntries(emptied) };
}

/** @param {Ports} group */
export function portWords({ kind, speed_mbps: speed, count, poe }) {
  const name = kind === "rj45" ? "RJ45" : kind === "wifi" ? "Wi-Fi" : NETWORK.has(kind) ? kind.toUpperCase() : kind;
  const rate = speed === null ? "" : speed >= 1_000 ? ` ${speed / 1_000}G` : ` ${speed}M`;
  return `${count}× ${name}${rate}${poe === "out" ? " PoE" : ""}`;
}

/**
 * One line below the name of a model.
 *
 * @param {Model} model @param {(n: number) => string} unitWords
 */
export function hintOf(model, unitWords) {
  const ports = (model.ports ?? []).filter(({ kind }) => NETWORK.has(kind)).slice(0, 3).map(portWords);
  const units = model.units === null ? [] : [unitWords(model.units)];
  const part = model.part_number && model.part_number.toLowerCase() !== model.model.toLowerCase()
    ? [model.part_number]
    : [];
  return [...part, ...units, ...ports].join(" · ");
}
