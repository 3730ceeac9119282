// @ts-check
/** The map's data in this page: read once, kept live, and the places people give saved in batches. */
import { isAbort } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { Signal } from "../../lib/signal.js";
import { applyDelta, emptyGraph, graphFrom, newlyJoined, withPositions } from "./graph.model.js";
import { MOST_IN_ONE as MOST_DRESSED } from "./appearance.model.js";
import { changeMap, createMap, dressNodes, listMaps, readLayout, readTopology, savePositions } from "./map.api.js";
import { seated } from "./seat.model.js";
import { Unsaved } from "./unsaved.model.js";

/** @typedef {import("./graph.model.js").Graph} Graph */
/** @typedef {import("./seat.model.js").Places} Places */
/**
 * @typedef {{ kind: "structure", added: number[] } | { kind: "look", ids: number[] }
 *   | { kind: "places", moved: Move[], ids: number[], isEased?: boolean, isHere?: boolean }} Change
 * @typedef {{ id: number, x: number, y: number, pinned?: boolean }} Move
 * @typedef {{ graph: Graph, places: Places, change: Change }} Picture  `change`: what is new since the one before
 */
/** @typedef {{ phase: "loading" | "ready" | "failed", error: any }} Progress */

const SAVE_AFTER_MS = 400;
/** So long the daemon has to tell back what it saved: the live connection may be slower than the answer. */
const ECHO_MS = 3000;
/** What could not be saved is tried again after the first of these, later after the last. */
const AGAIN_MS = [1000, 2000, 4000, 8000, 15_000];
/** The daemon takes so many places in one request. */
const MOST_IN_ONE = 5000;
/** A browser sends 64 KiB for a page that is gone. */
const MOST_AT_LAST = 900;

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
    this.progress = new Signal(/** @type {Progress} */ ({ phase: "loading", error: null }));
    /** @type {Signal<"saved" | "saving" | "failed">} */
    this.saving = new Signal(/** @type {"saved" | "saving" | "failed"} */ ("saved"));
    /** Places of a view that has its own: nothing of it is saved. @type {Places | null} */
    this.own = null;
    /** The layout that was chosen for this map. */
    this.layout = "force";
    this.unsaved = new Unsaved();
    this.failures = 0;
    /** @type {Promise<void> | null} */
    this.sending = null;
    /** @type {Set<ReturnType<typeof setTimeout>>} */
    this.echoes = new Set();
    this.isListening = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    globalThis.addEventListener?.("pagehide", () => this.leave(), { signal });
    signal.addEventListener("abort", () => {
      for (const timer of this.echoes) clearTimeout(timer);
      void this.flush();
    }, { once: true });
  }

  /** Document and places are asked for at once: the first picture waits for the slower of the two, not for both in turn. */
  async load() {
    this.progress.set({ phase: "loading", error: null });
    const { places } = this.picture.current;
    try {
      const [maps, topology, laid] = await Promise.all([
        this.map === null ? listMaps(this.signal).catch(noMaps) : [],
        readTopology(this.map, this.signal),
        places.size === 0 ? readLayout({ map: this.map, pins: "placed" }, this.signal) : null,
      ]);
      this.map ??= maps[0]?.id ?? null;
      if (laid) this.layout = laid.layout;
      const graph = graphFrom(topology);
      const known = laid ? new Map(laid.places.map(({ id, x, y }) => [id, { x, y }])) : places;
      this.arrange(graph, known, []);
      this.listen(graph.eventId);
    } catch (error) {
      if (!isAbort(error)) this.progress.set({ phase: "failed", error });
    }
  }

  /** @param {number} eventId */
  listen(eventId) {
    if (this.isListening) return;
    this.isListening = true;
    const after = { after: eventId };
    this.live.subscribe("topology.delta", ({ payload }) => this.changed(payload), this.signal, after);
    this.live.subscribe("topology.reset", () => void this.load(), this.signal);
    // The line is back: what could not be saved does not wait any longer.
    this.live.subscribe("topology.hello", () => void (this.failures > 0 && this.flush()), this.signal);
  }

  /** @param {import("./graph.model.js").TopologyDelta} all */
  changed(all) {
    const delta = {
      ...all,
      positions: (all.positions ?? []).filter(({ map }) => this.isOwn(map)),
      appearances: (all.appearances ?? []).filter(({ map }) => this.isOwn(map)),
    };
    // Each is heard, whatever else the message changes.
    const told = delta.positions.filter((one) => this.unsaved.heard(one));
    const { graph, change, added, touched } = applyDelta(this.picture.current.graph, delta);
    if (change === "none") return;
    if (change === "structure") return this.arrange(graph, this.settled(delta), added);
    const { places } = this.picture.current;
    if (change === "look") {
      // What a line looks like is decided when the scene is built.
      const isLine = (delta.edges?.set?.length ?? 0) > 0;
      return void this.picture.set({ graph, places, change: isLine ? anew([]) : { kind: "look", ids: touched } });
    }
    // A place that was forgotten is no place: the node stays where it stands until everything is laid out anew.
    const moved = told.flatMap(({ id, x, y }) => (x !== null && y !== null ? [{ id, x, y }] : []));
    for (const { id, x, y } of moved) places.set(id, { x, y });
    this.picture.set({ graph, places, change: { kind: "places", moved, ids: touched } });
  }

  /**
   * How this map shows some nodes. What the daemon answers is known at once, before the live connection tells it.
   *
   * @param {import("./appearance.model.js").Dressed[]} items
   */
  async dress(items) {
    this.map ??= (await createMap(t("map.maps.main"))).id;
    for (let at = 0; at < items.length; at += MOST_DRESSED) {
      const { items: now } = await dressNodes(this.map, items.slice(at, at + MOST_DRESSED));
      this.changed({ appearances: now });
    }
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

  /** Saved places, then what is known, then beside a relative. @param {Graph} graph @param {Places} known @param {number[]} added */
  arrange(graph, known, added) {
    const places = new Map(known);
    for (const { id, x, y } of graph.nodes.values()) {
      if (typeof x === "number" && typeof y === "number") places.set(id, { x, y });
    }
    for (const { id, x, y } of this.unsaved.places()) if (graph.nodes.has(id)) places.set(id, { x, y });
    this.picture.set({ graph, places: seated(graph, places), change: anew(added) });
    this.progress.set({ phase: "ready", error: null });
  }

  /**
   * Reads and lays out everything as if the page were new, once the daemon's picture has so many nodes.
   *
   * @param {number} nodes
   */
  async anew(nodes) {
    for (let turn = 0; turn < 30; turn += 1) {
      const { places } = await readLayout({ map: this.map, pins: "placed" }, this.signal);
      if (places.length >= nodes) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.picture.current.places.clear();
    await this.load();
  }

  /**
   * Places by one of the daemon's layouts; nothing is moved or saved by asking.
   *
   * @param {string} layout @param {{ pins: "keep" | "free", ids?: number[] }} wish
   * @returns {Promise<Move[]>}
   */
  async laidOut(layout, { pins, ids }) {
    await this.flush();
    const { places } = await readLayout({ map: this.map, layout, pins, ids }, this.signal);
    return places;
  }

  /** Remembers, for everyone, how this map is laid out. @param {string} layout */
  async choose(layout) {
    this.layout = layout;
    const map = (await listMaps(this.signal)).find(({ id }) => id === this.map);
    if (map && map.layout !== layout) await changeMap(map, { layout });
  }

  /**
   * @param {Move[]} moved  `pinned`: whether layouts leave it there, as what people drag (the default)
   * @param {{ isEased?: boolean, isSaved?: boolean }} options
   */
  move(moved, { isEased = false, isSaved = true } = {}) {
    if (this.own) return this.moveHere(moved, isEased);
    const { graph, places } = this.picture.current;
    // In place: ten thousand entries are not copied for one node that was dropped.
    for (const { id, x, y, pinned = true } of moved) {
      places.set(id, { x, y });
      if (isSaved) this.unsaved.put(placed(id, x, y, pinned));
    }
    // The graph knows it too, so that a layout in between does not put it back.
    const next = withPositions(graph, moved.map(({ id, x, y, pinned = true }) => ({ id, x, y, pinned })));
    this.picture.set({ graph: next, places, change: { kind: "places", moved, ids: [], isEased } });
    if (isSaved) this.saveSoon();
  }

  /** In a view with places of its own. @param {Move[]} moved @param {boolean} isEased */
  moveHere(moved, isEased) {
    const { graph, places } = this.picture.current;
    for (const { id, x, y } of moved) this.own?.set(id, { x, y });
    this.picture.set({ graph, places, change: { kind: "places", moved, ids: [], isEased, isHere: true } });
  }

  /**
   * Where something new is to stand; it may be known already, or come with the next message.
   *
   * @param {number} id @param {{ x: number, y: number }} at
   */
  place(id, { x, y }) {
    if (this.picture.current.graph.nodes.has(id)) return this.move([{ id, x, y }]);
    this.picture.current.places.set(id, { x, y });
    this.unsaved.put(placed(id, x, y, true));
    this.saveSoon();
  }

  saveSoon() {
    this.saving.set("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** One request after the other, so that an older place never arrives behind a newer one. */
  async flush() {
    clearTimeout(this.timer);
    while (this.sending) await this.sending;
    if (this.unsaved.size === 0) return;
    this.sending = this.send();
    await this.sending;
  }

  /** The tab is closed or loaded anew: there is no turn to wait for, and what is on its way may be stopped. */
  leave() {
    if (this.map === null) return;
    clearTimeout(this.timer);
    this.unsaved.again();
    const batch = this.unsaved.take();
    if (batch.length === 0) return;
    const others = this.unplaced(batch).slice(0, Math.max(0, MOST_AT_LAST - batch.length));
    savePositions(this.map, batch, others, { keepalive: batch.length <= MOST_AT_LAST }).then(
      () => this.expectEcho(batch),
      () => this.unsaved.failed(batch),
    );
  }

  async send() {
    const batch = this.unsaved.take();
    const others = this.unplaced(batch);
    let isRefused = false;
    try {
      if (this.map === null) this.map = (await createMap(t("map.maps.main"))).id;
      for (let at = 0; at < batch.length; at += MOST_IN_ONE) {
        await savePositions(this.map, batch.slice(at, at + MOST_IN_ONE), at === 0 ? others.slice(0, MOST_IN_ONE) : []);
      }
      for (let at = MOST_IN_ONE; at < others.length; at += MOST_IN_ONE) {
        await savePositions(this.map, [], others.slice(at, at + MOST_IN_ONE));
      }
      // What was saved got through: so will the live connection.
      if (this.failures > 0) this.live.retry?.();
      this.failures = 0;
      this.expectEcho(batch);
    } catch (error) {
      this.failures += 1;
      this.unsaved.failed(batch);
      isRefused = !isPassing(error);
      // Whether the session has ended is asked by whoever keeps the connection, now that it is known that something is not saved.
      if (/** @type {any} */ (error).status === 401) this.live.doubt?.();
    }
    this.sending = null;
    this.saving.set(this.failures > 0 ? "failed" : this.unsaved.size > 0 ? "saving" : "saved");
    if (this.unsaved.size > 0 && !isRefused && !this.signal.aborted) this.sendAgain();
  }

  /**
   * Among what somebody arranges one node stands, it stays: without a place of its own it would be laid out anew, around
   * what was moved, by whoever opens the map next. Who has no relation yet is still to be seated beside the first one.
   *
   * @param {import("./unsaved.model.js").Placed[]} batch @returns {Move[]}
   */
  unplaced(batch) {
    const { graph: { nodes, touching }, places } = this.picture.current;
    const own = new Set(batch.map(({ id }) => id));
    return [...nodes.values()].flatMap(({ id, x }) => {
      const place = typeof x === "number" || own.has(id) || !touching.has(id) ? undefined : places.get(id);
      return place ? [{ id, ...rounded(place) }] : [];
    });
  }

  sendAgain() {
    clearTimeout(this.timer);
    const wait = this.failures > 0 ? AGAIN_MS[Math.min(this.failures, AGAIN_MS.length) - 1] : SAVE_AFTER_MS;
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  /** @param {import("./unsaved.model.js").Placed[]} batch */
  expectEcho(batch) {
    if (this.signal.aborted) return;
    const timer = setTimeout(() => {
      this.echoes.delete(timer);
      if (this.unsaved.overdue(batch)) void this.load();
    }, ECHO_MS);
    this.echoes.add(timer);
  }
}

/** No connection, or a daemon that is busy: the same may well succeed later. @param {any} error */
const isPassing = ({ status = 0 }) => status === 0 || status === 429 || status >= 500;

/** A place as it is saved: a tenth of a unit is finer than anybody sees. @param {number} id @param {number} x @param {number} y @param {boolean} pinned */
const placed = (id, x, y, pinned) => ({ id, ...rounded({ x, y }), pinned });

/** @param {{ x: number, y: number }} place */
const rounded = ({ x, y }) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });

/**
 * Without the right to list maps there is still the default one.
 *
 * @param {any} error
 */
function noMaps(error) {
  if (error.status === 403 || error.status === 404) return [];
  throw error;
}
