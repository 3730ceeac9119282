// @ts-check
/**
 * What hangs from what: a spanning tree of closeness (machine → guest → service). The list form of the map is this tree.
 */

/** @typedef {{ id: number, kind: string, role?: string | null }} TreeNode */
/** @typedef {{ type: string, from: number, to: number }} TreeEdge */
/** @typedef {{ root: number, children: Map<number, number[]>, members: number[] }} Tree */

/** Lower binds closer: a guest hangs from its machine before it hangs from its network. */
const CLOSENESS = new Map(Object.entries({
  hosts: 0,
  runs: 0,
  stores: 0,
  mounted: 0,
  connection: 1,
  gateway: 2,
  member: 3,
  in_network: 4,
  peers: 5,
  depends: 6,
}));

const FARTHEST = Math.max(...CLOSENESS.values());

const ROOT_ROLES = ["gateway", "router", "firewall", "core-switch", "core_switch", "switch"];

/** @param {string} type */
const closeness = (type) => CLOSENESS.get(type) ?? 5;

/**
 * The nodes in groups that hang together, largest first; each with its closest spanning tree.
 * The answer depends on ids and edges only, never on the order they came in.
 *
 * @param {TreeNode[]} nodes
 * @param {TreeEdge[]} edges
 * @returns {Tree[]}
 */
export function spanningTrees(nodes, edges) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.map(({ id }) => [id, id]));
  /** @param {number} id @returns {number} */
  const find = (id) => {
    let top = id;
    while (parentOf.get(top) !== top) top = /** @type {number} */ (parentOf.get(top));
    while (parentOf.get(id) !== top) {
      const next = /** @type {number} */ (parentOf.get(id));
      parentOf.set(id, top);
      id = next;
    }
    return top;
  };

  const sorted = edges
    .filter(({ from, to }) => from !== to && byId.has(from) && byId.has(to))
    .map((edge) => ({
      rank: closeness(edge.type),
      low: Math.min(edge.from, edge.to),
      high: Math.max(edge.from, edge.to),
    }))
    .sort((a, b) => a.rank - b.rank || a.low - b.low || a.high - b.high);
  /** @type {Map<number, number[]>} */
  const branches = new Map(nodes.map(({ id }) => [id, []]));
  /** @type {Map<number, { rank: number, id: number }[]>} */
  const links = new Map(nodes.map(({ id }) => [id, []]));
  const degree = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { rank, low, high } of sorted) {
    degree.set(low, (degree.get(low) ?? 0) + 1);
    degree.set(high, (degree.get(high) ?? 0) + 1);
    const [a, b] = [find(low), find(high)];
    if (rank > 0) {
      links.get(low)?.push({ rank, id: high });
      links.get(high)?.push({ rank, id: low });
    }
    if (a === b) continue;
    parentOf.set(Math.max(a, b), Math.min(a, b));
    if (rank > 0) continue;
    branches.get(low)?.push(high);
    branches.get(high)?.push(low);
  }

  /** @type {Map<number, number[]>} */
  const groups = new Map();
  for (const id of [...byId.keys()].sort((a, b) => a - b)) {
    const top = find(id);
    const group = groups.get(top);
    if (group) group.push(id);
    else groups.set(top, [id]);
  }
  const gateways = gatewayEnds(edges);
  return [...groups.values()]
    .map((members) => grow(chooseRoot(members, byId, degree, gateways), branches, links, members))
    .sort((a, b) => b.members.length - a.members.length || a.root - b.root);
}

/** @param {TreeEdge[]} edges @returns {Set<number>} both ends of every gateway edge */
const gatewayEnds = (edges) =>
  new Set(edges.filter(({ type }) => type === "gateway").flatMap(({ from, to }) => [from, to]));

/**
 * @param {number[]} members @param {Map<number, TreeNode>} byId
 * @param {Map<number, number>} degree @param {Set<number>} gateways
 */
function chooseRoot(members, byId, degree, gateways) {
  /** @param {number} id */
  const score = (id) => {
    const node = byId.get(id);
    const role = ROOT_ROLES.indexOf(node?.role ?? "");
    const isDevice = node?.kind === "hardware";
    return (role < 0 ? 0 : 40 - role * 5) + (gateways.has(id) && isDevice ? 50 : 0) + Math.min(20, degree.get(id) ?? 0);
  };
  let best = members[0];
  for (const id of members) if (score(id) > score(best)) best = id;
  return best;
}

/**
 * Outwards from the root, by the closest links first and by the shortest way along them, so that the tree stays
 * shallow; what runs on a machine always hangs from it.
 *
 * @param {number} root @param {Map<number, number[]>} branches  between a machine and what it carries
 * @param {Map<number, { rank: number, id: number }[]>} links  all others, the closest first
 * @param {number[]} members
 * @returns {Tree}
 */
function grow(root, branches, links, members) {
  /** @type {Map<number, number[]>} */
  const children = new Map(members.map((id) => [id, []]));
  const seen = new Set([root]);
  /** @type {number[]} */
  const reached = [];
  const absorb = (/** @type {number} */ entry) => {
    const begin = reached.length;
    reached.push(entry);
    for (let at = begin; at < reached.length; at += 1) {
      const mine = (branches.get(reached[at]) ?? []).filter((id) => !seen.has(id)).sort((a, b) => a - b);
      for (const id of mine) seen.add(id);
      children.get(reached[at])?.push(...mine);
      reached.push(...mine);
    }
  };
  absorb(root);
  for (let rank = 1; seen.size < members.length && rank <= FARTHEST; rank += 1) {
    for (let at = 0; at < reached.length; at += 1) {
      for (const link of links.get(reached[at]) ?? []) {
        if (link.rank > rank || seen.has(link.id)) continue;
        seen.add(link.id);
        children.get(reached[at])?.push(link.id);
        absorb(link.id);
      }
    }
  }
  return { root, children, members };
}
