// @ts-check
import { t } from "../lib/i18n.js";

/**
 * What the rail, the dock and the palette lead to.
 *
 * @typedef {{ href: string, name: string, label: string, icon: string, needs?: string, dock?: boolean, line?: boolean,
 *   keys?: string, also?: string[] }} Place
 */

/** @type {Omit<Place, "label">[]} `shell.place_<name>` is the label. */
export const PLACES = [
  { href: "/map", name: "map", icon: "map", needs: "map.view", dock: true, keys: "g m" },
  { href: "/hardware", name: "hardware", icon: "hardware", needs: "inventory.view", dock: true, keys: "g h" },
  { href: "/compute-units", name: "compute", icon: "compute_unit", needs: "inventory.view", keys: "g c" },
  { href: "/services", name: "services", icon: "service", needs: "inventory.view", dock: true, keys: "g s" },
  { href: "/storage", name: "storage", icon: "storage", needs: "inventory.view" },
  { href: "/networks", name: "networks", icon: "network", needs: "inventory.view", dock: true, keys: "g n" },
  { href: "/address-plan", name: "plan", icon: "ip_range", needs: "inventory.view", keys: "g p" },
  { href: "/notes", name: "notes", icon: "notes", needs: "inventory.view", keys: "g o" },
  { href: "/racks", name: "racks", icon: "rack", needs: "inventory.view" },
  { href: "/inventory", name: "inventory", icon: "inventory", needs: "inventory.view", keys: "g i" },
  {
    href: "/discovery",
    name: "discovery",
    icon: "discovery",
    needs: "discovery.view",
    dock: true,
    line: true,
    keys: "g d",
  },
  { href: "/status", name: "status", icon: "status", needs: "status.view" },
  { href: "/trash", name: "trash", icon: "trash", needs: "inventory.view" },
  { href: "/audit", name: "audit", icon: "audit", needs: "audit.view", line: true, keys: "g a" },
  { href: "/settings", name: "settings", icon: "settings", needs: "settings.view", keys: "g ," },
];

/**
 * Whether a place is where we are.
 *
 * @param {string} href
 * @param {string} pathname
 */
export const isCurrent = (href, pathname) => pathname === href || pathname.startsWith(`${href}/`);

/**
 * @param {{ may: (permission: string) => boolean }} session
 * @returns {Place[]}
 */
export const placesFor = (session) =>
  PLACES.filter(({ needs }) => !needs || session.may(needs)).map((place) => ({ ...place, label: t(`shell.place_${place.name}`) }));
