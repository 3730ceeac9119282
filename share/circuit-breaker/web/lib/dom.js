// @ts-check
/**
 * Builds elements. Strings become text nodes, never markup, so a host may be called `<img onerror=…>` without harm.
 *
 * @typedef {any} Child  a node, text, a number, a list of them; null, undefined and false vanish
 * @typedef {Record<string, any>} Props
 */

const SVG = "http://www.w3.org/2000/svg";
/** Names that must be set as attributes although a property of that name exists. */
const ATTRIBUTES = new Set(["role", "list", "form", "width", "height", "type"]);

/**
 * An HTML element. `on…` are listeners, `class` is a string or a list with falsy parts, `style` an object of CSS
 * properties (set through CSSOM, as the CSP wants), `dataset` an object; names with a hyphen are attributes;
 * null, undefined and false leave a thing out.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  setProps(element, props ?? {});
  append(element, children);
  return element;
}

/**
 * An SVG element; props are attributes, `on…` listeners.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Props | null} [props]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, props, ...children) {
  const element = /** @type {SVGElementTagNameMap[Tag]} */ (document.createElementNS(SVG, tag));
  setProps(element, props ?? {});
  append(element, children);
  return element;
}

/** @param {Element} element @param {Props} props */
export function setProps(element, props) {
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
}

/** @param {Element} element @param {string} name @param {any} value */
function setProp(element, name, value) {
  if (name.startsWith("on") && typeof value === "function") {
    element.addEventListener(name.slice(2).toLowerCase(), value);
  } else if (name === "class") {
    const text = [value].flat(3).filter(Boolean).join(" ");
    if (text) element.setAttribute("class", text);
  } else if (name === "style" && value) {
    setStyle(/** @type {HTMLElement} */ (element), value);
  } else if (name === "dataset") {
    for (const [key, text] of Object.entries(value ?? {})) {
      if (text !== undefined && text !== null) /** @type {HTMLElement} */ (element).dataset[key] = String(text);
    }
  } else if (name.startsWith("aria-")) {
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  } else if (isProperty(element, name)) {
    if (value !== undefined && value !== null) Object.assign(element, { [name]: value });
  } else if (value !== null && value !== undefined && value !== false) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Element} element @param {string} name */
function isProperty(element, name) {
  if (element.namespaceURI === SVG || name.includes("-") || ATTRIBUTES.has(name)) return false;
  return name in element;
}

/** @param {HTMLElement | SVGElement} element @param {Record<string, string | number | null | undefined>} styles */
export function setStyle(element, styles) {
  for (const [name, value] of Object.entries(styles)) {
    const property = name.startsWith("--") ? name : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    if (value === null || value === undefined) element.style.removeProperty(property);
    else element.style.setProperty(property, String(value));
  }
}

/** @param {Node} parent @param {Child[]} children */
export function append(parent, children) {
  for (const child of /** @type {any[]} */ (children.flat(Infinity))) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Replaces everything inside.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function replace(parent, ...children) {
  parent.replaceChildren();
  append(parent, children);
  return parent;
}

/**
 * A listener that ends with `signal`.
 *
 * @param {EventTarget} target @param {string} type @param {(event: any) => void} listener
 * @param {AbortSignal} [signal] @param {AddEventListenerOptions} [options]
 */
export function on(target, type, listener, signal, options) {
  target.addEventListener(type, listener, { ...options, signal });
}

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/**
 * Loads a feature's style sheet once; resolves when it applies, so a page does not flash unstyled.
 * Call as `await stylesheet(new URL("./inventory.css", import.meta.url))`.
 *
 * @param {URL} url
 */
export function stylesheet(url) {
  const known = sheets.get(url.href);
  if (known) return known;
  const loaded = new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href: url.href, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
  sheets.set(url.href, /** @type {Promise<void>} */ (loaded));
  return /** @type {Promise<void>} */ (loaded);
}

let serial = 0;
/**
 * A fresh id for label/described-by pairs.
 *
 * @param {string} prefix
 */
export const uid = (prefix) => `${prefix}-${(serial += 1)}`;

/** @type {WeakMap<Element, () => HTMLElement | null>} */
const heirs = new WeakMap();

/**
 * Who gets the focus in the place of an element that is gone by then, as the row of a list that was deleted.
 *
 * @param {Element} element @param {() => HTMLElement | null} heir
 */
export const leavesFocusTo = (element, heir) => void heirs.set(element, heir);

/**
 * Gives the focus back to what had it before something opened. Where that is gone or hidden by now, its heir gets it, else
 * the page: the focus is never lost.
 *
 * @param {Element | null} before
 */
export function giveFocusBack(before) {
  const next = before && !before.isConnected ? heirs.get(before)?.() ?? null : before;
  if (next instanceof HTMLElement && next.isConnected) next.focus({ preventScroll: true });
  if (document.activeElement && document.activeElement !== document.body) return;
  const rest = document.querySelector("#panel:not([hidden]) h2, #main");
  if (rest instanceof HTMLElement) rest.focus({ preventScroll: true });
}
