// @ts-check
/** What a machine sees, in the order a person reads it. */

/** @typedef {import("./discovery.api.js").Proposal} Proposal */

const ORDER = [
  "machine",
  "interface",
  "address",
  "network",
  "gateway",
  "neighbour",
  "neighbor",
  "service",
  "container",
  "guest",
  "compute",
  "storage",
];

/** @param {string} group */
function rank(group) {
  const word = group.toLowerCase();
  const at = ORDER.findIndex((one) => word.startsWith(one));
  return at < 0 ? ORDER.length : at;
}

/**
 * @param {Proposal[]} proposals
 * @returns {{ name: string, open: Proposal[], same: Proposal[] }[]} groups; `open` is what could be taken over
 */
export function grouped(proposals) {
  /** @type {Map<string, { name: string, open: Proposal[], same: Proposal[] }>} */
  const groups = new Map();
  for (const proposal of proposals) {
    const name = proposal.group || proposal.kind;
    const group = groups.get(name) ?? { name, open: [], same: [] };
    (proposal.action === "same" ? group.same : group.open).push(proposal);
    groups.set(name, group);
  }
  return [...groups.values()].sort((a, b) => rank(a.name) - rank(b.name));
}

/** @param {Proposal[]} proposals */
export function counts(proposals) {
  const result = { add: 0, change: 0, same: 0 };
  for (const { action } of proposals) result[action] += 1;
  return result;
}

/**
 * The fields worth showing: all of a new thing that are known; of a known thing those that differ.
 *
 * @param {Proposal} proposal
 * @returns {{ name: string, observed: any, documented: any }[]}
 */
export function shownFields({ action, fields, name: title }) {
  return Object.entries(fields ?? {})
    .map(([name, { observed, documented }]) => ({ name, observed: observed ?? null, documented: documented ?? null }))
    .filter(({ name, observed, documented }) => {
      if (action === "change") return JSON.stringify(observed) !== JSON.stringify(documented);
      return observed !== null && observed !== "" && !(name === "name" && observed === title);
    });
}

/** @param {any} value @returns {string} */
export function words(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.map(words).join(", ");
  return typeof value === "object" ? Object.values(value).map(words).join(" ") : String(value);
}

/**
 * @param {{ kind: string, fields: Record<string, any> }} proposal
 * @param {{ name: string, label: string }[]} fields
 * @param {string} name
 */
export const labelOf = (proposal, fields, name) =>
  fields.find((field) => field.name === name)?.label ?? name.replace(/_id$/, "").replaceAll("_", " ");
