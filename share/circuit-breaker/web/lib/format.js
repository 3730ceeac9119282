// @ts-check
/** Numbers and times for people. Pure: language, zone and now are given or read from `setFormat`. */

/** @type {{ language: string, zone: string | undefined, words: { now: string, soon: string } }} */
const settings = { language: "en", zone: undefined, words: { now: "just now", soon: "in a few seconds" } };

/** @param {{ language?: string, zone?: string | null, words?: { now: string, soon: string } }} changes */
export function setFormat({ language, zone, words }) {
  if (language) settings.language = language;
  if (words) settings.words = words;
  if (zone !== undefined) settings.zone = zone || undefined;
}

const STEPS = /** @type {[number, Intl.RelativeTimeFormatUnit, number][]} */ ([
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [7 * 86_400, "day", 86_400],
  [30 * 86_400, "week", 7 * 86_400],
  [365 * 86_400, "month", 30 * 86_400],
  [Infinity, "year", 365 * 86_400],
]);

/**
 * "3 minutes ago".
 *
 * @param {string | number | Date | null | undefined} instant
 * @param {number} [now] ms
 */
export function relativeTime(instant, now = Date.now()) {
  if (instant === null || instant === undefined) return "—";
  const seconds = (new Date(instant).getTime() - now) / 1000, size = Math.abs(seconds);
  if (Number.isNaN(size)) return "—";
  if (size < 10) return seconds > 1 ? settings.words.soon : settings.words.now;
  const [, unit, divisor] = STEPS.find(([limit]) => size < limit) ?? STEPS[STEPS.length - 1];
  return new Intl.RelativeTimeFormat(settings.language, { numeric: "auto" }).format(
    Math.trunc(seconds / divisor),
    unit,
  );
}

/**
 * "01:02" in the zone of the settings.
 *
 * @param {Date} date
 */
export function clockTime(date) {
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: settings.zone }).format(date);
  } catch {
    return new Intl.DateTimeFormat("en-GB", options).format(date);
  }
}

/**
 * "24 Nov 2026, 01:02:03".
 *
 * @param {string | number | Date | null | undefined} instant
 * @param {string} [zone]
 */
export function exactTime(instant, zone = settings.zone) {
  if (instant === null || instant === undefined) return "—";
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return "—";
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  try {
    return new Intl.DateTimeFormat(settings.language === "en" ? "en-GB" : settings.language, {
      ...options,
      timeZone: zone,
    }).format(date);
  } catch {
    return new Intl.DateTimeFormat(settings.language === "en" ? "en-GB" : settings.language, options).format(date);
  }
}

/**
 * "24 Nov 2026" of `2026-11-24`: a day of the calendar, the same in every zone.
 *
 * @param {string} day
 */
export function calendarDay(day) {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return new Intl.DateTimeFormat(settings.language === "en" ? "en-GB" : settings.language, options).format(date);
}

/**
 * "2026-11-24T01:02:03" on the clock of the zone of the settings, as an input of date and time wants it.
 *
 * @param {number} instant ms
 * @param {string} [zone]
 */
export function wallTime(instant, zone = settings.zone) {
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  /** @type {Record<string, string>} */
  const part = {};
  for (const { type, value } of clockIn(zone, options).formatToParts(instant)) part[type] = value;
  return `${part.year.padStart(4, "0")}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}`;
}

/** @param {string | undefined} zone @param {Intl.DateTimeFormatOptions} options */
function clockIn(zone, options) {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", options);
  }
}

/**
 * The instant of what a clock in the zone of the settings says; NaN when it is no time. Of an hour that comes twice in
 * autumn it is one of the two; one that is left out in spring is read as the hour beside it.
 *
 * @param {string} wall @param {string} [zone]
 */
export function instantOf(wall, zone = settings.zone) {
  const wanted = Date.parse(`${wall}Z`);
  if (Number.isNaN(wanted)) return NaN;
  let instant = wanted;
  for (let turn = 0; turn < 2; turn += 1) instant += wanted - Date.parse(`${wallTime(instant, zone)}Z`);
  return instant;
}

/**
 * 1,234.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export const count = (value, digits = 0) =>
  value === null || value === undefined
    ? "—"
    : new Intl.NumberFormat(settings.language, { maximumFractionDigits: digits }).format(value);

/** A number and its unit stand apart, but not in Chinese and Japanese. */
const beside = (/** @type {string} */ number, /** @type {string} */ unit) =>
  unit === "%" && ["zh", "ja"].includes(settings.language) ? `${number}${unit}` : `${number}\u00a0${unit}`;

/**
 * "12 %".
 *
 * @param {number | null | undefined} value 0…100
 */
export const percent = (value) =>
  value === null || value === undefined ? "—" : beside(count(value, value < 10 ? 1 : 0), "%");

/** @param {number} value @param {number} base @param {string[]} units */
function scaled(value, base, units) {
  let index = 0, amount = value;
  while (Math.abs(amount) >= base && index < units.length - 1) {
    amount /= base;
    index += 1;
  }
  return `${count(amount, amount < 10 && index > 0 ? 1 : 0)}\u00a0${units[index]}`;
}

/**
 * 1.5 GiB.
 *
 * @param {number | null | undefined} value
 */
export const bytes = (value) =>
  value === null || value === undefined ? "—" : scaled(value, 1024, byteUnits());

/** French counts octets. */
const byteUnits = () => {
  const byte = settings.language === "fr" ? "o" : "B";
  return [byte, ...["K", "M", "G", "T", "P"].map((prefix) => `${prefix}i${byte}`)];
};

/**
 * 2.5 Gbit/s, from megabits.
 *
 * @param {number | null | undefined} mbps
 */
export const speed = (mbps) =>
  mbps === null || mbps === undefined ? "—" : scaled(mbps, 1000, ["Mbit/s", "Gbit/s", "Tbit/s"]);

/**
 * "2 d 3 h", "4 min", "1.5 s".
 *
 * @param {number | null | undefined} milliseconds
 */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "—";
  if (milliseconds < 1000) return `${Math.round(milliseconds)}\u00a0ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return amount(seconds, "s");
  const parts = [[86_400, "d"], [3600, "h"], [60, "min"]], shown = [];
  let rest = seconds;
  for (const [size, unit] of /** @type {[number, keyof typeof UNITS][]} */ (parts)) {
    const whole = Math.floor(rest / size);
    if (whole > 0 && shown.length < 2) shown.push(amount(whole, unit));
    rest -= whole * size;
  }
  return shown.join(" ");
}

const UNITS = { d: "day", h: "hour", min: "minute", s: "second" };

/** @param {number} value @param {keyof typeof UNITS} unit */
function amount(value, unit) {
  if (settings.language === "en") return `${count(value, 1)}\u00a0${unit}`;
  const style = { style: "unit", unit: UNITS[unit], unitDisplay: "short", maximumFractionDigits: 1 };
  const text = new Intl.NumberFormat(settings.language, /** @type {any} */ (style)).format(value);
  return text.replace(" ", "\u00a0");
}

/**
 * "a, b and c".
 *
 * @param {string[]} words
 */
export const sentenceList = (words) =>
  new Intl.ListFormat(settings.language === "en" ? "en-GB" : settings.language).format(words);

/**
 * "AB" of "Ada Byron" or of an address.
 *
 * @param {string} name
 */
export function initials(name) {
  const words = name.replace(/@.*/, "").split(/[\s._-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? "?") + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}
