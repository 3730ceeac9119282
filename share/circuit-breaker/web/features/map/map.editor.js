// @ts-check
/** Changes made on the map: each goes to the daemon, and leaves a step that this person can take back. */
import { api } from "../../lib/api.js";
import { t, tOr } from "../../lib/i18n.js";
import { kindNamed } from "../../lib/kinds.js";
import { use } from "../../lib/registry.js";
import { confirmed } from "../../ui/dialog.js";
import { toast, toastError } from "../../ui/toast.js";
import { shownName } from "./appearance.model.js";
import { arranged } from "./arrange.model.js";
import { boxAround } from "./camera.model.js";
import { relationOf } from "./edges.model.js";
import { History, stillThere } from "./history.model.js";
import { endsOf } from "./relate.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {import("./relate.model.js").Way} Way */
/** @typedef {import("./map.store.js").Move} Move */
/** @typedef {"status" | "role" | "icon" | "name"} LookField */

/** The daemon takes so many ids in one address. */
const MOST_FOR_THEMSELVES = 2000;

export class MapEditor {
  /**
   * @param {{ context: import("../../types/page.js").PageContext, kinds: import("../../types/inventory.js").Kind[],
   *   store: import("./map.store.js").MapStore, view: import("./map.view.js").MapView,
   *   select: (ids: number[]) => void, onHistory: () => void }} parts
   */
  constructor({ context, kinds, store, view, select, onHistory }) {
    this.context = context;
    this.kinds = kinds;
    this.store = store;
    this.view = view;
    this.select = select;
    this.mayEdit = context.session.may("inventory.edit");
    this.history = new History(onHistory);
  }

  /** @param {number} id @returns {MapNode | undefined} */
  node(id) {
    return this.store.picture.current.graph.nodes.get(id);
  }

  /** @param {number} id */
  shown(id) {
    const node = this.node(id);
    return node ? shownName(node) : `#${id}`;
  }

  /** @param {number[]} ids */
  namesOf(ids) {
    const names = ids.slice(0, 3).map((id) => this.shown(id)).join(", ");
    return ids.length > 3 ? `${names} ${t("common.and_more", { n: ids.length - 3 })}` : names;
  }

  /** @param {string} kind */
  pathOf(kind) {
    return kindNamed(this.kinds, kind)?.path ?? kind;
  }

  /**
   * Runs one change; what goes wrong is a sentence on the page.
   *
   * @template Result @param {() => Promise<Result>} work @returns {Promise<Result | null>}
   */
  async try(work) {
    try {
      return await work();
    } catch (error) {
      toastError(error);
      return null;
    }
  }

  /** @param {"undo" | "redo"} way */
  async step(way) {
    const outcome = await this.try(() => this.history[way]());
    if (!outcome) return;
    const said = t(way === "undo" ? "map.edit.undone" : "map.edit.redone", { what: outcome.label });
    toast(outcome.kept > 0 ? `${said} ${t("map.edit.kept", { n: outcome.kept })}` : said);
  }

  // Places

  /** @param {Move[]} moved @param {Move[]} before @param {string} [label] */
  move(moved, before, label = t("map.edit.moved", { n: moved.length })) {
    const changed = moved.filter((one, at) => one.x !== before[at]?.x || one.y !== before[at]?.y);
    if (changed.length === 0) return;
    const ids = new Set(changed.map(({ id }) => id));
    const back = before.filter(({ id }) => ids.has(id));
    this.store.move(changed);
    // Places of a view are nobody's but this page's.
    if (this.store.own) return;
    this.history.add({
      label,
      undo: () => this.putBack(back, changed),
      redo: () => this.putBack(changed, back),
    });
  }

  /** @param {Move[]} back @param {Move[]} put @param {{ isEased?: boolean }} [how] */
  async putBack(back, put, how) {
    const mine = stillThere(back, put, (id) => this.store.picture.current.places.get(id));
    if (mine.length > 0) this.store.move(mine, how);
    return { kept: back.length - mine.length };
  }

  /**
   * All nodes, or some for themselves, by one of the daemon's layouts: one step. Some stay around the middle of where they
   * stood. What people put somewhere by hand stays, unless `pins` sets it free.
   *
   * @param {string} layout @param {{ ids?: number[], pins?: "keep" | "free" }} options
   */
  async layOut(layout, { ids, pins = "keep" } = {}) {
    if (ids) ids = ids.slice(0, MOST_FOR_THEMSELVES);
    const found = await this.try(() => this.store.laidOut(layout, { pins, ids }));
    if (!found) return;
    const before = this.placesOf(found.map(({ id }) => id));
    const now = new Map(before.map((one) => [one.id, one]));
    const known = found.filter(({ id }) => now.has(id));
    const by = ids ? shiftBetween(known, before) : { x: 0, y: 0 };
    const moved = known.flatMap(({ id, x, y }) =>
      pins === "keep" && now.get(id)?.pinned ? [] : [{ id, x: x + by.x, y: y + by.y, pinned: false }]
    );
    const back = moved.map(({ id }) => /** @type {Move} */ (now.get(id)));
    if (this.store.own) return this.store.move(moved, { isEased: true });
    const was = this.store.layout;
    const choose = (/** @type {string} */ name) => ids ? undefined : this.store.choose(name);
    if (!this.mayEdit) {
      this.store.layout = layout;
      return this.store.move(moved, { isEased: true, isSaved: false });
    }
    this.store.move(moved, { isEased: true });
    this.history.add({
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
    await this.try(async () => choose(layout));
  }

  /** @param {number[]} ids @returns {Move[]} */
  placesOf(ids) {
    return ids.flatMap((id) => {
      const place = this.view.placeOf(id);
      return place ? [{ id, ...place, pinned: this.node(id)?.pinned ?? false }] : [];
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

  // Looks

  /**
   * One field of several objects. Taking it back leaves those alone that were changed again since.
   *
   * @param {number[]} ids @param {LookField} field @param {string | null} value
   */
  async setField(ids, field, value) {
    const before = new Map(ids.flatMap((id) => {
      const node = this.node(id);
      return node && (node[field] ?? null) !== value ? [[id, node[field] ?? null]] : [];
    }));
    if (before.size === 0) return;
    const changed = [...before.keys()];
    const done = await this.try(() => this.write(new Map(changed.map((id) => [id, value])), field));
    if (!done) return;
    const shown = field === "status" ? tOr(`status.${value ?? "unknown"}`, value ?? "") : value ?? "";
    const label = t(`map.edit.${field}`, { names: this.namesOf(changed), value: shown });
    toast(label, { action: { label: t("map.undo"), run: () => void this.step("undo") } });
    this.history.add({
      label,
      undo: () => this.rewrite(before, new Map(changed.map((id) => [id, value])), field),
      redo: () => this.rewrite(new Map(changed.map((id) => [id, value])), before, field),
    });
  }

  /** @param {Map<number, string | null>} to @param {Map<number, string | null>} from @param {LookField} field */
  async rewrite(to, from, field) {
    // What is there already is either not told back yet, and then it is mine, or somebody put it back: no harm in it.
    const mine = new Map([...to].filter(([id, value]) => {
      const now = this.node(id)?.[field] ?? null;
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
      const kind = this.node(id)?.kind;
      if (!kind) continue;
      const key = `${kind} ${value}`;
      const group = groups.get(key) ?? { kind, value, ids: [] };
      group.ids.push(id);
      groups.set(key, group);
    }
    for (const { kind, value, ids } of groups.values()) await this.bulk(kind, ids, { patch: { [field]: value } });
    return true;
  }

  /** @param {string} kind @param {number[]} ids @param {Record<string, any>} what */
  async bulk(kind, ids, what) {
    for (let at = 0; at < ids.length; at += 200) {
      const answer = await api.post(`${this.pathOf(kind)}/bulk`, { ids: ids.slice(at, at + 200), ...what });
      const bad = (answer.items ?? []).find((/** @type {any} */ one) => one.ok === false || one.error);
      if (bad) throw new Error(bad.error?.message ?? bad.message ?? t("map.edit.refused"));
    }
  }

  // Objects

  /** @param {number[]} ids */
  async remove(ids) {
    const [only] = ids;
    const node = this.node(only);
    if (!node) return;
    if (ids.length === 1) {
      const [removeThing, kind] = [await use("object-remove"), kindNamed(this.kinds, node.kind)];
      if (!removeThing || !kind || !await this.try(() => removeThing(kind, this.kinds, node))) return;
    } else {
      const isSure = await confirmed({
        title: t("map.edit.delete_title", { n: ids.length }),
        message: t("map.edit.delete_text", { names: this.namesOf(ids) }),
        verb: t("common.delete"),
        danger: true,
      });
      if (!isSure || !await this.try(() => this.deleteAll(ids))) return;
      toast(t("map.edit.deleted", { n: ids.length }), {
        action: { label: t("map.undo"), run: () => void this.step("undo") },
      });
    }
    this.select([]);
    this.history.add({
      label: t("map.edit.deleted", { n: ids.length }),
      undo: async () => void (await this.restoreAll(ids)),
      redo: async () => void (await this.deleteAll(ids)),
    });
  }

  /** @param {number[]} ids @returns {Promise<true>} */
  async deleteAll(ids) {
    /** @type {Map<string, number[]>} */
    const byKind = new Map();
    for (const id of ids) {
      const kind = this.node(id)?.kind;
      if (kind) byKind.set(kind, [...(byKind.get(kind) ?? []), id]);
    }
    for (const [kind, some] of byKind) await this.bulk(kind, some, { delete: true, cascade: true });
    return true;
  }

  /** @param {number[]} ids */
  async restoreAll(ids) {
    for (const id of ids) {
      try {
        await api.post(`trash/${id}/restore`);
      } catch (error) {
        // It came back with another one that it hangs from.
        if (/** @type {any} */ (error).status !== 404) throw error;
      }
    }
  }

  /**
   * Opens the form of a new object; it appears where it was asked for, joined to what it was asked from.
   *
   * @param {string} kindName @param {{ x: number, y: number }} at
   * @param {{ from: MapNode, way: Way } | null} related
   */
  async create(kindName, at, related) {
    const [openForm, kind] = [await use("object-form"), kindNamed(this.kinds, kindName)];
    if (!openForm || !kind) return;
    const field = related && "holder" in related.way && related.way.holder === "to" ? related.way.field : null;
    const from = related?.from;
    await openForm({
      kind,
      kinds: this.kinds,
      context: this.context,
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
    this.store.place(thing.id, at);
    this.history.add({
      label: t("map.edit.created", { name: thing.name }),
      undo: async () => void (await api.delete(`${this.pathOf(kind)}/${thing.id}`, { query: { cascade: true } })),
      redo: async () => void (await this.restoreAll([thing.id])),
    });
    if (related && !field) await this.relate(related.from, { id: thing.id, kind, name: thing.name }, related.way, {});
    this.select([thing.id]);
  }

  /**
   * @param {{ id: number, kind: string, name: string }} from @param {{ id: number, kind: string, name: string }} to
   * @param {Way} way @param {Record<string, any>} more
   */
  async relate(from, to, way, more) {
    const label = t("map.edit.related", { from: from.name, to: to.name });
    if ("holder" in way) {
      const [holder, other] = way.holder === "from" ? [from, to] : [to, from];
      return this.refer(holder, way.field, other.id, label);
    }
    const path = this.pathOf(way.kind);
    const made = await this.try(() => api.post(path, { [way.from]: from.id, [way.to]: to.id, ...more }));
    if (!made) return;
    toast(label, { action: { label: t("map.undo"), run: () => void this.step("undo") } });
    this.history.add({
      label,
      undo: async () => void (await api.delete(`${path}/${made.id}`)),
      redo: async () => void (await this.restoreAll([made.id])),
    });
  }

  /**
   * One object names another in a field of its own.
   *
   * @param {{ id: number, kind: string }} holder @param {string} field @param {number | null} value @param {string} label
   */
  async refer(holder, field, value, label) {
    const path = `${this.pathOf(holder.kind)}/${holder.id}`;
    const before = await this.try(async () => {
      const thing = await api.get(path);
      await api.patch(path, { [field]: value }, { revision: thing.revision });
      return { value: referenceIn(thing[field]) };
    });
    if (!before) return;
    toast(label, { action: { label: t("map.undo"), run: () => void this.step("undo") } });
    const set = async (/** @type {number | null} */ to, /** @type {number | null} */ from) => {
      const thing = await api.get(path);
      if (referenceIn(thing[field]) !== from) return { kept: 1 };
      await api.patch(path, { [field]: to }, { revision: thing.revision });
      return { kept: 0 };
    };
    this.history.add({ label, undo: () => set(before.value, value), redo: () => set(value, before.value) });
  }

  /** A line gets another end. @param {MapEdge} edge @param {"from" | "to"} end @param {MapNode} node */
  async reconnect(edge, end, node) {
    const [ref, ends] = [relationOf(edge), endsOf(edge)];
    if (!ref || !ends) return;
    await this.refer(ref, ends[end], node.id, t("map.edit.reconnected", { name: node.name }));
  }

  /** @param {MapEdge} edge */
  async removeEdge(edge) {
    const ref = relationOf(edge);
    if (!ref) return;
    const path = `${this.pathOf(ref.kind)}/${ref.id}`;
    const label = t("map.edit.line_deleted");
    if (await this.try(async () => (await api.delete(path), true)) === null) return;
    toast(label, { action: { label: t("map.undo"), run: () => void this.step("undo") } });
    this.history.add({
      label,
      undo: async () => void (await this.restoreAll([ref.id])),
      redo: async () => void (await api.delete(path)),
    });
  }
}

/** A reference is told as an id, or as what it points to. @param {any} value @returns {number | null} */
const referenceIn = (value) => (value && typeof value === "object" ? value.id : value ?? null);

/** From the middle of some places to the middle of others. @param {Move[]} from @param {Move[]} to */
function shiftBetween(from, to) {
  const [a, b] = [boxAround(from), boxAround(to)];
  if (!a || !b) return { x: 0, y: 0 };
  return { x: (b.left + b.right - a.left - a.right) / 2, y: (b.top + b.bottom - a.top - a.bottom) / 2 };
}
