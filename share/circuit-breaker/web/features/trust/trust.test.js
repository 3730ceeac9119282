import assert from "node:assert/strict";
import { test } from "node:test";

import { addressForOthers, groups, platformOf, platforms } from "./trust.model.js";

const here = { protocol: "https:", hostname: "nas.home.arpa", port: "8443" };
const root = { name: "x", fingerprint_sha256: "", not_before: "", not_after: "", pem: "/ca.crt", der: "/ca.der" };

test("a phone gets the address this page has", () => {
  assert.equal(addressForOthers(here, ["192.0.2.7"]), "https://nas.home.arpa:8443/ca");
  assert.equal(addressForOthers({ ...here, port: "" }, []), "https://nas.home.arpa/ca");
});

test("on the machine itself a phone gets a name it can reach", () => {
  const local = { ...here, hostname: "localhost" };
  assert.equal(addressForOthers(local, ["192.0.2.7", "nas"]), "https://192.0.2.7:8443/ca");
  assert.equal(addressForOthers(local, ["2001:db8::7"]), "https://[2001:db8::7]:8443/ca");
  assert.equal(addressForOthers({ ...here, hostname: "[::1]" }, []), null);
});

test("a fingerprint is eight groups of four", () => {
  const pairs = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, "0"));
  assert.equal(groups(pairs.join(":")).length, 8);
  assert.equal(groups(pairs.join(":")).join(":"), pairs.join(":"));
});

test("the instructions of the device in hand come first", () => {
  const agents = {
    "Mozilla/5.0 (Linux; Android 14; Pixel) Chrome/130": "android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)": "ios",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)": "macos",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64)": "windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko Firefox/130.0": "firefox",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/130": "chromium",
    "curl/8": "",
  };
  for (const [agent, platform] of Object.entries(agents)) assert.equal(platformOf(agent), platform, agent);
});

test("during a roll-over the commands fetch both roots", () => {
  const both = [root, { ...root, pem: "/ca-next.crt" }];
  const debian = platforms("https://nas:8443", both).find(({ id }) => id === "debian");
  assert.equal(debian.commands.length, 6);
  assert.match(debian.commands[4], /circuit-breaker-ca\.crt circuit-breaker-ca-next\.crt/);
});
