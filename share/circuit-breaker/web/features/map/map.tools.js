// @ts-check
/** The tools that float over the map: text and facets to narrow it, and buttons to move it. */
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { subjectsOfAll } from "../../lib/suggest.js";
import { t, tOr } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { iconButton } from "../../ui/button.js";
import { checkItems } from "../../ui/checks.js";
import { openMenu } from "../../ui/menu.js";
import { queryLine } from "../../ui/query-line.js";
import { statusWord } from "../../ui/status.js";
import { facetChoices, FACETS, isFiltering, noFilter, toggled } from "./filter.model.js";

/** @typedef {import("./filter.model.js").MapFilter} MapFilter */
/** Kinds that are nodes. */
const ON_THE_MAP = ["hardware", "compute_unit", "service", "storage", "external_node", "cluster", "misc_item", "network"];

/** Names that a reference can point to. @type {import("../../ui/fields.js").Lookup} */
const findNames = async (field, q, signal) => {
  const kind = /** @type {any} */ (field).references?.join(",");
  const { items } = await api.get("search", { query: { q, kind, limit: 20 }, signal });
  return items.map((/** @type {{ id: number, name: string }} */ { id, name }) => ({ value: id, label: name }));
};

/** @typedef {"kind" | "role" | "tag" | "environment" | "status"} Facet */
/**
 * @param {{ filter: () => MapFilter, nodes: () => Iterable<import("./graph.model.js").MapNode>,
 *   kinds: import("../../types/inventory.js").Kind[], signal: AbortSignal, kindLabel: (kind: string) => string,
 *   roleLabel: (role: string) => string, onFilter: (filter: MapFilter) => void }} options
 */
export function filterTools({ filter, nodes, kinds, signal, kindLabel, roleLabel, onFilter }) {
  const label = (/** @type {Facet} */ facet, /** @type {string} */ value) =>
    facet === "kind"
      ? kindLabel(value)
      : facet === "status"
      ? tOr(`status.${value}`, value)
      : facet === "role"
      ? roleLabel(value)
      : value;
  const known = {
    tags: () => facetChoices(nodes(), "tag").map(({ value }) => value),
    label: (/** @type {string} */ name) => tOr(`query.subject.${name}`, ""),
    status: statusWord,
  };
  const drawn = kinds.filter(({ name }) => ON_THE_MAP.includes(name));
  const line = queryLine({
    text: filter().q,
    label: t("map.search"),
    // On a phone there is room for one word; the label says the rest.
    placeholder: t(matchMedia("(max-width: 760px)").matches ? "shell.search" : "map.search"),
    subjects: () => subjectsOfAll(drawn, { ...known, tags: known.tags() }),
    lookup: findNames,
    onText: (q) => onFilter({ ...filter(), q }),
    signal,
  });
  const buttons = FACETS.map((facet) => {
    const words = h("span", {});
    const one = h(
      "button",
      {
        type: "button",
        class: "button small map-facet",
        "aria-haspopup": "menu",
        onclick: () => open(facet, one),
      },
      words,
      icon("down", { class: "small" }),
    );
    return { facet, words, element: one };
  });
  const all = h(
    "button",
    { type: "button", class: "button small map-facets-all", onclick: () => openAll(all) },
    icon("filter", { class: "small" }),
    h("span", {}, t("map.filter")),
  );
  const clear = h("button", {
    type: "button",
    class: "button small ghost",
    hidden: true,
    onclick: () => {
      line.set("");
      onFilter(noFilter);
    },
  }, t("map.clear"));
  const found = h("span", { class: "map-count small quiet", role: "status" });

  /** @param {Facet} facet */
  function choices(facet) {
    const offered = facetChoices(nodes(), facet);
    for (const value of filter()[facet]) {
      if (!offered.some((one) => one.value === value)) offered.push({ value, count: 0 });
    }
    return checkItems(offered.map(({ value, count }) => ({
      label: label(facet, value),
      hint: count,
      checked: filter()[facet].includes(value),
      onchange: () => onFilter(toggled(filter(), facet, value)),
    })));
  }

  /** @param {Facet} facet @param {HTMLElement} anchor */
  function open(facet, anchor) {
    const items = choices(facet);
    openMenu(anchor, items.length > 0 ? items : [{ heading: t(`map.none.${facet}`) }], {
      label: t(`map.facet.${facet}`),
      align: "left",
    });
  }

  /**
   * On a phone all facets share one menu.
   *
   * @param {HTMLElement} anchor
   */
  function openAll(anchor) {
    openMenu(anchor, FACETS.flatMap((facet) => [{ heading: t(`map.facet.${facet}`) }, ...choices(facet)]), {
      label: t("map.filter"),
      align: "left",
    });
  }

  return {
    element: h(
      "div",
      { class: "map-tools", role: "search" },
      h("div", { class: "map-search-box map-float" }, icon("search", { class: "small" }), line.element, line.help),
      buttons.map(({ element }) => element),
      all,
      clear,
      found,
    ),
    focus: line.focus,
    showProblem: line.showProblem,
    /** @param {number} shown @param {number} total */
    show(shown, total) {
      const now = filter();
      line.set(now.q);
      for (const { facet, words, element } of buttons) {
        const chosen = now[facet];
        element.classList.toggle("is-on", chosen.length > 0);
        replace(
          words,
          t(`map.facet.${facet}`),
          chosen.length > 0 && h("b", {}, chosen.length === 1 ? label(facet, chosen[0]) : String(chosen.length)),
        );
      }
      all.classList.toggle("is-on", FACETS.some((facet) => now[facet].length > 0));
      clear.hidden = !isFiltering(now);
      replace(found, isFiltering(now) ? t("map.shown", { shown, total }) : "");
    },
  };
}

/**
 * @param {{ onZoom: (factor: number) => void, onFit: () => void, onList: (isOn: boolean) => void,
 *   onAdd: (button: HTMLElement) => void, onArea: (isOn: boolean) => void, onStep: (way: "undo" | "redo") => void,
 *   layouts: HTMLElement, exports: HTMLElement | null, mayEdit: boolean }} options
 */
export function viewTools({ onZoom, onFit, onList, onAdd, onArea, onStep, layouts, exports, mayEdit }) {
  const list = pressable("inventory", t("map.list"), onList);
  const area = pressable("area", t("map.select_area"), onArea);
  const add = iconButton("add", t("map.key.add"), { onclick: () => onAdd(add) });
  const undo = iconButton("undo", t("map.undo"), { disabled: true, onclick: () => onStep("undo") });
  const redo = iconButton("redo", t("map.redo"), { disabled: true, onclick: () => onStep("redo") });
  return {
    setList: list.set,
    get isList() {
      return list.isOn();
    },
    /** @param {import("./history.model.js").History} history */
    showHistory({ undoLabel, redoLabel }) {
      for (
        const [element, label, word] of /** @type {[HTMLButtonElement, string | null, string][]} */ ([
          [undo, undoLabel, t("map.undo")],
          [redo, redoLabel, t("map.redo")],
        ])
      ) {
        element.disabled = label === null;
        element.title = label === null ? word : `${word}: ${label}`;
      }
    },
    element: h(
      "div",
      { class: "map-buttons map-float", role: "toolbar", "aria-label": t("map.tools"), "aria-orientation": "vertical" },
      list.element,
      mayEdit && [add, undo, redo, h("span", { class: "map-buttons-line", role: "separator" })],
      area.element,
      // A phone has fingers for it, and little room.
      iconButton("zoom_in", t("map.zoom_in"), { class: "is-zoom", onclick: () => onZoom(1.4) }),
      iconButton("zoom_out", t("map.zoom_out"), { class: "is-zoom", onclick: () => onZoom(1 / 1.4) }),
      iconButton("fit", t("map.fit"), { onclick: onFit }),
      layouts,
      exports,
    ),
  };
}

/** @param {string} icon @param {string} label @param {(isOn: boolean) => void} onchange */
function pressable(icon, label, onchange) {
  const element = iconButton(icon, label, { "aria-pressed": "false", onclick: () => set(!isOn()) });
  const isOn = () => element.getAttribute("aria-pressed") === "true";
  /** @param {boolean} on */
  function set(on) {
    element.setAttribute("aria-pressed", String(on));
    onchange(on);
  }
  return { element, set, isOn };
}
