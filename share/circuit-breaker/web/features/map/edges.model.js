// @ts-check
/**
 * How a relation is drawn: medium decides the line, type decides weight and arrow. Names only; the renderer has
 * colours.
 */

import { count } from "../../lib/format.js";

/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/**
 * @typedef {{ name: string, line: "solid" | "double" | "dotted" | "dashed", arrow: boolean, weight: number,
 *   tone: "link" | "belongs" | "network" | "needs" | "power" }} EdgeStyle
 */

/** @type {Record<string, EdgeStyle>} */
export const EDGE_STYLES = {
  ethernet: { name: "ethernet", line: "solid", arrow: false, weight: 1.5, tone: "link" },
  fibre: { name: "fibre", line: "double", arrow: false, weight: 1.5, tone: "link" },
  wifi: { name: "wifi", line: "dotted", arrow: false, weight: 1.75, tone: "link" },
  vpn: { name: "vpn", line: "dashed", arrow: false, weight: 1.5, tone: "link" },
  power: { name: "power", line: "dashed", arrow: false, weight: 1.25, tone: "power" },
  other: { name: "other", line: "solid", arrow: false, weight: 1.25, tone: "link" },
  belongs: { name: "belongs", line: "solid", arrow: false, weight: 1.25, tone: "belongs" },
  network: { name: "network", line: "solid", arrow: false, weight: 1, tone: "network" },
  gateway: { name: "gateway", line: "solid", arrow: false, weight: 2, tone: "network" },
  peers: { name: "peers", line: "dashed", arrow: false, weight: 1.25, tone: "network" },
  needs: { name: "needs", line: "solid", arrow: true, weight: 1, tone: "needs" },
};

/** @type {[RegExp, string][]} */
const MEDIA = [
  [/^(fib(re|er)|sfp|dac|optic)/, "fibre"],
  [/^(wi-?fi|wireless|wlan|radio)/, "wifi"],
  [/^(vpn|tunnel|wg|wireguard|ipsec|ssh|gre|vxlan)/, "vpn"],
  [/^power$/, "power"],
  [/^(ethernet|copper|cat|rj45|twisted|backplane|$)/, "ethernet"],
];

const TYPES = new Map(Object.entries({
  hosts: "belongs",
  runs: "belongs",
  stores: "belongs",
  mounted: "belongs",
  member: "belongs",
  in_network: "network",
  gateway: "gateway",
  peers: "peers",
  depends: "needs",
}));

/** @param {Pick<MapEdge, "type" | "medium">} edge @returns {EdgeStyle} */
export function styleOf({ type, medium }) {
  const named = TYPES.get(type);
  if (named) return EDGE_STYLES[named];
  const text = (medium ?? "").toLowerCase();
  return EDGE_STYLES[MEDIA.find(([pattern]) => pattern.test(text))?.[1] ?? "other"];
}

/** @param {number | null | undefined} mbps @returns {string} */
export function speedText(mbps) {
  if (!mbps) return "";
  return mbps >= 1000 ? `${count(mbps / 1000, 1)} Gbit/s` : `${count(mbps, 1)} Mbit/s`;
}

/**
 * Two steps a power of ten above 10 Mbit/s, 0 … 15; unknown is 0.
 *
 * @param {number | null | undefined} mbps
 */
export const speedClass = (mbps) => (mbps ? Math.min(15, Math.max(0, Math.round((Math.log10(mbps) - 1) * 2))) : 0);

/** How much wider a line is drawn when width tells speed. @param {number | null | undefined} mbps */
export const speedWidth = (mbps) => 0.5 + speedClass(mbps) * 0.3;

const RELATIONS = new Map(Object.entries({
  connection: "connection",
  depends: "dependency",
  member: "cluster_member",
  in_network: "network_membership",
  peers: "network_peer",
}));

/**
 * The object behind an edge, for those that are objects: `connection:12`.
 *
 * @param {Pick<MapEdge, "id" | "type">} edge
 * @returns {{ kind: string, id: number } | null}
 */
export function relationOf({ id, type }) {
  const [word, number] = id.split(":");
  const kind = RELATIONS.get(type);
  return kind && word === type && /^\d+$/.test(number ?? "") ? { kind, id: Number(number) } : null;
}
