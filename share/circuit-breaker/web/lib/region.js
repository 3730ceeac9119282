// @ts-check
/** Time zones and cities. The city search asks Open-Meteo, only while the settings allow that origin. */

/**
 * Zones this browser knows.
 *
 * @returns {string[]}
 */
export const timezones = () => {
  const intl = /** @type {any} */ (Intl);
  const known = typeof intl.supportedValuesOf === "function" ? intl.supportedValuesOf("timeZone") : [];
  return known.includes("UTC") ? known : ["UTC", ...known];
};

/** The zone of this browser. */
export const ownTimezone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/**
 * "UTC+01:00" of a zone now, or "".
 *
 * @param {string} zone
 * @param {Date} [now]
 */
export function offsetOf(zone, now = new Date()) {
  try {
    const part = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(now).find((
      { type },
    ) => type === "timeZoneName");
    return (part?.value ?? "").replace("GMT", "UTC");
  } catch {
    return "";
  }
}

/**
 * Cities by name.
 *
 * @param {string} text @param {AbortSignal} signal @param {string} [language]
 * @returns {Promise<{ name: string, country: string, latitude: number, longitude: number, timezone: string }[]>}
 */
export async function findCities(text, signal, language = "en") {
  if (text.length < 2) return [];
  const url = new URL("https://geocoding-api.open-meteo.com/v1/search");
  url.search = new URLSearchParams({ name: text, count: "8", language, format: "json" }).toString();
  const response = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
  if (!response.ok) return [];
  const { results = [] } = await response.json();
  return results.map((/** @type {any} */ { name, country = "", latitude, longitude, timezone }) => ({
    name,
    country,
    latitude,
    longitude,
    timezone,
  }));
}
