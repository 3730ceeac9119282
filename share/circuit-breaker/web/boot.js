// @ts-check
// Runs before the first paint, so the page never flashes in the wrong theme. lib/theme.js takes over later.
(() => {
  const root = document.documentElement;
  /** @param {string} key */
  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(`cb.${key}`) ?? "null");
    } catch {
      return null;
    }
  };
  const chosen = read("theme") ?? "auto";
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = chosen === "auto" ? (light ? "daylight" : "midnight") : chosen;
  root.dataset.font = read("font") ?? "inter";

  // The one file of words that is needed is asked for before the modules are; lib/language.js chooses the same.
  const known = ["en", "de", "es", "fr", "ja", "zh"];
  const wished = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  const spoken = [read("spoken"), read("language"), ...wished].find((code) => known.includes(code)) ?? "en";
  root.lang = spoken;
  const early = document.createElement("link");
  early.rel = "preload";
  early.as = "fetch";
  early.crossOrigin = "anonymous";
  early.href = new URL(`locales/${spoken}.json`, /** @type {HTMLScriptElement} */ (document.currentScript).src).href;
  document.head.append(early);
})();
