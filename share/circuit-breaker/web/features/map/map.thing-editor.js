// @ts-check
/** Objects are made and deleted here. A deleted one lies in the trash, and taking it back fetches it from there. */
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { kindNamed } from "../../lib/kinds.js";
import { use } from "../../lib/registry.js";
import { confirmed } from "../../ui/dialog.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./relate.model.js").Way} Way */
/** @typedef {{ thing: Record<string, any>, joined: string }} Standing */

export class ThingEditor {
  /** @param {import("./map.editor.js").MapEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** What would go along is read before it is asked: a second press of the key must not ask twice. */
  isAsking = false;

  /** @param {number[]} ids */
  async remove(ids) {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      await this.asked(ids);
    } finally {
      this.isAsking = false;
    }
  }

  /** @param {number[]} ids */
  async asked(ids) {
    const { editor } = this;
    const nodes = ids.flatMap((id) => editor.node(id) ?? []);
    const [only] = nodes;
    if (!only) return;
    const label = t("map.edit.deleted", { n: ids.length });
    const isSingle = ids.length === 1;
    if (!isSingle && !await this.isSure(ids)) return;
    /** @type {Map<number, Standing>} */
    let back = new Map();
    const undo = async () => {
      const outcome = await editor.restoreAll(nodes);
      back = await this.standing(nodes);
      return outcome;
    };
    const done = await editor.change(() => isSingle ? this.removeOne(only) : this.deleteAll(nodes), (isDone) =>
      isDone ? { label, undo, redo: () => this.deleteAgain(nodes, back) } : null);
    if (!done) return;
    // Of a single one the question itself has said it.
    if (!isSingle) editor.tell(label);
    editor.select([]);
  }

  /** @param {number[]} ids */
  isSure(ids) {
    return confirmed({
      title: t("map.edit.delete_title", { n: ids.length }),
      message: t("map.edit.delete_text", { names: this.editor.namesOf(ids) }),
      verb: t("common.delete"),
      danger: true,
    });
  }

  /** Asks with what hangs from it. @param {MapNode} node @returns {Promise<boolean>} */
  async removeOne(node) {
    const [removeThing, kind] = [await use("object-remove"), kindNamed(this.editor.kinds, node.kind)];
    return Boolean(removeThing && kind && await removeThing(kind, this.editor.kinds, node));
  }

  /** What each says, and what hangs from it. Who is gone for good, or in the trash, is left out. @param {{ id: number, kind: string }[]} nodes */
  async standing(nodes) {
    /** @type {Map<number, Standing>} */
    const found = new Map();
    for (const { id, kind } of nodes) {
      const path = `${this.editor.pathOf(kind)}/${id}`;
      try {
        const [thing, { deletes = [], clears = [] }] = await Promise.all([api.get(path), api.get(`${path}/consequences`)]);
        const joined = [...deletes, ...clears].map((/** @type {any} */ one) => one.id).sort().join();
        if (!thing.deleted_at) found.set(id, { thing, joined });
      } catch (error) {
        if (/** @type {any} */ (error).status !== 404) throw error;
      }
    }
    return found;
  }

  /**
   * Into the trash once more, but for those that somebody changed, or joined something to, since they came back.
   *
   * @param {{ id: number, kind: string }[]} nodes @param {Map<number, Standing>} back @returns {Promise<import("./history.model.js").Outcome>}
   */
  async deleteAgain(nodes, back) {
    const now = await this.standing(nodes);
    const mine = nodes.filter(({ id, kind }) => {
      const [then, here] = [back.get(id), now.get(id)];
      return then && here && then.joined === here.joined && !this.editor.isChanged(kind, then.thing, here.thing);
    });
    if (mine.length > 0) await this.deleteAll(mine);
    return { kept: nodes.length - mine.length };
  }

  /**
   * As they were when it was asked: the map may not know yet that they are back.
   *
   * @param {{ id: number, kind: string }[]} nodes @returns {Promise<true>}
   */
  async deleteAll(nodes) {
    /** @type {Map<string, number[]>} */
    const byKind = new Map();
    for (const { id, kind } of nodes) byKind.set(kind, [...(byKind.get(kind) ?? []), id]);
    for (const [kind, some] of byKind) await this.editor.bulk(kind, some, { delete: true, cascade: true });
    return true;
  }

  /**
   * Opens the form of a new object; it appears where it was asked for, joined to what it was asked from.
   *
   * @param {string} kindName @param {{ x: number, y: number }} at
   * @param {{ from: MapNode, way: Way } | null} related
   */
  async create(kindName, at, related) {
    const [openForm, kind] = [await use("object-form"), kindNamed(this.editor.kinds, kindName)];
    if (!openForm || !kind) return;
    const field = related && "holder" in related.way && related.way.holder === "to" ? related.way.field : null;
    const from = related?.from;
    await openForm({
      kind,
      kinds: this.editor.kinds,
      context: this.editor.context,
      thing: null,
      values: field && from ? { [field]: from.id } : {},
      names: field && from ? { [field]: { id: from.id, name: from.name } } : {},
      onsaved: (/** @type {{ id: number, name: string }} */ thing) => void this.created(kindName, thing, at, related, field),
    });
  }

  /**
   * @param {string} kind @param {{ id: number, name: string }} thing @param {{ x: number, y: number }} at
   * @param {{ from: MapNode, way: Way } | null} related @param {string | null} field  said in the form already
   */
  async created(kind, thing, at, related, field) {
    this.editor.store.place(thing.id, at);
    this.editor.history.add({
      label: t("map.edit.created", { name: thing.name }),
      undo: () => this.editor.unmake(kind, thing),
      redo: () => this.editor.restoreAll([{ id: thing.id, kind }]),
    });
    if (related && !field) await this.editor.lines.relate(related.from, { id: thing.id, kind, name: thing.name }, related.way, {});
    this.editor.select([thing.id]);
  }
}
