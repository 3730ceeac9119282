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

// The map is home. Its modules and its answers are asked for at once, not one after the other as they are met: what was
// asked for here is taken by lib/early.js.
(() => {
  if (location.pathname !== "/" && location.pathname !== "/map") return;
  // Answers first: they are few, and the daemon has to think about them.
  const query = new URLSearchParams(location.search);
  const map = Number(query.get("map")) || null;
  const isPast = ["at", "from", "to"].some((name) => query.has(name));
  const ask = (/** @type {string} */ path) => fetch(`/api/v1/${path}`, { headers: { accept: "application/json" }, credentials: "same-origin" });
  // Strangers are asked nothing more than who they are.
  const session = ask("auth/session").catch(() => null);
  const wanted = isPast ? [] : [`topology/layout?${map ? `map=${map}&` : ""}pins=placed`, `topology${map ? `?map=${map}` : ""}`];
  if (!map && !isPast) wanted.push("maps");
  const answers = new Map([["/api/v1/auth/session", session]]);
  for (const path of [...wanted, "kinds", "settings"]) {
    answers.set(`/api/v1/${path}`, session.then((answer) => (answer?.ok ? ask(path) : null)).catch(() => null));
  }
  Object.assign(window, { early: answers });

  const base = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const modules = /** @type {Record<string, string>} */ ({
    "features/map":
      "arrange.model camera.model company.model drawing.model edges.model export.model filter.model " +
      "gesture.model glyphs.model graph.model history.model impact.model impact.words inertia.model " +
      "labels.model legend.model map.actions map.api map.bar map.company map.dialogs map.drawing-editor " +
      "map.drawings map.editor map.export map.history map.impact map.input map.keys map.layouts " +
      "map.legend map.maps map.marks map.minimap map.news map.outline map.over map.page map.panel " +
      "map.parts map.past map.samples map.share map.sight map.stage map.store map.targets map.time " +
      "map.timelist map.tools map.view map.views marks.model outline.model pace.model pack.gl.model " +
      "relate.model render.atlas render.canvas render.edges render.hulls render.labels render.palette " +
      "render.passes render.program render.shaders render.sprites render.webgl render.words scene.model " +
      "seat.model selection.model share.model spatial.model time.model tree.model unsaved.model " +
      "view.model words.model",
    "lib": "address form",
    "ui": "checks combobox fields form icon-picker more pill time",
  });
  const preload = (/** @type {string} */ path, /** @type {Partial<HTMLLinkElement>} */ kind) =>
    document.head.append(Object.assign(document.createElement("link"), kind, { href: new URL(path, base).href }));
  for (const path of ["features/map/map.css", "features/map/map.time.css"]) preload(path, { rel: "preload", as: "style" });
  for (const [folder, names] of Object.entries(modules)) {
    for (const name of names.split(" ")) preload(`${folder}/${name}.js`, { rel: "modulepreload" });
  }
})();
