// @ts-check
import { h, replace } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { button, whileBusy } from "./button.js";

/**
 * "50 of 1,234 shown" with a button for the next ones; for lists that do not scroll inside.
 *
 * @param {{ shown: number, total?: number | null, done: boolean, more: () => Promise<any> }} state
 */
export function moreLine({ shown, total = null, done, more }) {
  const words = done || total === null
    ? t("list.shown", { n: count(shown) })
    : t("list.shown_of", { n: count(shown), total: count(total) });
  const next = button(t("list.more"), { onclick: () => whileBusy(next, more), small: true });
  return h("div", { class: "more-line small quiet" }, h("span", {}, words), !done && next);
}

/**
 * Calls `more` whenever the end of a list comes near, until `signal` aborts.
 *
 * @param {() => Promise<any>} more
 * @param {AbortSignal} signal
 */
export function endMark(more, signal) {
  const element = h("div", { class: "end-mark", "aria-hidden": "true" });
  const watcher = new IntersectionObserver((seen) => {
    if (seen.some(({ isIntersecting }) => isIntersecting)) void more();
  }, { rootMargin: "400px" });
  watcher.observe(element);
  signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  return element;
}

/**
 * A field that filters; `/` jumps into it.
 *
 * @param {{ value?: string, placeholder?: string, label: string, onchange: (text: string) => void,
 *   wait?: number }} options
 */
export function filterField({ value = "", placeholder, label, onchange, wait = 180 }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const input = h("input", {
    type: "search",
    class: "input filter-field",
    value,
    placeholder: placeholder ?? label,
    "aria-label": label,
    autocomplete: "off",
    spellcheck: false,
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => onchange(input.value.trim()), wait);
    },
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Escape") {
        if (input.value) {
          input.value = "";
          onchange("");
        } else input.blur();
      }
    },
  });
  return input;
}

/**
 * The heading of a page: title, one line, actions.
 *
 * @param {{ title: string, text?: string | Node | null, actions?: any }} options
 */
export const pageHead = ({ title, text, actions }) =>
  h(
    "header",
    { class: "page-head" },
    h("div", { class: "grow" }, h("h1", { tabIndex: -1 }, title), text && h("p", { class: "quiet" }, text)),
    actions && h("div", { class: "row wrap" }, actions),
  );

/**
 * A titled box of a page.
 *
 * @param {{ title?: string | null, text?: string | null, actions?: any, class?: any }} head
 * @param {...any} children
 */
export const card = ({ title, text, actions, class: extra }, ...children) =>
  h(
    "section",
    { class: ["card", extra] },
    (title || actions) &&
      h(
        "header",
        { class: "card-head" },
        h("div", { class: "grow" }, title && h("h2", {}, title), text && h("p", { class: "small quiet" }, text)),
        actions,
      ),
    children,
  );

/**
 * Takes the place of something until `load` is done.
 *
 * @param {HTMLElement} place
 * @param {() => Promise<any>} load
 * @param {(error: any) => Node} failed
 */
export async function fill(place, load, failed) {
  try {
    replace(place, await load());
  } catch (error) {
    replace(place, failed(error));
  }
}
