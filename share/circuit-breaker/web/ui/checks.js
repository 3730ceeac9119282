// @ts-check
import { icon } from "../icons/icons.js";
import { h } from "../lib/dom.js";

/**
 * Entries of a menu that are ticked on and off while it stays open.
 *
 * @param {{ label: string, hint?: string | number | null, checked: boolean,
 *   onchange: (checked: boolean) => void }[]} items
 * @returns {{ node: HTMLElement }[]}
 */
export const checkItems = (items) =>
  items.map(({ label, hint, checked, onchange }) => {
    const node = h(
      "button",
      {
        type: "button",
        class: "menu-item is-check",
        role: "menuitemcheckbox",
        tabIndex: -1,
        "aria-checked": String(checked),
        onclick: () => {
          const isOn = node.getAttribute("aria-checked") !== "true";
          node.setAttribute("aria-checked", String(isOn));
          onchange(isOn);
        },
      },
      h("span", { class: "check-mark", "aria-hidden": "true" }, icon("check", { class: "small" })),
      h("span", { class: "grow ellipsis" }, label),
      hint !== undefined && hint !== null && h("span", { class: "small quiet number" }, hint),
    );
    return { node };
  });
