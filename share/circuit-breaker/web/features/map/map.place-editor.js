// @ts-check
/** Where nodes stand: moved by hand, put in line, laid out. Taken back where nobody has moved them since. */
import { t } from "../../lib/i18n.js";
import { arranged } from "./arrange.model.js";
import { boxAround } from "./camera.model.js";
import { stillThere } from "./history.model.js";

/** @typedef {import("./map.store.js").Move} Move */

/** The daemon takes so many ids in one address. */
const MOST_FOR_THEMSELVES = 2000;

export class PlaceEditor {
  /** @param {import("./map.editor.js").MapEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** @param {Move[]} moved @param {Move[]} before @param {string} [label] */
  move(moved, before, label = t("map.edit.moved", { n: moved.length })) {
    const changed = moved.filter((one, at) => one.x !== before[at]?.x || one.y !== before[at]?.y);
    if (changed.length === 0) return;
    const ids = new Set(changed.map(({ id }) => id));
    // What nobody had pinned is not pinned by being put back: the next layout may move it.
    const back = before.flatMap((one) => ids.has(one.id) ? [{ pinned: this.editor.node(one.id)?.pinned ?? false, ...one }] : []);
    this.editor.store.move(changed);
    // Places of a view are nobody's but this page's.
    if (this.editor.store.own) return;
    this.editor.history.add({
      label,
      undo: () => this.putBack(back, changed),
      redo: () => this.putBack(changed, back),
    });
  }

  /** @param {Move[]} back @param {Move[]} put @param {{ isEased?: boolean }} [how] */
  async putBack(back, put, how) {
    const mine = stillThere(back, put, (id) => this.editor.store.picture.current.places.get(id));
    if (mine.length > 0) this.editor.store.move(mine, how);
    return { kept: back.length - mine.length };
  }

  /**
   * All nodes, or some for themselves, by one of the daemon's layouts: one step. Some stay around the middle of where they
   * stood. What people put somewhere by hand stays, unless `pins` sets it free.
   *
   * @param {string} layout @param {{ ids?: number[], pins?: "keep" | "free" }} options
   */
  layOut(layout, { ids, pins = "keep" } = {}) {
    return this.editor.history.hold(() => this.laidOut(layout, pins, ids?.slice(0, MOST_FOR_THEMSELVES)));
  }

  /** @param {string} layout @param {"keep" | "free"} pins @param {number[]} [ids] */
  async laidOut(layout, pins, ids) {
    const found = await this.editor.try(() => this.editor.store.laidOut(layout, { pins, ids }));
    if (!found) return;
    const before = this.placesOf(found.map(({ id }) => id));
    const now = new Map(before.map((one) => [one.id, one]));
    const known = found.filter(({ id }) => now.has(id));
    const by = ids ? shiftBetween(known, before) : { x: 0, y: 0 };
    const moved = known.flatMap(({ id, x, y }) =>
      pins === "keep" && now.get(id)?.pinned ? [] : [{ id, x: x + by.x, y: y + by.y, pinned: false }]
    );
    const back = moved.map(({ id }) => /** @type {Move} */ (now.get(id)));
    if (this.editor.store.own) return this.editor.store.move(moved, { isEased: true });
    const was = this.editor.store.layout;
    const choose = (/** @type {string} */ name) => ids ? undefined : this.editor.store.choose(name);
    if (!this.editor.mayEdit) {
      this.editor.store.layout = layout;
      return this.editor.store.move(moved, { isEased: true, isSaved: false });
    }
    this.editor.store.move(moved, { isEased: true });
    this.editor.history.add({
      label: t("map.edit.laid_out", { layout: t(`map.layout.${layout}`) }),
      undo: async () => {
        const outcome = this.putBack(back, moved, { isEased: true });
        await choose(was);
        return outcome;
      },
      redo: async () => {
        const outcome = this.putBack(moved, back, { isEased: true });
        await choose(layout);
        return outcome;
      },
    });
    await this.editor.try(async () => choose(layout));
  }

  /** @param {number[]} ids @returns {Move[]} */
  placesOf(ids) {
    return ids.flatMap((id) => {
      const place = this.editor.view.placeOf(id);
      return place ? [{ id, ...place, pinned: this.editor.node(id)?.pinned ?? false }] : [];
    });
  }

  /** @param {number[]} ids @param {number} dx @param {number} dy */
  nudge(ids, dx, dy) {
    const before = this.placesOf(ids);
    this.move(before.map(({ id, x, y }) => ({ id, x: x + dx, y: y + dy, pinned: true })), before);
  }

  /** @param {number[]} ids @param {import("./arrange.model.js").Arrangement} how */
  arrange(ids, how) {
    const before = this.placesOf(ids);
    const moved = arranged(before, how).map(({ id, x, y }) => ({ id, x, y, pinned: true }));
    const byId = new Map(before.map((one) => [one.id, one]));
    this.move(moved, moved.map(({ id }) => /** @type {Move} */ (byId.get(id))), t(`map.arrange.${how}`));
  }
}

/** From the middle of some places to the middle of others. @param {Move[]} from @param {Move[]} to */
function shiftBetween(from, to) {
  const [a, b] = [boxAround(from), boxAround(to)];
  if (!a || !b) return { x: 0, y: 0 };
  return { x: (b.left + b.right - a.left - a.right) / 2, y: (b.top + b.bottom - a.top - a.bottom) / 2 };
}
