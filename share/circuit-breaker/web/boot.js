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
  const chosen = read("theme") ?? "midnight";
  const light = matchMedia("(prefers-color-scheme: light)").matches;
  root.dataset.theme = chosen === "auto" ? (light ? "daylight" : "midnight") : chosen;
  root.dataset.font = read("font") ?? "inter";
})();
