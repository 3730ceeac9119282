// @ts-check
/**
 * @typedef {{ profile: "lab" | "hardened", open_reading: boolean, theme: string, font: string, language: string,
 *   timezone: string, city: string | null,
 * latitude: number | null, longitude: number | null, units: string, app_name: string, session_idle_minutes: number,
 * session_absolute_hours: number,
 *   foreign_origins: Record<string, boolean>, revision: number }} Settings
 */

/**
 * The origins outside that the interface may ask, and for what. The security policy shrinks with each one switched
 * off.
 */
export const FOREIGN = [
  { name: "gravatar", hosts: ["www.gravatar.com"] },
  { name: "google_fonts", hosts: ["fonts.googleapis.com", "fonts.gstatic.com"] },
  { name: "open_meteo", hosts: ["geocoding-api.open-meteo.com", "api.open-meteo.com"] },
];

/** What differs between the profiles: a row per subject, the value in each. */
export const DIFFERENCES = ["reading", "writing", "factors", "sessions", "cookies", "sockets"];
