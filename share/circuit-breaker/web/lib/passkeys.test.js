import assert from "node:assert/strict";
import { test } from "node:test";

import { creationOptions, requestOptions, toBytes, toText } from "./passkeys.js";

test("bytes survive the way to text and back", () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255);
    const text = toText(bytes.buffer);
    assert.doesNotMatch(text, /[+/=]/);
    assert.deepEqual(toBytes(text), bytes);
  }
});

test("what the daemon asks for is what the browser is asked", () => {
  const known = [{ credential_id: "AQID", transports: ["usb"] }];
  const made = creationOptions({
    challenge: "_-8",
    site: "lab.local",
    user_handle: "AQ",
    user_name: "ada@example.org",
    display_name: "Ada",
    algorithms: [-8, -7],
    known,
    timeout_ms: 1000,
  });
  assert.equal(made.rp.id, "lab.local");
  assert.equal(made.attestation, "none");
  assert.deepEqual(made.pubKeyCredParams.map(({ alg }) => alg), [-8, -7]);
  assert.deepEqual(made.excludeCredentials?.[0].id, Uint8Array.of(1, 2, 3));
  const asked = requestOptions({ challenge: "_-8", site: "lab.local", known: [], user_verification: "required" });
  assert.deepEqual(asked.challenge, Uint8Array.of(255, 239));
  assert.equal(asked.userVerification, "required");
});
