// @ts-check
/**
 * Changes made on the map: each goes to the daemon, and leaves a step that this person can take back. What all of them need
 * is here; what is changed is in the four editors, by how it is undone.
 */
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { kindNamed } from "../../lib/kinds.js";
import { toast, toastError } from "../../ui/toast.js";
import { shownName } from "./appearance.model.js";
import { History } from "./history.model.js";
import { LineEditor } from "./map.line-editor.js";
import { LookEditor } from "./map.look-editor.js";
import { PlaceEditor } from "./map.place-editor.js";
import { ThingEditor } from "./map.thing-editor.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./history.model.js").Step} Step */

/** The daemon takes so many in one request. */
const MOST_AT_ONCE = 200;

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
    this.places = new PlaceEditor(this);
    this.looks = new LookEditor(this);
    this.things = new ThingEditor(this);
    this.lines = new LineEditor(this);
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

  /**
   * A change that becomes a step as soon as the daemon has made it. Whoever takes back in between waits for it.
   *
   * @template Result @param {() => Promise<Result>} work @param {(done: Result) => Step | null} step
   * @returns {Promise<Result | null>} null: it went wrong, and the page says so
   */
  change(work, step) {
    return this.history.hold(async () => {
      const done = await this.try(work);
      const made = done === null ? null : step(done);
      if (made) this.history.add(made);
      return done;
    });
  }

  /** Says what was done, and offers to take it back. @param {string} label */
  tell(label) {
    toast(label, { action: { label: t("map.undo"), run: () => void this.step("undo") } });
  }

  /** @param {"undo" | "redo"} way */
  async step(way) {
    const outcome = await this.try(() => this.history[way]());
    if (!outcome) return;
    const said = t(way === "undo" ? "map.edit.undone" : "map.edit.redone", { what: outcome.label });
    toast(outcome.kept > 0 ? `${said} ${t("map.edit.kept", { n: outcome.kept })}` : said);
  }

  /** @param {string} kind @param {number[]} ids @param {Record<string, any>} what */
  async bulk(kind, ids, what) {
    for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
      const answer = await api.post(`${this.pathOf(kind)}/bulk`, { ids: ids.slice(at, at + MOST_AT_ONCE), ...what });
      // Who was deleted meanwhile holds up nobody else.
      const bad = (answer.items ?? []).find((/** @type {any} */ one) => one.ok === false && one.code !== "not_found");
      if (bad) throw new Error(bad.message ?? t("map.edit.refused"));
    }
  }

  /**
   * What was made here goes into the trash, unless it is gone, was changed, or something was joined to it since.
   *
   * @param {string} kind @param {Record<string, any> & { id: number }} made  as the daemon told it then
   */
  async unmake(kind, made) {
    const path = `${this.pathOf(kind)}/${made.id}`;
    try {
      const now = await api.get(path);
      if (now.deleted_at || this.isChanged(kind, made, now)) return { kept: 1 };
      await api.delete(path, { revision: now.revision });
      return { kept: 0 };
    } catch (error) {
      if ([404, 409, 412].includes(/** @type {any} */ (error).status)) return { kept: 1 };
      throw error;
    }
  }

  /**
   * A state may be told by whoever watches.
   *
   * @param {string} kind @param {Record<string, any>} made @param {Record<string, any>} now
   */
  isChanged(kind, made, now) {
    const fields = kindNamed(this.kinds, kind)?.fields ?? [];
    return fields.some(({ name }) => name !== "status" && name in made && !isEqual(made[name], now[name]));
  }

  /**
   * Out of the trash again. What is there already came back with another one that it hangs from, or by somebody else.
   *
   * @param {{ id: number, kind: string }[]} things @returns {Promise<import("./history.model.js").Outcome>}
   */
  async restoreAll(things) {
    let kept = 0;
    for (const { id, kind } of things) {
      try {
        await api.post(`trash/${id}/restore`);
      } catch (error) {
        if (/** @type {any} */ (error).status !== 404) throw error;
        if (await this.isGone(kind, id)) kept += 1;
      }
    }
    return { kept };
  }

  /** For good. @param {string} kind @param {number} id */
  async isGone(kind, id) {
    try {
      await api.get(`${this.pathOf(kind)}/${id}`);
      return false;
    } catch (error) {
      if (/** @type {any} */ (error).status === 404) return true;
      throw error;
    }
  }
}

/** References are compared by what they point to. @param {any} one @param {any} other */
const isEqual = (one, other) => JSON.stringify(bare(one)) === JSON.stringify(bare(other));

/** @param {any} value */
const bare = (value) => (value && typeof value === "object" && "id" in value ? value.id : value ?? null);
