// @ts-check
/**
 * Five ways to look at the same lab: everything, cables and ports, networks and addresses, what runs on what, what needs
 * what. A view chooses lines by type, the nodes that belong to them, and a layout that suits it.
 */

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {{ nodes: MapNode[], edges: MapEdge[] }} Part */
/** @typedef {{ from_port?: string, to_port?: string }} Ports */

export const VIEWS = ["all", "physical", "logical", "workloads", "dependencies"];

/** The daemon lays views out and exports them by the same rules. @type {Record<string, { types: string[], kinds: string[] }>} `kinds` are there without a line too */
export const RULES = {
  physical: { types: ["connection"], kinds: ["hardware"] },
  logical: { types: ["in_network", "gateway", "peers"], kinds: ["network"] },
  workloads: { types: ["hosts", "runs", "stores", "mounted", "member"], kinds: ["compute_unit", "service"] },
  dependencies: { types: ["depends"], kinds: [] },
};

/** @param {string | null | undefined} name @returns {string} one of the five */
export const viewNamed = (name) => (name && VIEWS.includes(name) ? name : "all");

/** @param {Part} part @param {string} view @returns {Part} */
export function viewPart(part, view) {
  const rule = RULES[view];
  if (!rule) return part;
  const edges = part.edges.filter(({ type }) => rule.types.includes(type));
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { nodes: part.nodes.filter(({ id, kind }) => joined.has(id) || rule.kinds.includes(kind)), edges };
}

/**
 * What stands at a cable in the view of ports: where it is plugged in at both ends, then its label.
 *
 * @param {MapEdge} edge @param {Ports | undefined} ports @returns {MapEdge}
 */
export function withPorts(edge, ports) {
  if (!ports?.from_port && !ports?.to_port) return edge;
  const plugged = `${ports.from_port || "–"} ⇄ ${ports.to_port || "–"}`;
  return { ...edge, label: [plugged, edge.label].filter(Boolean).join(" · ") };
}

/**
 * Ports by the id of the line. An end that is an interface is plugged in by its name.
 *
 * @param {any[]} connections as the daemon lists them @returns {Map<string, Ports>}
 */
export function portsOf(connections) {
  const end = (/** @type {any} */ one, /** @type {"from" | "to"} */ side) =>
    one[`${side}_port`] || (one[`${side}_kind`] === "interface" ? one[`${side}_name`] : "") || "";
  return new Map(connections.map((one) => [`connection:${one.id}`, { from_port: end(one, "from"), to_port: end(one, "to") }]));
}
