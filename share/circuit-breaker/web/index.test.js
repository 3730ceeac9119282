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

test("the page has no inline script, style or handler", () => {
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
});
