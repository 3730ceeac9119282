import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const web = new URL("../", import.meta.url);
const english = JSON.parse(readFileSync(new URL("./en.json", import.meta.url), "utf8"));

function modules(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "vendor") return [];
    const url = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) return modules(url);
    return entry.name.endsWith(".js") && !entry.name.endsWith(".test.js") ? [url] : [];
  });
}

const find = (key) => key.split(".").reduce((tree, part) => tree?.[part], english);

test("every sentence that the pages ask for is there", () => {
  const missing = [];
  for (const url of modules(web)) {
    const text = readFileSync(url, "utf8");
    for (const [, key] of text.matchAll(/(?<![\w.])t\(\s*"([\w.]+)"/g)) {
      const found = find(key);
      if (typeof found !== "string" && typeof found?.other !== "string") {
        missing.push(`${url.pathname.split("/web/")[1]}: ${key}`);
      }
    }
  }
  assert.deepEqual(missing, []);
});

test("sentences are plain: no exclamation marks, no oops, no please", () => {
  const walk = (tree, path) =>
    Object.entries(tree).flatMap((
      [key, value],
    ) => (typeof value === "string" ? [[`${path}${key}`, value]] : walk(value, `${path}${key}.`)));
  const wrong = walk(english, "").filter(([, text]) => /!|\boops\b|\bplease\b/i.test(text)).map(([key]) => key);
  assert.deepEqual(wrong, []);
});
