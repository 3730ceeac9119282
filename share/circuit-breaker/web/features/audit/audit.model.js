// @ts-check
/**
 * @typedef {{ id: number, at: string, actor: string | null, actor_kind: string, address: string | null,
 *   action: string, severity: string, entity: string | null, entity_id: number | null, entity_name: string | null,
 *   before: any, after: any, is_cut?: boolean, request_id: string | null, hash: string }} Entry
 */

export const FILTERS = ["entity", "action", "severity", "actor", "from", "to", "without"];
/** Moves of nodes on maps: whoever arranges a map leaves many. */
export const MOVES = "placed";
/** Kinds of the history that are not of the inventory. */
export const ENTITIES = [
  "user", "session", "api_token", "invitation", "password_reset", "sign_in_provider", "settings", "branding", "icon",
  "list_view", "map", "map_annotation", "share_link", "mail", "mail_settings", "backup", "backup_settings",
  "backup_target", "vault", "setup", "import", "audit_log", "audit_retention", "go_live",
];
const QUIET = new Set(["updated_at", "revision"]);

/**
 * What changed, field by field: fields that are equal on both sides are left out, as are those that change with every
 * save.
 *
 * @param {any} before @param {any} after
 * @returns {{ field: string, before: any, after: any, kind: "added" | "removed" | "changed" }[]}
 */
export function differencesOf(before, after) {
  const old = flat(before), fresh = flat(after), rows = [];
  for (const field of [...new Set([...Object.keys(old), ...Object.keys(fresh)])].sort()) {
    if (QUIET.has(field) && before && after) continue;
    const a = old[field] ?? null, b = fresh[field] ?? null;
    if (JSON.stringify(a) === JSON.stringify(b)) continue;
    rows.push({
      field,
      before: a,
      after: b,
      kind: /** @type {"added" | "removed" | "changed"} */ (a === null ? "added" : b === null ? "removed" : "changed"),
    });
  }
  return rows;
}

/**
 * Objects inside become `outer.inner`; lists stay whole.
 *
 * @param {any} value
 * @param {string} [prefix]
 * @returns {Record<string, any>}
 */
function flat(value, prefix = "") {
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) return { [prefix || "value"]: value };
  /** @type {Record<string, any>} */
  const out = {};
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${name}` : name;
    if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) Object.assign(out, flat(inner, path));
    else out[path] = inner;
  }
  return out;
}

/**
 * A value as one line.
 *
 * @param {any} value
 */
export function shownValue(value) {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) {
    return value.length === 0
      ? "—"
      : value.map((one) => (typeof one === "object" ? JSON.stringify(one) : String(one))).join(", ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * The filters as the API wants them: days become instants, the last day counts whole.
 *
 * @param {URLSearchParams} query
 */
export function parametersOf(query) {
  /** @type {Record<string, string>} */
  const parameters = {};
  for (const name of [...FILTERS, "entity_id"]) {
    const value = query.get(name);
    if (!value) continue;
    if ((name === "from" || name === "to") && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
      const day = new Date(`${value}T00:00:00`);
      if (name === "to") day.setDate(day.getDate() + 1);
      parameters[name] = new Date(day.getTime() - (name === "to" ? 1 : 0)).toISOString();
    } else parameters[name] = value;
  }
  return parameters;
}

/**
 * A path of this interface for what an entry is about, by the kinds' paths.
 *
 * @param {Pick<Entry, "entity" | "entity_id">} entry
 * @param {Map<string, string>} paths
 */
export function placeOf({ entity, entity_id: id }, paths) {
  if (id === null || !entity) return null;
  if (entity === "user") return `/settings/users/${id}`;
  const path = paths.get(entity);
  return path ? `/${path}/${id}` : null;
}
