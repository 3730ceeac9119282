// @ts-check
/** The address plan: prefixes as a tree, what is in each, what stands twice. Pure. */

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {{ first: bigint, last: bigint, bits: number, family: 4 | 6 }} Block */
/** @typedef {{ network: Thing, block: Block | null, children: PlanNode[], twins: Thing[] }} PlanNode */
/** @typedef {{ node: PlanNode | null, part: Thing | null, level: number, size: number, at: number, key: string,
 *   canOpen: boolean, isOpen: boolean }} PlanRow  `part` is a range or a reservation in the network above it */

/** @param {string} text @returns {bigint | null} */
export function addressNumber(text) {
  if (text.includes(":")) return number6(text);
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** @param {string} text */
function number6(text) {
  const [head, tail, more] = text.split("::");
  if (more !== undefined) return null;
  const groups = (/** @type {string | undefined} */ half) => (half ? half.split(":") : []);
  const left = groups(head), right = groups(tail);
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  if (missing < 0 || left.length + right.length + missing !== 8) return null;
  const all = [...left, ...Array(missing).fill("0"), ...right];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.reduce((sum, group) => sum * 65536n + BigInt(parseInt(group, 16)), 0n);
}

/** @param {string | null | undefined} cidr @returns {Block | null} */
export function blockOf(cidr) {
  const [address, prefix] = (cidr ?? "").split("/");
  const first = address ? addressNumber(address) : null;
  const family = address?.includes(":") ? 6 : 4;
  const width = family === 6 ? 128 : 32;
  const bits = Number(prefix);
  if (first === null || !/^\d+$/.test(prefix ?? "") || bits > width) return null;
  return { first, last: first + (1n << BigInt(width - bits)) - 1n, bits, family };
}

/** @param {Block} outer @param {Block} inner */
const holds = (outer, inner) =>
  outer.family === inner.family && outer.first <= inner.first && outer.last >= inner.last;

/**
 * Networks by their prefixes, each below the narrowest that holds it; those without a prefix at the end.
 *
 * @param {Thing[]} networks
 * @returns {PlanNode[]}
 */
export function planOf(networks) {
  const nodes = networks.map((network) => ({
    network,
    block: blockOf(network.cidr),
    children: /** @type {PlanNode[]} */ ([]),
    twins: /** @type {Thing[]} */ ([]),
  }));
  const placed = nodes.filter(({ block }) => block).sort(byBlock);
  /** @type {PlanNode[]} */
  const roots = [];
  /** @type {PlanNode[]} */
  const around = [];
  for (const node of placed) {
    const block = /** @type {Block} */ (node.block);
    while (around.length > 0 && !holds(/** @type {Block} */ (around[around.length - 1].block), block)) around.pop();
    const above = around[around.length - 1];
    const twin = above && above.block?.bits === block.bits;
    if (twin) {
      node.twins.push(above.network, ...above.twins);
      for (const other of [above, ...siblings(around, roots).filter((one) => above.twins.includes(one.network))]) {
        other.twins.push(node.network);
      }
      siblings(around, roots).push(node);
      continue;
    }
    (above?.children ?? roots).push(node);
    around.push(node);
  }
  return [...roots, ...nodes.filter(({ block }) => !block)];
}

/** @param {PlanNode[]} around @param {PlanNode[]} roots */
const siblings = (around, roots) => (around.length > 1 ? around[around.length - 2].children : roots);

/** @param {PlanNode} a @param {PlanNode} b */
function byBlock(a, b) {
  const [x, y] = [/** @type {Block} */ (a.block), /** @type {Block} */ (b.block)];
  if (x.family !== y.family) return x.family - y.family;
  if (x.first !== y.first) return x.first < y.first ? -1 : 1;
  return x.bits - y.bits || a.network.id - b.network.id;
}

/**
 * The rows that are seen. A network that is not asked for stays where something below it is.
 *
 * @param {PlanNode[]} nodes
 * @param {{ closed: Set<number>, parts: Map<number, Thing[]>, isWanted: (network: Thing) => boolean }} look
 *   `parts`: ranges and reservations by network, shown where it is open
 * @returns {PlanRow[]}
 */
export function rowsOf(nodes, { closed, parts, isWanted }, level = 1) {
  const shown = nodes.filter((node) => has(node, isWanted));
  return shown.flatMap((node, at) => {
    const own = parts.get(node.network.id) ?? [];
    const below = node.children.filter((child) => has(child, isWanted));
    const canOpen = own.length + below.length > 0;
    const isOpen = canOpen && !closed.has(node.network.id);
    /** @type {PlanRow} */
    const row = { node, part: null, level, size: shown.length, at: at + 1, key: `n${node.network.id}`, canOpen, isOpen };
    if (!isOpen) return [row];
    const size = own.length + below.length;
    return [
      row,
      ...own.map((part, index) => ({
        node: null, part, level: level + 1, size, at: index + 1, key: `p${part.id}`, canOpen: false, isOpen: false,
      })),
      ...rowsOf(below, { closed, parts, isWanted }, level + 1),
    ];
  });
}

/** @param {PlanNode} node @param {(network: Thing) => boolean} isWanted @returns {boolean} */
const has = (node, isWanted) => isWanted(node.network) || node.children.some((child) => has(child, isWanted));

/**
 * Ranges and reserved addresses by network, in their order.
 *
 * @param {Thing[]} things
 * @returns {Map<number, Thing[]>}
 */
export function partsOf(things) {
  /** @type {Map<number, Thing[]>} */
  const parts = new Map();
  for (const thing of things) {
    if (!thing.network_id) continue;
    parts.set(thing.network_id, [...(parts.get(thing.network_id) ?? []), thing]);
  }
  const start = (/** @type {Thing} */ thing) => addressNumber(thing.first ?? thing.address ?? "") ?? 0n;
  for (const list of parts.values()) list.sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : a.id - b.id));
  return parts;
}

/**
 * Where a key leads in the tree.
 *
 * @param {string} key @param {PlanRow[]} rows @param {number} at
 * @returns {{ to?: number, toggle?: boolean } | null}
 */
export function treeMove(key, rows, at) {
  const row = rows[at];
  if (!row) return null;
  const above = () => rows.findLastIndex((one, index) => index < at && one.level < row.level);
  switch (key) {
    case "ArrowDown": return { to: Math.min(rows.length - 1, at + 1) };
    case "ArrowUp": return { to: Math.max(0, at - 1) };
    case "Home": return { to: 0 };
    case "End": return { to: rows.length - 1 };
    case "ArrowRight": return row.canOpen && !row.isOpen ? { toggle: true } : row.isOpen ? { to: at + 1 } : null;
    case "ArrowLeft": return row.isOpen ? { toggle: true } : above() >= 0 ? { to: above() } : null;
    default: return null;
  }
}
