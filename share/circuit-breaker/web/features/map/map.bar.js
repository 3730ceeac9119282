// @ts-check
/** What can be done with several: a bar that is there while more than one node is selected, for mouse and finger. */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, iconButton } from "../../ui/button.js";

/**
 * @param {{ mayEdit: boolean, actions: import("./map.actions.js").MapActions, ids: () => number[],
 *   clear: () => void }} parts
 */
export function selectionBar({ mayEdit, actions, ids, clear }) {
  const words = h("span", { class: "map-bar-count", role: "status" });
  const { editor } = actions.parts;
  const arrange = button(t("map.arrange_menu"), {
    small: true,
    icon: "layout",
    onclick: () => actions.arrangeMenu(ids(), arrange),
  });
  const status = button(t("map.set_status_short"), {
    small: true,
    icon: "status",
    onclick: () => actions.statusMenu(ids(), status),
  });
  const element = h(
    "div",
    { class: "map-bar map-float", role: "toolbar", "aria-label": t("map.selection"), hidden: true },
    words,
    mayEdit && arrange,
    mayEdit && status,
    mayEdit && iconButton("trash", t("common.delete"), { onclick: () => void editor.things.remove(ids()) }),
    iconButton("close", t("map.key.escape"), { onclick: clear }),
  );
  return {
    element,
    /** @param {number} count */
    show(count) {
      element.hidden = count < 2;
      replace(words, count < 2 ? "" : t("map.selected", { n: count }));
    },
  };
}

/**
 * A handle beside the one selected node: pulled to another node, it joins them; pulled to the ground, it adds something.
 *
 * @param {{ view: import("./map.view.js").MapView, signal: AbortSignal, onPress: () => void }} parts
 */
export function linkHandle({ view, signal, onPress }) {
  const element = iconButton("connection", t("map.handle"), { class: "map-handle", hidden: true, tabIndex: -1 });
  /** @type {number | null} */
  let node = null;
  let start = { x: 0, y: 0 };
  element.addEventListener("pointerdown", (event) => {
    if (node === null || event.button !== 0) return;
    event.preventDefault();
    start = { x: event.clientX, y: event.clientY };
    view.hands.link(event, node);
  }, { signal });
  element.addEventListener("click", (event) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) < 5 || event.detail === 0) onPress();
  }, { signal });
  return {
    element,
    /** @param {number | null} id */
    of(id) {
      node = id;
      this.show();
    },
    show() {
      const place = node === null ? null : view.screenOf(node);
      const isShown = place !== null && view.camera.zoom > 0.3;
      if (element.hidden === isShown) element.hidden = !isShown;
      if (!place || !isShown) return;
      const away = 20 * Math.min(1.5, Math.max(0.7, view.camera.zoom)) + 26;
      element.style.setProperty("transform", `translate(${place.x + away - 14}px, ${place.y - 14}px)`);
    },
  };
}
