// @ts-check
import { icon } from "../icons/icons.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * A quiet word in a box. `onremove` adds a cross.
 *
 * @param {string} text
 * @param {{ href?: string, color?: string | null, onremove?: () => void, title?: string, class?: any }} options
 */
export function pill(text, { href, color, onremove, title, class: extra } = {}) {
  const dot = color ? h("span", { class: "pill-dot", style: { backgroundColor: color }, "aria-hidden": "true" }) : null;
  const cross = onremove
    ? h(
      "button",
      { type: "button", class: "pill-cross", "aria-label": t("common.remove_named", { name: text }), onclick: onremove },
      icon("close", { class: "small" }),
    )
    : null;
  return h(
    href ? "a" : "span",
    { class: ["pill", extra], href, title },
    dot,
    h("span", { class: "ellipsis" }, text),
    cross,
  );
}

/**
 * Tags of an object, the first few and how many more.
 *
 * @param {string[] | null | undefined} tags
 * @param {{ limit?: number, href?: (tag: string) => string }} options
 */
export function tagPills(tags, { limit = 3, href } = {}) {
  const all = tags ?? [], shown = all.slice(0, limit), rest = all.slice(limit);
  return h(
    "span",
    { class: "pills", title: all.length > 1 ? all.join(", ") : null },
    shown.map((tag) => pill(tag, { href: href?.(tag) })),
    rest.length > 0 && pill(`+${rest.length}`, { class: "is-more" }),
  );
}

/** The daemon tells colours as texts. @param {{ name: string }} field @param {string} text */
export const isColour = (field, text) => /(^|_)color$/.test(field.name) && /^#[0-9a-f]{6}$/i.test(text);

/** How a colour looks, before its number. @param {string} colour */
export const colourSpot = (colour) => h("span", { class: "colour-spot", style: { backgroundColor: colour }, "aria-hidden": "true" });
