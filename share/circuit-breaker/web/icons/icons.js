// @ts-check
import { svg } from "../lib/dom.js";

/**
 * Our own stroke icons on a 24 px grid. A path starts as SVG path data; `o cx cy r` is a circle, `b x y w h r` a box.
 * Parts are separated by `|`.
 *
 * @type {Record<string, string>}
 */
const SHAPES = {
  // kinds
  hardware: "b 3 4 18 7 2|b 3 13 18 7 2|M7 7.5h.01|M7 16.5h.01|M11 7.5h6|M11 16.5h6",
  compute_unit: "b 6 6 12 12 2|b 10 10 4 4 1|M9 3v3|M15 3v3|M9 18v3|M15 18v3|M3 9h3|M3 15h3|M18 9h3|M18 15h3",
  service: "b 3 4 18 16 2|M3 9h18|M6.5 6.5h.01|M9.5 6.5h.01|M8 13l2.5 2L8 17|M13 17h3",
  storage:
    "M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3z|M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6|M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3",
  network: "b 9 3 6 5 1|b 3 16 6 5 1|b 15 16 6 5 1|M12 8v4|M6 16v-4h12v4",
  external_node: "M7 18a4.5 4.5 0 0 1-.6-8.96A6 6 0 0 1 18 8.5a4.8 4.8 0 0 1-.5 9.5z",
  cluster: "o 12 5.5 2.5|o 5.5 17 2.5|o 18.5 17 2.5|M10.8 7.7l-4 7.1|M13.2 7.7l4 7.1|M8 17h8",
  misc_item: "M12 3l8 4.5v9L12 21l-8-4.5v-9z|M12 12l8-4.5|M12 12v9|M12 12L4 7.5",
  rack: "b 5 2 14 20 1|M5 7h14|M5 12h14|M5 17h14|M8 4.5h.01|M8 9.5h.01|M8 14.5h.01|M8 19.5h.01",
  interface: "b 3 5 18 14 2|M8 19v-5h8v5|M9 8v2|M12 8v2|M15 8v2",
  address: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21z|o 12 9.5 2.5",
  connection: "b 3.500 3 6 5 1|b 14.500 16 6 5 1|M6.500 8v2.500c0 4 11 1 11 5.500",
  vlan: "b 3 3 18 18 3|M7 8l2.5 8L12 8|M15 8v8h3",
  ip_range: "M4 6v12|M20 6v12|M4 12h16|M8 9l-3 3 3 3|M16 9l3 3-3 3",
  network_membership: "o 6 12 3|o 18 6 3|o 18 18 3|M8.7 10.7l6.6-3.4|M8.7 13.3l6.6 3.4",
  network_peer: "o 5 12 3|o 19 12 3|M8 12h8|M13.5 9.5L16 12l-2.5 2.5|M10.5 9.5L8 12l2.5 2.5",
  cluster_member: "o 8 8 3|M3 20c0-3 2-5 5-5s5 2 5 5|o 17 10 2.5|M15.5 15.2c3.300-.8 5.500 1.300 5.500 4.300",
  dependency: "b 3 9 6 6 1|b 15 9 6 6 1|M9 12h6|M13 10l2 2-2 2",
  location: "M3 10l9-7 9 7|M5 9v12h14V9|M10 21v-6h4v6",
  environment: "M12 3l9 5-9 5-9-5z|M3 12.500l9 5 9-5|M3 17l9 5 9-5",
  category: "b 3 3 7 7 1|b 14 3 7 7 1|b 3 14 7 7 1|b 14 14 7 7 1",
  tag: "M3 4a1 1 0 0 1 1-1h7.500l9 9a1.500 1.500 0 0 1 0 2.100l-6.400 6.400a1.500 1.500 0 0 1-2.100 0l-9-9z|M8 8h.01",
  custom_field: "b 3 6 18 12 2|M7 10v4|M6 10h2|M6 14h2|M12 15h5",
  // roles of hardware
  server: "b 3 4 18 7 2|b 3 13 18 7 2|M7 7.500h.01|M7 16.500h.01",
  switch: "b 2 8 20 8 2|M6 12h.01|M9 12h.01|M12 12h.01|M15 12h.01|M18 12h.01",
  router: "b 3 13 18 7 2|M7 16.500h.01|M10.500 16.500h.01|M16 13V9|M13 8a4 4 0 0 1 6 0|M11 5.500a7 7 0 0 1 10 0",
  firewall: "b 3 4 18 16 1|M3 9.300h18|M3 14.700h18|M9 4v5.300|M15 4v5.300|M12 9.300v5.400|M9 14.700V20|M15 14.700V20",
  access_point: "o 12 17 1.500|M8 13a5.500 5.500 0 0 1 8 0|M5 10a10 10 0 0 1 14 0|M2.500 6.800a14 14 0 0 1 19 0",
  ups: "b 4 7 14 10 2|M20 10.500v3|M12 9l-3 3.500h4L10 16",
  nas: "b 5 3 14 18 2|M5 9h14|M5 15h14|M9 6h4|M9 12h4|M9 18h4",
  workstation: "b 3 4 18 12 2|M8 20h8|M12 16v4",
  laptop: "b 5 5 14 10 1|M2 19h20",
  phone: "b 7 2 10 20 2|M11 18.500h2",
  printer: "M7 9V3h10v6|b 3 9 18 8 2|b 7 14 10 7 1",
  camera: "b 2 7 13 10 2|M15 11l6-3v8l-6-3",
  sbc: "b 3 5 18 14 2|b 8 9 6 6 1|M17 9v6|M6 5V3|M10 5V3|M14 5V3",
  pdu: "b 8 2 8 20 2|o 12 7 1.500|o 12 12 1.500|o 12 17 1.500",
  disk: "o 12 12 9|o 12 12 2|M18 7l-4 3.500",
  // kinds that are on no map
  note: "M6 3h9l4 4v14H6z|M14 3v5h5|M9 12h7|M9 16h5",
  note_link: "M6 3h9l4 4v6|M14 3v5h5|M6 3v18h5|M15 19h6|M18.500 16.500L21 19l-2.500 2.500",
  // navigation
  map: "o 5.500 6 2.500|o 18.500 6 2.500|o 12 18 2.500|M8 6h8|M6.800 8.200l4 7.600|M17.200 8.200l-4 7.600",
  discovery: "o 12 12 9|o 12 12 5|M12 12l6.300-6.300|M12 12h.01",
  status: "M3 12h4l3-8 4 16 3-8h4",
  audit: "M6 3h12v18l-3-2-3 2-3-2-3 2z|M9.500 8h5|M9.500 12h5",
  settings: "M4 7h9|M17 7h3|M4 17h3|M11 17h9|o 15 7 2|o 9 17 2",
  inventory: "b 3 4 18 5 1|b 3 9 18 5 1|b 3 14 18 6 1|M10 6.5h4|M10 11.5h4|M10 17h4",
  notes: "M6 3h9l4 4v14H6z|M14 3v5h5|M9 12h7|M9 16h5",
  trash: "M4 7h16|M9 7V4h6v3|M6 7l1 14h10l1-14|M10 11v6|M14 11v6",
  user: "o 12 8 4|M4 21c0-4 3.500-7 8-7s8 3 8 7",
  users:
    "o 9 8 3.500|M2.500 20c0-3.500 2.900-6 6.500-6s6.500 2.500 6.500 6|M16 4.800a3.500 3.500 0 0 1 0 6.400|M18 14.500c2.200.8 3.500 2.800 3.500 5.500",
  key: "o 8 15.500 4.500|M11.200 12.300L20 3.500|M16 7.500l3 3|M13.500 10l2 2",
  machine: "b 3 4 18 12 2|M8 20h8|M12 16v4|M7 10h2l1.500-3 2.500 6 1.500-3h2.500",
  // actions
  add: "M12 5v14|M5 12h14",
  edit:
    "M4 20l1-4.500L16.500 4a1.800 1.800 0 0 1 2.500 0l1 1a1.800 1.800 0 0 1 0 2.500L8.500 19z|M14.500 6l3.500 3.500",
  search: "o 10.500 10.500 6.500|M15.500 15.500L21 21",
  close: "M6 6l12 12|M18 6L6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  more: "o 5 12 0.8|o 12 12 0.8|o 19 12 0.8",
  menu: "M4 7h16|M4 12h16|M4 17h16",
  filter: "M4 5h16l-6 7.500V19l-4 2v-8.500z",
  copy: "b 8 8 12 12 2|M16 8V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3",
  download: "M12 4v11|M7.500 11l4.500 4.500 4.500-4.500|M4 20h16",
  upload: "M12 16V5|M7.500 9L12 4.500 16.500 9|M4 20h16",
  refresh:
    "M20 11a8 8 0 0 0-14.300-4L3.500 9.500|M3.500 4.500v5h5|M4 13a8 8 0 0 0 14.300 4l2.200-2.500|M20.500 19.500v-5h-5",
  restore: "M4 10a8.500 8.500 0 1 1 0 5|M3 5v5.500h5.500|M12 8v4.500l3 2",
  play: "M7 5l12 7-12 7z",
  history: "M4 10a8.500 8.500 0 1 1 0 5|M3 5v5.500h5.500|M12 8v4.500l3 2",
  pin: "M9 3h6l-1 7 3.500 3.500h-11L10 10z|M12 13.500V21",
  link:
    "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1|M14 10a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  unlink: "M15.500 14l3.200-3a4 4 0 0 0-5.700-5.700l-1 1|M8.500 10l-3.200 3a4 4 0 0 0 5.700 5.700l1-1|M4 4l16 16",
  external: "M14 4h6v6|M20 4l-9 9|M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  columns: "b 3 4 18 16 2|M9 4v16|M15 4v16",
  sort: "M8 5v14|M4.500 15.500L8 19l3.500-3.500|M16 19V5|M12.500 8.500L16 5l3.500 3.500",
  grip: "M9 6h.01|M15 6h.01|M9 12h.01|M15 12h.01|M9 18h.01|M15 18h.01",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12z|o 12 12 3",
  eye_off: "M4 4l16 16|M9.500 5.900A9 9 0 0 1 12 5.500c6 0 9.500 6.500 9.500 6.500a16 16 0 0 1-2.700 3.500|" +
    "M6.300 7.300A15.500 15.500 0 0 0 2.500 12S6 18.500 12 18.500a9 9 0 0 0 4.200-1",
  lock: "b 5 11 14 10 2|M8 11V7.500a4 4 0 0 1 8 0V11",
  unlock: "b 5 11 14 10 2|M8 11V7.500a4 4 0 0 1 7.700-1.500",
  shield: "M12 3l8 3v6c0 4.700-3.300 7.800-8 9-4.700-1.200-8-4.300-8-9V6z",
  sign_out: "M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8|M10 12h11|M17.500 8.500L21 12l-3.500 3.500",
  sign_in: "M10 4h8a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-8|M3 12h11|M10.500 8.500L14 12l-3.500 3.500",
  theme: "o 12 12 9|M12 3v18|M12 7.500l7.500 3|M12 12.500l7.800 2.500|M12 17l5 2",
  keyboard: "b 2 6 20 12 2|M6 10h.01|M10 10h.01|M14 10h.01|M18 10h.01|M7 14h10",
  globe: "o 12 12 9|M3 12h18|M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9s1-6 4-9z",
  clock: "o 12 12 9|M12 7v5.500l3.500 2",
  mail: "b 3 5 18 14 2|M4 7l8 6 8-6",
  plug: "M9 3v5|M15 3v5|M6 8h12v3a6 6 0 0 1-12 0z|M12 17v4",
  zoom_in: "o 10.500 10.500 6.500|M15.500 15.500L21 21|M10.500 7.500v6|M7.500 10.500h6",
  zoom_out: "o 10.500 10.500 6.500|M15.500 15.500L21 21|M7.500 10.500h6",
  fit: "M4 9V5a1 1 0 0 1 1-1h4|M15 4h4a1 1 0 0 1 1 1v4|M20 15v4a1 1 0 0 1-1 1h-4|M9 20H5a1 1 0 0 1-1-1v-4",
  align: "M4 4v16|b 7.500 6 12 4 1|b 7.500 14 7 4 1",
  layout: "o 12 5 2|o 5 19 2|o 12 19 2|o 19 19 2|M12 7v10|M12 11l-6.500 6|M12 11l6.500 6",
  undo: "M8 5L4 9l4 4|M4 9h10a5 5 0 0 1 0 10h-4",
  redo: "M16 5l4 4-4 4|M20 9H10a5 5 0 0 0 0 10h4",
  area: "M4 8V5a1 1 0 0 1 1-1h3|M16 4h3a1 1 0 0 1 1 1v3|M20 16v3a1 1 0 0 1-1 1h-3|M8 20H5a1 1 0 0 1-1-1v-3|M11 4h2|M11 20h2|M4 11v2|M20 11v2",
  // weather
  sun:
    "o 12 12 4|M12 2.5v3|M12 18.5v3|M2.5 12h3|M18.5 12h3|M5.3 5.3l2.1 2.1|M16.6 16.6l2.1 2.1|M18.7 5.3l-2.1 2.1|M7.4 16.6l-2.1 2.1",
  cloud: "M7 19a4.5 4.5 0 0 1-.6-8.96A6 6 0 0 1 18 9.5a4.8 4.8 0 0 1-.5 9.5z",
  cloud_sun:
    "M8 5.5V3.500|M3.500 10H2|M4.200 5.700L3 4.500|M12.500 6A4 4 0 0 0 4.300 10.500|M9 20a4 4 0 0 1-.4-7.980A5.500 5.500 0 0 1 19 12.500 3.800 3.800 0 0 1 18.500 20z",
  rain:
    "M7 15a4.500 4.500 0 0 1-.6-8.960A6 6 0 0 1 18 5.500a4.800 4.800 0 0 1-.5 9.500z|M8 18l-1 3|M12.500 18l-1 3|M17 18l-1 3",
  snow:
    "M7 15a4.500 4.500 0 0 1-.6-8.960A6 6 0 0 1 18 5.500a4.800 4.800 0 0 1-.5 9.500z|M8 18.500h.01|M12 21h.01|M16 18.500h.01",
  storm:
    "M7 15a4.500 4.500 0 0 1-.6-8.960A6 6 0 0 1 18 5.500a4.800 4.800 0 0 1-.5 9.500z|M12.500 13l-2.500 4h4l-2.500 4",
  fog: "M4 9h13|M7 13h14|M4 17h12",
  // states and arrows
  ok: "o 12 12 9|M8 12.500l3 3 5.500-6",
  warning: "M12 4l9.500 16h-19z|M12 10v4.500|M12 17.500h.01",
  error: "M8 3h8l5 5v8l-5 5H8l-5-5V8z|M12 8v5|M12 16h.01",
  info: "o 12 12 9|M12 11v5.500|M12 7.800h.01",
  question: "o 12 12 9|M9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.7.300-1 .8-1 1.700|M12 17h.01",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  left: "M15 6l-6 6 6 6",
  right: "M9 6l6 6-6 6",
  back: "M20 12H4|M10 6l-6 6 6 6",
  forward: "M4 12h16|M14 6l6 6-6 6",
  mark: "M2.500 15.500h5l7-8.500|M16.500 15.500h5|o 7.800 15.500 1.300|o 16.200 15.500 1.300",
};

/** What the picker shows, by category; what the pages' own buttons wear is not for objects. */
export const ICON_CATEGORIES = [
  {
    category: "things",
    names: ["hardware", "compute_unit", "service", "storage", "network", "external_node", "cluster", "misc_item", "rack"],
  },
  {
    category: "devices",
    names: [
      "server", "switch", "router", "firewall", "access_point", "ups", "nas", "workstation", "laptop", "phone", "printer",
      "camera", "sbc", "pdu", "disk", "machine", "plug",
    ],
  },
  {
    category: "network",
    names: ["interface", "address", "connection", "vlan", "ip_range", "network_peer", "globe", "link", "mail", "map"],
  },
  {
    category: "places",
    names: ["location", "environment", "category", "tag", "user", "users", "key", "lock", "shield", "clock", "sun", "cloud"],
  },
];

/**
 * The number of an icon that somebody brought, by the name objects wear it under; null for one of ours.
 *
 * @param {string | null | undefined} name
 */
export const uploadedIcon = (name) => /^upload-(\d{1,15})$/.exec(name ?? "")?.[1] ?? null;

/** @param {string} name */
export const hasIcon = (name) => Object.hasOwn(SHAPES, name);
/**
 * The icon a thing wears: its own, its role's, or the one given.
 *
 * @param {{ icon?: string | null, role?: string | null }} thing @param {string} otherwise
 */
export function iconOfThing({ icon: own, role }, otherwise) {
  if (own && (hasIcon(own) || uploadedIcon(own))) return own;
  return role && hasIcon(role) ? role : otherwise;
}
export const iconNames = () => Object.keys(SHAPES);

/**
 * Elements of a shape, for canvas users that draw with Path2D: only path data.
 *
 * @param {string} name
 * @returns {string[]}
 */
export function iconPaths(name) {
  return (SHAPES[name] ?? SHAPES.misc_item).split("|").map((part) => {
    if (part.startsWith("o ")) {
      const [x, y, r] = part.slice(2).split(" ").map(Number);
      return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    }
    if (part.startsWith("b ")) {
      const [x, y, w, height, r] = part.slice(2).split(" ").map(Number);
      return `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${
        height - 2 * r
      }a${r} ${r} 0 0 1 ${-r} ${r}h${-(w - 2 * r)}` +
        `a${r} ${r} 0 0 1 ${-r} ${-r}v${-(height - 2 * r)}a${r} ${r} 0 0 1 ${r} ${-r}z`;
    }
    return part;
  });
}

/**
 * An icon as an SVG element; decorative unless `label` is given.
 *
 * @param {string} name @param {{ class?: any, label?: string }} options
 */
export function icon(name, { class: extra, label } = {}) {
  const upload = uploadedIcon(name);
  return svg("svg", {
    viewBox: "0 0 24 24",
    class: ["icon", extra],
    role: label ? "img" : null,
    "aria-hidden": label ? null : "true",
    "aria-label": label,
  }, upload
    ? svg("image", { href: `/api/v1/icons/${upload}/picture`, width: 24, height: 24 })
    : iconPaths(name).map((d) => svg("path", { d })));
}

/**
 * The hue role of a kind, as a CSS variable.
 *
 * @param {string} kind
 */
export function hueOf(kind) {
  const hues = /** @type {Record<string, string>} */ ({
    cluster: "cluster",
    hardware: "hardware",
    rack: "hardware",
    compute_unit: "compute",
    service: "service",
    storage: "storage",
    network: "network",
    vlan: "network",
    ip_range: "network",
    address: "network",
    interface: "hardware",
    external_node: "external",
  });
  return `var(--hue-${hues[kind] ?? "misc"})`;
}
