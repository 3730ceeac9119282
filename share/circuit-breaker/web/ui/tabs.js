// @ts-check
import { h, replace } from "../lib/dom.js";

/**
 * Tabs within a page or panel; a tab is drawn when it is first shown. `onchange` may write the address.
 *
 * @param {{ id: string, label: string, badge?: string | number | null, render: () => Node | Promise<Node> }[]} tabs
 * @param {{ selected?: string, onchange?: (id: string) => void, label: string }} options
 */
export function tabList(tabs, { selected, onchange, label }) {
  const body = h("div", { class: "tab-body", role: "tabpanel", tabIndex: 0 });
  /** @type {Map<string, Node | Promise<Node>>} */
  const drawn = new Map();
  const buttons = tabs.map(({ id, label: text, badge }) =>
    h(
      "button",
      { type: "button", class: "tab", role: "tab", dataset: { id }, onclick: () => void select(id) },
      text,
      badge !== undefined && badge !== null && h("span", { class: "tab-badge" }, badge),
    )
  );
  const bar = h("div", {
    class: "tabs",
    role: "tablist",
    "aria-label": label,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const at = buttons.findIndex((one) => one.ariaSelected === "true"),
        step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(at + step + buttons.length) % buttons.length];
      next.focus();
      void select(next.dataset.id ?? "");
    },
  }, buttons);
  let current = "";
  /** @param {string} id @param {boolean} [quiet] */
  async function select(id, quiet = false) {
    const tab = tabs.find((one) => one.id === id) ?? tabs[0];
    if (!tab || current === tab.id) return;
    current = tab.id;
    for (const one of buttons) {
      const on = one.dataset.id === tab.id;
      one.setAttribute("aria-selected", String(on));
      one.tabIndex = on ? 0 : -1;
    }
    if (!drawn.has(tab.id)) drawn.set(tab.id, tab.render());
    const content = await drawn.get(tab.id);
    if (current === tab.id) replace(body, content);
    if (!quiet) onchange?.(tab.id);
  }
  void select(selected ?? tabs[0]?.id, true);
  return {
    element: h("div", { class: "tab-list" }, bar, body),
    select,
    get selected() {
      return current;
    },
  };
}

/**
 * Tabs that are pages of their own: links.
 *
 * @param {{ href: string, label: string, current?: boolean }[]} links
 * @param {string} label
 */
export function linkTabs(links, label) {
  const element = h(
    "nav",
    { class: "tabs", "aria-label": label },
    links.map(({ href, label: text, current }) =>
      h("a", { href, class: "tab", "aria-current": current ? "page" : null }, text)
    ),
  );
  // On a phone the current tab may lie outside of sight.
  requestAnimationFrame(() =>
    element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" })
  );
  return element;
}
