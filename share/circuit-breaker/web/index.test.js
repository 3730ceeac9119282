import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

import { preloads } from "../../../tools/preloads.mjs";

const web = new URL("./", import.meta.url);
const page = readFileSync(new URL("index.html", web), "utf8");

/** Everything that app.js needs before its first line runs, in the order it is met. */
function graph(url, seen = new Set()) {
  if (seen.has(url.href)) return seen;
  seen.add(url.href);
  const text = readFileSync(url, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  for (const [, path] of text.matchAll(/^(?:import|export)\s(?:[^"';]*?\sfrom\s)?"(\.[^"]+)"/gm)) {
    graph(new URL(path, url), seen);
  }
  return seen;
}

test("the page asks for the modules of the start at once, not one after the other", () => {
  const needed = [...graph(new URL("app.js", web))].map((href) => href.slice(web.href.length)).filter((path) =>
    path !== "app.js"
  ).sort();
  const asked = [...page.matchAll(/<link rel="modulepreload" href="\/ui\/\{\{build\}\}\/([^"]+)">/g)].map(([, path]) =>
    path
  ).sort();
  const lines = needed.map((path) => `    <link rel="modulepreload" href="/ui/{{build}}/${path}">`).join("\n");
  assert.deepEqual(asked, needed, `put these lines into index.html:\n${lines}`);
});

test("who is signed in is asked before any script, in the words of boot.js", () => {
  const link = page.indexOf('<link rel="preload" href="/api/v1/auth/session" as="fetch" crossorigin>');
  assert.ok(link > 0 && link < page.indexOf("<script"));
  // Another header or mode, and the browser would ask twice.
  assert.match(readFileSync(new URL("boot.js", web), "utf8"), /fetch\(`\/api\/v1\/\$\{name\}`, \{ credentials: "same-origin" \}\)/);
});

test("each page names what it needs as its imports do", () => {
  const written = readFileSync(new URL("preload.js", web), "utf8");
  assert.ok(written === preloads(), "the imports of a page changed; run: node tools/preloads.mjs");
});

test("boot.js asks early for what the address of a page needs, and for nothing twice", async () => {
  const asked = async (/** @type {string} */ path, isKnown = true) => {
    /** @type {any[]} */
    const links = [];
    await runBoot(path, links, isKnown);
    return links.map(({ href }) => href.replace("https://localhost/ui/1/", ""));
  };
  for (const path of ["/", "/map", "/hardware", "/hardware/", "/hardware/7", "/racks/3/elevation", "/notes", "/settings/users/4"]) {
    const found = await asked(path);
    assert.equal(new Set(found).size, found.length, path);
    assert.ok(found.some((href) => href.endsWith(".page.js")), path);
  }
  assert.ok((await asked("/hardware")).includes("/api/v1/kinds") && !(await asked("/status")).includes("/api/v1/kinds"));
  assert.ok((await asked("/")).includes("features/map/map.page.js"));
  assert.ok((await asked("/racks/3/elevation")).includes("features/racks/racks.page.js"));
  assert.ok((await asked("/racks/3")).includes("features/inventory/object.panel.js"));
  assert.ok(!(await asked("/racks")).includes("features/inventory/object.panel.js"));
  assert.ok((await asked("/settings/users/4")).includes("features/users/users.page.js"));
  assert.ok((await asked("/settings")).includes("features/settings/settings.page.js"));
  assert.ok((await asked("/map")).includes("/api/v1/topology"));
  const stranger = (await asked("/hardware", false)).filter((href) => href.startsWith("/api/"));
  assert.deepEqual(stranger, ["/api/v1/auth/session", "/api/v1/branding"]);
});

/** What boot.js puts into the head at an address. @param {string} pathname @param {any[]} links @param {boolean} ok */
function runBoot(pathname, links, ok) {
  const text = ["preload.js", "boot.js"].map((name) => readFileSync(new URL(name, web), "utf8")).join("\n");
  const document = {
    documentElement: { dataset: {} },
    currentScript: { src: "https://localhost/ui/1/boot.js" },
    createElement: () => ({}),
    head: { append: (/** @type {any} */ link) => links.push(link) },
  };
  const fetch = (/** @type {string} */ href) => {
    links.push({ href });
    return Promise.resolve(new Response("{}", { status: ok ? 200 : 401 }));
  };
  const self = {}, window = { early: new Map() };
  const names = ["document", "self", "location", "localStorage", "matchMedia", "navigator", "fetch", "window"];
  const values = [document, self, { pathname, search: "" }, { getItem: () => null }, () => ({ matches: false }), { languages: ["de-AT"] }, fetch, window];
  new vm.Script(`(({ ${names.join(", ")} }) => {${text}})(parts)`).runInNewContext({
    URL,
    URLSearchParams,
    Response,
    parts: Object.fromEntries(names.map((name, at) => [name, values[at]])),
  });
  return Promise.all(window.early.values());
}

test("the page has no inline script, style or handler", () => {
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
});
