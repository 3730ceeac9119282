// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * @typedef {{ icon?: string, kind?: "plain" | "primary" | "danger" | "ghost", type?: "button" | "submit",
 *   title?: string, onclick?: (event: MouseEvent) => any, disabled?: boolean, class?: any,
 *   small?: boolean }} ButtonOptions
 */

/**
 * A button with a verb on it.
 *
 * @param {string} label
 * @param {ButtonOptions & Record<string, any>} options
 */
export function button(
  label,
  { icon, kind = "plain", type = "button", title, onclick, disabled, class: extra, small, ...rest } = {},
) {
  return h(
    "button",
    { type, title, disabled, class: ["button", kind, small && "small", extra], onclick, ...rest },
    icon && drawIcon(icon),
    h("span", {}, label),
  );
}

/**
 * A button that is only an icon; its label is spoken and shown as a tooltip.
 *
 * @param {string} icon
 * @param {string} label
 * @param {ButtonOptions & Record<string, any>} options
 */
export function iconButton(icon, label, { kind = "ghost", onclick, disabled, class: extra, title, ...rest } = {}) {
  return h("button", {
    type: "button",
    class: ["button icon-only", kind, extra],
    "aria-label": label,
    title: title ?? label,
    disabled,
    onclick,
    ...rest,
  }, drawIcon(icon));
}

/**
 * A link that looks like a button.
 *
 * @param {string} label
 * @param {string} href
 * @param {ButtonOptions & Record<string, any>} options
 */
export function linkButton(label, href, { icon, kind = "plain", class: extra, small, ...rest } = {}) {
  return h(
    "a",
    { href, class: ["button", kind, small && "small", extra], ...rest },
    icon && drawIcon(icon),
    h("span", {}, label),
  );
}

/**
 * Shows that a button works on it until `work` is settled; a second press does nothing meanwhile.
 *
 * @template T @param {HTMLButtonElement} element @param {() => Promise<T>} work @returns {Promise<T | undefined>}
 */
export async function whileBusy(element, work) {
  if (element.getAttribute("aria-busy") === "true") return undefined;
  element.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    element.removeAttribute("aria-busy");
  }
}

/**
 * Writes text to the clipboard and says so on the button.
 *
 * @param {() => string} text
 * @param {string} [label]
 */
export function copyButton(text, label = t("common.copy")) {
  const words = h("span", {}, label);
  const element = h(
    "button",
    {
      type: "button",
      class: "button small",
      onclick: async () => {
        const copied = await copyText(text());
        replace(words, copied ? t("common.copied") : t("common.copy_by_hand"));
        setTimeout(() => replace(words, label), 1600);
      },
    },
    drawIcon("copy"),
    words,
  );
  return element;
}

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
