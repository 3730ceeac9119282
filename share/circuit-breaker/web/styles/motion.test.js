import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const files = readdirSync(web, { recursive: true }).map(String).filter((name) => !name.startsWith("vendor"));
const read = (name) => readFileSync(join(web, name), "utf8");
/** A rule that only says how it was: what is reduced in base.css. */
const isReducing = (value) => value.includes("!important");

test("what moves takes --quick or --calm; only what says that something is under way goes on", () => {
  const tokens = read("styles/tokens.css");
  const lengths = ["quick", "calm"].map((name) => Number(new RegExp(`--${name}: (\\d+)ms`).exec(tokens)?.[1]));
  assert.ok(lengths.every((ms) => ms >= 120 && ms <= 180), String(lengths));
  const odd = [];
  let seen = 0;
  for (const name of files.filter((one) => one.endsWith(".css"))) {
    for (const [whole, , value] of read(name).matchAll(/\b(transition|animation)(?:-duration)?:\s*([^;}]+)/g)) {
      if (isReducing(value)) continue;
      seen += 1;
      for (const part of value.split(/,(?![^(]*\))/)) {
        const isEndless = /\binfinite\b/.test(part);
        if (!isEndless && !/var\(--(quick|calm)\) var\(--ease\)/.test(part)) odd.push(`${name}: ${whole}`);
      }
    }
  }
  assert.deepEqual(odd, []);
  assert.ok(seen > 10);
});

test("whoever wants less motion gets none: no script animates past the style sheets", () => {
  const odd = files.filter((name) => name.endsWith(".js") && !name.endsWith(".test.js"))
    .filter((name) => /\.animate\(|behavior: *"smooth"/.test(read(name)));
  assert.deepEqual(odd, []);
  const base = read("styles/base.css");
  const calm = base.slice(base.indexOf("prefers-reduced-motion"));
  for (const what of ["animation-duration", "animation-iteration-count", "transition-duration"]) {
    assert.match(calm, new RegExp(`${what}: 1(ms)? !important`));
  }
});
