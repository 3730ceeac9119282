import assert from "node:assert/strict";
import { test } from "node:test";

import { pictureOf } from "./avatar.js";
import { squareIn } from "./picture.model.js";

const grace = { id: 7, email: "grace@example.org", gravatar_hash: "ab12" };

test("a picture kept here is asked for with its version, one's own by another door", () => {
  const user = { ...grace, photo: "picture", photo_version: "c0ffee" };
  assert.equal(pictureOf(user, { gravatar: false, own: false }), "/api/v1/users/7/photo?v=c0ffee");
  assert.equal(pictureOf(user, { gravatar: false, own: true }), "/api/v1/me/photo?v=c0ffee");
});

test("Gravatar is asked only by choice and while it is allowed", () => {
  const user = { ...grace, photo: "gravatar" };
  assert.equal(pictureOf(user, { gravatar: false, own: true }), null);
  assert.match(pictureOf(user, { gravatar: true, own: true }), /^https:\/\/www\.gravatar\.com\/avatar\/ab12\?/);
  assert.equal(pictureOf({ ...grace, photo: null }, { gravatar: true, own: true }), null);
});

test("the middle of a picture is taken, whichever side is longer", () => {
  assert.deepEqual(squareIn(400, 100), { x: 150, y: 0, side: 100 });
  assert.deepEqual(squareIn(90, 300), { x: 0, y: 105, side: 90 });
  assert.deepEqual(squareIn(256, 256), { x: 0, y: 0, side: 256 });
});
