import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, configureApi } from "../../lib/api.js";
import { beforeOf, wayBack } from "./bulk.model.js";
import { bulk } from "./inventory.api.js";
import { headingOf, sheetOfLines } from "./lines.model.js";

const kind = {
  name: "hardware",
  has_name: true,
  fields: [
    { name: "role", type: "choice", choices: [{ value: "access_point", label: "Access point" }, { value: "nas", label: "NAS" }] },
    { name: "vendor", type: "text" },
    { name: "ip_address", label: "IP address", type: "ip" },
    { name: "management_ip", type: "ip" },
    { name: "mac", type: "mac" },
    { name: "rack_id", label: "Rack", type: "reference", references: ["rack"] },
  ],
};

const labelOf = (name) => ({ name: "Name", tags: "Tags", status: "State" })[name] ?? name;

test("a heading is told by its names, in the daemon's words or in those of the pages", () => {
  const heading = (text) => headingOf(text, kind, labelOf);
  assert.deepEqual(heading("name,role,ip_address\nnas,nas,10.0.0.1"), ["name", "role", "ip_address"]);
  assert.deepEqual(heading("name\track_name\tcustom.shelf"), ["name", "rack_name", "custom.shelf"]);
  assert.deepEqual(heading('sep=;\n"Name";"IP address";Rack;STATE;source\na;10.0.0.1;;;'), [
    "name", "ip_address", "rack_name", "status", "source",
  ]);
  assert.deepEqual(heading("Name,colour\na,red"), ["name", "colour"]);
  assert.equal(heading("nas-1,nas,10.0.0.1"), null);
  assert.equal(heading("nas-1\nnas-2"), null);
  assert.equal(heading(""), null);
});

test("a line begins with the name, whatever it says, and quotation marks hold it together", () => {
  const rows = (text) => sheetOfLines(text, kind).csv.trim().split("\r\n").slice(1);
  assert.deepEqual(rows("nas 10.0.0.5"), ["nas,10.0.0.5"]);
  assert.deepEqual(rows("NAS cellar 10.0.0.5 nas"), ["NAS cellar,10.0.0.5,nas"]);
  assert.deepEqual(rows('"Switch, big";10.0.0.1;nas'), ['"Switch, big",10.0.0.1,nas']);
  assert.deepEqual(rows('"19"" rack" 10.0.0.1'), ['"19"" rack",10.0.0.1']);
});

test("lines become rows, each word where it belongs by its looks", () => {
  const { csv, rows, columns } = sheetOfLines(
    "nas-1 10.0.0.5 nas #prod #home\n\nAP attic, 10.0.0.6, 00:1b:21:aa:bb:cc, Access point, 10.9.0.6\njust a name\n",
    kind,
  );
  assert.equal(rows, 3);
  assert.deepEqual(columns, ["name", "ip_address", "role", "tags", "mac", "management_ip"]);
  assert.deepEqual(csv.trim().split("\r\n"), [
    "name,ip_address,role,tags,mac,management_ip",
    'nas-1,10.0.0.5,nas,"prod,home",,',
    "AP attic,10.0.0.6,access_point,,00:1b:21:aa:bb:cc,10.9.0.6",
    "just a name,,,,,",
  ]);
});

const things = [
  { id: 1, revision: 3, role: "switch", tags: ["a"], rack_id: 7, rack_name: "r" },
  { id: 2, revision: 1, role: "switch", tags: [] },
  { id: 3, revision: 5, role: null, tags: ["a", "b"] },
  { id: 4, revision: 2, role: "nas", tags: ["b"] },
];
const role = { name: "role", type: "choice", choices: [{ value: "switch", label: "Switch" }] };

test("before a change it is said what it changes from", () => {
  assert.deepEqual(beforeOf(things, role, "nas"), {
    changes: [{ from: "Switch", n: 2 }, { from: "", n: 1 }],
    already: 1,
  });
  assert.deepEqual(beforeOf(things, { name: "+tags", type: "tags" }, ["a"]).already, 2);
  assert.deepEqual(beforeOf(things, { name: "rack_id", type: "reference" }, null), { changes: [{ from: "r", n: 1 }], already: 3 });
});

test("the way back holds only what was changed, as it was, at the revision it was left at", () => {
  const results = [{ id: 1, ok: true, revision: 4 }, { id: 2, ok: true, revision: 2 }, { id: 3, ok: false }, { id: 4, ok: true, revision: 2 }];
  assert.deepEqual(wayBack(things, ["role"], results), [
    { patch: { role: "switch" }, ids: [1, 2], revisions: [4, 2] },
  ]);
  assert.deepEqual(wayBack(things, ["+tags"], results), [
    { patch: { tags: ["a"] }, ids: [1], revisions: [4] },
    { patch: { tags: [] }, ids: [2], revisions: [2] },
  ]);
});

test("many go in parts; where it breaks off, the rest is told as left", async () => {
  const ids = Array.from({ length: 500 }, (_, at) => at + 1), told = [], sizes = [];
  configureApi({
    fetch: async (_url, { body }) => {
      const part = JSON.parse(body).ids;
      sizes.push(part.length);
      if (sizes.length === 2) throw new TypeError("no network");
      return new Response(JSON.stringify({ items: part.map((id) => ({ id, ok: true })) }));
    },
  });
  const results = await bulk({ path: "hardware" }, ids, { patch: { vendor: "a" } }, (done) => told.push(done));
  assert.deepEqual([sizes, told], [[200, 200], [200]]);
  assert.deepEqual([results.length, results.filter(({ ok }) => ok).length], [500, 200]);
  assert.ok(results[499].error instanceof ApiError);
  sizes.push(0);
  sizes.splice(0, 2);
  await assert.rejects(bulk({ path: "hardware" }, ids, { delete: true }), ApiError);
});
