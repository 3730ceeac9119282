// @ts-check
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
    const box = h("input", { type: "checkbox", tabIndex: -1, checked });
    const node = h(
      "label",
      {
        class: "menu-item is-check",
        role: "menuitemcheckbox",
        tabIndex: -1,
        "aria-checked": String(checked),
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          box.click();
        },
      },
      box,
      h("span", { class: "grow ellipsis" }, label),
      hint !== undefined && hint !== null && h("span", { class: "small quiet number" }, hint),
    );
    box.addEventListener("change", () => {
      node.setAttribute("aria-checked", String(box.checked));
      onchange(box.checked);
    });
    return { node };
  });
