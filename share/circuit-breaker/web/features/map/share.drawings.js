// @ts-check
/** Boundaries and labels of a shared map, as the daemon drew them: nothing of them can be moved or changed. */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { followCamera } from "./drawing.words.js";
import { drawnSigns } from "./signs.model.js";

/** @typedef {import("./share.model.js").Drawn} Drawn */

export class SharedDrawings {
  /** @param {import("./map.view.js").MapView} view */
  constructor(view) {
    this.view = view;
    this.element = h("div", { class: "map-drawings", "aria-hidden": "true" });
    this.list = h("ul", { class: "map-drawing-list" });
    this.section = h("section", { class: "map-drawing-section", hidden: true }, h("h2", {}, t("map.drawing.list")), this.list);
    /** @type {Drawn} */
    this.drawn = { hulls: [], words: [] };
    view.hullsNow = () => this.now();
    view.labelsNow = () => this.drawn.words.filter(({ isLabel }) => isLabel);
    view.signs.push((measure) => drawnSigns(this.drawn.words, view.camera.zoom, measure));
  }

  /** For each frame. */
  now() {
    if (this.drawn.words.length > 0) followCamera(this.element, this.view);
    return this.drawn.hulls;
  }

  /** @param {Drawn} drawn */
  show(drawn) {
    this.drawn = drawn;
    replace(
      this.element,
      drawn.words.map(({ text, colour, isLabel, x, y }) =>
        h("span", { class: `map-word is-still is-${colour} ${isLabel ? "is-label" : "is-title"}`, style: { left: `${x}px`, top: `${y}px` } }, text)
      ),
    );
    this.section.hidden = drawn.words.length === 0;
    replace(
      this.list,
      drawn.words.map(({ text, colour, isLabel }) =>
        h("li", { class: `map-drawing-row is-${colour}` }, icon(isLabel ? "edit" : "map", { class: "small" }), h("span", {}, text))
      ),
    );
    this.view.coversChanged();
    this.view.fitAgain();
    this.view.redraw();
  }
}
