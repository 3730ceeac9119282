// @ts-check
/**
 * Routes by the History API. A route is one line: `{ path: "/users/:id?", load }`, and its module
 * exports `page(context)`, which resolves to the element to show. The old page stays until the new one is ready.
 *
 * @typedef {{ path: string, load: () => Promise<{ page: (context: PageContext) => Promise<HTMLElement> }>,
 *   name?: string, needs?: string, bare?: boolean }} Route
 * @typedef {import("../types/page.js").PageContext} PageContext
 */

/** @param {string} path */
export function compile(path) {
  /** @type {string[]} */
  const names = [];
  const source = path.split("/").filter(Boolean).map((part) => {
    if (!part.startsWith(":")) return `/${part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
    const optional = part.endsWith("?"), rest = part.endsWith("*");
    names.push(part.slice(1).replace(/[?*]$/, ""));
    if (rest) return "/(.*)";
    return optional ? "(?:/([^/]+))?" : "/([^/]+)";
  }).join("");
  return { pattern: new RegExp(`^${source || "/"}/?$`), names };
}

/**
 * @param {Route[]} routes
 * @param {string} pathname
 * @returns {{ route: Route, params: Record<string, string> } | null}
 */
export function matchRoute(routes, pathname) {
  for (const route of routes) {
    const { pattern, names } = compile(route.path);
    const found = pattern.exec(pathname);
    if (!found) continue;
    /** @type {Record<string, string>} */
    const params = {};
    names.forEach((name, index) => {
      if (found[index + 1] !== undefined) params[name] = decode(found[index + 1]);
    });
    return { route, params };
  }
  return null;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The query with some names changed; null or "" takes a name out.
 *
 * @param {URLSearchParams} query
 * @param {Record<string, any>} changes
 */
export function changedQuery(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, String(value));
  }
  const text = next.toString();
  return text ? `?${text}` : "";
}

export class Router {
  /**
   * @param {{ routes: Route[], show: (element: HTMLElement, route: Route | null, top: number) => void,
   *   top: () => number, lost: () => string | null, admit: (route: Route) => void,
   *   context: () => any, failed: (error: any, url: URL) => HTMLElement, missing: (url: URL) => HTMLElement,
   *   busy: (working: boolean) => void, mayLeave: (reason: string) => Promise<boolean> }} parts
   */
  constructor(parts) {
    this.parts = parts;
    this.index = history.state?.index ?? 0;
    /** @type {AbortController | null} The page that is shown. */
    this.shown = null;
    /** @type {AbortController | null} The page that is being built. */
    this.coming = null;
    /** @type {Route | null} */
    this.route = null;
    /** @type {((params: Record<string, string>, query: URLSearchParams) => boolean | void) | null} */
    this.stay = null;
    /** @type {(isOver?: boolean) => string | null} */
    this.guard = () => null;
    this.ignorePop = false;
    this.href = "";
    /** @type {Map<number, number>} */
    this.tops = new Map();
  }

  /** @param {string} address  where to begin; takes the place of the address the browser opened */
  start(address) {
    history.scrollRestoration = "manual";
    history.replaceState({ ...history.state, index: this.index }, "", address);
    addEventListener("popstate", (event) => void this.popped(event));
    document.addEventListener("click", (event) => this.clicked(event));
    return this.render(0);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (
      event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    ) return;
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/") || /^\/ca(-next)?\.\w+$/.test(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void this.navigate(link.pathname + link.search + link.hash);
  }

  /** @param {PopStateEvent} event */
  async popped(event) {
    if (this.ignorePop) return void (this.ignorePop = false);
    const index = event.state?.index ?? 0;
    const reason = this.guard() ?? this.parts.lost();
    if (reason && !(await this.parts.mayLeave(reason))) {
      this.ignorePop = true;
      return history.go(this.index - index);
    }
    this.guard = () => null;
    this.keepTop();
    this.index = index;
    await this.render(this.tops.get(index) ?? 0);
  }

  keepTop() {
    this.tops.set(this.index, this.parts.top());
  }

  /** @param {string} url @param {{ replace?: boolean, force?: boolean }} options */
  async navigate(url, { replace = false, force = false } = {}) {
    const reason = force ? null : this.guard() ?? this.parts.lost();
    if (reason && !(await this.parts.mayLeave(reason))) return;
    this.guard = () => null;
    this.keepTop();
    if (!replace) this.index += 1;
    history[replace ? "replaceState" : "pushState"]({ index: this.index }, "", url);
    await this.render(0);
  }

  /** Builds the page of the address anew, for example after signing in. */
  refresh() {
    this.stay = null;
    return this.render(this.parts.top());
  }

  /** @param {number} top */
  async render(top) {
    const url = new URL(location.href), found = matchRoute(this.parts.routes, url.pathname);
    if (found && this.route === found.route && this.stay && this.stay(found.params, url.searchParams) !== false) {
      this.href = url.href;
      return;
    }
    this.coming?.abort();
    const coming = new AbortController();
    this.coming = coming;
    const pending = { stay: null, guard: () => null };
    this.pending = pending;
    const working = setTimeout(() => this.parts.busy(true), 100);
    const element = await this.build(found, url, coming);
    clearTimeout(working);
    if (coming.signal.aborted || !element) return;
    this.parts.busy(false);
    this.shown?.abort();
    this.shown = coming;
    this.coming = null;
    this.route = found?.route ?? null;
    this.stay = pending.stay;
    this.guard = pending.guard;
    this.href = url.href;
    this.parts.show(element, this.route, top);
  }

  /** @param {ReturnType<typeof matchRoute>} found @param {URL} url @param {AbortController} coming */
  async build(found, url, coming) {
    if (!found) return this.parts.missing(url);
    try {
      this.parts.admit(found.route);
      const module = await found.route.load();
      return await module.page(this.contextFor(found, url, coming));
    } catch (error) {
      if (coming.signal.aborted) return null;
      return this.parts.failed(error, url);
    }
  }

  /**
   * @param {{ route: Route, params: Record<string, string> }} found
   * @param {URL} url
   * @param {AbortController} coming
   * @returns {PageContext}
   */
  contextFor({ params }, url, coming) {
    const isShown = () => this.shown === coming, pending = this.pending;
    return {
      ...this.parts.context(),
      params,
      query: url.searchParams,
      signal: coming.signal,
      navigate: (to, options) => this.navigate(to, options),
      setQuery: (changes) => {
        const here = new URL(location.href);
        history.replaceState(history.state, "", here.pathname + changedQuery(here.searchParams, changes) + here.hash);
      },
      stay: (react) => {
        if (isShown()) this.stay = react;
        else if (pending) pending.stay = react;
      },
      guard: (ask) => {
        if (isShown()) this.guard = ask;
        else if (pending) pending.guard = ask;
      },
    };
  }

  /** @type {{ stay: any, guard: (isOver?: boolean) => string | null } | undefined} */
  pending;
}
