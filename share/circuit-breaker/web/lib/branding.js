// @ts-check
import { api } from "./api.js";
import { Signal } from "./signal.js";

/**
 * The name and the pictures of this installation, for every page: the sign-in page as well.
 *
 * @typedef {{ app_name: string, language: string, theme: string, logo: string | null, background: string | null, favicon: string | null }} Branding
 * @typedef {"logo" | "background" | "favicon"} Place
 */

/** @type {Signal<Branding>} */
export const branding = new Signal(
  /** @type {Branding} */ ({ app_name: "", language: "auto", theme: "auto", logo: null, background: null, favicon: null }),
);

/** Asks once; the pages have the usual name and pictures until it answers. */
export const loadBranding = () => api.get("branding", { open: true }).then((found) => branding.set(found), () => {});

/**
 * Where a picture lies, or null while there is none of its own.
 *
 * @param {Branding} from @param {Place} place
 */
export const pictureOf = (from, place) =>
  from[place] ? `/api/v1/branding/${place}?v=${encodeURIComponent(from[place] ?? "")}` : null;
