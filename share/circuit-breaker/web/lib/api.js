// @ts-check
import { takeEarly } from "./early.js";
import { tOr, told, toldError } from "./i18n.js";

/**
 * What the server says went wrong. `fields` maps input names to messages; `holders` are the other users of an
 * address.
 */
export class ApiError extends Error {
  /** @param {number} status @param {any} body @param {number | null} [retryAfter] seconds */
  constructor(status, body, retryAfter = null) {
    super(body?.message ? toldError(body.code ?? "fault", body.message) : tOr("errors.status", "The server answered with status {status}.", { status }));
    this.name = "ApiError";
    this.status = status;
    /** @type {string} */
    this.code = body?.code ?? "fault";
    /** @type {Record<string, string>} */
    this.fields = Object.fromEntries(Object.entries(body?.fields ?? {}).map(([name, text]) => [name, told(text)]));
    /** @type {any[]} */
    this.holders = body?.holders ?? [];
    /** @type {any} Everything the body said, for errors with more to say (consequences of a deletion). */
    this.body = body;
    /** @type {string | null} */
    this.requestId = body?.request_id ?? null;
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {{ body?: unknown, query?: Record<string, any> | URLSearchParams, revision?: number | null,
 *   signal?: AbortSignal, headers?: Record<string, string>, open?: boolean, keepalive?: boolean }} Options
 *   `keepalive`: it is sent even if the page is left meanwhile; `revision` becomes If-Match; `open: true` leaves 401 and setup_needed to the caller.
 */

const hooks = {
  base: "/api/v1/",
  fetch: async (/** @type {string} */ url, /** @type {any} */ init) => (await takeEarly(url, init)) ?? fetch(url, init),
  /** @type {() => void} */ signedOut: () => {},
  /** @type {() => void} */ setupNeeded: () => {},
  /** The daemon did not answer at all. */
  unreachable: () => {},
  /** @type {() => Promise<boolean>} Asks for a fresh proof; true when it was given. */
  stepUp: async () => false,
};

/**
 * Set by app.js (and by tests).
 *
 * @param {Partial<typeof hooks>} changes
 */
export const configureApi = (changes) => void Object.assign(hooks, changes);

/** @param {string} path @param {Options["query"]} [query] */
export function urlOf(path, query) {
  const search = new URLSearchParams();
  const pairs = query instanceof URLSearchParams ? [...query.entries()] : Object.entries(query ?? {});
  for (const [name, value] of pairs) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") search.append(name, String(one));
    }
  }
  const text = search.toString();
  return `${hooks.base}${path.replace(/^\//, "")}${text ? `?${text}` : ""}`;
}

/**
 * The one place that talks HTTP. Resolves to the response when it is fine, rejects with `ApiError` (also when the
 * daemon cannot be reached: status 0, code `offline`) or with the AbortError of `signal`.
 *
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {Promise<Response>}
 */
export async function send(method, path, options = {}) {
  try {
    return await sendOnce(method, path, options);
  } catch (error) {
    // What is dangerous is asked for again once the person has proven who they are.
    if (/** @type {ApiError} */ (error).code !== "step_up_required" || !await hooks.stepUp()) throw error;
    return await sendOnce(method, path, options);
  }
}

/** @param {string} method @param {string} path @param {Options} options */
async function sendOnce(method, path, options) {
  const { body, query, revision, signal, headers = {}, open = false, keepalive } = options;
  /** @type {Record<string, string>} */
  const sent = { accept: "application/json", ...headers };
  /** @type {any} */
  let payload;
  if (typeof body === "string" || (typeof Blob !== "undefined" && body instanceof Blob)) payload = body;
  else if (body !== undefined) payload = JSON.stringify(body);
  if (payload !== undefined && !sent["content-type"]) sent["content-type"] = "application/json";
  if (revision !== undefined && revision !== null) sent["if-match"] = `"${revision}"`;
  let response;
  try {
    response = await hooks.fetch(urlOf(path, query), {
      method,
      signal,
      headers: sent,
      body: payload,
      credentials: "same-origin",
      ...(keepalive ? { keepalive } : {}),
    });
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    hooks.unreachable();
    throw new ApiError(0, {
      code: "offline",
      message: tOr("errors.offline", "The daemon does not answer. Check that it runs, then try again."),
    });
  }
  if (response.ok || response.status === 304) return response;
  throw refused(response, await response.json().catch(() => null), open);
}

/** @param {Response} response @param {any} body @param {boolean} open */
function refused(response, body, open) {
  const wait = Number(response.headers.get("retry-after"));
  const error = new ApiError(response.status, body, Number.isFinite(wait) && wait > 0 ? wait : null);
  if (!open && response.status === 401) hooks.signedOut();
  if (!open && response.status === 403 && error.code === "setup_needed") hooks.setupNeeded();
  return error;
}

/** @param {string} method @param {string} path @param {Options} [options] @returns {Promise<any>} */
async function json(method, path, options) {
  const response = await send(method, path, options);
  if (response.status === 204 || response.status === 304) return undefined;
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

export const api = {
  /** @param {string} path @param {Options} [options] */
  get: (path, options) => json("GET", path, options),
  /** @param {string} path @param {unknown} [body] @param {Options} [options] */
  post: (path, body, options) => json("POST", path, { ...options, body }),
  /** @param {string} path @param {unknown} body @param {Options} [options] */
  patch: (path, body, options) => json("PATCH", path, { ...options, body }),
  /** @param {string} path @param {unknown} body @param {Options} [options] */
  put: (path, body, options) => json("PUT", path, { ...options, body }),
  /** @param {string} path @param {Options} [options] */
  delete: (path, options) => json("DELETE", path, options),
};

/**
 * A list that is read page by page. `more()` resolves to the new items; `done` says when there are none left.
 *
 * @param {string} path @param {Record<string, any>} [query] @param {AbortSignal} [signal]
 * @param {{ then?: number }} [options] `then`: how many on the pages behind the first
 */
export function pages(path, query = {}, signal, { then } = {}) {
  /** @type {{ items: any[], total: number | null, done: boolean, more: () => Promise<any[]> }} */
  const state = { items: [], total: null, done: false, more };
  /** @type {string | null} */
  let cursor = null;
  /** @type {Promise<any[]> | null} */
  let running = null;
  function more() {
    if (state.done) return Promise.resolve([]);
    running ??= load().finally(() => {
      running = null;
    });
    return running;
  }
  async function load() {
    const page = await api.get(path, {
      query: cursor === null ? query : { ...query, cursor, count: null, limit: then ?? query.limit },
      signal,
    });
    if (typeof page.total === "number") state.total = page.total;
    cursor = page.next ?? null;
    state.done = cursor === null;
    state.items.push(...page.items);
    return page.items;
  }
  return state;
}

/**
 * Every item of a list, at most `limit` of them.
 *
 * @param {string} path
 * @param {Record<string, any>} [query]
 * @param {AbortSignal} [signal]
 * @param {number} [limit]
 */
export async function everything(path, query = {}, signal, limit = 10000) {
  const list = pages(path, { limit: 200, ...query }, signal);
  while (!list.done && list.items.length < limit) await list.more();
  return list.items;
}

/**
 * True for the error of an aborted request, which nobody needs to hear about.
 *
 * @param {any} error
 */
export const isAbort = (error) => error?.name === "AbortError";
