// @ts-check
/**
 * The first guess of the layout: a spanning tree of what belongs where (machine → guest → service), drawn as
 * circles around circles. Tree edges never cross in it, so the forces that follow have little left to do.
 */

/**
 * @typedef {{ id: number, kind: string, role?: string | null, x?: number | null, y?: number | null,
 *   pinned?: boolean }} LayoutNode
 */
/** @typedef {{ type: string, from: number, to: number }} LayoutEdge */
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
 * @param {LayoutNode[]} nodes
 * @param {LayoutEdge[]} edges
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

/** @param {LayoutEdge[]} edges @returns {Set<number>} both ends of every gateway edge */
const gatewayEnds = (edges) =>
  new Set(edges.filter(({ type }) => type === "gateway").flatMap(({ from, to }) => [from, to]));

/**
 * @param {number[]} members @param {Map<number, LayoutNode>} byId
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

/**
 * Places for a tree, its root at 0, 0: each node's children stand on a circle around it, big ones first and
 * far from their grandparent. Leaves of one node share rings, so fifty services stay a neat disc.
 *
 * @param {Tree} tree
 * @param {number} spacing  room for one node, in world units
 * @returns {Map<number, { x: number, y: number }>}
 */
export function balloon({ root, children }, spacing) {
  /** @type {number[]} */
  const order = [root];
  for (let at = 0; at < order.length; at += 1) order.push(...(children.get(order[at]) ?? []));
  const radius = new Map();
  /** @type {Map<number, { id: number, angle: number, distance: number }[]>} */
  const rings = new Map();
  for (const id of [...order].reverse()) {
    const ring = ringAround(children.get(id) ?? [], radius, spacing);
    rings.set(id, ring.places);
    radius.set(id, ring.radius);
  }
  const places = new Map([[root, { x: 0, y: 0, facing: 0 }]]);
  for (const id of order) {
    const here = /** @type {{ x: number, y: number, facing: number }} */ (places.get(id));
    for (const { id: child, angle, distance } of rings.get(id) ?? []) {
      const facing = here.facing + angle;
      places.set(child, { x: here.x + Math.cos(facing) * distance, y: here.y + Math.sin(facing) * distance, facing });
    }
  }
  return places;
}

const ONE_RING = 18;

/**
 * Leaves on inner rings, grown children on one outer ring whose arc each takes what its own circle needs.
 *
 * @param {number[]} children @param {Map<number, number>} radius @param {number} spacing
 */
function ringAround(children, radius, spacing) {
  const half = spacing / 2;
  const leaves = children.filter((id) => /** @type {number} */ (radius.get(id)) <= half);
  const grown = children.filter((id) => /** @type {number} */ (radius.get(id)) > half);
  /** @type {{ id: number, angle: number, distance: number }[]} */
  const places = [];
  let distance = half;
  for (let at = 0; at < leaves.length;) {
    distance += at === 0 ? half + spacing * 0.15 : spacing;
    // A score of leaves stands on one ring, however wide; more of them fill ring after ring.
    if (leaves.length <= ONE_RING) distance = Math.max(distance, (leaves.length * spacing) / (2 * Math.PI));
    const room = Math.max(3, Math.floor((2 * Math.PI * distance) / spacing + 0.001));
    const here = leaves.slice(at, at + room);
    here.forEach((id, index) =>
      places.push({ id, angle: ((index + 0.5) / here.length - 0.5) * 2 * Math.PI, distance })
    );
    at += here.length;
  }
  const inner = leaves.length > 0 ? distance + half : half;
  if (grown.length === 0) return { places, radius: inner };

  const rings = ringsOf(grown.map((id) => ({ id, size: /** @type {number} */ (radius.get(id)) })), inner);
  for (const { members, distance: far, widths } of rings.rings) {
    const slack = (2 * Math.PI - widths.reduce((sum, arc) => sum + arc, 0)) / members.length;
    let angle = -Math.PI;
    members.forEach(({ id }, index) => {
      angle += (widths[index] + slack) / 2;
      places.push({ id, angle, distance: far });
      angle += (widths[index] + slack) / 2;
    });
  }
  return { places, radius: rings.radius };
}

/** A ring this large in units of its largest member is full enough to begin another one outside of it. */
const LARGEST_RING = 7;

/**
 * Circles on rings around a middle. The arc a circle of radius r takes at distance d is 2·asin(r/d). A dozen fit on one
 * ring however large it must be; hundreds fill several, as rings of a tree.
 *
 * @param {{ id: number, size: number }[]} circles
 * @param {number} inner  radius of what is already there
 */
function ringsOf(circles, inner) {
  const rings = [];
  let from = inner;
  for (let at = 0; at < circles.length;) {
    const rest = circles.slice(at);
    const largest = Math.max(...rest.slice(0, 64).map(({ size }) => size));
    const arcAt = (/** @type {number} */ size, /** @type {number} */ distance) =>
      2 * Math.asin(Math.min(1, size / distance));
    const total = (/** @type {number} */ distance) => rest.reduce((sum, { size }) => sum + arcAt(size, distance), 0);
    let distance = from + largest;
    while (total(distance) > 2 * Math.PI && distance < from + largest * LARGEST_RING) distance *= 1.06;
    /** @type {{ id: number, size: number }[]} */
    const members = [];
    const widths = [];
    let used = 0;
    for (const circle of rest) {
      const arc = arcAt(circle.size, distance);
      if (members.length > 0 && used + arc > 2 * Math.PI) break;
      members.push(circle);
      widths.push(arc);
      used += arc;
    }
    rings.push({ members, distance, widths });
    from = distance + Math.max(...members.map(({ size }) => size));
    at += members.length;
  }
  return { rings, radius: from };
}
