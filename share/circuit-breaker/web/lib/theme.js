// @ts-check
import { readPref, writePref } from "./prefs.js";
import { Signal } from "./signal.js";

/** Themes and fonts. The look of a signed-in person comes from the daemon; this browser keeps it for the next load. */
export const THEMES = [
  { id: "midnight", label: "Midnight", dark: true },
  { id: "daylight", label: "Daylight", dark: false },
  { id: "dracula", label: "Dracula", dark: true },
  { id: "nord", label: "Nord", dark: true },
  { id: "gruvbox", label: "Gruvbox", dark: true },
  { id: "solarized-dark", label: "Solarized dark", dark: true },
  { id: "solarized-light", label: "Solarized light", dark: false },
  { id: "monokai", label: "Monokai", dark: true },
  { id: "high-contrast", label: "High contrast", dark: true },
];

export const FONTS = [
  { id: "inter", label: "Inter" },
  { id: "system", label: "System" },
  { id: "mono", label: "JetBrains Mono" },
];

/** @type {Signal<string>} "auto" or a theme's id */
export const theme = new Signal(readPref("theme", "midnight"));
/** @type {Signal<string>} */
export const font = new Signal(readPref("font", "inter"));

const light = typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: light)") : null;

/**
 * The theme that is in effect.
 *
 * @param {string} chosen
 * @param {boolean} prefersLight
 */
export function effectiveTheme(chosen, prefersLight) {
  if (THEMES.some(({ id }) => id === chosen)) return chosen;
  return chosen === "auto" && prefersLight ? "daylight" : "midnight";
}

function apply() {
  const root = document.documentElement;
  root.dataset.theme = effectiveTheme(theme.current, light?.matches ?? false);
  root.dataset.font = FONTS.some(({ id }) => id === font.current) ? font.current : "inter";
}

export function startTheme() {
  theme.watch((value) => {
    writePref("theme", value);
    apply();
  });
  font.watch((value) => {
    writePref("font", value);
    apply();
  });
  light?.addEventListener("change", apply);
}

/** @param {{ theme?: string | null, font?: string | null }} look */
export function setLook(look) {
  if (look.theme) theme.set(look.theme);
  if (look.font) font.set(look.font);
}
