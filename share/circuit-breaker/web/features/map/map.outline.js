// @ts-check
/** The map as a list: a real tree with the same select and open, beside the picture. */
import { h, leavesFocusTo, on, replace, setProps } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hueOf, icon } from "../../icons/icons.js";
import { statusRing, statusWord } from "../../ui/status.js";
import { fullName, hueName, shownName } from "./appearance.model.js";
import { nextTo, outline, outlineKey } from "./outline.model.js";

/** @typedef {import("./outline.model.js").OutlineRow} OutlineRow */
/** @typedef {{ element: HTMLElement, sign: string }} Shown  `sign`: all that is written in it */
/**
 * @param {{ signal: AbortSignal, kindLabel: (kind: string) => string, onFocus: (id: number) => void,
 *   onSelect: (ids: number[], how: "only" | "toggle" | "add") => void, onOpen: (id: number) => void,
 *   onMenu: (id: number, row: HTMLElement) => void, onLeft?: () => void, keys?: string }} options
 *   `onLeft`: the list was closed under the focus. `keys`: what a reader of the tree is told
 */
export function mapOutline({ signal, kindLabel, onFocus, onSelect, onOpen, onMenu, onLeft, keys = t("map.list_help") }) {
  /** @type {{ nodes: any[], edges: any[] }} */
  let part = { nodes: [], edges: [] };
  const closed = new Set();
  /** @type {number | null} */
  let current = null;
  /** @type {ReadonlySet<number>} */
  let selected = new Set();
  /** @type {OutlineRow[]} */
  let rows = [];
  /** A row stays the same element while its node is there: the focus and an open menu keep their place. @type {Map<number, Shown>} */
  const shown = new Map();
  /** The list was opened before there was anything in it: it gets the focus from this one. @type {Element | null} */
  let isAwaited = null;
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
    const held = tree.contains(document.activeElement) ? document.activeElement : null;
    const before = rows;
    rows = outline(part, closed);
    const ids = new Set(rows.map(({ node }) => node.id));
    if (current === null || !ids.has(current)) current = nextTo(current, before, ids) ?? rows[0]?.node.id ?? null;
    for (const [id, one] of shown) {
      if (ids.has(id)) continue;
      one.element.remove();
      shown.delete(id);
    }
    let at = tree.firstElementChild;
    for (const row of rows) {
      const one = rowOf(row);
      if (one === at) at = at.nextElementSibling;
      else tree.insertBefore(one, at);
    }
    const isComing = isAwaited !== null && isAwaited === document.activeElement && rows.length > 0;
    if (rows.length > 0) isAwaited = null;
    if (isComing || (held && document.activeElement !== held)) focus(current, true);
  }

  /** @param {OutlineRow} row */
  function rowOf(row) {
    const known = shown.get(row.node.id);
    const sign = signOf(row);
    const one = known?.element ?? h("li", { role: "treeitem", class: "map-tree-row", dataset: { id: row.node.id } });
    if (!known) leavesFocusTo(one, () => tree.querySelector('[tabindex="0"]'));
    if (known?.sign !== sign) fill(one, row);
    mark(one, row.node.id);
    shown.set(row.node.id, { element: one, sign });
    return one;
  }

  /** @param {HTMLElement} one @param {number} id */
  function mark(one, id) {
    one.tabIndex = id === current ? 0 : -1;
    one.classList.toggle("is-selected", selected.has(id));
    one.setAttribute("aria-selected", String(selected.has(id)));
  }

  /** All that is written in a row. @param {OutlineRow} row */
  const signOf = ({ node, level, position, size, hasChildren, isOpen }) =>
    JSON.stringify([level, position, size, hasChildren, isOpen, node.kind, node.status, node.ip, hueName(node), shownName(node),
      fullName(node), node.appearance?.alias, notes.get(node.id)]);

  /** @param {import("./graph.model.js").MapNode} node */
  function colourOf(node) {
    const own = hueName(node);
    return own ? `var(--hue-${own})` : hueOf(node.kind);
  }

  /** @param {HTMLElement} one @param {OutlineRow} row */
  function fill(one, { node, level, position, size, hasChildren, isOpen }) {
    setProps(one, {
      style: { "--level": level - 1 },
      "aria-level": level,
      "aria-posinset": position,
      "aria-setsize": size,
      "aria-label": [fullName(node), kindLabel(node.kind), statusWord(node.status), node.ip, notes.get(node.id)].filter(Boolean).join(", "),
    });
    if (hasChildren) one.setAttribute("aria-expanded", String(isOpen));
    else one.removeAttribute("aria-expanded");
    replace(
      one,
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
        if (!row) continue;
        row.node = node;
        rowOf(row);
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
      for (const [id, one] of shown) mark(one.element, id);
    },
    /** @param {boolean} isOn */
    toggle(isOn) {
      const hadFocus = element.contains(document.activeElement);
      element.hidden = !isOn;
      isAwaited = isOn ? document.activeElement : null;
      if (!isOn) return void (hadFocus && onLeft?.());
      draw();
      focus([...selected].at(-1) ?? current, true);
    },
  };
}
