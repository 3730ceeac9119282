// @ts-check
/** The map's data in this page: read once, kept live, laid out, and the places people drag to saved in batches. */
import { isAbort } from "../../lib/api.js";
import { Signal } from "../../lib/signal.js";
import { applyDelta, emptyGraph, graphFrom, newlyJoined, withPositions } from "./graph.model.js";
import { LayoutRunner } from "./layout.runner.js";
import { createMap, forgetPositions, listMaps, readTopology, savePositions } from "./map.api.js";

/** @typedef {import("./graph.model.js").Graph} Graph */
/** @typedef {import("./layout.model.js").Places} Places */
/**
 * @typedef {{ kind: "structure", added: number[] } | { kind: "look", ids: number[] }
 *   | { kind: "places", moved: { id: number, x: number, y: number }[], ids: number[] }} Change
 * @typedef {{ graph: Graph, places: Places, change: Change }} Picture  `change`: what is new since the one before
 */
/** @typedef {{ phase: "loading" | "layout" | "ready" | "failed", share: number, error: any }} Progress */

const SAVE_AFTER_MS = 400;

/** @param {number[]} added @returns {Change} */
const anew = (added) => ({ kind: "structure", added });

export class MapStore {
  /** @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, map: number | null }} parts */
  constructor({ live, signal, map }) {
    this.live = live;
    this.signal = signal;
    this.map = map;
    /** @type {Signal<Picture>} */
    this.picture = new Signal(/** @type {Picture} */ ({
      graph: emptyGraph,
      places: new Map(),
      change: anew([]),
    }));
    /** @type {Signal<Progress>} */
    this.progress = new Signal(/** @type {Progress} */ ({ phase: "loading", share: 0, error: null }));
    /** @type {Signal<"saved" | "saving" | "failed">} */
    this.saving = new Signal(/** @type {"saved" | "saving" | "failed"} */ ("saved"));
    this.runner = new LayoutRunner(signal);
    /** @type {Map<number, { id: number, x: number, y: number, pinned: boolean }>} */
    this.unsaved = new Map();
    this.isListening = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    signal.addEventListener("abort", () => void this.flush(), { once: true });
  }

  async load() {
    this.progress.set({ phase: "loading", share: 0, error: null });
    try {
      if (this.map === null) this.map = (await listMaps(this.signal).catch(noMaps))[0]?.id ?? null;
      const graph = graphFrom(await readTopology(this.map, this.signal));
      await this.arrange(graph, this.picture.current.places, []);
      this.listen(graph.eventId);
    } catch (error) {
      if (!isAbort(error)) this.progress.set({ phase: "failed", share: 0, error });
    }
  }

  /** @param {number} eventId */
  listen(eventId) {
    if (this.isListening) return;
    this.isListening = true;
    const after = { after: eventId };
    this.live.subscribe("topology.delta", ({ payload }) => this.changed(payload), this.signal, after);
    this.live.subscribe("topology.reset", () => void this.load(), this.signal);
  }

  /** @param {import("./graph.model.js").TopologyDelta} all */
  changed(all) {
    const delta = { ...all, positions: (all.positions ?? []).filter(({ map }) => this.isOwn(map)) };
    const { graph, change, added, touched } = applyDelta(this.picture.current.graph, delta);
    if (change === "none") return;
    if (change === "structure") return void this.arrange(graph, this.settled(delta), added);
    const { places } = this.picture.current;
    if (change === "look") {
      // What a line looks like is decided when the scene is built.
      const isLine = (delta.edges?.set?.length ?? 0) > 0;
      return void this.picture.set({ graph, places, change: isLine ? anew([]) : { kind: "look", ids: touched } });
    }
    // A place that was forgotten is no place: the node stays where it stands until everything is laid out anew.
    const moved = delta.positions.flatMap(({ id, x, y }) =>
      x !== null && y !== null && !this.unsaved.has(id) ? [{ id, x, y }] : []
    );
    for (const { id, x, y } of moved) places.set(id, { x, y });
    this.picture.set({ graph, places, change: { kind: "places", moved, ids: touched } });
  }

  /**
   * Places are told for every map; each page shows one.
   *
   * @param {number | undefined} map
   */
  isOwn(map) {
    return map === undefined || this.map === null || map === this.map;
  }

  /**
   * The places that stay. A node that stood alone and now gets its first relation may move next to it.
   *
   * @param {import("./graph.model.js").TopologyDelta} delta
   * @returns {Places}
   */
  settled(delta) {
    const { graph, places } = this.picture.current;
    const joined = newlyJoined(graph, delta);
    return joined.size === 0 ? places : new Map([...places].filter(([id]) => !joined.has(id)));
  }

  /** @param {Graph} graph @param {Places} known @param {number[]} added */
  async arrange(graph, known, added) {
    const isFirst = known.size === 0;
    if (!isFirst && [...graph.nodes.keys()].every((id) => known.has(id))) {
      return this.show(graph, known, added);
    }
    // What is known already shows its new look at once; newcomers appear when they have a place.
    if (!isFirst) this.picture.set({ graph, places: known, change: anew([]) });
    else this.progress.set({ phase: "layout", share: 0, error: null });
    const nodes = [...graph.nodes.values()].map(({ id, kind, role, x, y, pinned }) => ({
      id,
      kind,
      role,
      x,
      y,
      pinned,
    }));
    const edges = [...graph.edges.values()].map(({ type, from, to }) => ({ type, from, to }));
    const places = await this.runner.run({ nodes, edges, known: [...known] }, (share) => {
      if (isFirst) this.progress.set({ phase: "layout", share, error: null });
    });
    // Newer data may have come while the worker was busy; its own job follows.
    if (places && !this.signal.aborted) this.show(this.newer(graph), places, added);
  }

  /** @param {Graph} graph */
  newer(graph) {
    const current = this.picture.current.graph;
    return current.eventId > graph.eventId ? current : graph;
  }

  /** @param {Graph} graph @param {Places} places @param {number[]} added */
  show(graph, places, added) {
    this.picture.set({ graph, places, change: anew(added) });
    this.progress.set({ phase: "ready", share: 1, error: null });
  }

  /** Lays everything out anew, without the places people gave; they are forgotten by the daemon too. */
  async tidy() {
    await this.flush();
    if (this.map !== null) await forgetPositions(this.map);
    const { graph } = this.picture.current;
    const nodes = new Map([...graph.nodes].map(([id, node]) => [id, { ...node, x: null, y: null, pinned: false }]));
    await this.arrange({ ...graph, nodes }, new Map(), []);
  }

  /** @param {{ id: number, x: number, y: number }[]} moved */
  move(moved) {
    const { graph, places } = this.picture.current;
    // In place: ten thousand entries are not copied for one node that was dropped.
    for (const { id, x, y } of moved) {
      places.set(id, { x, y });
      this.unsaved.set(id, { id, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10, pinned: true });
    }
    // The graph knows it too, so that a layout in between does not put it back.
    const placed = withPositions(graph, moved.map(({ id, x, y }) => ({ id, x, y, pinned: true })));
    this.picture.set({ graph: placed, places, change: { kind: "places", moved, ids: [] } });
    this.saveSoon();
  }

  /**
   * Where something new is to stand; it may be known already, or come with the next message.
   *
   * @param {number} id @param {{ x: number, y: number }} at
   */
  place(id, { x, y }) {
    if (this.picture.current.graph.nodes.has(id)) return this.move([{ id, x, y }]);
    this.picture.current.places.set(id, { x, y });
    this.unsaved.set(id, { id, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10, pinned: true });
    this.saveSoon();
  }

  saveSoon() {
    this.saving.set("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  async flush() {
    clearTimeout(this.timer);
    if (this.unsaved.size === 0) return;
    const batch = [...this.unsaved.values()];
    try {
      if (this.map === null) this.map = (await createMap("Main")).id;
      await savePositions(this.map, batch);
      for (const sent of batch) if (this.unsaved.get(sent.id) === sent) this.unsaved.delete(sent.id);
      this.saving.set(this.unsaved.size > 0 ? "saving" : "saved");
    } catch {
      this.saving.set("failed");
    }
  }
}

/**
 * Without the right to list maps there is still the default one.
 *
 * @param {any} error
 */
function noMaps(error) {
  if (error.status === 403 || error.status === 404) return [];
  throw error;
}
