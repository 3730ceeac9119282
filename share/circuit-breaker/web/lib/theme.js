// @ts-check
import { t } from "./i18n.js";
import { readPref, writePref } from "./prefs.js";
import { Signal } from "./signal.js";

/** Themes and fonts. The look of a signed-in person comes from the daemon; this browser keeps it for the next load. */
export const THEMES = [
  { id: "midnight", get label() { return t("look.midnight"); }, dark: true },
  { id: "daylight", get label() { return t("look.daylight"); }, dark: false },
  { id: "dracula", label: "Dracula", dark: true },
  { id: "nord", label: "Nord", dark: true },
  { id: "gruvbox", label: "Gruvbox", dark: true },
  { id: "solarized-dark", get label() { return t("look.solarized_dark"); }, dark: true },
  { id: "solarized-light", get label() { return t("look.solarized_light"); }, dark: false },
  { id: "monokai", label: "Monokai", dark: true },
  { id: "high-contrast", get label() { return t("look.high_contrast"); }, dark: true },
];

export const FONTS = [
  { id: "inter", label: "Inter" },
  { id: "system", get label() { return t("look.system_font"); } },
  { id: "mono", label: "JetBrains Mono" },
  // These come from Google Fonts, only while the settings allow that origin.
  { id: "source-sans", label: "Source Sans 3", google: "Source+Sans+3:wght@400;500;600" },
  { id: "ibm-plex-sans", label: "IBM Plex Sans", google: "IBM+Plex+Sans:wght@400;500;600" },
  { id: "atkinson", label: "Atkinson Hyperlegible", google: "Atkinson+Hyperlegible:wght@400;700" },
];

/** Whether fonts may be asked from Google; the settings say so. */
export const googleFonts = new Signal(false);
/** The fonts one may choose from now. */
export const fontsNow = () => FONTS.filter(({ google }) => !google || googleFonts.current);

/** @type {Signal<string>} "auto" or a theme's id */
export const theme = new Signal(readPref("theme", "auto"));
/** @type {Signal<string>} */
export const font = new Signal(readPref("font", "inter"));

/** On paper everything is light, whatever is chosen for the screen. */
let onPaper = false;
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
  root.dataset.theme = onPaper ? "daylight" : effectiveTheme(theme.current, light?.matches ?? false);
  const chosen = fontsNow().find(({ id }) => id === font.current);
  root.dataset.font = chosen?.id ?? "inter";
  if (!chosen?.google || document.getElementById(`font-${chosen.id}`)) return;
  const link = document.createElement("link");
  link.id = `font-${chosen.id}`;
  link.rel = "stylesheet";
  link.href = `https://fonts.googleapis.com/css2?family=${chosen.google}&display=swap`;
  document.head.append(link);
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
  googleFonts.watch(apply);
  light?.addEventListener("change", apply);
  const paper = (/** @type {boolean} */ is) => {
    onPaper = is;
    apply();
  };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  matchMedia("print").addEventListener("change", ({ matches }) => paper(matches));
}

/** @param {{ theme?: string | null, font?: string | null }} look */
export function setLook(look) {
  if (look.theme) theme.set(look.theme);
  if (look.font) font.set(look.font);
}
