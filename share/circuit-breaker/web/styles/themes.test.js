import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { effectiveTheme, THEMES } from "../lib/theme.js";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** The roles of each theme, as the style sheet sets them. */
const themes = Object.fromEntries(
  [...css.matchAll(/\[data-theme="([\w-]+)"\] \{([^}]*)\}/g)].map((
    [, name, body],
  ) => [
    name,
    Object.fromEntries([...body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, role, colour]) => [role, colour])),
  ]),
);

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mixed(over, under, share) {
  const part = (colour, at) => parseInt(colour.slice(at, at + 2), 16);
  const one = (at) => Math.round(part(over, at) * share + part(under, at) * (1 - share)).toString(16).padStart(2, "0");
  return `#${[1, 3, 5].map(one).join("")}`;
}

function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

test("every theme of the list is in the style sheet and sets the same roles", () => {
  assert.deepEqual(THEMES.map(({ id }) => id).sort(), Object.keys(themes).sort());
  const roles = Object.keys(themes.midnight).sort();
  for (const [name, set] of Object.entries(themes)) assert.deepEqual(Object.keys(set).sort(), roles, name);
});

for (const [name, roles] of Object.entries(themes)) {
  test(`${name}: text and states reach 4.5:1 on every surface`, () => {
    const texts = Object.keys(roles).filter((role) =>
      /^(text|text-quiet|accent|ok|warn|bad|unknown|hue-.*)$/.test(role)
    );
    for (const surface of ["surface-0", "surface-1", "surface-2", "surface-3"]) {
      for (const role of texts) {
        const ratio = contrast(roles[role], roles[surface]);
        assert.ok(ratio >= 4.5, `${role} on ${surface}: ${ratio.toFixed(2)}`);
      }
    }
    // Marked rows and pills stand on a surface tinted with 14 % of the accent.
    for (const surface of ["surface-0", "surface-1", "surface-2"]) {
      for (const role of ["text", "text-quiet", "accent"]) {
        const ratio = contrast(roles[role], mixed(roles.accent, roles[surface], 0.14));
        assert.ok(ratio >= 4.5, `${role} on tinted ${surface}: ${ratio.toFixed(2)}`);
      }
    }
    assert.ok(contrast(roles["on-accent"], roles.accent) >= 4.5, "on-accent");
  });
}

test("style sheets name colours by role only", () => {
  const folders = [
    new URL("./", import.meta.url),
    ...readdirSync(new URL("../features/", import.meta.url)).map((name) =>
      new URL(`../features/${name}/`, import.meta.url)
    ),
  ];
  for (const folder of folders) {
    for (
      const file of readdirSync(folder).filter((name) =>
        name.endsWith(".css") && !["tokens.css", "look.css"].includes(name)
      )
    ) {
      const found = /#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(/.exec(
        readFileSync(new URL(file, folder), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(
          /(^|[\s,{}])#[a-z][\w-]*/g,
          "$1",
        ),
      );
      assert.equal(found, null, `${file}: ${found?.[0]} is a colour; use a role`);
    }
  }
});

test("auto follows the system, and an unknown theme is the default", () => {
  assert.equal(effectiveTheme("auto", true), "daylight");
  assert.equal(effectiveTheme("auto", false), "midnight");
  assert.equal(effectiveTheme("gone", true), "midnight");
});
