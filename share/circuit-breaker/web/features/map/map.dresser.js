// @ts-check
/**
 * How one map shows objects: menus for alias, colour and icon, and the steps they leave. The objects do not change, nor do
 * other maps.
 */
import { t } from "../../lib/i18n.js";
import { chooseIcon } from "../../ui/icon-picker.js";
import { openMenu } from "../../ui/menu.js";
import { changesTo, dressOf, partOf } from "./appearance.model.js";
import { COLOURS } from "./drawing.model.js";
import { askAlias } from "./map.later.js";

/** @typedef {import("./appearance.model.js").Dress} Dress */
/** @typedef {import("./appearance.model.js").Part} Part */

export class MapDresser {
  /** @param {{ editor: import("./map.editor.js").MapEditor, store: import("./map.store.js").MapStore }} parts */
  constructor({ editor, store }) {
    this.editor = editor;
    this.store = store;
  }

  /** @param {number[]} ids @param {HTMLElement} anchor */
  menu(ids, anchor) {
    const nodes = ids.flatMap((id) => this.editor.node(id) ?? []);
    const [only] = nodes;
    if (!only) return;
    const isPlain = nodes.every((node) => !node.appearance?.alias && !node.appearance?.colour && !node.appearance?.icon);
    openMenu(anchor, [
      ...(nodes.length === 1 ? [{ label: t("map.dress.alias_ask"), icon: "edit", run: () => void this.alias(only.id) }] : []),
      { label: t("map.dress.colour"), icon: "theme", run: () => this.colours(ids, anchor) },
      { label: t("map.dress.icon"), icon: "eye", run: () => void this.icon(ids) },
      "-",
      {
        label: t("map.dress.plain"),
        icon: "undo",
        disabled: isPlain,
        run: () => void this.dress(ids, { alias: null, colour: null, icon: null }),
      },
    ], { label: t("map.dress.title"), align: "left" });
  }

  /** @param {number} id */
  async alias(id) {
    const node = this.editor.node(id);
    const alias = node && await askAlias(node);
    if (alias !== undefined && alias !== null) await this.dress([id], { alias: alias.trim() || null });
  }

  /** @param {number[]} ids @param {HTMLElement} anchor */
  colours(ids, anchor) {
    const now = new Set(ids.map((id) => partOf(this.editor.node(id), "colour")));
    const one = (/** @type {string | null} */ colour, /** @type {string} */ label) => ({
      label,
      checked: now.size === 1 && now.has(colour),
      run: () => void this.dress(ids, { colour }),
    });
    openMenu(anchor, [
      one(null, t("map.dress.usual_colour")),
      ...Object.keys(COLOURS).map((colour) => one(colour, t(`map.drawing.colour.${colour}`))),
    ], { label: t("map.dress.colour"), align: "left" });
  }

  /** @param {number[]} ids */
  async icon(ids) {
    const now = new Set(ids.map((id) => partOf(this.editor.node(id), "icon")));
    const icon = await chooseIcon(now.size === 1 ? [...now][0] ?? "" : "");
    if (icon !== null) await this.dress(ids, { icon: icon || null });
  }

  /**
   * One step, taken back where nobody has changed it since.
   *
   * @param {number[]} ids @param {Dress} dress  null is as everywhere
   */
  async dress(ids, dress) {
    const { editor, store } = this;
    const parts = /** @type {Part[]} */ (Object.keys(dress));
    const items = changesTo(ids.map((id) => editor.node(id)), () => dress);
    if (items.length === 0) return;
    const now = () => new Map(items.map(({ id }) => [id, dressOf(editor.node(id), parts)]));
    const before = now();
    const label = t("map.dress.changed", { names: editor.namesOf(items.map(({ id }) => id)) });
    const done = await editor.change(async () => (await store.dress(items), now()), (after) => ({
      label,
      undo: () => this.back(before, after),
      redo: () => this.back(after, before),
    }));
    if (done) editor.tell(label);
  }

  /** @param {Map<number, Dress>} to @param {Map<number, Dress>} from */
  async back(to, from) {
    const nodes = [...to.keys()].map((id) => this.editor.node(id));
    const mine = nodes.filter((node) => node && changesTo([node], ({ id }) => from.get(id) ?? {}).length === 0);
    await this.store.dress(changesTo(mine, ({ id }) => to.get(id) ?? {}));
    return { kept: to.size - mine.length };
  }
}
