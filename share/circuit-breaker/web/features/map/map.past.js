// @ts-check
/** The map's data at a moment of the past, or of two moments at once. It is read, never kept live and never saved. */
import { isAbort } from "../../lib/api.js";
import { graphFrom } from "./graph.model.js";
import { listMaps, readLayout, readPast, readTopology } from "./map.api.js";
import { MapStore } from "./map.store.js";
import { together } from "./time.model.js";
import { Unsaved } from "./unsaved.model.js";

/** @typedef {import("./time.model.js").Time} Time */

export class PastStore extends MapStore {
  /** @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, map: number | null, time: Time }} parts */
  constructor({ time, ...parts }) {
    super(parts);
    this.time = time;
    /** What the daemon says of the moment. @type {NonNullable<import("../../types/inventory.js").Topology["past"]> | null} */
    this.past = null;
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** @param {Time} time */
  show(time) {
    this.time = time;
    return this.load();
  }

  /** Who stands somewhere today stands there then; whoever is gone is seated beside a relative, and stays there. */
  async load() {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const signal = AbortSignal.any([this.signal, asking.signal]);
    const { places } = this.picture.current;
    this.progress.set({ phase: "loading", error: null });
    try {
      const [maps, document, laid] = await Promise.all([
        this.map === null ? listMaps(signal).catch(() => []) : [],
        this.read(signal),
        places.size === 0 ? readLayout({ map: this.map, pins: "placed" }, signal) : null,
      ]);
      this.map ??= maps[0]?.id ?? null;
      if (laid) this.layout = laid.layout;
      this.past = document.past ?? this.past;
      for (const { id, x, y } of laid?.places ?? []) this.stood.set(id, { x, y });
      for (const [id, place] of places) this.stood.set(id, place);
      this.arrange(graphFrom(document), this.stood, []);
    } catch (error) {
      if (!isAbort(error)) this.progress.set({ phase: "failed", error });
    }
  }

  /** Where anything was drawn so far: what comes back while scrubbing comes back to its place. @type {Map<number, { x: number, y: number }>} */
  stood = new Map();

  /** @param {AbortSignal} signal @returns {Promise<import("../../types/inventory.js").Topology>} */
  async read(signal) {
    const { at, from, to } = this.time;
    if (at !== null) return readPast(this.map, at, signal);
    const [older, newer] = await Promise.all([
      readPast(this.map, from, signal),
      to === null ? readTopology(this.map, signal) : readPast(this.map, to, signal),
    ]);
    return { ...together(older, newer), past: older.past };
  }

  saveSoon() {
    this.unsaved = new Unsaved();
  }

  async flush() {
    this.unsaved = new Unsaved();
  }
}
