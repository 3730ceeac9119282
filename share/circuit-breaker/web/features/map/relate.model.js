// @ts-check
/** How two things may belong together, and what is written where when they do. */

/**
 * @typedef {{ id: string, kind: string, from: string, to: string, fixed?: Record<string, any> }} ByObject
 *   a relation of its own: its kind, and the fields that hold both ends
 * @typedef {{ id: string, holder: "from" | "to", field: string }} ByField  one end names the other
 * @typedef {ByObject | ByField} Way
 */

const LINKED = ["hardware", "compute_unit", "external_node"];
const NEEDING = ["service", "compute_unit", "hardware", "cluster"];
const MEMBERS_OF_NETWORK = ["hardware", "compute_unit", "external_node", "service"];
const MEMBERS_OF_CLUSTER = ["hardware", "compute_unit", "service"];

/**
 * The likeliest first. `from` is where the line was begun.
 *
 * @param {string} from @param {string} to  kinds
 * @returns {Way[]}
 */
export function waysBetween(from, to) {
  /** @type {Way[]} */
  const ways = [];
  /** @param {string} holder @param {string[]} others @param {string} field @param {string} id */
  const either = (holder, others, field, id) => {
    if (from === holder && others.includes(to)) ways.push({ id, holder: "from", field });
    else if (to === holder && others.includes(from)) ways.push({ id, holder: "to", field });
  };
  /** @param {string} kind @param {string[]} members @param {string} whole @param {string} field @param {string} other */
  const joined = (kind, members, whole, field, other) => {
    if (members.includes(from) && to === whole) ways.push({ id: kind, kind, from: field, to: other });
    else if (members.includes(to) && from === whole) ways.push({ id: kind, kind, from: other, to: field });
  };
  either("service", ["compute_unit", "hardware", "cluster"], "runs_on_id", "runs_on");
  either("compute_unit", ["hardware"], "hardware_id", "hosted_on");
  either("storage", ["hardware"], "hardware_id", "stored_in");
  if (from === "storage" && to === "storage") ways.push({ id: "part_of", holder: "from", field: "parent_id" });
  joined("network_membership", MEMBERS_OF_NETWORK, "network", "member_id", "network_id");
  either("network", ["hardware"], "gateway_hardware_id", "gateway");
  joined("cluster_member", MEMBERS_OF_CLUSTER, "cluster", "member_id", "cluster_id");
  if (from === "network" && to === "network") {
    ways.push({ id: "network_peer", kind: "network_peer", from: "network_a_id", to: "network_b_id" });
  }
  if (LINKED.includes(from) && LINKED.includes(to)) {
    ways.push({ id: "connection", kind: "connection", from: "from_id", to: "to_id" });
  }
  if (NEEDING.includes(from)) ways.push({ id: "dependency", kind: "dependency", from: "from_id", to: "to_id" });
  if (NEEDING.includes(to)) ways.push({ id: "needed_by", kind: "dependency", from: "to_id", to: "from_id" });
  // Machines are cabled before anything else is said of them.
  if (from === "hardware" && to === "hardware") ways.sort((a, b) => Number(b.id === "connection") - Number(a.id === "connection"));
  return ways;
}

/** @type {Record<string, { kind: string, role?: string }[]>} */
const RELATED = {
  hardware: [{ kind: "hardware" }, { kind: "compute_unit" }, { kind: "service" }, { kind: "storage" }, { kind: "network" }],
  compute_unit: [{ kind: "service" }, { kind: "network" }],
  service: [{ kind: "service" }, { kind: "storage" }, { kind: "external_node" }],
  storage: [{ kind: "storage" }, { kind: "service" }],
  network: [{ kind: "hardware" }, { kind: "compute_unit" }, { kind: "network" }],
  cluster: [{ kind: "hardware" }, { kind: "service" }],
  external_node: [{ kind: "hardware" }],
  misc_item: [{ kind: "service" }],
};

/**
 * What is often added beside something of this kind, with how it belongs to it.
 *
 * @param {string} kind
 * @returns {{ kind: string, way: Way }[]}
 */
export const relatedKinds = (kind) =>
  (RELATED[kind] ?? []).flatMap((one) => {
    const [way] = waysBetween(kind, one.kind);
    return way ? [{ kind: one.kind, way }] : [];
  });

/**
 * The relation that a line of the map stands for can get another end.
 *
 * @param {{ type: string }} edge @returns {{ from: string, to: string } | null} fields of both ends
 */
export function endsOf({ type }) {
  switch (type) {
    case "connection":
    case "depends":
      return { from: "from_id", to: "to_id" };
    case "member":
      return { from: "cluster_id", to: "member_id" };
    default:
      return null;
  }
}
