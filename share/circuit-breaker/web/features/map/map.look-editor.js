// @ts-check
/** Fields of the objects themselves: state, role, icon, name. Taken back where nobody has changed them since. */
import { t, tOr } from "../../lib/i18n.js";
import { toast } from "../../ui/toast.js";

/** @typedef {"status" | "role" | "icon" | "name"} LookField */

export class LookEditor {
  /** @param {import("./map.editor.js").MapEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /**
   * One field of several objects. Taking it back leaves those alone that were changed again since.
   *
   * @param {number[]} ids @param {LookField} field @param {string | null} value
   */
  async set(ids, field, value) {
    const before = new Map(ids.flatMap((id) => {
      const node = this.editor.node(id);
      return node && (node[field] ?? null) !== value ? [[id, node[field] ?? null]] : [];
    }));
    // Whoever typed a name meanwhile is told why nothing came of it.
    if (!ids.some((id) => this.editor.node(id))) return void toast(t("map.edit.gone"));
    if (before.size === 0) return;
    const changed = [...before.keys()];
    const after = new Map(changed.map((id) => [id, value]));
    const shown = field === "status" ? tOr(`status.${value ?? "unknown"}`, value ?? "") : value ?? "";
    const label = t(`map.edit.${field}`, { names: this.editor.namesOf(changed), value: shown });
    const done = await this.editor.change(() => this.write(after, field), () => ({
      label,
      undo: () => this.rewrite(before, after, field),
      redo: () => this.rewrite(after, before, field),
    }));
    if (done) this.editor.tell(label);
  }

  /** @param {Map<number, string | null>} to @param {Map<number, string | null>} from @param {LookField} field */
  async rewrite(to, from, field) {
    // What is there already is either not told back yet, and then it is mine, or somebody put it back: no harm in it.
    const mine = new Map([...to].filter(([id, value]) => {
      const now = this.editor.node(id)?.[field] ?? null;
      return now === from.get(id) || now === value;
    }));
    await this.write(mine, field);
    return { kept: to.size - mine.size };
  }

  /** @param {Map<number, string | null>} values @param {LookField} field @returns {Promise<true>} */
  async write(values, field) {
    /** @type {Map<string, { kind: string, value: string | null, ids: number[] }>} */
    const groups = new Map();
    for (const [id, value] of values) {
      const kind = this.editor.node(id)?.kind;
      if (!kind) continue;
      const key = `${kind} ${value}`;
      const group = groups.get(key) ?? { kind, value, ids: [] };
      group.ids.push(id);
      groups.set(key, group);
    }
    for (const { kind, value, ids } of groups.values()) await this.editor.bulk(kind, ids, { patch: { [field]: value } });
    return true;
  }
}
