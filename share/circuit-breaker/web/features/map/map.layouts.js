// @ts-check
/** The seven layouts: a button with a menu, a key, the command palette, and what is selected for itself. */
import { t } from "../../lib/i18n.js";
import { iconButton } from "../../ui/button.js";
import { openMenu } from "../../ui/menu.js";
import { fittingItems, registerSource } from "../../ui/palette.js";

/** The daemon's words, in the order people meet them. */
export const LAYOUTS = ["force", "hierarchical", "tree", "radial", "concentric", "lanes", "clusters"];
/** One or two have nothing to be arranged by. */
export const FEWEST = 3;

/**
 * @param {{ signal: AbortSignal, mayEdit: boolean, current: () => string,
 *   apply: (layout: string, options?: { ids?: number[], pins?: "keep" | "free" }) => void }} parts
 */
export function mapLayouts({ signal, mayEdit, current, apply }) {
  const element = iconButton("layout", t("map.layouts"), { "aria-haspopup": "menu", onclick: () => open(element) });
  /** @param {HTMLElement} anchor @param {number[]} [ids] only these, for themselves */
  function open(anchor, ids) {
    const now = current();
    openMenu(anchor, [
      ...(ids ? [{ heading: t("map.layout_selected", { n: ids.length }) }] : []),
      ...LAYOUTS.map((layout) => ({
        label: t(`map.layout.${layout}`),
        checked: !ids && layout === now,
        run: () => apply(layout, ids ? { ids, pins: "free" } : {}),
      })),
      ...(ids || !mayEdit ? [] : [
        "-",
        { label: t("map.tidy"), icon: "refresh", run: () => apply(current(), { pins: "free" }) },
      ]),
    ], { label: t("map.layouts"), align: ids ? "left" : "right" });
  }
  registerSource({
    id: "map-layouts",
    label: t("map.layouts"),
    order: 20,
    load: (text) => text === "" ? [] : fittingItems(
      LAYOUTS.map((layout) => ({
        label: t("map.layout_by", { layout: t(`map.layout.${layout}`) }),
        icon: "layout",
        run: () => apply(layout),
      })),
      text,
    ),
  }, signal);
  return { element, open };
}
