// @ts-check
import { Signal } from "./signal.js";

/**
 * Live updates over one shared WebSocket per stream, resumed by event id.
 *
 * @typedef {{ type: string, id: number | null, subject: string, payload: any }} LiveEvent
 * @typedef {"idle" | "connecting" | "open" | "waiting" | "refused"} StreamState
 * @typedef {{ socket: (url: string) => WebSocket, after: (ms: number, run: () => void) => () => void,
 *   random: () => number, url: (stream: string) => string }} Surroundings  what the outside gives; replaced in tests
 * @typedef {{ pattern: string, run: (event: LiveEvent) => void, after: number }} Reader
 */

const KEPT_EVENTS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * NATS-like: `*` is one word, `>` the rest.
 *
 * @param {string} pattern
 * @param {string} subject
 */
export function matches(pattern, subject) {
  const wanted = pattern.split("."), words = subject.split(".");
  for (let index = 0; index < wanted.length; index += 1) {
    if (wanted[index] === ">") return words.length > index;
    if (words[index] === undefined || (wanted[index] !== "*" && wanted[index] !== words[index])) return false;
  }
  return wanted.length === words.length;
}

/**
 * Full jitter: between half of the step and the step.
 *
 * @param {number} attempt
 * @param {number} random 0…1
 */
export const backoff = (attempt, random) =>
  Math.round(Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2));

/**
 * The stream a pattern belongs to.
 *
 * @param {string} pattern
 */
export function streamOf(pattern) {
  const first = pattern.split(".", 1)[0];
  if (first === "backups") return "status";
  return first === "discovery" || first === "status" ? first : "topology";
}

/** @type {Surroundings} */
const browser = {
  socket: (url) => new WebSocket(url),
  after: (ms, run) => {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  random: Math.random,
  url: (stream) => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/${stream}/stream`,
};

/** One connection. Readers get events in order, each id once; what is not an event comes as `<stream>.<type>`. */
export class LiveStream {
  /** @param {string} name @param {Surroundings} [outside] @param {() => void} [refused] */
  constructor(name, outside = browser, refused = () => {}) {
    this.name = name;
    this.outside = outside;
    this.refused = refused;
    /** @type {Signal<StreamState>} */
    this.state = new Signal(/** @type {StreamState} */ ("idle"));
    /** @type {Set<Reader>} */
    this.readers = new Set();
    /** @type {LiveEvent[]} */
    this.kept = [];
    this.lastId = 0;
    this.attempt = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {() => void} */
    this.cancelTimer = () => {};
  }

  /**
   * @param {string} pattern @param {(event: LiveEvent) => void} run @param {AbortSignal} [signal]
   * @param {{ after?: number }} options  `after`: the event id the reader's data already holds
   */
  subscribe(pattern, run, signal, { after = 0 } = {}) {
    if (signal?.aborted) return;
    const reader = { pattern, run, after };
    this.readers.add(reader);
    signal?.addEventListener("abort", () => this.leave(reader), { once: true });
    if (after > 0) this.catchUp(reader, after);
    if (this.state.current === "idle") this.connect();
  }

  /** @param {Reader} reader @param {number} after */
  catchUp(reader, after) {
    if (this.lastId === 0) this.lastId = after;
    if (this.lastId <= after) return;
    const oldest = this.kept[0]?.id ?? Infinity;
    if (oldest > after + 1 && this.kept.length >= KEPT_EVENTS) {
      return void this.deliver(reader, { type: "reset", id: null, subject: `${this.name}.reset`, payload: {} });
    }
    for (const event of this.kept) this.deliver(reader, event);
  }

  /** @param {Reader} reader */
  leave(reader) {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    this.cancelTimer();
    this.cancelTimer = this.outside.after(5000, () => {
      if (this.readers.size === 0) this.stop();
    });
  }

  stop() {
    this.cancelTimer();
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.state.set("idle");
  }

  /**
   * Says something to the daemon; what cannot be said now is not kept.
   *
   * @param {Record<string, any>} message
   */
  say(message) {
    if (this.state.current !== "open" || this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** Tries at once: the browser says it is online again, or somebody has signed in again elsewhere. */
  retry() {
    if (this.state.current !== "waiting" && this.state.current !== "refused") return;
    this.cancelTimer();
    this.connect();
  }

  /** A connection that may be dead without knowing it is made anew. */
  doubt() {
    if (this.state.current !== "open") return;
    this.socket?.close();
    this.closed(1006);
  }

  connect() {
    this.state.set("connecting");
    const socket = this.outside.socket(this.outside.url(this.name));
    this.socket = socket;
    socket.onopen = () => {
      const resume = this.lastId > 0 ? { after: this.lastId } : {};
      socket.send(JSON.stringify({ type: "subscribe", ...resume }));
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.received(data);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.socket) this.closed(code);
    };
  }

  /** @param {number} code */
  closed(code) {
    this.socket = null;
    if (code === 4401 || code === 4403) {
      this.state.set("refused");
      return this.refused();
    }
    if (this.readers.size === 0) return this.state.set("idle");
    this.state.set("waiting");
    const wait = backoff(this.attempt, this.outside.random());
    this.attempt += 1;
    this.cancelTimer = this.outside.after(wait, () => this.connect());
  }

  /** @param {string} data */
  received(data) {
    const message = JSON.parse(data);
    if (message.type === "hello") {
      this.attempt = 0;
      if (this.lastId === 0) this.lastId = message.event_id ?? 0;
      this.state.set("open");
    }
    if (message.type === "reset") {
      this.lastId = message.event_id ?? 0;
      this.kept = [];
    }
    const isEvent = message.type === "event";
    const event = {
      type: message.type,
      id: message.id ?? null,
      subject: isEvent ? message.subject : `${this.name}.${message.type}`,
      payload: isEvent ? message.payload : message,
    };
    if (event.id !== null) {
      // After a break between the frames of one event the daemon begins before it; what is known is left out.
      if (this.kept.some(({ id, subject }) => id === event.id && subject === event.subject)) return;
      // The event is complete only with its last frame: nothing is to be resumed in the middle of one.
      if (!message.more) this.lastId = Math.max(this.lastId, event.id);
      this.kept.push(event);
      if (this.kept.length > KEPT_EVENTS) this.kept.shift();
    }
    for (const reader of [...this.readers]) this.deliver(reader, event);
  }

  /** @param {Reader} reader @param {LiveEvent} event */
  deliver(reader, event) {
    if (event.id !== null && event.id <= reader.after) return;
    if (!matches(reader.pattern, event.subject)) return;
    try {
      reader.run(event);
    } catch (error) {
      console.error("a live reader failed", event.subject, error);
    }
  }
}

/**
 * All streams of the daemon. `subscribe` chooses the stream by the first word of the pattern: `discovery.…` and
 * `status.…` have their own, everything else (`inventory.…`, `topology.delta`, `topology.reset`) is the topology's.
 */
export class Live {
  /** @param {Surroundings} [outside] */
  constructor(outside = browser) {
    this.outside = outside;
    /** @type {Map<string, LiveStream>} */
    this.streams = new Map();
    /** @type {Signal<StreamState>} The worst of all streams in use. */
    this.state = new Signal(/** @type {StreamState} */ ("idle"));
    this.onRefused = () => {};
  }

  /** @param {string} name */
  stream(name) {
    const known = this.streams.get(name);
    if (known) return known;
    const stream = new LiveStream(name, this.outside, () => this.onRefused());
    this.streams.set(name, stream);
    stream.state.watch(() => this.state.set(worst([...this.streams.values()].map(({ state }) => state.current))));
    return stream;
  }

  /**
   * @param {string} pattern
   * @param {(event: LiveEvent) => void} run
   * @param {AbortSignal} [signal]
   * @param {{ after?: number }} [options]
   */
  subscribe(pattern, run, signal, options) {
    this.stream(streamOf(pattern)).subscribe(pattern, run, signal, options);
  }

  retry() {
    for (const stream of this.streams.values()) stream.retry();
  }

  /** The browser went offline, or a request found nobody: what is open is not believed any more. */
  doubt() {
    for (const stream of this.streams.values()) stream.doubt();
  }

  /** After signing out: nothing of the old person is kept. */
  close() {
    for (const stream of this.streams.values()) stream.stop();
    this.streams.clear();
    this.state.set("idle");
  }
}

/** @param {StreamState[]} states @returns {StreamState} */
export function worst(states) {
  const order = /** @type {StreamState[]} */ (["refused", "waiting", "connecting", "open"]);
  return order.find((state) => states.includes(state)) ?? "idle";
}
