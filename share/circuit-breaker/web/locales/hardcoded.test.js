import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

/** Finds words for people that are written into a module instead of a locale file. */

const anyOf = (/** @type {string} */ names) => new RegExp(`^(?:${names.trim().split(/\s+/).join("|")})$`);

/** Names that the web platform gives: keys, methods, events. */
const PLATFORM = new Set(
  `Enter Escape Tab Space Home End PageUp PageDown Backspace Delete ArrowUp ArrowDown ArrowLeft ArrowRight ContextMenu
  Shift Control Alt Meta GET POST PUT PATCH DELETE HEAD Infinity NaN AbortError NotAllowedError InvalidStateError
  TimeoutError Content-Type If-Match Retry-After Accept None Element Node Text`.split(/\s+/),
);

/** Property names and functions whose text is never shown. */
const QUIET_PROPERTY = anyOf(`
  class className id type name href src style rel icon kind key keys path d viewBox transform font filter width
  height method pattern autocomplete accept for htmlFor role value needs event cursor background color border
  gridTemplate\\w* flex\\w* transition context code usage format dateStyle timeStyle locale credentials cache mode
  channel hue tone sort area
`);
const QUIET_CALL = anyOf(`
  t tOr find import querySelector querySelectorAll closest matches getElementById getAttribute hasAttribute
  removeAttribute toggleAttribute addEventListener on icon drawIcon svg createElement createElementNS readPref
  writePref getContext URL RegExp matchMedia getPropertyValue setProperty removeProperty use provide subscribe
  supports send get post patch put delete everything pages urlOf split join startsWith endsWith includes
  replaceAll indexOf test getUniformLocation getAttribLocation Signal compile toggle contains CustomEvent Event
  padStart padEnd localeCompare DateTimeFormat NumberFormat ListFormat PluralRules
`);

/**
 * The literals of a module with what stands before them.
 *
 * @param {string} source
 * @returns {{ text: string, line: number, before: string, call: string, property: string, last: string }[]}
 */
function literals(source) {
  const found = [], calls = [];
  let at = 0, line = 1, code = "";
  const take = (/** @type {string} */ text, /** @type {number} */ start) => {
    const before = code.slice(-160);
    found.push({
      text,
      line: start,
      before,
      call: calls[calls.length - 1] ?? "",
      property: /(?:^|[{,(\s])"?([\w-]+)"?\s*:\s*(?:[^,{}()]*(?:\?|:|\|\||&&|\?\?)\s*)?$/.exec(before)?.[1] ?? "",
      last: /\S\s*$/.exec(before)?.[0].trim() ?? "",
    });
  };
  while (at < source.length) {
    const two = source.slice(at, at + 2), one = source[at];
    if (one === "\n") line += 1;
    if (two === "//") at = until(source, at, "\n");
    else if (two === "/*") {
      const end = until(source, at + 2, "*/") + 2;
      line += source.slice(at, end).split("\n").length - 1;
      at = end;
    } else if (one === '"' || one === "'") {
      const end = stringEnd(source, at, one);
      const text = source.slice(at + 1, end - 1);
      take(text, line);
      code += `"${/^[\w-]*$/.test(text) ? text : "…"}"`;
      at = end;
    } else if (one === "`") {
      const { end, parts, inner } = template(source, at);
      const text = parts.join("{}");
      take(text, line);
      for (const each of inner) found.push(...literals(each).map((one) => ({ ...one, line: line + one.line - 1 })));
      line += source.slice(at, end).split("\n").length - 1;
      code += '"…"';
      at = end;
    } else if (one === "/" && /(?:^|[=(,:;!&|?{}[\n]|return|=>)\s*$/.test(code.slice(-40))) {
      at = regexEnd(source, at);
      code += '"…"';
    } else {
      if (one === "(") calls.push(/([\w$]+)\s*$/.exec(code.slice(-60))?.[1] ?? "");
      if (one === "[" || one === "{") calls.push(one === "{" ? "{" : calls[calls.length - 1] ?? "");
      if (one === ")" || one === "]" || one === "}") calls.pop();
      code += one;
      at += 1;
    }
    if (code.length > 4000) code = code.slice(-400);
  }
  return found;
}

const until = (/** @type {string} */ text, /** @type {number} */ from, /** @type {string} */ mark) => {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end;
};

/** @param {string} source @param {number} at @param {string} quote */
function stringEnd(source, at, quote) {
  for (let end = at + 1; end < source.length; end += 1) {
    if (source[end] === "\\") end += 1;
    else if (source[end] === quote) return end + 1;
  }
  return source.length;
}

/** @param {string} source @param {number} at */
function regexEnd(source, at) {
  let set = false;
  for (let end = at + 1; end < source.length; end += 1) {
    if (source[end] === "\\") end += 1;
    else if (source[end] === "[") set = true;
    else if (source[end] === "]") set = false;
    else if (source[end] === "\n" || (source[end] === "/" && !set)) return end + 1;
  }
  return source.length;
}

/** @param {string} source @param {number} at */
function template(source, at) {
  const parts = [""], inner = [];
  let end = at + 1;
  while (end < source.length && source[end] !== "`") {
    if (source[end] === "\\") end += 2;
    else if (source.startsWith("${", end)) {
      const start = end + 2;
      let depth = 1;
      for (end = start; end < source.length && depth > 0; end += 1) {
        if (source[end] === "{") depth += 1;
        else if (source[end] === "}") depth -= 1;
        else if (source[end] === "`") end = template(source, end).end - 1;
        else if (source[end] === '"' || source[end] === "'") end = stringEnd(source, end, source[end]) - 1;
      }
      inner.push(source.slice(start, end - 1));
      parts.push("");
    } else {
      parts[parts.length - 1] += source[end];
      end += 1;
    }
  }
  return { end: end + 1, parts, inner };
}

/** @param {string} text  whether it reads like something for people */
function readsLikeWords(text) {
  const plain = text.replace(/\\u[0-9a-f]{4}|\\n/gi, " ").replace(/\{\}/g, " ").replace(/\s+/g, " ").trim();
  if (!plain || PLATFORM.has(plain)) return false;
  if (/^(?:https?:|\/|\.{0,2}\/|#|--|@|\[|data:|image\/|text\/|application\/)/.test(plain)) return false;
  if (/^[A-Z][a-z]+(?:[A-Z]\w*)+$/.test(plain) || /^[\w.-]+\/[\w.+-]+$/.test(plain)) return false;
  return /^[A-Z][a-z]{2,}/.test(plain) || /(?:^|\s)[A-Za-z’']{2,}[,;:]? [A-Za-z’']{1,}/.test(plain);
}

/** A child of `h(…)` is shown, however short it is. */
const isChild = (/** @type {{ text: string, call: string, last: string }} */ { text, call, last }) =>
  call === "h" && last === "," && /^\s*[a-z]{3,}\W*$/i.test(text) && !PLATFORM.has(text.trim());

/** @param {string} source @returns {{ line: number, text: string }[]} */
function hardCoded(source) {
  return literals(source).filter((literal) => shown(literal)).map(({ line, text }) => ({ line, text }));
}

/** @param {ReturnType<typeof literals>[number]} literal */
function shown(literal) {
  const { text, call, property, last, before } = literal;
  return (readsLikeWords(text) || isChild(literal)) && !QUIET_CALL.test(call) && !QUIET_PROPERTY.test(property) && !/[=!]==?$|\bcase$/.test(before.trim()) &&
    !/\bfrom$|\bimport$/.test(before.trim()) && last !== "[";
}

/** What is the same in every language, or is not shown at all. */
const ALLOWED = new Set([
  // Names.
  "Circuit Breaker", "Google", "English", "Deutsch", "Español", "Français", "Dracula", "Nord", "Gruvbox", "Monokai",
  "Inter", "JetBrains Mono", "Source Sans 3", "IBM Plex Sans", "Atkinson Hyperlegible", "Edge", "Opera", "Firefox",
  "Chrome", "Safari", "Android", "Windows", "Linux",
  // Keys as they are printed on them.
  "Esc",
  // Commands to copy.
  "cb backup restore /path/to/FILE.cbbackup", "systemctl start circuit-breaker && cb doctor",
  "openssl x509 -in {} -noout -fingerprint -sha256", "sudo cp {} {}",
  // Before a locale is there; lib/language.js brings their translations.
  "just now", "in a few seconds",
  // Not for people: classes, selectors, scopes, fonts of Google, faults for whoever reads the console.
  "small backups-answer {}", "live is-{}", "warn", "bad", "accent", "openid email profile", "a live reader failed",
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
  "The map's program does not link: {}", "The map's program does not compile: {}",
]);
const isProgram = (/** @type {string} */ text) => /\bvoid main\(\)|^[\w+]+:wght@/.test(text);

const web = new URL("../", import.meta.url);

/** @param {URL} folder @returns {URL[]} */
function modules(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === "vendor") return [];
    const url = new URL(entry.isDirectory() ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory()) return modules(url);
    return entry.name.endsWith(".js") && !entry.name.endsWith(".test.js") ? [url] : [];
  });
}

test("no module has words for people in it: they stand in locales/en.json", () => {
  const findings = [];
  for (const url of modules(web)) {
    for (const { line, text } of hardCoded(readFileSync(url, "utf8"))) {
      if (!ALLOWED.has(text) && !isProgram(text)) findings.push(`${url.pathname.split("/web/")[1]}:${line}: ${text}`);
    }
  }
  assert.deepEqual(findings, []);
});

test("the finder sees what people see, and nothing else", () => {
  const texts = (/** @type {string} */ source) => hardCoded(source).map(({ text }) => text);
  assert.deepEqual(texts('h("p", { class: "small quiet" }, "Nothing here")'), ["Nothing here"]);
  assert.deepEqual(texts('h("span", {}, "linked")'), ["linked"]);
  assert.deepEqual(texts('h("input", { placeholder: "Type a name", title: free ? "Free" : t("a.b") })'), [
    "Type a name",
    "Free",
  ]);
  assert.deepEqual(texts("toast(`${n} of ${total} done`)"), ["{} of {} done"]);
  assert.deepEqual(texts('h("b", {}, `${t("x.y")} and ${h("i", {}, "Inner word")}`)'), ["Inner word"]);
  assert.deepEqual(texts('// a comment for people\nh("p", { class: "two words" }, t("some.key"))'), []);
  assert.deepEqual(texts('if (event.key === "Escape" || /Some words/.test(name)) el.closest("dialog form")'), []);
});
