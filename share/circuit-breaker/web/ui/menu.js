// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { giveFocusBack, h, setStyle } from "../lib/dom.js";

/**
 * @typedef {{ label: string, icon?: string, hint?: string, run?: () => void, href?: string, danger?: boolean,
 *   checked?: boolean, disabled?: boolean } | "-" | { heading: string } | { node: Node }} MenuItem
 */

/** @type {(() => void) | null} */
let closeOpen = null;

/**
 * Opens a menu at an element. Arrow keys move, Escape and a click elsewhere close.
 *
 * @param {HTMLElement} anchor
 * @param {MenuItem[]} items
 * @param {{ label?: string, align?: "left" | "right" }} options
 */
export function openMenu(anchor, items, { label, align = "right" } = {}) {
  if (closeOpen) {
    const same = anchor.getAttribute("aria-expanded") === "true";
    closeOpen();
    if (same) return;
  }
  const end = new AbortController();
  const element = h("div", {
    class: "menu",
    role: "menu",
    "aria-label": label ?? anchor.getAttribute("aria-label"),
    popover: "manual",
    // A long menu scrolls, and what scrolls has to be reached by keys.
    tabIndex: 0,
  }, items.map((item) => entry(item, close)));
  (anchor.closest("dialog") ?? document.body).append(element);
  /** @type {any} */ (element).showPopover?.();
  place(element, anchor, align);
  anchor.setAttribute("aria-expanded", "true");
  function close(refocus = false) {
    end.abort();
    element.remove();
    anchor.removeAttribute("aria-expanded");
    closeOpen = null;
    // What it was opened at may have been drawn anew or taken away meanwhile.
    if (refocus) giveFocusBack(anchor);
  }
  closeOpen = close;
  const buttons =
    () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[role^=menuitem]:not([disabled])")]);
  // One entry can be reached by Tab, so that a long menu is known to scroll with the keys.
  element.addEventListener("focusin", ({ target }) => {
    for (const one of buttons()) one.tabIndex = one === target ? 0 : -1;
  }, { signal: end.signal });
  element.addEventListener("keydown", (event) => {
    const all = buttons(), at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to =
      { ArrowDown: at + 1, ArrowUp: at - 1 + (at < 0 ? all.length + 1 : 0), Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      return close(true);
    }
    if (to !== undefined) {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    } else if (isLetter(event)) {
      // The page's own keys are not meant while a menu is open: they would act on something else than the menu does.
      event.preventDefault();
      all.find((one) => one.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  }, { signal: end.signal });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Node} */ (event.target);
    if (!element.contains(target) && !anchor.contains(target)) close();
  }, { signal: end.signal, capture: true });
  // A finger that opened it gives the focus to what lies below when it is lifted.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || element.contains(/** @type {Node} */ (event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    close(true);
  }, { signal: end.signal, capture: true });
  addEventListener("resize", () => close(), { signal: end.signal });
  (buttons()[0] ?? element).focus();
}

/** Space and Enter press what has the focus. @param {KeyboardEvent} event */
const isLetter = ({ key, ctrlKey, metaKey, altKey }) => key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;

/** @param {MenuItem} item @param {(refocus?: boolean) => void} close */
function entry(item, close) {
  if (item === "-") return h("div", { class: "menu-line", role: "separator" });
  if ("heading" in item) return h("div", { class: "menu-heading" }, item.heading);
  if ("node" in item) return item.node;
  const parts = [
    item.icon ? drawIcon(item.icon) : null,
    h("span", { class: "grow" }, item.label),
    item.hint && h("span", { class: "small quiet" }, item.hint),
    item.checked && drawIcon("check", { class: "small" }),
  ];
  const props = {
    class: ["menu-item", item.danger && "is-bad"],
    tabIndex: -1,
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked,
    onclick: () => {
      close(!item.href);
      item.run?.();
    },
  };
  return item.href
    ? h("a", { ...props, href: item.href }, parts)
    : h("button", { ...props, type: "button", disabled: item.disabled }, parts);
}

/**
 * Below the anchor, or above it where there is no room.
 *
 * @param {HTMLElement} element
 * @param {HTMLElement} anchor
 * @param {"left" | "right"} align
 */
export function place(element, anchor, align) {
  const at = anchor.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = element;
  const left = align === "right" ? at.right - width : at.left;
  const below = at.bottom + 4 + height <= innerHeight || at.top < height;
  setStyle(element, {
    left: `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`,
    top: `${below ? Math.min(at.bottom + 4, Math.max(8, innerHeight - height - 8)) : Math.max(8, at.top - height - 4)}px`,
  });
}
