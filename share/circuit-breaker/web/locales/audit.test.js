import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { ENTITIES } from "../features/audit/audit.model.js";
import { valueWord } from "../features/audit/audit.words.js";
import { setMessages } from "../lib/i18n.js";
import { LANGUAGES } from "../lib/language.js";
import { FONTS, THEMES } from "../lib/theme.js";

/**
 * What the daemon can write into the history is read from its own sources, so that an action without words is missed
 * here and not by whoever reads the history in another language.
 */
const sources = new URL("../../../../Sources/", import.meta.url);
const files = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith(".swift")).map((name) => ({
  name,
  text: readFileSync(new URL(name, sources), "utf8").replace(/(^|\s)\/\/.*$/gm, ""),
}));

/** The arguments of a call whose bracket opens at `start`. @param {string} text @param {number} start */
function argumentsAt(text, start) {
  const found = [""];
  let depth = 0, isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"' && text[at - 1] !== "\\") isQuoted = !isQuoted;
    if (letter === "(" || letter === "[" || letter === "{") depth += 1;
    if (letter === ")" || letter === "]" || letter === "}") depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && letter === "," && !isQuoted) found.push("");
    else if (at > start) found[found.length - 1] += letter;
  }
  return found.map((one) => one.trim());
}

/** Every call of a name: its file and its arguments. @param {string} name @param {typeof files} [among] */
const callsOf = (name, among = files) =>
  among.flatMap((file) =>
    [...file.text.matchAll(new RegExp(`(?<![\\w.])(?<!func |struct )${name}\\(`, "g"))].map((match) => ({
      file,
      at: match.index,
      given: argumentsAt(file.text, match.index + match[0].length - 1),
    }))
  );

/** @param {string} text @param {string} name */
function casesOf(text, name) {
  const at = text.search(new RegExp(`enum ${name}: String`));
  assert.ok(at >= 0, `no enum ${name}`);
  const body = text.slice(at, text.indexOf("}", at));
  return [...body.matchAll(/\bcase ([^\n}]+)/g)].flatMap(([, line]) => line.split(",")).map((one) =>
    /"(\w+)"/.exec(one)?.[1] ?? one.trim()
  );
}

const literals = (text) => [...text.matchAll(/"([a-z][a-z_]*)"/g)].map(([, word]) => word);

/** The actions that one `AuditEntry(…)` can have. */
function actionsOf({ file, at, given: [first] }) {
  if (first.includes("\\(job.kind.rawValue)")) {
    const states = casesOf(file.text, "State").map((state) => (state === "running" ? "started" : state));
    return casesOf(file.text, "Kind").flatMap((kind) => states.map((state) => `${kind}_${state}`));
  }
  const raw = /^(\w+)\.rawValue$/.exec(first);
  if (raw) {
    const above = file.text.slice(0, at);
    const type = [...file.text.matchAll(new RegExp(`\\b${raw[1]}: (\\w+)`, "g"))].at(0)?.[1];
    assert.ok(type, `${file.name}: the type of ${raw[1]}`);
    return casesOf(above.includes(`enum ${type}:`) ? above : file.text, type);
  }
  // Of `a == "b" ? "c" : "d"` only what it comes to.
  if (!/^\w+$/.test(first)) return literals(first.slice(first.indexOf("?") + 1));
  // A member of the event: whatever it is made with.
  const event = [...file.text.slice(0, at).matchAll(/\bstruct (\w+): Event\b/g)].at(-1)?.[1];
  assert.ok(event, `${file.name}: the event of ${first}`);
  const usual = new RegExp(`var ${first} = "(\\w+)"`).exec(file.text)?.[1];
  return [...(usual ? [usual] : []), ...callsOf(event).flatMap((call) => handedIn(call, first))];
}

/** What a call gives for a member, also where a function of the same file hands it on. */
function handedIn({ file, given }, member) {
  const own = given.find((one) => one.startsWith(`${member}:`))?.replace(`${member}:`, "").trim() ??
    (/^"/.test(given[0]) ? given[0] : "");
  if (own !== member) return literals(own);
  const maker = new RegExp(`func (\\w+)\\([^)]*_ ${member}: String`).exec(file.text)?.[1];
  assert.ok(maker, `${file.name}: who hands on ${member}`);
  return callsOf(maker, [file]).flatMap(({ given: all }) => all.filter((one) => /^"\w+"$/.test(one)).flatMap(literals));
}

const entries = callsOf("AuditEntry");
const actions = [...new Set(entries.flatMap((entry) => {
  const found = actionsOf(entry);
  assert.ok(found.length > 0, `${entry.file.name}: no action in ${entry.given[0]}`);
  return found;
}))].sort();
/** Kinds of the inventory have the words of `GET /kinds`. */
const entities = [...new Set(entries.flatMap(({ given }) => {
  const entity = given.find((one) => one.startsWith("entity:")) ?? "";
  return literals(entity);
}))].sort();

/** What stands between the brackets that open first behind a place. @param {string} text @param {number} from */
function bodyAt(text, from) {
  let depth = 0, at = text.indexOf("{", from);
  const start = at;
  for (; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}" && (depth -= 1) === 0) break;
  }
  return text.slice(start, at);
}

/** Files with records that stand before and after a change, beside those that name an entry themselves. */
const RECORDS = new RegExp(
  "/(?:Invitation|APIToken|SignInProvider|User|RetentionRule|AuditRetention|BackupDeleted|BackupJob|BackupPlace" +
    "|BackupSettings|RestoreEvent|MailSettings|Icons|SavedView|Branding|AppSettings\\+JSON|Annotation|SavedMap|ShareLink|Appearance" +
    "|PlaceRecord)\\.swift$",
);

/** Written by what the compiler makes of their members, whose names become `every_hours` of `everyHours`. */
const CODED = /^Backups\/(?:Schedules\/Schedule|Keeping\/KeepRules)\.swift$/;
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Members of such records by their names. */
const fields = [...new Set(files.flatMap(({ name, text }) => {
  const written = RECORDS.test(`/${name}`)
    ? [...text.matchAll(
      /func writeRecord\(|var record: String/.test(text) && /func write(?:Record|Members)\(/.test(text)
        ? /func write(?:Record|Members)\(|var record: String/g
        : /func (?:write|writePayload|writeMembers|text|record)\(/g,
    )].map(({ index }) => bodyAt(text, index))
    : [];
  const inline = text.includes("AuditEntry(") ? [text] : [];
  const body = CODED.test(name) ? bodyAt(text, text.search(/struct \w+: [^{]*\bCodable\b/)) : "";
  const coded = [...body.matchAll(/^ {4}package var (\w+): [^{\n]+$/gm)].map(([, own]) => [own, snake(own)]);
  return [
    ...coded,
    ...written.flatMap((body) => [...body.matchAll(/(?:member|name)\("(\w+)"/g)]),
    // A pair of a name and a value has no name before its bracket, as a call has.
    ...inline.flatMap((body) => [...body.matchAll(/(?<!\w)\("([a-z_]+)", |name: "([a-z_]+)", value:/g)]),
  ].map(([, one, other]) => one ?? other);
}))].sort();

test("every kind that is not of the inventory can be filtered by", () => {
  // What the machine sees of itself is told, but not written down.
  assert.deepEqual(entities.filter((entity) => entity !== "machine" && !ENTITIES.includes(entity)), []);
});

test("the sources are read as they are meant", () => {
  assert.ok(VALUES.every(({ values }) => values.length > 1), "a set without values");
  assert.ok(scopes.includes("inventory.view"));
  for (
    const known of [
      "created", "purged", "places_forgotten", "password_reset_by_vault_key", "password_changed", "unlocked", "accepted",
      "totp_added", "restore_interrupted", "create_started", "key_recovered", "masquerade_begun", "test_failed", "opened",
    ]
  ) assert.ok(actions.includes(known), known);
  for (const known of ["display_name", "foreign_origins", "locked_until", "places", "key_set_at", "month_day"]) assert.ok(fields.includes(known), known);
  for (const known of ["user", "vault", "map_annotation", "backup_target"]) assert.ok(entities.includes(known), known);
});

/** Members whose values come out of a fixed set: which enumeration it is, and in what kind of entry. */
const VALUES = [
  ["reason", "SignInState", "Refusal"], ["reason", "ProviderRefusal", "ProviderRefusal"], ["reason", "SessionEvents", "Why"],
  ["proofs", "SignInState", "First"], ["proofs", "SignInState", "Second"],
  ["state", "BackupJob", "State"], ["phase", "BackupJob", "Phase"], ["origin", "BackupJob", "Origin"],
  ["kind", "BackupJob", "Kind", "backup"], ["kind", "BackupPlace", "Kind", "backup_target"], ["origin", "CopyFacts", "Origin"],
  ["kind", "SignInProvider", "Kind", "sign_in_provider"], ["schedule.rhythm", "Schedule", "Rhythm"],
  ["security", "SMTPServer", "Security"], ["problem", "SMTPFailure", "Kind", "mail"],
  ["profile", "AppSettings", "Profile"], ["units", "AppSettings", "Units"],
  ["kind", "Annotation", "Kind", "map_annotation"], ["grouping", "Annotation", "Grouping"], ["colour", "Annotation", "Colour"],
].map(([field, file, name, entity]) => {
  const found = files.filter((one) => one.name.endsWith(`/${file}.swift`));
  assert.equal(found.length, 1, file);
  // Of an enumeration with members of its own only the cases are meant.
  return { field, entity, values: casesOf(found[0].text, name).filter((one) => /^\w+$/.test(one)) };
});
/** What a second factor can be proven by and was not. */
const events = casesOf(files.find(({ name }) => name === "Access/SignIn/SignInState.swift")?.text ?? "", "Event");
VALUES.push({ field: "reason", entity: undefined, values: events.filter((one) => /Wrong|Refused|Replayed/.test(one)) });
const scopes = [...new Set(files.filter(({ name }) => name.endsWith("Permission.swift")).flatMap(({ text }) =>
  [...text.matchAll(/"([a-z]+\.[a-z]+)"/g)].map(([, word]) => word)
))];
VALUES.push({ field: "scopes", entity: "api_token", values: scopes });
for (const [field, values] of Object.entries({
  theme: ["auto", ...THEMES.map(({ id }) => id)],
  font: FONTS.map(({ id }) => id),
  language: LANGUAGES.map(({ value }) => value),
  default_role: ["viewer", "editor", "admin"],
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  hide: ["addresses", "names"],
  step: ["look", "region", "mail", "vault", "first-look", "done"],
})) VALUES.push({ field, entity: undefined, values });

for (const { value: code } of LANGUAGES) {
  test(`${code}: values that come out of a fixed set have words`, () => {
    setMessages(code, JSON.parse(readFileSync(new URL(`./${code}.json`, import.meta.url), "utf8")));
    const raw = VALUES.flatMap(({ field, entity, values }) =>
      values.filter((value) => valueWord(value, field, undefined, new Map(), entity ?? null) === String(value)).map((value) => `${field} ${value}`)
    );
    setMessages("en", {});
    assert.deepEqual(raw, []);
  });

  const { audit: words, map } = JSON.parse(readFileSync(new URL(`./${code}.json`, import.meta.url), "utf8"));

  test(`${code}: every action, kind and field of the history has words`, () => {
    assert.deepEqual(actions.filter((action) => !words[`action_${action}`]), [], "actions");
    assert.deepEqual(entities.filter((entity) => !words[`entity_${entity}`]), [], "kinds");
    assert.deepEqual(fields.filter((field) => !words[`field_${field}`]), [], "fields");
  });

  test(`${code}: the map of the past has a sentence for every change it lists`, () => {
    const verbsOf = (name) => casesOf(files.find((file) => file.name === `Topology/History/${name}.swift`)?.text ?? "", "Verb");
    assert.deepEqual(verbsOf("HistoryRow").filter((verb) => !map.time.did[verb]), [], "moments");
    assert.deepEqual(verbsOf("MapDifference").filter((verb) => !map.time.verb[verb]), [], "differences");
  });
}
