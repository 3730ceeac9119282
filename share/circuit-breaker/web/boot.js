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

  // What the page is going to ask for is asked for now, all at once, and not one behind the other as each is met.
  const path = location.pathname === "/" ? "/map" : location.pathname;
  /** @type {{ pages?: [string, string][] }} */
  const { pages = [] } = /** @type {any} */ (self);
  // `:id` is one part of an address, `:id?` one that may be absent; the first line that fits counts, as in the router.
  const fits = (/** @type {string} */ pattern) =>
    new RegExp(`^${pattern.replace(/\/:\w+\?/g, "(/[^/]+)?").replace(/:\w+/g, "[^/]+")}/?$`).test(path);
  const needed = pages.find(([pattern]) => fits(pattern))?.[1].trim().split(/\s+/) ?? [];

  // Answers first: they are few, and the daemon has to think about them. lib/early.js hands them out.
  // Read to their end here: an answer that nobody takes would otherwise stay under way.
  const ask = (/** @type {string} */ name) =>
    fetch(`/api/v1/${name}`, { credentials: "same-origin" }).then(async (answer) => {
      const { status, headers } = answer, body = await answer.arrayBuffer();
      return new Response(body.byteLength > 0 ? body : null, { status, headers });
    }).catch(() => null);
  // index.html asked for this one before this script was here, in the same words: all the others wait for it.
  const session = ask("auth/session");
  const answers = new Map([["/api/v1/auth/session", session], ["/api/v1/branding", ask("branding")]]);
  // Strangers are asked nothing more than who they are.
  for (const name of ["settings", ...needed.filter((file) => file.startsWith("/api/v1/")).map((file) => file.slice(8)), ...forMap()]) {
    answers.set(`/api/v1/${name}`, session.then((answer) => (answer?.ok ? ask(name) : null)));
  }
  Object.assign(window, { early: answers });

  /** What the map draws first, as map.page.js asks for it. */
  function forMap() {
    const query = new URLSearchParams(location.search);
    if (path !== "/map" || ["at", "from", "to"].some((name) => query.has(name))) return [];
    const wish = Number(query.get("map"));
    const map = Number.isSafeInteger(wish) && wish > 0 ? wish : null;
    const picture = [`topology/layout?${map ? `map=${map}&` : ""}pins=placed`, `topology${map ? `?map=${map}` : ""}`];
    return map ? picture : [...picture, "maps"];
  }

  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  /** @param {string} file @param {Record<string, string>} how */
  const early = (file, how) =>
    document.head.append(Object.assign(document.createElement("link"), { href: new URL(file, here).href, ...how }));
  // The one file of words that is needed; lib/language.js chooses the same.
  const known = ["en", "de", "es", "fr", "ja", "zh"];
  const wished = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  const spoken = [read("spoken"), read("language"), ...wished].find((code) => known.includes(code)) ?? "en";
  root.lang = spoken;
  early(`locales/${spoken}.json`, { rel: "preload", as: "fetch", crossOrigin: "anonymous" });
  if (root.dataset.font === "inter") {
    // All three that a first picture is written in: what is not there by then is looked for among the fonts of the system, in turn.
    for (const file of ["fonts/Inter-Regular.woff2", "fonts/Inter-Medium.woff2", "fonts/Inter-SemiBold.woff2"]) {
      early(`vendor/${file}`, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous" });
    }
  }
  for (const file of needed.filter((one) => !one.startsWith("/api/"))) {
    early(file, file.endsWith(".css") ? { rel: "preload", as: "style" } : { rel: "modulepreload" });
  }
})();
