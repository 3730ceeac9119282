// @ts-check
/** The map as a list: a real tree with the same select and open, beside the picture. */
import { h, on, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hueOf, icon } from "../../icons/icons.js";
import { statusRing, statusWord } from "../../ui/status.js";
import { fullName, hueName, shownName } from "./appearance.model.js";
import { outline, outlineKey } from "./outline.model.js";

/** @typedef {import("./outline.model.js").OutlineRow} OutlineRow */
/**
 * @param {{ signal: AbortSignal, kindLabel: (kind: string) => string, onFocus: (id: number) => void,
 *   onSelect: (ids: number[], how: "only" | "toggle" | "add") => void, onOpen: (id: number) => void,
 *   onMenu: (id: number, row: HTMLElement) => void, keys?: string }} options  `keys`: what a reader of the tree is told
 */
export function mapOutline({ signal, kindLabel, onFocus, onSelect, onOpen, onMenu, keys = t("map.list_help") }) {
  /** @type {{ nodes: any[], edges: any[] }} */
  let part = { nodes: [], edges: [] };
  const closed = new Set();
  /** @type {number | null} */
  let current = null;
  /** @type {ReadonlySet<number>} */
  let selected = new Set();
  /** @type {OutlineRow[]} */
  let rows = [];
  /** What is to be said of a node besides. @type {ReadonlyMap<number, string>} */
  let notes = new Map();
  const tree = h("ul", {
    class: "map-tree",
    role: "tree",
    "aria-label": t("map.list_label"),
    "aria-multiselectable": "true",
    "aria-describedby": "map-tree-help",
  });
  const help = h("p", { id: "map-tree-help", class: "map-tree-help small quiet" }, keys);
  const element = h("div", { class: "map-outline", hidden: true }, help, tree);

  function draw() {
    if (element.hidden) return;
    rows = outline(part, closed);
    if (!rows.some(({ node }) => node.id === current)) current = rows[0]?.node.id ?? null;
    const hadFocus = tree.contains(document.activeElement);
    replace(tree, rows.map(rowElement));
    if (hadFocus) focus(current, true);
  }

  /** @param {import("./graph.model.js").MapNode} node */
  function colourOf(node) {
    const own = hueName(node);
    return own ? `var(--hue-${own})` : hueOf(node.kind);
  }

  /** @param {OutlineRow} row */
  function rowElement({ node, level, position, size, hasChildren, isOpen }) {
    return h(
      "li",
      {
        role: "treeitem",
        class: ["map-tree-row", selected.has(node.id) && "is-selected"],
        dataset: { id: node.id },
        tabIndex: node.id === current ? 0 : -1,
        style: { "--level": level - 1 },
        "aria-level": level,
        "aria-posinset": position,
        "aria-setsize": size,
        "aria-expanded": hasChildren ? String(isOpen) : null,
        "aria-selected": String(selected.has(node.id)),
        "aria-label": [fullName(node), kindLabel(node.kind), statusWord(node.status), node.ip, notes.get(node.id)].filter(Boolean).join(", "),
      },
      h(
        "span",
        { class: ["map-tree-fold", hasChildren && "is-real", isOpen && "is-open"], "aria-hidden": "true" },
        hasChildren && icon("down", { class: "small" }),
      ),
      h("span", { class: "map-tree-mark", style: { color: colourOf(node) } }, icon(node.kind, { class: "small" })),
      h(
        "span",
        { class: "grow ellipsis" },
        shownName(node),
        node.appearance?.alias && h("span", { class: "small quiet" }, ` ${node.name}`),
      ),
      notes.has(node.id) && h("span", { class: "small map-tree-note" }, notes.get(node.id)),
      node.ip && h("span", { class: "mono small quiet" }, node.ip),
      statusRing(node.status),
    );
  }

  /** @param {number | null} id @param {boolean} [quiet] */
  function focus(id, quiet = false) {
    if (id === null) return;
    tree.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    current = id;
    const row = /** @type {HTMLElement | null} */ (tree.querySelector(`[data-id="${id}"]`));
    if (!row) return;
    row.tabIndex = 0;
    row.focus();
    if (!quiet) onFocus(id);
  }

  /** @param {Event} event */
  const idOf = (event) =>
    Number(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("[data-id]"))?.dataset.id) || null;

  /** @param {number} id */
  function fold(id) {
    if (closed.has(id)) closed.delete(id);
    else closed.add(id);
    draw();
    focus(id, true);
  }

  on(tree, "keydown", (event) => {
    const id = idOf(event);
    if (id === null || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return event.key === "Enter" ? onOpen(id) : onSelect([id], "toggle");
    }
    if (event.ctrlKey || event.metaKey) return;
    const to = outlineKey(rows, id, event.key);
    if (to.open === undefined && to.close === undefined && to.focus === undefined) return;
    event.preventDefault();
    if (to.focus !== undefined) {
      focus(to.focus);
      // Walking with Shift takes the rows along.
      if (event.shiftKey) onSelect([id, to.focus], "add");
    } else fold(/** @type {number} */ (to.open ?? to.close));
  }, signal);
  on(tree, "click", (event) => {
    const id = idOf(event);
    if (id === null) return;
    if (event.target.closest(".map-tree-fold.is-real")) return fold(id);
    focus(id, true);
    onSelect([id], event.ctrlKey || event.metaKey ? "toggle" : event.shiftKey ? "add" : "only");
  }, signal);
  on(tree, "contextmenu", (event) => {
    const id = idOf(event);
    const row = event.target.closest("[data-id]");
    if (id === null || !row) return;
    event.preventDefault();
    focus(id, true);
    onMenu(id, row);
  }, signal);

  const focusedRow = () => /** @type {HTMLElement | null} */ (document.activeElement?.closest(".map-tree-row") ?? null);

  return {
    element,
    /** The row that has the focus, for a menu that opens beside it. */
    row: () => focusedRow() ?? undefined,
    focused: () => Number(focusedRow()?.dataset.id) || null,
    /** @param {{ nodes: any[], edges: any[] }} next */
    show(next) {
      part = next;
      draw();
    },
    /** New looks of nodes that are there. @param {any[]} nodes */
    patch(nodes) {
      if (element.hidden) return;
      for (const node of nodes) {
        const row = rows.find((one) => one.node.id === node.id);
        const shown = tree.querySelector(`[data-id="${node.id}"]`);
        if (!row || !shown) continue;
        row.node = node;
        const hadFocus = shown === document.activeElement;
        const fresh = rowElement(row);
        shown.replaceWith(fresh);
        if (hadFocus) fresh.focus();
      }
    },
    /** @param {ReadonlyMap<number, string>} words  by node */
    note(words) {
      notes = words;
      draw();
    },
    /** @param {ReadonlySet<number>} ids */
    select(ids) {
      selected = ids;
      if (element.hidden) return;
      for (const row of tree.children) {
        const isIt = ids.has(Number(/** @type {HTMLElement} */ (row).dataset.id));
        row.classList.toggle("is-selected", isIt);
        row.setAttribute("aria-selected", String(isIt));
      }
    },
    /** @param {boolean} isOn */
    toggle(isOn) {
      element.hidden = !isOn;
      if (!isOn) return;
      draw();
      focus([...selected].at(-1) ?? current, true);
    },
  };
}
