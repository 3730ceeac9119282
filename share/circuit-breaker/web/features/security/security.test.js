import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { setMessages } from "../../lib/i18n.js";
import { browserOf } from "./security.model.js";

setMessages("en", JSON.parse(readFileSync(new URL("../../locales/en.json", import.meta.url), "utf8")));

test("a session is named by its browser and system", () => {
  assert.equal(browserOf("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"), "Firefox on Linux");
  assert.equal(
    browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604.1"),
    "Safari on iOS",
  );
  assert.equal(
    browserOf("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/156.0 Safari/537 Edg/156.0"),
    "Edge on Windows",
  );
});

test("what is not a browser shows what it said", () => {
  assert.equal(browserOf("cb/1.0"), "cb/1.0");
  assert.equal(browserOf(""), "Unknown browser");
});
