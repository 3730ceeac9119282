// @ts-check
/** What a key, a menu or a hand is meant for, and the point of the map that a menu opens beside. */
import { h, setStyle } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { toScreen } from "./camera.model.js";

export class MapTargets {
  /**
   * @param {{ view: import("./map.view.js").MapView, actions: () => import("./map.actions.js").MapActions,
   *   selection: () => import("./selection.model.js").Selection, row: () => number | null }} parts
   *   `row`: the node that a reader of the list stands on
   */
  constructor(parts) {
    this.parts = parts;
    this.anchor = h("div", {
      class: "map-anchor",
      role: "button",
      "aria-label": t("map.actions"),
      tabIndex: -1,
      onfocus: () => parts.view.surface.focus(),
    });
    parts.view.surface.append(this.anchor);
  }

  /** What a key is meant for. @returns {import("./map.actions.js").Target} */
  ofKey() {
    const row = this.parts.row();
    const ids = row === null || this.parts.selection().has(row) ? [...this.parts.selection()] : [row];
    return { ids, at: this.middle() };
  }

  middle() {
    const { width, height } = this.parts.view.size;
    return this.parts.view.worldOf((width - this.parts.view.covered) / 2, height / 2);
  }

  /** @param {{ x: number, y: number }} at of the world @returns {HTMLElement} what a menu opens beside */
  anchorAt(at) {
    const { camera, size } = this.parts.view;
    const { x, y } = toScreen(camera, size, at.x, at.y);
    setStyle(this.anchor, { left: `${x}px`, top: `${y}px` });
    return this.anchor;
  }

  /** @param {{ x: number, y: number, id: number | null, edge: import("./graph.model.js").MapEdge | null }} place */
  menuAt({ x, y, id, edge }) {
    const at = this.parts.view.worldOf(x, y);
    if (id !== null && !this.parts.selection().has(id)) this.parts.view.hover(id, null);
    const ids = id === null ? [] : this.parts.selection().has(id) ? [...this.parts.selection()] : [id];
    this.parts.actions().menu({ ids, edge, at }, this.anchorAt(at));
  }

  /** @param {number} from @param {number | null} to @param {{ x: number, y: number }} place */
  linked(from, to, place) {
    if (to !== null) return void this.parts.actions().connect(from, to);
    const at = this.parts.view.worldOf(place.x, place.y);
    this.parts.actions().addMenu({ ids: [from], at }, this.anchorAt(at));
  }
}
