import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { setFormat } from "../../lib/format.js";
import { setMessages } from "../../lib/i18n.js";
import { saidCheck } from "../../lib/values.js";
import { orderedChecks } from "./health.model.js";

const LANGUAGES = ["de", "es", "fr", "ja", "zh"];
/** @param {string} code */
const locale = (code) => JSON.parse(readFileSync(new URL(`../../locales/${code}.json`, import.meta.url), "utf8"));
/** @param {string} code */
function speak(code) {
  setMessages(code, locale(code));
  setFormat({ language: code, zone: "UTC", words: undefined });
}

test("what needs a person stands first", () => {
  const checks = [{ id: "bus", severity: "ok" }, { id: "certificate", severity: "warning" }, {
    id: "audit",
    severity: "ok",
  }, { id: "database", severity: "critical" }];
  assert.deepEqual(orderedChecks(checks).map(({ id }) => id), ["database", "certificate", "audit", "bus"]);
});

test("a check is said sentence by sentence, with sizes, days and times as the page writes them", () => {
  speak("de");
  assert.equal(
    saidCheck("The last backup failed: it ended early. The last good backup is 3 days old."),
    "Die letzte Sicherung ist misslungen: Sie endete vorzeitig. Die letzte gute Sicherung ist 3\u00a0Tg. alt.",
  );
  assert.equal(saidCheck("1.5 GiB are free for data."), "1,5\u00a0GiB sind für Daten frei.");
  assert.equal(
    saidCheck("The server certificate ends in 9 days. Run `installer --renew` as root."),
    "Das Zertifikat des Servers endet in 9 Tagen. Führe `installer --renew` als root aus.",
  );
  speak("fr");
  assert.match(saidCheck("480 MiB are free for data. Make room before it is used up."), /^480\u00a0Mio sont libres .*épuisé|avant/);
  speak("ja");
  assert.equal(saidCheck("The database does not answer. The journal has the reason."), "データベースが応答しません。理由はジャーナルにあります。");
  speak("en");
  const clock = "The clock jumped back by 3 h. See that a time service runs: `timedatectl` shows it.";
  assert.equal(saidCheck(clock), clock);
});

test("what warns is said in every language, also what the daemon says seldom", () => {
  const warnings = [
    "850 of 1024 files are open. Raise LimitNOFILE= of circuit-breaker.service, or find out who opens so many connections.",
    "The clock is 7 h behind the newest entry of the history; entries keep their order, but not their times. "
      + "See that a time service runs: `timedatectl` shows it.",
    "No backups are made. Set a passphrase for them: Settings, Backups.",
    "The local CA is changed on 2026-12-01, and the old one is good until 2027-01-01. Let every device trust the "
      + "next one now, beside the old one: CN=lab 2026, SHA-256 AB:CD.",
    "The server certificate has a third of its life left. Root was asked to renew it on 2026-11-29 20:00 UTC and has "
      + "not: see `systemctl status circuit-breaker-renew.path circuit-breaker-renew.service`, or run "
      + "`installer --renew` as root.",
    "Nobody has kept a copy of the vault's key yet. Do it under Settings, Vault.",
    "Changes have not reached open pages for 11 s. The journal has the reason.",
  ];
  for (const code of LANGUAGES) {
    speak(code);
    // A whole English sentence that is left would have these words.
    for (const warning of warnings) assert.doesNotMatch(saidCheck(warning), /\b(the|is|are|have|has)\b(?! \|)/i, `${code}: ${warning}`);
  }
});

test("the sentences that are translated are those the daemon says", () => {
  const sources = new URL("../../../../../Sources/", import.meta.url);
  const text = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".swift"))
    .map((name) => readFileSync(new URL(name, sources), "utf8")).join("\n").replace(/"\s*\+ "/g, "");
  const mine = /certificate|local CA|vault|backup|clock|database|free for data|open pages|Mail is not/;
  const lost = Object.keys(locale("de").said).filter((english) => {
    if (!mine.test(english) || /^Managed|^The clock jumped/.test(english)) return false;
    // Two words may be put together from pieces; the longest piece between what is filled in has to be there.
    const piece = english.split(/\{\d\}/).sort((a, b) => b.length - a.length)[0].replace(/^The server certificate /, "").replace(/\.$/, "");
    return !text.includes(piece.trim());
  });
  assert.deepEqual(lost, []);
});
