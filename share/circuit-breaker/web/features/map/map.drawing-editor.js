// @ts-check
/** Boundaries and labels are made, changed and deleted here: each change goes to the daemon and leaves a step to take back. */
import { t } from "../../lib/i18n.js";
import { openMenu } from "../../ui/menu.js";
import { toast } from "../../ui/toast.js";
import { COLOURS, GROUPINGS } from "./drawing.model.js";
import { changeDrawing, createDrawing, deleteDrawing } from "./map.api.js";
import { askMapName } from "./map.later.js";
import { nameOf } from "./map.drawings.js";

/** @typedef {import("./drawing.model.js").Drawing} Drawing */
/** @typedef {import("../../ui/menu.js").MenuItem} MenuItem */

export class DrawingEditor {
  /**
   * @param {{ drawings: () => import("./map.drawings.js").MapDrawings, editor: import("./map.editor.js").MapEditor,
   *   store: import("./map.store.js").MapStore, select: (ids: number[]) => void, selection: () => ReadonlySet<number> }} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** What was deleted and made again has another id: earlier steps follow. @type {Map<number, number>} */
    this.reborn = new Map();
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
  }

  /**
   * One after the other: a key that is pressed again before the daemon has answered goes on from what it made.
   *
   * @template Result @param {() => Promise<Result>} work @returns {Promise<Result>}
   */
  inTurn(work) {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }

  /** @param {number} id */
  now(id) {
    let at = id;
    for (let next = this.reborn.get(at); next !== undefined; next = this.reborn.get(at)) at = next;
    return this.parts.drawings().known.get(at);
  }

  /** @param {Record<string, any>} draft @param {number} [before]  the one it stands for */
  async make(draft, before) {
    const made = await createDrawing(/** @type {number} */ (this.parts.store.map), draft);
    if (before !== undefined) this.reborn.set(before, made.id);
    this.parts.drawings().did("created", made);
    return made;
  }

  /**
   * Nothing happens where it is gone already, or is not as it was any more.
   *
   * @param {number} id @param {Record<string, any>} [as]
   */
  async unmake(id, as = {}) {
    const one = this.now(id);
    if (!one || isOther(one, as)) return { kept: 1 };
    await deleteDrawing(one);
    this.parts.drawings().did("deleted", one);
    return { kept: 0 };
  }

  /** @param {Record<string, any>} draft @param {string} label */
  async create(draft, label) {
    const { editor } = this.parts;
    await editor.change(() => this.make(draft), (made) => ({
      label,
      undo: () => this.unmake(made.id, made),
      redo: async () => {
        // Where it was not taken away there is nothing to make again.
        if (this.now(made.id)) return { kept: 1 };
        await this.make(draft, made.id);
        return { kept: 0 };
      },
    }));
  }

  /**
   * @param {Drawing} drawing @param {(now: Drawing) => Partial<Drawing>} patchOf  others may have changed it since it was seen
   * @param {string} label
   */
  async change({ id }, patchOf, label) {
    const { editor, drawings } = this.parts;
    const put = async (/** @type {Drawing} */ one, /** @type {Partial<Drawing>} */ to) =>
      drawings().did("changed", await changeDrawing(one, to));
    const back = (/** @type {Partial<Drawing>} */ to, /** @type {Partial<Drawing>} */ from) => this.inTurn(async () => {
      const one = this.now(id);
      if (!one || !isIn(from, one)) return { kept: 1 };
      await put(one, to);
      return { kept: 0 };
    });
    const done = await editor.change(() => this.inTurn(async () => {
      const before = this.now(id);
      if (!before) return gone();
      const patch = patchOf(before);
      await put(before, patch);
      return { before: Object.fromEntries(Object.keys(patch).map((field) => [field, before[/** @type {keyof Drawing} */ (field)]])), patch };
    }), ({ before, patch }) => ({ label, undo: () => back(before, patch), redo: () => back(patch, before) }));
    if (!done) drawings().changed();
  }

  /** It comes back as it was when it went, whatever it was when the menu was opened. @param {Drawing} drawing */
  async remove({ id }) {
    await this.parts.editor.change(() => this.inTurn(async () => {
      const last = this.now(id);
      if (!last) return gone();
      await this.unmake(id);
      return last;
    }), (last) => {
      const { kind, text, colour, grouping, x, y, members } = last;
      const draft = { kind, text, colour, ...(grouping ? { grouping } : {}), x, y, members };
      return {
        label: t("map.drawing.deleted", { name: nameOf(last) }),
        undo: async () => void (await this.make(draft, id)),
        redo: () => this.unmake(id, last),
      };
    });
  }

  // What is asked for first

  /** @param {number[]} ids */
  async boundary(ids) {
    const text = await askMapName(t("map.drawing.boundary"), t("common.add"), "");
    if (text === null) return;
    const used = new Set([...this.parts.drawings().known.values()].map(({ colour }) => colour));
    const colour = Object.keys(COLOURS).find((name) => !used.has(name)) ?? "blue";
    await this.create({ kind: "boundary", text, colour, members: ids }, t("map.drawing.made", { name: text }));
  }

  /** @param {{ x: number, y: number }} at */
  async label({ x, y }) {
    const text = await askMapName(t("map.drawing.label"), t("common.add"), "");
    if (text === null) return;
    await this.create({ kind: "label", text, colour: "grey", ...rounded(x, y) }, t("map.drawing.made", { name: text }));
  }

  /** @param {HTMLElement} anchor */
  groupMenu(anchor) {
    const known = [...this.parts.drawings().known.values()];
    const colours = /** @type {Record<string, string>} */ ({ cluster: "violet", location: "orange", network: "teal" });
    openMenu(
      anchor,
      GROUPINGS.map((grouping) => {
        const shown = known.find((one) => one.grouping === grouping);
        const label = t(`map.drawing.by.${grouping}`);
        return {
          label,
          checked: shown !== undefined,
          run: () =>
            void (shown
              ? this.remove(shown)
              : this.create({ kind: "boundary", grouping, colour: colours[grouping] }, t("map.drawing.made", { name: label }))),
        };
      }),
      { label: t("map.drawing.groups"), align: "left" },
    );
  }

  /** @param {Drawing} drawing @param {HTMLElement} anchor */
  menu(drawing, anchor) {
    const { select, selection } = this.parts;
    const selected = [...selection()];
    const own = new Set(drawing.members);
    /** @type {MenuItem[]} */
    const items = [{ heading: nameOf(drawing) }];
    if (!drawing.grouping) items.push({ label: t("map.rename"), icon: "edit", run: () => void this.rename(drawing) });
    items.push({ label: t("map.drawing.set_colour"), icon: "eye", run: () => this.colourMenu(drawing, anchor) });
    if (drawing.kind === "boundary" && !drawing.grouping) {
      items.push({ label: t("map.drawing.select"), icon: "check", run: () => select((this.now(drawing.id) ?? drawing).members) });
      const more = selected.filter((id) => !own.has(id));
      const left = drawing.members.filter((id) => !selected.includes(id));
      const name = nameOf(drawing);
      if (more.length > 0) {
        items.push({
          label: t("map.drawing.take_in"),
          icon: "add",
          run: () =>
            void this.change(drawing, (now) => ({ members: [...new Set([...now.members, ...more])] }), t("map.drawing.changed", { name })),
        });
      }
      if (left.length > 0 && left.length < drawing.members.length) {
        items.push({
          label: t("map.drawing.take_out"),
          icon: "close",
          run: () =>
            void this.change(
              drawing,
              (now) => ({ members: now.members.filter((id) => !selected.includes(id)) }),
              t("map.drawing.changed", { name }),
            ),
        });
      }
    }
    items.push("-", {
      label: t("common.delete"),
      icon: "trash",
      hint: t("common.key_delete"),
      danger: true,
      run: () => void this.remove(drawing),
    });
    openMenu(anchor, items, { label: t("map.actions"), align: "left" });
  }

  /** @param {Drawing} drawing */
  async rename(drawing) {
    const text = await askMapName(t("map.rename_title", { name: nameOf(drawing) }), t("map.rename"), drawing.text);
    if (text !== null && text !== drawing.text) await this.change(drawing, () => ({ text }), t("map.edit.name", { value: text }));
  }

  /** @param {Drawing} drawing @param {HTMLElement} anchor */
  colourMenu(drawing, anchor) {
    openMenu(
      anchor,
      Object.keys(COLOURS).map((colour) => ({
        label: t(`map.drawing.colour.${colour}`),
        checked: drawing.colour === colour,
        run: () => void this.change(drawing, () => ({ colour }), t("map.drawing.changed", { name: nameOf(drawing) })),
      })),
      { label: t("map.drawing.set_colour"), align: "left" },
    );
  }

  /** @param {Drawing} drawing @param {(now: Drawing) => { x: number, y: number }} to */
  move(drawing, to) {
    const place = (/** @type {Drawing} */ now) => {
      const { x, y } = to(now);
      return rounded(x, y);
    };
    return this.change(drawing, place, t("map.drawing.changed", { name: nameOf(drawing) }));
  }
}

/** Whoever changes what was deleted elsewhere is told why nothing comes of it. @returns {null} */
function gone() {
  toast(t("map.edit.gone"));
  return null;
}

/** Whether it is as a change left it. @param {Partial<Drawing>} some @param {Drawing} all */
const isIn = (some, all) =>
  Object.entries(some).every(([field, value]) => JSON.stringify(all[/** @type {keyof Drawing} */ (field)]) === JSON.stringify(value));

/** A tenth of a unit is finer than anybody sees. @param {number} x @param {number} y */
const rounded = (x, y) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });

/**
 * Whether somebody has changed it since: it may have been made anew meanwhile, with another number.
 *
 * @param {Record<string, any>} now @param {Record<string, any>} as
 */
const isOther = (now, as) =>
  ["text", "colour", "x", "y", "members"].some((field) => field in as && JSON.stringify(now[field]) !== JSON.stringify(as[field]));
