// @ts-check
import { setFormat } from "./format.js";
import { currentLanguage, loadMessages, t } from "./i18n.js";
import { readPref, writePref } from "./prefs.js";
import { Signal } from "./signal.js";

/** Which language this page speaks: a person's own, this browser's, the installation's, the browser's wish, English. */
export const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "de", label: "Deutsch" },
  { value: "es", label: "Español" },
  { value: "fr", label: "Français" },
  { value: "ja", label: "日本語" },
  { value: "zh", label: "中文" },
];

/** The language in effect; pages are drawn anew when it changes. */
export const language = new Signal("en");

/** @param {unknown} code */
export const isLanguage = (code) => LANGUAGES.some(({ value }) => value === code);

/**
 * The first language of a list that there is, such as `["de-AT", "en"]` → `de`; null when there is none.
 *
 * @param {readonly string[]} wishes
 */
export const fitting = (wishes) => wishes.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? null;

/**
 * @param {{ own?: string | null, browser?: string | null, everyone?: string | null, wishes?: readonly string[] }} said
 *   `own`: chosen in the profile; `browser`: chosen on the sign-in page; `everyone`: the setting, "auto" leaves it to
 *   the browser; `wishes`: what the browser asks for
 */
export function languageOf({ own, browser, everyone, wishes = [] }) {
  return [own, browser, everyone].find(isLanguage) ?? fitting(wishes) ?? "en";
}

const wishes = () => (typeof navigator === "object" ? navigator.languages ?? [navigator.language] : []);

/** What was chosen in this browser, on a page without an account; null when nothing was. */
export const browserChoice = () => /** @type {string | null} */ (readPref("language", null));
/** @param {string} code */
export const chooseInBrowser = (code) => writePref("language", code);

/**
 * The language for somebody, now.
 *
 * @param {{ language?: string | null } | null} user
 * @param {{ language?: string | null }} [settings]
 */
export const languageFor = (user, settings = {}) =>
  languageOf({ own: user?.language, browser: browserChoice(), everyone: settings.language, wishes: wishes() });

/** Before anything is known of who sits here: what this browser showed last. `boot.js` asks for the same file. */
export const firstLanguage = () => {
  const shown = readPref("spoken", null);
  return isLanguage(shown) ? String(shown) : languageFor(null);
};

/**
 * Loads a language and speaks it from now on. The pages are drawn anew by who watches `language`.
 *
 * @param {string} code
 * @param {URL} [base]  folder of the locale files
 */
export async function speak(code, base = new URL("../locales/", import.meta.url)) {
  await loadMessages(code, base);
  const spoken = currentLanguage();
  document.documentElement.lang = spoken;
  if (spoken === code) writePref("spoken", code);
  setFormat({ language: spoken, words: { now: t("time.just_now"), soon: t("time.soon") } });
  language.set(spoken);
}
