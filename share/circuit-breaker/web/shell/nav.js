// @ts-check
/**
 * What the rail, the dock and the palette lead to.
 *
 * @typedef {{ href: string, label: string, icon: string, needs?: string, dock?: boolean, line?: boolean,
 *   keys?: string, also?: string[] }} Place
 */

/** @type {Place[]} */
export const PLACES = [
  { href: "/map", label: "Map", icon: "map", needs: "map.view", dock: true, keys: "g m" },
  { href: "/hardware", label: "Hardware", icon: "hardware", needs: "inventory.view", dock: true, keys: "g h" },
  { href: "/compute-units", label: "Compute", icon: "compute_unit", needs: "inventory.view", keys: "g c" },
  { href: "/services", label: "Services", icon: "service", needs: "inventory.view", dock: true, keys: "g s" },
  { href: "/storage", label: "Storage", icon: "storage", needs: "inventory.view" },
  { href: "/networks", label: "Networks", icon: "network", needs: "inventory.view", dock: true, keys: "g n" },
  { href: "/racks", label: "Racks", icon: "rack", needs: "inventory.view" },
  { href: "/inventory", label: "All kinds", icon: "inventory", needs: "inventory.view", keys: "g i" },
  {
    href: "/discovery",
    label: "Discovery",
    icon: "discovery",
    needs: "discovery.view",
    dock: true,
    line: true,
    keys: "g d",
  },
  { href: "/status", label: "Status", icon: "status", needs: "status.view" },
  { href: "/trash", label: "Trash", icon: "trash", needs: "inventory.view" },
  { href: "/audit", label: "Audit", icon: "audit", needs: "audit.view", line: true, keys: "g a" },
  { href: "/settings", label: "Settings", icon: "settings", needs: "settings.view", keys: "g ," },
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
export const placesFor = (session) => PLACES.filter(({ needs }) => !needs || session.may(needs));
