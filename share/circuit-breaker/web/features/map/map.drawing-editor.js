// @ts-check
/** Boundaries and labels are made, changed and deleted here: each change goes to the daemon and leaves a step to take back. */
import { t } from "../../lib/i18n.js";
import { openMenu } from "../../ui/menu.js";
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

  /** @param {Drawing} drawing @param {Partial<Drawing>} patch @param {string} label */
  async change(drawing, patch, label) {
    const { editor, drawings } = this.parts;
    const fields = /** @type {(keyof Drawing)[]} */ (Object.keys(patch));
    const before = Object.fromEntries(fields.map((field) => [field, drawing[field]]));
    const put = async (/** @type {Record<string, any>} */ to) => {
      const one = this.now(drawing.id);
      if (one) drawings().did("changed", await changeDrawing(one, to));
    };
    const back = async (/** @type {Record<string, any>} */ to, /** @type {Record<string, any>} */ from) => {
      const one = /** @type {Record<string, any> | undefined} */ (this.now(drawing.id));
      if (!one || fields.some((field) => JSON.stringify(one[field]) !== JSON.stringify(from[field]))) return { kept: 1 };
      await put(to);
      return { kept: 0 };
    };
    const done = await editor.change(async () => (await put(patch), true), () => ({
      label,
      undo: () => back(before, patch),
      redo: () => back(patch, before),
    }));
    if (!done) drawings().changed();
  }

  /** @param {Drawing} drawing */
  async remove(drawing) {
    const { editor } = this.parts;
    const { kind, text, colour, grouping, x, y, members } = drawing;
    const draft = { kind, text, colour, ...(grouping ? { grouping } : {}), x, y, members };
    await editor.change(() => this.unmake(drawing.id), () => ({
      label: t("map.drawing.deleted", { name: nameOf(drawing) }),
      undo: async () => void (await this.make(draft, drawing.id)),
      redo: () => this.unmake(drawing.id, drawing),
    }));
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
      items.push({ label: t("map.drawing.select"), icon: "check", run: () => select(drawing.members) });
      const more = selected.filter((id) => !own.has(id));
      const left = drawing.members.filter((id) => !selected.includes(id));
      const name = nameOf(drawing);
      if (more.length > 0) {
        items.push({
          label: t("map.drawing.take_in"),
          icon: "add",
          run: () => void this.change(drawing, { members: [...drawing.members, ...more] }, t("map.drawing.changed", { name })),
        });
      }
      if (left.length > 0 && left.length < drawing.members.length) {
        items.push({
          label: t("map.drawing.take_out"),
          icon: "close",
          run: () => void this.change(drawing, { members: left }, t("map.drawing.changed", { name })),
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
    if (text !== null && text !== drawing.text) await this.change(drawing, { text }, t("map.edit.name", { value: text }));
  }

  /** @param {Drawing} drawing @param {HTMLElement} anchor */
  colourMenu(drawing, anchor) {
    openMenu(
      anchor,
      Object.keys(COLOURS).map((colour) => ({
        label: t(`map.drawing.colour.${colour}`),
        checked: drawing.colour === colour,
        run: () => void this.change(drawing, { colour }, t("map.drawing.changed", { name: nameOf(drawing) })),
      })),
      { label: t("map.drawing.set_colour"), align: "left" },
    );
  }

  /** @param {Drawing} drawing @param {number} x @param {number} y */
  move(drawing, x, y) {
    return this.change(drawing, rounded(x, y), t("map.drawing.changed", { name: nameOf(drawing) }));
  }
}

/** A tenth of a unit is finer than anybody sees. @param {number} x @param {number} y */
const rounded = (x, y) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });

/**
 * Whether somebody has changed it since: it may have been made anew meanwhile, with another number.
 *
 * @param {Record<string, any>} now @param {Record<string, any>} as
 */
const isOther = (now, as) =>
  ["text", "colour", "x", "y", "members"].some((field) => field in as && JSON.stringify(now[field]) !== JSON.stringify(as[field]));
