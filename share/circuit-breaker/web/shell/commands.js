// @ts-check
/** What the command palette does besides going to places: pages and single settings, themes, what this page can do. */
import { t } from "../lib/i18n.js";
import { effectiveTheme, theme, THEMES } from "../lib/theme.js";
import { activeShortcuts } from "../ui/keys.js";
import { fittingItems } from "../ui/palette.js";
import { settingsPlaces } from "./settings-tabs.js";

/** @typedef {import("../ui/palette.js").PaletteItem} PaletteItem */
/** @typedef {import("../lib/session.js").Session} Session */

/** Single settings, and the page each is on. */
const SETTINGS = [
  ["settings.app_name", "access"],
  ["settings.idle", "access"],
  ["settings.absolute", "access"],
  ["settings.open_reading", "access"],
  ["settings.profile", "access"],
  ["settings.trust", "access"],
  ["settings.theme", "look"],
  ["settings.font", "look"],
  ["settings.language", "region"],
  ["settings.timezone", "region"],
  ["settings.city", "region"],
  ["settings.units", "region"],
  ["settings.foreign_gravatar", "foreign"],
  ["settings.foreign_google_fonts", "foreign"],
  ["settings.foreign_open_meteo", "foreign"],
];

/** Keys that everybody knows and that are no command. */
const MOVES = new Set(["Escape", "?", "ctrl+k", "/"]);

/** @param {Session} session @returns {PaletteItem[]} */
export function settingItems(session) {
  if (!session.may("settings.view")) return [];
  const places = settingsPlaces(session);
  const pages = places.map(({ href, label }) => ({ label, hint: t("settings.title"), icon: "settings", href }));
  const single = SETTINGS.flatMap(([key, name]) => {
    const place = places.find((one) => one.name === name);
    return place ? [{ label: t(key), hint: place.label, icon: "settings", href: place.href }] : [];
  });
  const seen = new Set(pages.map(({ label }) => label));
  return [...pages, ...single.filter(({ label }) => !seen.has(label) && seen.add(label))];
}

/** @param {(id: string) => void} keep @returns {PaletteItem[]} */
export const themeItems = (keep) => [
  { label: `${t("settings.theme")}: ${t("settings.theme_auto")}`, icon: "theme", run: () => keep("auto") },
  ...THEMES.map(({ id, label }) => ({
    label: `${t("settings.theme")}: ${label}`,
    hint: effectiveTheme(theme.current, false) === id ? t("settings.in_effect") : null,
    icon: "theme",
    run: () => keep(id),
  })),
];

/** What the page that is open can do, with its keys. @returns {PaletteItem[]} */
export const pageItems = () =>
  activeShortcuts().filter(({ keys, label }) => label && !MOVES.has(keys) && !keys.startsWith("g "))
    .map(({ keys, label, run }) => ({
      label,
      icon: "forward",
      keys,
      run: () => run(new KeyboardEvent("keydown")),
    }));

/**
 * @param {{ session: Session, keepTheme: (id: string) => void }} parts
 * @returns {import("../ui/palette.js").PaletteSource[]}
 */
export const commandSources = ({ session, keepTheme }) => [
  { id: "page", label: t("palette.here"), order: 45, load: (text) => fittingItems(pageItems(), text).slice(0, 6) },
  {
    id: "settings",
    label: t("settings.title"),
    order: 58,
    load: (text) => (text === "" ? [] : fittingItems([...settingItems(session), ...themeItems(keepTheme)], text).slice(0, 7)),
  },
];
