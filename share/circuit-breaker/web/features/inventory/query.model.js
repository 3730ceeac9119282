// @ts-check
/** What a list shows: text, filters, order, columns. Goes into the address and comes back; becomes the API's query. */

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/**
 * @typedef {{ q: string, filters: Record<string, string[]>, sort: string, columns: string[] | null,
 *   trash: boolean }} ListState
 */

/** Names in the address that are not filters. */
const RESERVED = new Set([
  "q",
  "sort",
  "columns",
  "trash",
  "limit",
  "cursor",
  "count",
  "select",
  "new",
  "edit",
  "import",
]);
/** Members every object has, so every list can be filtered by them. */
const COMMON = ["status", "tag", "owner", "source"];

/** @type {ListState} */
export const plainList = { q: "", filters: {}, sort: "name", columns: null, trash: false };

/** @param {Kind} kind @returns {string} how a list is sorted when nobody chose */
export const defaultSort = (kind) => (kind.has_name === false ? "-updated_at" : "name");

/** @param {URLSearchParams} params @param {Kind} kind @returns {ListState} */
export function stateFrom(params, kind) {
  /** @type {Record<string, string[]>} */
  const filters = {};
  for (const name of new Set(params.keys())) {
    if (RESERVED.has(name) || !isFilter(name, kind)) continue;
    const values = params.getAll(name).filter(Boolean);
    if (values.length > 0) filters[name] = values;
  }
  const columns = params.get("columns");
  return {
    q: params.get("q") ?? "",
    filters,
    sort: params.get("sort") || defaultSort(kind),
    columns: columns === null ? null : columns.split(",").filter(Boolean),
    trash: params.get("trash") === "true",
  };
}

/** @param {string} name @param {Kind} kind */
const isFilter = (name, kind) => COMMON.includes(name) || kind.fields.some((field) => field.name === name);

/**
 * Only what differs from a plain list, so that a plain list has a plain address.
 *
 * @param {ListState} state
 * @param {Kind} kind
 */
export function paramsFrom(state, kind) {
  const params = new URLSearchParams();
  if (state.q.trim()) params.set("q", state.q.trim());
  for (const [name, values] of Object.entries(state.filters)) for (const value of values) params.append(name, value);
  if (state.sort !== defaultSort(kind)) params.set("sort", state.sort);
  if (state.columns) params.set("columns", state.columns.join(","));
  if (state.trash) params.set("trash", "true");
  return params;
}

/**
 * What the daemon is asked.
 *
 * @param {ListState} state
 * @returns {Record<string, string | string[]>}
 */
export function apiQuery({ q, filters, sort, trash }) {
  return { ...(q.trim() ? { q: q.trim() } : {}), ...filters, sort, ...(trash ? { trash: "true" } : {}) };
}

/** @param {ListState} state */
export const isNarrowed = ({ q, filters }) => q.trim() !== "" || Object.keys(filters).length > 0;

/**
 * @param {ListState} state
 * @param {string} name
 * @param {string | null} value  null takes the filter away
 * @returns {ListState}
 */
export function withFilter(state, name, value) {
  const { [name]: _old, ...rest } = state.filters;
  return { ...state, filters: value === null || value === "" ? rest : { ...rest, [name]: [value] } };
}

/**
 * The next order when a heading is clicked: up, down, up.
 *
 * @param {string} sort
 * @param {string} name
 */
export const nextSort = (sort, name) => (sort === name ? `-${name}` : name);

/**
 * Moves the `field:value` words that a page can judge by itself from the text to the filters, to tell whether a live
 * change belongs into the list. Everything else stays text: the daemon alone reads the language.
 *
 * @param {string} text @param {Kind} kind
 * @returns {{ q: string, filters: Record<string, string[]> }}
 */
export function readText(text, kind) {
  /** @type {Record<string, string[]>} */
  const filters = {};
  const rest = [];
  for (const word of wordsOf(text)) {
    const [, name, value] = /^([a-z_]+):([\w-]+)$/s.exec(word) ?? [];
    const field = name && filterName(name, kind);
    if (field && !filters[field] && !isInvolved(text)) filters[field] = [value];
    else rest.push(word);
  }
  return { q: rest.join(" "), filters };
}

/** Whether words stand in relations that only the daemon sorts out. @param {string} text */
const isInvolved = (text) => /(?:^|[\s(])(?:OR|NOT|AND)(?=[\s()]|$)|[()]/.test(text);

/** @param {string} text @returns {string[]} words; quotes hold words together and stay */
export const wordsOf = (text) => text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];

/** @param {string} name @param {Kind} kind */
function filterName(name, kind) {
  const alias = name === "tags" ? "tag" : name;
  if (alias === "tag" || alias === "status") return alias;
  const field = kind.fields.find((one) => one.name === alias);
  return field?.choices?.length ? field.name : null;
}

/**
 * Whether an object belongs into the list; null when only the daemon can say (text search, unusual filters).
 *
 * @param {Thing} thing @param {ListState} state @param {Kind} kind
 * @returns {boolean | null}
 */
export function matchesState(thing, { q, filters }, kind) {
  let isSure = true;
  for (const [name, values] of Object.entries(filters)) {
    if (name === "tag") {
      if (!values.every((tag) => thing.tags?.includes(tag))) return false;
    } else if (name === "status") {
      if (!values.includes(thing.status ?? "unknown")) return false;
    } else if (COMMON.includes(name) || kind.fields.some((field) => field.name === name)) {
      const value = thing[name];
      if (!values.includes(value === null || value === undefined ? "" : String(value))) return false;
    } else isSure = false;
  }
  if (q.trim() === "") return isSure ? true : null;
  if (isInvolved(q)) return null;
  const text = JSON.stringify(Object.values(thing)).toLowerCase();
  const words = wordsOf(q.toLowerCase()).map((word) => word.replaceAll('"', ""));
  return words.every((word) => text.includes(word)) && isSure ? true : null;
}

/**
 * @param {string} sort
 * @returns {(a: Thing, b: Thing) => number} the daemon's order, nearly: it is used to place one row
 */
export function compareBy(sort) {
  const isDown = sort.startsWith("-");
  const name = isDown ? sort.slice(1) : sort;
  const compare = (/** @type {Thing} */ a, /** @type {Thing} */ b) => {
    const [x, y] = [a[name] ?? null, b[name] ?? null];
    if (x === y) return a.id - b.id;
    if (x === null) return 1;
    if (y === null) return -1;
    return typeof x === "number" && typeof y === "number"
      ? x - y
      : String(x).toLowerCase() < String(y).toLowerCase()
      ? -1
      : 1;
  };
  return isDown ? (a, b) => compare(b, a) : compare;
}

/**
 * @typedef {{ id: number, kind: string, name: string, is_shared: boolean, owner: string, owner_id: number, q: string,
 *   filters: Record<string, string[]>, sort: string | null, columns: string[] | null, revision: number }} SavedView
 */

/**
 * What a view keeps of a list.
 *
 * @param {ListState} state
 */
export const viewOf = ({ q, filters, sort, columns }) => ({ q: q.trim(), filters, sort, columns });

/**
 * The list as a view has it.
 *
 * @param {SavedView} view @param {ListState} state
 * @returns {ListState}
 */
export const stateOfView = ({ q, filters, sort, columns }, state) => ({
  q,
  filters,
  sort: sort ?? state.sort,
  columns,
  trash: false,
});

/**
 * Whether the list is as a view has it.
 *
 * @param {SavedView} view @param {ListState} state
 */
export const isShownBy = (view, state) => {
  const plain = (/** @type {any} */ { q, filters, sort, columns }) =>
    JSON.stringify([q.trim(), Object.entries(filters).sort(([x], [y]) => (x < y ? -1 : 1)), sort, columns]);
  return plain(stateOfView(view, state)) === plain(state);
};
