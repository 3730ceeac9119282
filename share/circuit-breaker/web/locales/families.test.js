import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { DIFFERENCES, FOREIGN } from "../features/settings/settings.model.js";
import { STEPS, strengthOf } from "../features/setup/setup.model.js";
import { ICON_CATEGORIES } from "../icons/icons.js";
import { TYPES } from "../features/notes/notes.model.js";
import { KINDS } from "../features/providers/providers.model.js";
import { SCOPE_AREAS } from "../features/tokens/tokens.model.js";
import { ROLES } from "../features/users/users.model.js";
import { PLACES } from "../shell/nav.js";
import { skyOf } from "../shell/weather.model.js";

const english = JSON.parse(readFileSync(new URL("./en.json", import.meta.url), "utf8"));
const find = (key) => key.split(".").reduce((tree, part) => tree?.[part], english);

/** Read where the daemon names them, so that a new one is missed here first. */
const ERRORS = readFileSync(new URL("../../../../Sources/Kernel/AppError.swift", import.meta.url), "utf8");
const snake = (name) => name.replace(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`);
const ERROR_CODES = [...ERRORS.split("package let kind")[0].matchAll(/^\s+case ([^\n]+)$/gm)]
  .flatMap(([, names]) => names.split(",")).map((name) => /"(\w+)"/.exec(name)?.[1] ?? snake(name.trim()));

const IMPACT = readFileSync(new URL("../../../../Sources/ImpactAnalysis/ImpactGraph.swift", import.meta.url), "utf8");
const REASONS = [...IMPACT.split("package struct ImpactNeed")[0].matchAll(/^\s+case (\w+)$/gm)].map(([, name]) => name);

/** Keys that the pages put together from a value; the plain ones are found by locales.test.js. */
const families = {
  "map.impact.reason.*": REASONS,
  "map.impact.state.*": ["down", "cut_off", "degraded"],
  "setup.step_*": STEPS.slice(0, -1).map((step) => step.replace("-", "_")),
  "setup.*_title": STEPS.map((step) => step.replace("-", "_")),
  "setup.*_text": STEPS.map((step) => step.replace("-", "_")),
  "setup.password_*": ["short", "aaaaaaaaaaaa", "aB3$aB3$aB3$", "correct horse battery"].map((text) =>
    strengthOf(text).word
  ),
  "setup.action_*": ["change", "same"],
  "settings.tab_*": ["access", "look", "region", "foreign", "users", "tokens", "invitations", "providers", "mail"],
  "settings.differs_*": DIFFERENCES,
  "settings.lab_*": DIFFERENCES,
  "settings.hardened_*": DIFFERENCES,
  "settings.profile_*": ["lab", "hardened", "lab_text", "hardened_text"],
  "settings.to_*": ["lab", "lab_text", "lab_verb", "hardened", "hardened_text", "hardened_verb"],
  "settings.foreign_*": FOREIGN.flatMap(({ name }) => [name, `${name}_text`]),
  "tokens.area_*": SCOPE_AREAS.map(([area]) => area),
  "tokens.scope_*": SCOPE_AREAS.flatMap(([, scopes]) => scopes.map((scope) => scope.replace(".", "_"))),
  "users.role_*": ROLES,
  "users.state_*": ["active", "inactive", "locked", "must_change"],
  "invitations.state_*": ["pending", "expired", "accepted", "revoked"],
  "mail.state_*": ["waiting", "sent", "failed"],
  "mail.security_*": ["starttls", "tls", "none"],
  "providers.kind_*": KINDS,
  "live.*": ["idle", "connecting", "open", "waiting", "refused"],
  "shell.live_*": ["idle", "connecting", "open", "waiting", "refused"],
  "severity.*": ["ok", "notice", "info", "warning", "error", "failing", "critical"],
  "status.*": ["up", "degraded", "down", "maintenance", "unknown", "retired"],
  "consequences.*": ["blocks", "deletes", "clears"],
  "shell.place_*": PLACES.map(({ name }) => name),
  "look.*": ["midnight", "daylight", "solarized_dark", "solarized_light", "high_contrast", "system_font"],
  "errors.*": ERROR_CODES,
  "icons.*": ICON_CATEGORIES.map(({ category }) => category),
  "branding.*": ["logo", "favicon", "background"].flatMap((name) => [name, `${name}_text`, `${name}_choose`]),
  "account.bar_*": ["clock", "weather"],
  "notes.*": TYPES.map(({ value }) => value),
  "shell.weather_*": [0, 1, 3, 45, 61, 71, 95].map((code) => skyOf(code).word),
};

for (const [pattern, values] of Object.entries(families)) {
  test(`${pattern} has a sentence for each of its values`, () => {
    const missing = values.map((value) => pattern.replace("*", value)).filter((key) =>
      typeof find(key) !== "string" && typeof find(key)?.other !== "string"
    );
    assert.deepEqual(missing, []);
  });
}
