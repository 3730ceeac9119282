// @ts-check
/** What a form of a kind has in it, and what to do when two people edited at once. */
import { isIP } from "../../lib/address.js";
import { changesOf, fromInput, same } from "../../lib/form.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {{ field: Field, base: any, mine: any, theirs: any, isConflict: boolean }} Difference */

/** Icons of ours that make sense on an object. */
const ICONS = [
  "server",
  "switch",
  "router",
  "firewall",
  "access_point",
  "nas",
  "ups",
  "pdu",
  "workstation",
  "laptop",
  "phone",
  "printer",
  "camera",
  "sbc",
  "disk",
  "globe",
  "shield",
  "mail",
  "lock",
  "key",
  "clock",
  "plug",
  "machine",
];

/** Members of every object that a person may edit; a kind's own field of that name wins. */
/** @type {Field[]} */
const COMMON = [
  { name: "status", label: "", type: "choice", group: "state" },
  { name: "owner", label: "", type: "text", max_length: 200, group: "state" },
  { name: "icon", label: "", type: /** @type {any} */ ("icon"), group: "state" },
  { name: "tags", label: "", type: /** @type {any} */ ("tags"), group: "state" },
  { name: "notes", label: "", type: "long_text", group: "notes" },
];

/**
 * All fields of the form, in the order they are asked. Labels of the common ones are given by `labels`.
 *
 * @param {Kind} kind @param {Record<string, string>} labels @param {{ value: string, label: string }[]} statuses
 * @returns {Field[]}
 */
export function formFields(kind, labels, statuses) {
  // Tags are written by name; a new one comes to be by being used.
  const own = kind.fields.filter((field) => !field.read_only)
    .map((field) => (field.name === "tags" ? { ...field, type: /** @type {any} */ ("tags") } : field))
    .map((field) => (field.name === "icon" && !field.suggestions?.length ? { ...field, suggestions: ICONS } : field));
  const names = new Set(own.map(({ name }) => name));
  /** @type {Field[]} */
  const first = kind.has_name === false || names.has("name")
    ? []
    : [{ name: "name", label: labels.name, type: "text", required: true, max_length: 200, group: "" }];
  const common = COMMON.filter(({ name }) =>
    !names.has(name) && (kind.group !== "relation" || name === "notes" || name === "tags")
  )
    .map((field) => ({
      ...field,
      label: labels[field.name],
      group: labels[`group_${field.group}`],
      choices: field.name === "status" ? statuses : undefined,
    }));
  return [...first, ...own, ...common];
}

/**
 * What a new object begins with: what the daemon would take where nothing is said, so that nobody is asked for it. A box
 * that nobody ticked would say that the device is shallow, and half-depth devices share units of a rack: what is not
 * known to be shallow takes the whole depth.
 *
 * @param {Kind} kind
 * @returns {Record<string, any>}
 */
export function startOf(kind) {
  const told = kind.fields.filter(({ fallback }) => fallback !== null && fallback !== undefined)
    .map((field) => [field.name, field.type === "boolean" ? field.fallback === "true" : fromInput(field, field.fallback)]);
  return { ...Object.fromEntries(told), ...(kind.name === "hardware" ? { is_full_depth: true } : {}) };
}

/** What no two things share, besides addresses. */
const OWN = new Set(["name", "serial", "serial_number", "status"]);

/**
 * Values to start with: the object, or a duplicate without what must be its own.
 *
 * @param {Thing | null} thing
 * @param {Field[]} fields
 */
export function duplicateOf(thing, fields) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const { name, type } of fields) {
    if (type === "ip" || type === "mac" || OWN.has(name)) continue;
    if (thing?.[name] !== undefined && thing[name] !== null) values[name] = thing[name];
  }
  return values;
}

/**
 * What three versions of an object say: the one the form began with, the form, and the one in the store by now.
 * Only fields this person changed are asked about; what only the other changed is simply taken over.
 *
 * @param {Field[]} fields
 * @param {Record<string, any>} base
 * @param {Record<string, any>} mine
 * @param {Record<string, any>} theirs
 * @returns {Difference[]}
 */
export function differences(fields, base, mine, theirs) {
  return Object.keys(changesOf(/** @type {any} */ (fields), base, mine)).map((name) => {
    const field = /** @type {Field} */ (fields.find((one) => one.name === name));
    const isConflict = !same(base[name], theirs[name]) && !same(mine[name], theirs[name]);
    return { field, base: base[name] ?? null, mine: mine[name] ?? null, theirs: theirs[name] ?? null, isConflict };
  });
}

/**
 * @param {Difference[]} all
 * @param {Record<string, "mine" | "theirs">} choices  by field; a conflict without a choice is theirs
 * @returns {Record<string, any>} the patch to send on top of their version
 */
export function resolved(all, choices) {
  /** @type {Record<string, any>} */
  const patch = {};
  for (const { field, mine, theirs, isConflict } of all) {
    const isMine = isConflict ? choices[field.name] === "mine" : choices[field.name] !== "theirs";
    if (isMine && !same(mine, theirs)) patch[field.name] = mine;
  }
  return patch;
}

/**
 * Custom fields as they are typed: names and texts.
 *
 * @param {Record<string, any> | null | undefined} custom
 * @returns {[string, string][]}
 */
export const customRows = (custom) =>
  Object.entries(custom ?? {}).map((
    [name, value],
  ) => [name, typeof value === "string" ? value : JSON.stringify(value)]);

/**
 * @param {[string, string][]} rows
 * @param {Record<string, any> | null | undefined} before
 * @returns {Record<string, any>}
 */
export function customValues(rows, before) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, text] of rows) {
    const key = name.trim();
    if (!key) continue;
    const old = before?.[key];
    // What nobody touched keeps its type: 12 stays a number.
    values[key] = old !== undefined && typeof old !== "string" && JSON.stringify(old) === text ? old : text;
  }
  return values;
}

/**
 * The address of a kind and the network it is in, where it has both.
 *
 * @param {Field[]} fields
 * @returns {{ address: string, network: string } | null}
 */
export function addressPair(fields) {
  const address = fields.find(({ type }) => type === "ip")?.name;
  const network = fields.find(({ type, references }) => type === "reference" && references?.includes("network"))?.name;
  return address && network ? { address, network } : null;
}

/** A gateway and the ends of a range name an address of somebody else. */
const POINTS_ELSEWHERE = new Set(["gateway", "first", "last"]);

/**
 * Fields whose values somebody else may hold already.
 *
 * @param {Field} field
 */
export const mayConflict = ({ name, type }) =>
  (type === "ip" && !POINTS_ELSEWHERE.has(name)) || name === "port" || name === "ports" || name in PLUGS;

/** The ports of a cable, and the fields that say of what. @type {Record<string, string>} */
const PLUGS = { from_port: "from_id", to_port: "to_id" };

/**
 * Which typed values are to be asked about: addresses, ports, and where a cable is plugged in. The daemon judges as it will when they are saved: a
 * service and a container share the addresses of what they run on, and the same prefix may exist twice.
 *
 * @param {Field[]} fields
 * @param {Record<string, any>} values
 */
export function conflictQuestions(fields, values) {
  /** @type {{ name: string, query: Record<string, any> }[]} */
  const questions = [];
  const host = values.runs_on_id ?? values.compute_unit_id ?? values.hardware_id ?? values.host_id ?? values.holder_id ??
    null;
  const shared = values.type === "container" ? values.hardware_id : values.runs_on_id ?? values.holder_id;
  for (const field of fields.filter(mayConflict)) {
    const { name, type } = field;
    const value = values[name];
    if (type === "ip" && value && values.assignment !== "virtual") {
      questions.push({ name, query: { ip: value, ...given({ holder_id: shared, network_id: values.network_id }) } });
    }
    const end = name in PLUGS ? values[PLUGS[name]] ?? null : null;
    if (end !== null) {
      questions.push({ name, query: { plug_id: end, ...given({ plug_port: value || null, medium: values.medium }) } });
    }
    if (host === null) continue;
    if (name === "port" && Number.isInteger(value)) {
      questions.push({ name, query: { port: value, protocol: values.protocol ?? "tcp", holder_id: host } });
    }
    if (name === "ports" && typeof value === "string" && /\d/.test(value)) {
      const address = isIP(values.ip_address ?? "") ? values.ip_address : null;
      questions.push({ name, query: { ports: value, holder_id: host, ...given({ address }) } });
    }
  }
  return questions;
}

/** @param {Record<string, any>} members @returns {Record<string, any>} those that say something */
const given = (members) =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined));
