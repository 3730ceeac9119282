// @ts-check
/** The keys of the map. They work on what is selected, or on the row of the list that has the focus. */
import { t } from "../../lib/i18n.js";
import { shortcut } from "../../ui/keys.js";

const STEP = 10;
const WIDE_STEP = 50;
const ARROWS = /** @type {[string, number, number][]} */ ([
  ["ArrowLeft", -1, 0],
  ["ArrowRight", 1, 0],
  ["ArrowUp", 0, -1],
  ["ArrowDown", 0, 1],
]);

/**
 * @param {{
 *   signal: AbortSignal, mayEdit: boolean, actions: import("./map.actions.js").MapActions,
 *   editor: import("./map.editor.js").MapEditor, view: import("./map.view.js").MapView,
 *   target: () => import("./map.actions.js").Target, anchor: () => HTMLElement | undefined,
 *   find: () => void, list: () => void, clear: () => void
 * }} parts
 */
export function mapKeys({ signal, mayEdit, actions, editor, view, target, anchor, find, list, clear }) {
  const group = t("map.title");
  /** @param {string} keys @param {string} label @param {(event: KeyboardEvent) => void} run */
  const key = (keys, label, run) => shortcut({ keys, label, group, run }, signal);
  /** On what is selected. @param {(ids: number[]) => void} run @param {number} [fewest] */
  const on = (run, fewest = 1) => () => {
    const { ids } = target();
    if (ids.length >= fewest) run(ids);
  };
  key("/", t("map.key.search"), find);
  key("l", t("map.key.list"), list);
  key("Escape", t("map.key.escape"), clear);
  key("f", t("map.fit"), () => view.fit());
  key("m", t("map.key.menu"), () => actions.menu(target(), anchor()));
  key("v", t("map.view.title"), () => actions.parts.views(anchor() ?? actions.parts.anchor(target().at)));
  key("w", t("map.by_speed"), () => actions.bySpeed());
  key("o", t("map.layouts"), () => actions.layoutMenu(target().ids, anchor()));
  key("i", t("map.impact.ask"), on((ids) => ids.forEach((id) => actions.parts.stops(String(id)))));
  key("k", t("map.lines"), on((ids) => actions.linesMenu(ids, anchor())));
  key("ctrl+a", t("map.select_all"), () => actions.selectAll());
  if (!mayEdit) return;
  key("n", t("map.key.add"), () => {
    const now = target();
    const [id] = now.ids;
    actions.addMenu(now.ids.length === 1 ? { ids: [id], at: actions.beside(id) } : { ids: [], at: now.at }, anchor());
  });
  key("c", t("map.connect"), on(([id]) => void actions.connect(id)));
  key("r", t("map.rename"), on(([id]) => void actions.rename(id)));
  key("s", t("map.set_status"), on((ids) => actions.statusMenu(ids, anchor())));
  key("h", t("map.dress.menu"), on((ids) => actions.parts.dresser.menu(ids, anchor() ?? actions.anchorFor(target()))));
  key("a", t("map.arrange_menu"), on((ids) => actions.arrangeMenu(ids, anchor()), 2));
  key("b", t("map.drawing.boundary"), () => {
    const { ids, at } = target();
    if (ids.length > 0) return void actions.parts.drawer.boundary(ids);
    actions.parts.drawer.groupMenu(anchor() ?? actions.parts.anchor(at));
  });
  key("d", t("map.drawing.label"), () => void actions.parts.drawer.label(target().at));
  key("Delete", t("common.delete"), on((ids) => void editor.things.remove(ids)));
  key("ctrl+z", t("map.undo"), ({ shiftKey }) => void editor.step(shiftKey ? "redo" : "undo"));
  key("ctrl+y", t("map.redo"), () => void editor.step("redo"));
  for (const [arrow, x, y] of ARROWS) {
    const label = t("map.key.move");
    key(`ctrl+${arrow}`, label, on((ids) => editor.places.nudge(ids, x * STEP, y * STEP)));
    key(`ctrl+shift+${arrow}`, t("map.key.move_far"), on((ids) => editor.places.nudge(ids, x * WIDE_STEP, y * WIDE_STEP)));
  }
}
