import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { setMessages, t, told, toldError } from "../lib/i18n.js";
import { languageOf, LANGUAGES } from "../lib/language.js";
import { bytes, clockTime, count, duration, exactTime, percent, relativeTime, setFormat } from "../lib/format.js";

const OTHERS = LANGUAGES.map(({ value }) => value).filter((code) => code !== "en");
const read = (code) => JSON.parse(readFileSync(new URL(`./${code}.json`, import.meta.url), "utf8"));
const english = read("en");
const CATEGORIES = new Set(["zero", "one", "two", "few", "many", "other"]);
const isPlural = (value) =>
  typeof value === "object" && "other" in value && Object.keys(value).every((name) => CATEGORIES.has(name));

/** Every sentence by its key; a sentence with plural forms is one entry. */
const sentences = (tree, path = "") =>
  Object.entries(tree).flatMap(([key, value]) => {
    if (path === "" && key === "said") return [];
    return typeof value === "string" || isPlural(value) ? [[path + key, value]] : sentences(value, `${path}${key}.`);
  });
const formsOf = (value) => (typeof value === "string" ? [value] : Object.values(value));
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");
const source = new Map(sentences(english));

test("there is a file for every language that can be chosen", () => {
  assert.deepEqual(OTHERS, ["de", "es", "fr", "ja", "zh"]);
  for (const code of OTHERS) assert.ok(existsSync(new URL(`./${code}.json`, import.meta.url)), code);
});

for (const code of OTHERS) {
  const tree = read(code), mine = new Map(sentences(tree));

  test(`${code}: says everything, and nothing that is not asked for`, () => {
    assert.deepEqual([...source.keys()].filter((key) => !mine.has(key)), [], "missing");
    assert.deepEqual([...mine.keys()].filter((key) => !source.has(key)), [], "not in en.json");
    assert.deepEqual([...mine].filter(([, value]) => formsOf(value).some((text) => !text.trim())), [], "empty");
  });

  test(`${code}: has its own plural forms, all of them`, () => {
    const wanted = new Intl.PluralRules(code).resolvedOptions().pluralCategories.slice().sort();
    for (const [key, value] of source) {
      if (!mine.has(key)) continue;
      assert.equal(isPlural(mine.get(key)), isPlural(value), key);
      if (isPlural(value)) assert.deepEqual(Object.keys(mine.get(key)).sort(), wanted, key);
    }
  });

  test(`${code}: keeps every placeholder`, () => {
    for (const [key, value] of source) {
      const wanted = placeholders(formsOf(value).join(" "));
      for (const text of formsOf(mine.get(key) ?? value)) {
        // "One field": a form for one may leave the number out, as English does.
        const without = isPlural(value) && formsOf(value).some((form) => placeholders(form) !== wanted);
        if (!without) assert.equal(placeholders(text), wanted, key);
      }
    }
    for (const [said, answer] of Object.entries(tree.said)) assert.equal(placeholders(answer), placeholders(said), said);
  });

  test(`${code}: is not English`, () => {
    const same = [...source].filter(([key, value]) =>
      typeof value === "string" && / [a-z]+ [a-z]+/.test(value) && mine.get(key) === value
    );
    assert.deepEqual(same, []);
  });

  test(`${code}: knows the same words of the daemon as the others`, () => {
    assert.deepEqual(Object.keys(tree.said).sort(), Object.keys(read("de").said).sort());
  });
}

test("one form of address per language", () => {
  const all = (code) => sentences(read(code)).flatMap(([key, value]) => formsOf(value).map((text) => [key, text]));
  const wrong = (code, pattern) => all(code).filter(([, text]) => pattern.test(text)).map(([key]) => key);
  // At the head of a sentence "Sie" and "Ihr" are "they" and "their".
  assert.deepEqual(wrong("de", /\bIhnen\b|[a-zäöüß,] (?:Sie|Ihre?[nmrs]?)\b/), []);
  assert.deepEqual(wrong("fr", /(?<!\p{L})(?:tu|ton|tes|toi)(?!\p{L})/iu), []);
  assert.deepEqual(wrong("es", /\b(?:usted|ustedes)\b/i), []);
  assert.deepEqual(wrong("zh", /您/), []);
});

test("a number chooses the form", () => {
  for (const code of OTHERS) {
    setMessages(code, read(code));
    for (const n of [0, 1, 2, 5, 1_000_000]) {
      const text = t("trash.restored_many", { n });
      assert.ok(text.includes(new Intl.NumberFormat(code).format(n)), `${code}: ${text}`);
    }
  }
  setMessages("de", read("de"));
  assert.equal(t("trash.restored_many", { n: 1 }), "1 Objekt ist wieder da.");
  assert.equal(t("trash.restored_many", { n: 1234 }), "1.234 Objekte sind wieder da.");
  // French counts nothing as one.
  setMessages("fr", read("fr"));
  assert.equal(t("trash.restored_many", { n: 0 }), "0 objet est de retour.");
});

test("what the daemon says is said in the language of the page, or as it was said", () => {
  setMessages("de", read("de"));
  assert.equal(told("Serial number"), "Seriennummer");
  assert.equal(told("Taken by “nas-1”."), "Vergeben an „nas-1“.");
  assert.equal(told("This person does not exist."), "Diese Person gibt es nicht.");
  assert.equal(told("10GBASE-T"), "10GBASE-T");
  assert.equal(toldError("not_found", "This map does not exist."), "Diese Karte gibt es nicht.");
  assert.match(toldError("conflict", "The moon is in the way."), /^Das passt nicht zum jetzigen Stand\..*The moon is in the way\.$/);
  assert.equal(toldError("of_tomorrow", "Something new."), "Something new.");
  setMessages("en", english);
  assert.equal(toldError("conflict", "The moon is in the way."), "The moon is in the way.");
});

test("whose wish counts: profile, this browser, everyone, the browser's list, English", () => {
  const wishes = ["pt-BR", "fr-CA", "en"];
  assert.equal(languageOf({ own: "ja", browser: "es", everyone: "de", wishes }), "ja");
  assert.equal(languageOf({ own: null, browser: "es", everyone: "de", wishes }), "es");
  assert.equal(languageOf({ own: null, browser: null, everyone: "de", wishes }), "de");
  assert.equal(languageOf({ own: null, browser: null, everyone: "auto", wishes }), "fr");
  assert.equal(languageOf({ own: "xx", wishes: ["pt"] }), "en");
});

test("numbers, units, dates and spans follow language and zone", () => {
  const noon = Date.UTC(2026, 10, 24, 23, 30);
  const shown = (language, zone) => {
    setFormat({ language, zone, words: { now: "", soon: "" } });
    return [count(1234.5, 1), bytes(1536), percent(7.5), relativeTime(noon - 3 * 60_000, noon), exactTime(noon), clockTime(new Date(noon)), duration(90_000)]
      .map((text) => text.replace(/[\u00a0\u202f]/g, " "));
  };
  const german = shown("de", "Europe/Berlin");
  assert.deepEqual(german.slice(0, 4), ["1.234,5", "1,5 KiB", "7,5 %", "vor 3 Minuten"]);
  assert.match(german[4], /^25\. Nov\. 2026.*00:30/);
  assert.equal(german[5], "00:30");
  assert.match(german[6], /1 Min\. 30|1 Min\./);
  const french = shown("fr", "UTC");
  assert.deepEqual(french.slice(0, 4), ["1 234,5", "1,5 Kio", "7,5 %", "il y a 3 minutes"]);
  assert.match(french[4], /^24 nov\. 2026.*23:30/);
  assert.match(shown("ja", "Asia/Tokyo")[4], /^2026年11月25日.*(?:0)?8:30/);
  assert.equal(shown("zh", "UTC")[3], "3分钟前");
  assert.match(shown("en", "America/New_York")[4], /^24 Nov 2026.*18:30/);
  setFormat({ language: "en", zone: null, words: { now: "just now", soon: "in a few seconds" } });
});
