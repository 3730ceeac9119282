import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

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

test("the map's modules are asked for with those of the start", () => {
  const start = graph(new URL("app.js", web));
  const needed = [...graph(new URL("features/map/map.page.js", web))].filter((href) => !start.has(href)).map((href) =>
    href.slice(web.href.length)
  ).sort();
  const [, list] = readFileSync(new URL("boot.js", web), "utf8").match(/const modules = [^{]*(?:\{[^{]*?\} \*\/ )?\(\{([\s\S]*?)\n  \}\);/);
  const asked = [...list.matchAll(/"([a-z/-]+)":((?:\s*"[^"]*"\s*\+?)+),/g)].flatMap(([, folder, names]) =>
    [...names.matchAll(/"([^"]*)"/g)].flatMap(([, some]) => some.trim().split(" ")).map((name) => `${folder}/${name}.js`)
  ).sort();
  const missing = needed.filter((path) => !asked.includes(path));
  assert.deepEqual({ missing, spare: asked.filter((path) => !needed.includes(path)) }, { missing: [], spare: [] }, "boot.js names the map's modules");
});

test("the page has no inline script, style or handler", () => {
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
});
