// @ts-check
/** Lines: made, given another end, deleted. A line is an object of its own, or a field of one that names the other. */
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { relationOf } from "./edges.model.js";
import { endsOf } from "./relate.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {import("./relate.model.js").Way} Way */

export class LineEditor {
  /** @param {import("./map.editor.js").MapEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /**
   * @param {{ id: number, kind: string, name: string }} from @param {{ id: number, kind: string, name: string }} to
   * @param {Way} way @param {Record<string, any>} more
   */
  async relate(from, to, way, more) {
    const { editor } = this;
    const label = t("map.edit.related", { from: from.name, to: to.name });
    if ("holder" in way) {
      const [holder, other] = way.holder === "from" ? [from, to] : [to, from];
      return this.refer(holder, way.field, other.id, label);
    }
    const path = editor.pathOf(way.kind);
    const body = { [way.from]: from.id, [way.to]: to.id, ...more };
    const made = await editor.change(() => api.post(path, body), (line) => ({
      label,
      undo: () => editor.unmake(way.kind, line),
      redo: () => editor.restoreAll([{ id: line.id, kind: way.kind }]),
    }));
    if (made) editor.tell(label);
  }

  /**
   * One object names another in a field of its own.
   *
   * @param {{ id: number, kind: string }} holder @param {string} field @param {number | null} value @param {string} label
   */
  async refer(holder, field, value, label) {
    const path = `${this.editor.pathOf(holder.kind)}/${holder.id}`;
    const set = async (/** @type {number | null} */ to, /** @type {number | null} */ from) => {
      const thing = await api.get(path);
      if (thing.deleted_at || referenceIn(thing[field]) !== from) return { kept: 1 };
      await api.patch(path, { [field]: to }, { revision: thing.revision });
      return { kept: 0 };
    };
    const done = await this.editor.change(async () => {
      const thing = await api.get(path);
      await api.patch(path, { [field]: value }, { revision: thing.revision });
      return { before: referenceIn(thing[field]) };
    }, ({ before }) => ({ label, undo: () => set(before, value), redo: () => set(value, before) }));
    if (done) this.editor.tell(label);
  }

  /** A line gets another end. @param {MapEdge} edge @param {"from" | "to"} end @param {MapNode} node */
  async reconnect(edge, end, node) {
    const [ref, ends] = [relationOf(edge), endsOf(edge)];
    if (!ref || !ends) return;
    await this.refer(ref, ends[end], node.id, t("map.edit.reconnected", { name: node.name }));
  }

  /** @param {MapEdge} edge */
  async remove(edge) {
    const ref = relationOf(edge);
    if (!ref) return;
    const path = `${this.editor.pathOf(ref.kind)}/${ref.id}`;
    const label = t("map.edit.line_deleted");
    const { things } = this.editor;
    /** @type {Map<number, import("./map.thing-editor.js").Standing>} */
    let back = new Map();
    const undo = async () => {
      const outcome = await this.editor.restoreAll([ref]);
      back = await things.standing([ref]);
      return outcome;
    };
    const done = await this.editor.change(async () => (await api.delete(path), true), () => ({
      label,
      undo,
      redo: () => things.deleteAgain([ref], back),
    }));
    if (done) this.editor.tell(label);
  }
}

/** A reference is told as an id, or as what it points to. @param {any} value @returns {number | null} */
const referenceIn = (value) => (value && typeof value === "object" ? value.id : value ?? null);
