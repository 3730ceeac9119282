import { valueText } from "../../lib/values.js";
import assert from "node:assert/strict";
import { test } from "node:test";

import { allColumns, defaultNames, shownColumns, titleOf } from "./columns.model.js";
import { applyEvent } from "./events.model.js";
import {
  addressPair,
  conflictQuestions,
  customRows,
  customValues,
  differences,
  duplicateOf,
  formFields,
  resolved,
  startOf,
} from "./form.model.js";
import {
  apiQuery,
  nextSort,
  paramsFrom,
  plainList,
  readText,
  stateFrom,
  isShownBy,
  stateOfView,
  viewOf,
  withFilter,
} from "./query.model.js";
import { setMessages } from "../../lib/i18n.js";
import { groupTitle, isWorthReading, relationRow } from "./relations.model.js";
import { formatOf, normalised, parseCSV, rowCount, rowsToShow, textOf, toCSV } from "./transfer.model.js";

const kind = {
  name: "hardware",
  path: "hardware",
  label: "Hardware",
  plural: "Hardware",
  group: "inventory",
  has_name: true,
  fields: [
    {
      name: "role",
      label: "Role",
      type: "choice",
      choices: [{ value: "switch", label: "Switch" }],
      filterable: true,
      in_list: true,
    },
    { name: "memory_mb", label: "Memory", type: "integer", unit: "MB", sortable: true },
    { name: "rack_id", label: "Rack", type: "reference", references: ["rack"], filterable: true },
    { name: "ip", label: "Address", type: "ip", in_list: true },
    { name: "description", label: "Description", type: "long_text" },
  ],
};
const thing = (id, name, extra = {}) => ({ id, kind: "hardware", name, revision: 1, status: "up", tags: [], ...extra });
const view = (...items) => ({ items, total: items.length, isComplete: true, unseen: 0 });
const event = (verb, payload) => ({ subject: `inventory.hardware.${verb}`, payload });
const apply = (list, happened, state = plainList) => applyEvent(list, happened, { kind, state });
const names = ({ items }) => items.map(({ name }) => name);

test("a created object takes its place in the order", () => {
  const after = apply(view(thing(1, "alpha"), thing(2, "gamma")), event("created", thing(3, "beta")));
  assert.deepEqual(names(after), ["alpha", "beta", "gamma"]);
  assert.equal(after.total, 3);
});

test("a changed object is replaced where it stands", () => {
  const after = apply(view(thing(1, "alpha"), thing(2, "beta")), event("changed", thing(1, "zeta", { revision: 2 })));
  assert.deepEqual(names(after), ["zeta", "beta"]);
});

test("an older version does not overwrite a newer one", () => {
  const before = view(thing(1, "new", { revision: 5 }));
  assert.equal(apply(before, event("changed", thing(1, "old", { revision: 4 }))), before);
});

test("a deleted object leaves, and comes back when restored", () => {
  const gone = apply(view(thing(1, "alpha")), event("deleted", { id: 1 }));
  assert.deepEqual([gone.items.length, gone.total], [0, 0]);
  assert.deepEqual(names(apply(gone, event("restored", thing(1, "alpha")))), ["alpha"]);
});

test("an object that no longer fits the filter leaves", () => {
  const state = { ...plainList, filters: { status: ["up"] } };
  assert.equal(
    apply(view(thing(1, "a")), event("changed", thing(1, "a", { status: "down", revision: 2 })), state).items.length,
    0,
  );
});

test("what only the daemon can find is announced, not guessed", () => {
  const after = apply(view(thing(1, "nas")), event("created", thing(2, "router")), { ...plainList, q: "storage" });
  assert.deepEqual([names(after), after.unseen], [["nas"], 1]);
});

test("a row behind the last loaded one waits for its page", () => {
  const after = apply({ ...view(thing(1, "alpha")), isComplete: false, total: 60 }, event("created", thing(2, "zeta")));
  assert.deepEqual([names(after), after.total], [["alpha"], 61]);
});

test("an event of another kind leaves the very same list", () => {
  const before = view(thing(1, "alpha"));
  assert.equal(apply(before, { subject: "inventory.rack.created", payload: thing(9, "r") }), before);
});

test("a list goes into the address and comes back", () => {
  const state = {
    q: "core lab",
    filters: { status: ["up", "down"], rack_id: ["7"] },
    sort: "-memory_mb",
    columns: ["role", "ip"],
    trash: false,
  };
  assert.deepEqual(stateFrom(new URLSearchParams(paramsFrom(state, kind).toString()), kind), state);
  assert.equal(paramsFrom(plainList, kind).toString(), "");
});

test("names that are no filter of this kind are ignored", () => {
  assert.deepEqual(stateFrom(new URLSearchParams("select=4&evil=1&status=up"), kind).filters, { status: ["up"] });
});

test("words with a colon become filters, the rest stays text", () => {
  assert.deepEqual(readText('role:switch -tag:retired "rack 2" status:up http://x', kind), {
    q: '-tag:retired "rack 2" http://x',
    filters: { role: ["switch"], status: ["up"] },
  });
  assert.deepEqual(readText("status:up,down role:switch OR nas", kind).filters, {});
});

test("the daemon is asked what the list says", () => {
  assert.deepEqual(apiQuery(withFilter({ ...plainList, q: " nas " }, "role", "switch")), {
    q: "nas",
    role: ["switch"],
    sort: "name",
  });
  assert.equal(nextSort("name", "name"), "-name");
  assert.deepEqual(withFilter(withFilter(plainList, "role", "a"), "role", null), plainList);
});

test("columns: the name first, then what the kind lists", () => {
  assert.deepEqual(shownColumns(kind, null).map(({ name }) => name), ["name", "role", "ip", "tags", "updated_at"]);
  assert.deepEqual(shownColumns(kind, ["memory_mb", "gone"]).map(({ name }) => name), ["name", "memory_mb"]);
  assert.ok(!allColumns(kind).some(({ name }) => name === "description"));
  assert.deepEqual(defaultNames(kind), ["role", "ip", "tags", "updated_at"]);
});

test("values read as people say them", () => {
  const field = (name) => kind.fields.find((one) => one.name === name);
  const one = thing(1, "x", { role: "switch", memory_mb: 16384, rack_id: 7, rack_name: "left", ip: null });
  assert.deepEqual(["role", "memory_mb", "rack_id", "ip"].map((name) => valueText(one, field(name))), [
    "Switch",
    "16\u00a0GiB",
    "left",
    "",
  ]);
  assert.equal(titleOf({ ...one, name: "" }, kind), "Hardware 1");
});

test("a form asks for the name first and for state and notes last", () => {
  const fields = formFields(kind, {
    name: "Name",
    notes: "Notes",
    status: "Status",
    group_state: "State",
    group_notes: "Notes",
  }, []);
  assert.equal(fields[0].name, "name");
  assert.equal(fields.at(-1)?.name, "notes");
});

test("a duplicate does not take the address along", () => {
  const values = duplicateOf(thing(1, "x", { role: "switch", ip: "10.0.0.1" }), formFields(kind, {}, []));
  assert.deepEqual(values, { role: "switch", tags: [] });
});

test("a cable is asked about at both of its ports, also where an end is a documented interface", () => {
  const fields = ["from_id", "from_port", "to_id", "to_port", "medium"].map((name) => ({ name, type: "text" }));
  assert.deepEqual(conflictQuestions(fields, { from_id: 4, from_port: "eth1", to_id: 9, to_port: "", medium: "fibre" }), [
    { name: "from_port", query: { plug_id: 4, plug_port: "eth1", medium: "fibre" } },
    { name: "to_port", query: { plug_id: 9, medium: "fibre" } },
  ]);
  assert.deepEqual(conflictQuestions(fields, { from_port: "eth1", to_id: null }), []);
});

test("two people: only fields both changed are a conflict", () => {
  const fields = formFields(kind, {}, []);
  const base = { name: "a", role: null, ip: "10.0.0.1" };
  const all = differences(fields, base, { name: "b", role: "switch", ip: "10.0.0.1" }, {
    name: "c",
    role: null,
    ip: "10.0.0.9",
  });
  assert.deepEqual(all.map(({ field, isConflict }) => [field.name, isConflict]), [["name", true], ["role", false]]);
  assert.deepEqual(resolved(all, {}), { role: "switch" });
  assert.deepEqual(resolved(all, { name: "mine" }), { name: "b", role: "switch" });
});

test("custom values keep the type nobody touched", () => {
  const before = { watts: 12, note: "x" };
  assert.deepEqual(customValues(customRows(before), before), before);
  assert.deepEqual(customValues([["watts", "13"], [" ", "lost"]], before), { watts: "13" });
});

test("addresses and ports are asked about, ports only with a holder", () => {
  const fields = [{ name: "ip", type: "ip" }, { name: "port", type: "integer" }];
  assert.deepEqual(conflictQuestions(fields, { ip: "10.0.0.1", port: 80 }), [{
    name: "ip",
    query: { ip: "10.0.0.1" },
  }]);
  assert.equal(conflictQuestions(fields, { port: 80, compute_unit_id: 4 })[0].query.holder_id, 4);
});

test("the ports of a service are asked about as text, with the address they are on", () => {
  const fields = [{ name: "ip_address", type: "ip" }, { name: "ports", type: "text" }];
  assert.deepEqual(conflictQuestions(fields, { ports: "443/tcp" }), []);
  assert.deepEqual(conflictQuestions(fields, { ports: "tcp", runs_on_id: 4 }), []);
  assert.deepEqual(conflictQuestions(fields, { ports: "443/tcp, 53", runs_on_id: 4, ip_address: "10.0.0" })[1], {
    name: "ports",
    query: { ports: "443/tcp, 53", holder_id: 4 },
  });
  assert.deepEqual(conflictQuestions(fields, { ports: "443", runs_on_id: 4, ip_address: "10.0.0.5" }), [
    { name: "ip_address", query: { ip: "10.0.0.5", holder_id: 4 } },
    { name: "ports", query: { ports: "443", holder_id: 4, address: "10.0.0.5" } },
  ]);
});

test("an address is asked about as it would be saved", () => {
  const fields = [{ name: "ip_address", type: "ip" }, { name: "gateway", type: "ip" }, { name: "first", type: "ip" }];
  const ip = "10.0.0.1";
  const asked = (values) => conflictQuestions(fields, { ip_address: ip, gateway: ip, first: ip, ...values });
  assert.deepEqual(asked({}), [{ name: "ip_address", query: { ip } }]);
  assert.deepEqual(asked({ network_id: 7 })[0].query, { ip, network_id: 7 });
  assert.deepEqual(asked({ type: "container", hardware_id: 3 })[0].query, { ip, holder_id: 3 });
  assert.deepEqual(asked({ type: "vm", hardware_id: 3 })[0].query, { ip });
  assert.deepEqual(asked({ assignment: "virtual" }), []);
});

test("a duplicate has no serial number of its own yet", () => {
  const fields = ["name", "serial_number", "vendor"].map((name) => ({ name, type: "text" }));
  assert.deepEqual(duplicateOf({ name: "a", serial_number: "1", vendor: "HPE" }, fields), { vendor: "HPE" });
});

test("CSV: quotes, separators and line ends of every spreadsheet", () => {
  assert.deepEqual(parseCSV('\uFEFFname,notes\r\n"a ""b""","two\nlines, one cell"\r\n\r\n'), [["name", "notes"], [
    'a "b"',
    "two\nlines, one cell",
  ]]);
  assert.deepEqual(parseCSV("name;ip\nnas;10.0.0.1"), [["name", "ip"], ["nas", "10.0.0.1"]]);
  assert.equal(normalised("name\tip\nx, y\t1", "csv"), 'name,ip\r\n"x, y",1\r\n');
  assert.equal(normalised("sep=;\r\nname;ip\r\nx, y;1", "csv"), 'name,ip\r\n"x, y",1\r\n');
  assert.equal(normalised("Name,Rack\nx,r", "csv", ["name", "rack_name"]), "name,rack_name\r\nx,r\r\n");
  const rows = [["a,b", 'say "x"', " space"], ["", "1", "2"]];
  assert.deepEqual(parseCSV(toCSV(rows)), rows);
});

test("a file is read as what it was written in", () => {
  const read = (bytes, language) => textOf(new Uint8Array(bytes).buffer, language);
  assert.equal(read([0x47, 0xc3, 0xb6]), "Gö");
  assert.equal(read([0x47, 0xf6]), "Gö");
  assert.equal(read([0xff, 0xfe, 0x47, 0x00, 0xf6, 0x00]), "Gö");
  assert.equal(read([0xfe, 0xff, 0x00, 0x47, 0x00, 0xf6]), "Gö");
  assert.equal(read([0x93, 0xfa, 0x96, 0x7b], "ja"), "日本");
  assert.equal(read([0xc8, 0xd5, 0xb1, 0xbe], "zh"), "日本");
});

test("what was pasted is recognised and counted", () => {
  assert.equal(formatOf('  [{"name":"a"}]'), "json");
  assert.equal(formatOf("name,ip"), "csv");
  assert.equal(formatOf("   "), null);
  assert.equal(rowCount('{"items":[{},{}]}', "json"), 2);
  assert.equal(rowCount("{oops", "json"), null);
  assert.equal(rowCount("name\na\nb\n", "csv"), 2);
});

test("the dry run shows problems first and leaves out what stays", () => {
  const rows = [{ row: 1, action: "create" }, { row: 2, action: "unchanged" }, { row: 3, action: "error" }, {
    row: 4,
    action: "change",
  }];
  assert.deepEqual(rowsToShow({ rows }).map(({ row }) => row), [3, 4, 1]);
});

test("a connection's row says who is at the other end and how fast", () => {
  const connection = {
    name: "connection",
    path: "connections",
    label: "Connection",
    plural: "Connections",
    group: "relation",
    fields: [
      { name: "from_id", label: "From", type: "reference", references: ["hardware"], in_list: true },
      { name: "to_id", label: "To", type: "reference", references: ["hardware", "interface"], in_list: true },
      { name: "speed_mbps", label: "Speed", type: "integer", unit: "Mbit/s", in_list: true },
    ],
  };
  const one = {
    id: 9,
    kind: "connection",
    name: "",
    from_id: 1,
    from_name: "gw",
    to_id: 2,
    to_name: "eth0",
    to_kind: "interface",
    speed_mbps: 1000,
  };
  assert.deepEqual(relationRow(one, connection, "from_id"), {
    kind: "interface",
    id: 2,
    name: "eth0",
    hint: "1\u00a0Gbit/s",
    status: null,
    via: { kind: "connection", id: 9 },
  });
  assert.equal(isWorthReading({ direction: "in", kind: "connection", items: [1] }, connection), true);
  assert.equal(isWorthReading({ direction: "out", kind: "connection", items: [1] }, connection), false);
});

test("a saved view brings its list back, whatever the order of its filters", () => {
  const state = { ...plainList, q: "nas ", filters: { status: ["up"], role: ["nas", "ups"] }, sort: "-name", columns: ["role"] };
  const view = { ...viewOf(state), id: 1, kind: "hardware", name: "v" };
  assert.equal(view.q, "nas");
  assert.deepEqual(stateOfView(view, plainList), { ...state, q: "nas" });
  assert.ok(isShownBy({ ...view, filters: { role: ["nas", "ups"], status: ["up"] } }, state));
  assert.ok(!isShownBy(view, plainList));
  assert.equal(stateOfView({ ...view, sort: null }, plainList).sort, "name");
});

test("an address knows its network where the kind has both", () => {
  const fields = [{ name: "address", type: "ip" }, { name: "network_id", type: "reference", references: ["network"] }];
  assert.deepEqual(addressPair(fields), { address: "address", network: "network_id" });
  assert.equal(addressPair(fields.slice(0, 1)), null);
});

test("an object without a name is called by its address, a relation by its ends", () => {
  const fields = [{ name: "address", type: "ip" }, { name: "network_id", type: "reference" }];
  const one = { id: 1, name: null, address: "10.0.0.1", network_id: 3, network_name: "lan" };
  assert.equal(titleOf(one, { label: "Address", group: "network", fields }), "10.0.0.1");
  assert.equal(titleOf(one, { label: "Membership", group: "relation", fields }), "10.0.0.1 → lan");
  assert.equal(titleOf({ id: 4 }, { label: "Link", group: "relation", fields }), "Link 4");
});

test("a new object begins with what the daemon would take", () => {
  const kind = /** @type {any} */ ({
    name: "rack",
    fields: [
      { name: "height_units", type: "integer", fallback: "42" },
      { name: "is_pinned", type: "boolean", fallback: "false" },
      { name: "purpose", type: "choice", fallback: "dhcp" },
      { name: "serial", type: "text", fallback: null },
    ],
  });
  assert.deepEqual(startOf(kind), { height_units: 42, is_pinned: false, purpose: "dhcp" });
  assert.deepEqual(startOf({ ...kind, name: "hardware", fields: [] }), { is_full_depth: true });
});

test("a group of relations has its title in the language of the page", () => {
  setMessages("de", { said: { Connections: "Verbindungen", From: "Von", Rack: "Schrank" } });
  assert.equal(groupTitle("Rack"), "Schrank");
  assert.equal(groupTitle("Connections (From)"), "Verbindungen (Von)");
  setMessages("en", {});
  assert.equal(groupTitle("Connections (From)"), "Connections (From)");
});
