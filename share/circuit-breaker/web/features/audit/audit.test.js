import assert from "node:assert/strict";
import { test } from "node:test";

import { setFormat } from "../../lib/format.js";
import { setMessages } from "../../lib/i18n.js";
import { differencesOf, parametersOf, placeOf, shownValue } from "./audit.model.js";
import { actorWord, fieldWord, onlyWord, subjectWord, valueWord } from "./audit.words.js";

test("only what differs is shown, and how", () => {
  const rows = differencesOf({ name: "a", notes: null, cpu: "x", revision: 1 }, {
    name: "b",
    notes: "n",
    cpu: null,
    revision: 2,
  });
  assert.deepEqual(rows.map(({ field, kind }) => `${field} ${kind}`), ["cpu removed", "name changed", "notes added"]);
});

test("objects inside are compared by their own fields, lists as a whole", () => {
  const rows = differencesOf({ custom: { a: 1, b: 2 }, tags: ["x"] }, { custom: { a: 1, b: 3 }, tags: ["x", "y"] });
  assert.deepEqual(rows.map(({ field }) => field), ["custom.b", "tags"]);
});

test("a created thing shows everything it was made with", () => {
  assert.deepEqual(differencesOf(null, { name: "nas", revision: 1 }).map(({ field }) => field), ["name", "revision"]);
});

test("values read as one line", () => {
  assert.equal(shownValue(["a", "b"]), "a, b");
  assert.equal(shownValue([]), "—");
  assert.equal(shownValue(null), "—");
});

test("the last day of a filter counts whole", () => {
  const { from, to } = parametersOf(new URLSearchParams("from=2026-11-24&to=2026-11-24&actor="));
  assert.equal(new Date(to).getTime() - new Date(from).getTime(), 86_400_000 - 1);
});

test("an entry leads to what it is about", () => {
  const paths = new Map([["compute_unit", "compute-units"]]);
  assert.equal(placeOf({ entity: "compute_unit", entity_id: 7 }, paths), "/compute-units/7");
  assert.equal(placeOf({ entity: "user", entity_id: 2 }, paths), "/settings/users/2");
  assert.equal(placeOf({ entity: "settings", entity_id: null }, paths), null);
});

test("names of the daemon are said in the language of the page", () => {
  setMessages("de", {
    audit: { entity_settings: "Einstellungen", entity_backup: "Sicherung", field_keep: "Was bleibt", field_last: "Die neuesten", actor_system: "System" },
    common: { yes: "Ja", no: "Nein" },
    users: { role_admin: "Administrator" },
  });
  /** @type {any} */
  const hardware = {
    name: "hardware",
    label: "Hardware",
    fields: [{ name: "role", label: "Rolle", type: "choice", choices: [{ value: "nas", label: "NAS" }] }],
  };
  const about = (/** @type {any} */ entry) => subjectWord(entry, [hardware]);
  assert.equal(about({ entity: "settings", entity_id: null, entity_name: "settings" }), "Einstellungen");
  assert.equal(about({ entity: "backup", entity_id: 7, entity_name: null }), "Sicherung 7");
  // What a person called it stays as it is, also where it is a word of the history.
  assert.equal(about({ entity: "hardware", entity_id: 3, entity_name: "backup" }), "backup");
  assert.equal(about({ entity: "setup", entity_id: null, entity_name: null }), "");
  assert.equal(fieldWord("keep.last", undefined), "Was bleibt · Die neuesten");
  assert.equal(fieldWord("role", hardware), "Rolle");
  assert.equal(fieldWord("custom.last", hardware), "Custom · last");
  assert.equal(valueWord(true, "enabled", undefined), "Ja");
  assert.equal(valueWord("nas", "role", hardware), "NAS");
  assert.equal(valueWord("admin", "role", undefined), "Administrator");
  const rack = { name: "rack_id", label: "Rack", type: "reference" }, memory = { name: "memory_mb", label: "Speicher", type: "integer", unit: "MiB" };
  const placed = { ...hardware, fields: [rack, memory] };
  assert.equal(valueWord(7, "rack_id", placed, new Map([[7, "Rack A"]])), "Rack A");
  assert.equal(valueWord(8, "rack_id", placed), "#8");
  assert.equal(valueWord(null, "rack_id", placed), "—");
  assert.equal(valueWord(2048, "memory_mb", placed), "2\u00a0GiB");
  assert.equal(actorWord("system", "system"), "System");
  assert.equal(actorWord("ada@example.org", "person"), "ada@example.org");
  setMessages("en", {});
});

test("what comes out of a fixed set is said, what people wrote is not", () => {
  setMessages("de", {
    audit: { value: { reason: { wrong_password: "Falsches Passwort" } } },
    backups: { state_failed: "Gescheitert", day_7: "Sonntag" },
    look: { midnight: "Mitternacht" },
    tokens: { scope_map_view: "Karten lesen" },
  });
  setFormat({ language: "de", zone: "Asia/Tokyo" });
  assert.equal(valueWord("midnight", "theme", undefined, new Map(), "settings"), "Mitternacht");
  assert.equal(valueWord("wrong_password", "reason", undefined, new Map(), "user"), "Falsches Passwort");
  assert.equal(valueWord("failed", "state", undefined, new Map(), "backup"), "Gescheitert");
  assert.equal(valueWord(["map.view", "new.one"], "scopes", undefined, new Map(), "api_token"), "Karten lesen, new.one");
  assert.equal(valueWord([7], "schedule.weekdays", undefined, new Map(), "backup_settings"), "Sonntag");
  assert.equal(valueWord("2031-05-06T20:08:09Z", "expires_at", undefined, new Map(), "api_token"), "7. Mai 2031, 05:08:09 GMT+9");
  assert.equal(valueWord(52.52, "latitude", undefined, new Map(), "settings"), "52,52");
  /** @type {any} */
  const tag = { name: "tag", label: "Tag", fields: [] };
  assert.equal(valueWord("midnight", "theme", tag, new Map(), "tag"), "midnight");
  assert.equal(valueWord("failed", "app_name", undefined, new Map(), "settings"), "failed");
  setMessages("en", {});
  setFormat({ language: "en", zone: null });
});

test("the one thing whose history is shown is called by its name, or by its kind and number", () => {
  setMessages("en", { audit: { only_id: "what has the id {id}", entity_user: "Account" } });
  /** @type {any[]} */
  const kinds = [{ name: "hardware", label: "Hardware", fields: [] }];
  /** @type {any[]} */
  const entries = [{ entity: "network", entity_id: 526, entity_name: "lan" }, { entity: "hardware", entity_id: 526, entity_name: "gw" }];
  assert.equal(onlyWord({ id: "526", entity: "hardware" }, entries, kinds), "Hardware gw");
  assert.equal(onlyWord({ id: "527", entity: "hardware" }, entries, kinds), "Hardware 527");
  assert.equal(onlyWord({ id: "2", entity: "user" }, [], kinds), "Account 2");
  assert.equal(onlyWord({ id: "526", entity: null }, entries, kinds), "what has the id 526");
});
