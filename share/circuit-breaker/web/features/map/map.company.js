// @ts-check
/** Other people on the same map: who they are, a ring in their colour around what they selected, their moves as they happen. */
import { h, replace, setStyle } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { heard, signOf, word } from "./company.model.js";
import { radiusAt } from "./scene.model.js";

/** @typedef {import("./company.model.js").Peer} Peer */

/** A word to the daemon is said so often at most. */
const PAUSE_MS = 100;
/** What somebody let go of has so long to be saved; then it goes back to where the daemon has it. */
const SETTLE_MS = 2000;
/** More rings of one person are not drawn, more people are told by their number. */
const MOST_RINGS = 40;
const MOST_SIGNS = 4;

export class MapCompany {
  /**
   * @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, view: import("./map.view.js").MapView,
   *   store: import("./map.store.js").MapStore, selection: () => Set<number>,
   *   isPast: boolean }} parts  in the past everybody is alone
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<number, Peer>} */
    this.peers = new Map();
    this.element = h("div", { class: "map-company", "aria-hidden": "true" });
    this.list = h("ul", { class: "map-people", "aria-label": t("map.company.title"), hidden: true });
    /** @type {Map<string, HTMLElement>} */
    this.rings = new Map();
    this.said = "";
    this.frame = 0;
    const { live, signal, store } = parts;
    live.subscribe("topology.presence", ({ payload }) => this.hear(payload), signal);
    live.subscribe("topology.hello", () => this.begin(), signal);
    store.saving.watch(() => this.tell(), signal);
    store.progress.watch(() => this.tell(), signal);
    signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      cancelAnimationFrame(this.frame);
      live.stream("topology").say({ type: "presence", map: null });
    }, { once: true });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** A new connection: the others are told of again, and are told of us. */
  begin() {
    for (const who of [...this.peers.keys()]) this.hear({ map: this.parts.store.map, who, left: true });
    this.said = "";
    this.tell();
  }

  /** Soon, and once for everything that happens until then. */
  tell() {
    if (this.timer !== undefined || this.parts.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.speak();
    }, PAUSE_MS);
  }

  speak() {
    const { store, live, selection, view } = this.parts;
    if (store.map === null || this.parts.isPast) return;
    // Alone, nobody follows a hand.
    const held = this.peers.size === 0 || store.own ? [] : [...new Set([...view.hands.held(), ...[...store.unsaved.places()].map(({ id }) => id)])];
    const moving = held.flatMap((id) => {
      const place = view.placeOf(id);
      return place ? [{ id, ...place }] : [];
    });
    const message = word(store.map, selection(), moving);
    const text = JSON.stringify(message);
    if (text !== this.said && live.stream("topology").say(message)) this.said = text;
    if (moving.length > 0) this.tell();
  }

  /** @param {any} told */
  hear(told) {
    const { store, view } = this.parts;
    if (told.map !== store.map || this.parts.isPast) return;
    const wasAlone = this.peers.size === 0;
    const { peers, released } = heard(this.peers, told);
    this.peers = peers;
    const moving = told.left ? [] : (peers.get(told.who)?.moving ?? []);
    const seen = store.own ? [] : moving.filter(({ id }) => view.placeOf(id) && !store.unsaved.has(id));
    if (seen.length > 0) view.place(seen, { isEased: true });
    if (released.length > 0) setTimeout(() => this.settle(released), SETTLE_MS);
    if (wasAlone) this.tell();
    this.name();
    this.draw();
  }

  /** Back to where the daemon has them, if it never heard of the move. @param {number[]} ids */
  settle(ids) {
    const { store, view, signal } = this.parts;
    if (signal.aborted || store.own) return;
    const held = new Set([...this.peers.values()].flatMap(({ moving }) => moving.map(({ id }) => id)));
    const back = ids.flatMap((id) => {
      const [place, now] = [store.picture.current.places.get(id), view.placeOf(id)];
      const isThere = !place || !now || Math.hypot(place.x - now.x, place.y - now.y) < 0.5;
      return isThere || held.has(id) ? [] : [{ id, x: place.x, y: place.y }];
    });
    if (back.length > 0) view.place(back, { isEased: true });
  }

  /** The camera moved, or a hand moves something. */
  moved() {
    if (this.peers.size === 0) return;
    if (this.parts.view.hands.held().length > 0) this.tell();
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  name() {
    const peers = [...this.peers.values()];
    this.list.hidden = peers.length === 0;
    const nameOf = (/** @type {Peer} */ { name }) => name || t("map.company.somebody");
    replace(
      this.list,
      ...peers.slice(0, MOST_SIGNS).map((peer) =>
        h(
          "li",
          { class: `map-person is-${peer.colour}`, title: nameOf(peer) },
          h("span", { "aria-hidden": "true" }, signOf(peer.name)),
          h("span", { class: "only-readers" }, t("map.company.person", { name: nameOf(peer), n: peer.selected.length })),
        )
      ),
      peers.length > MOST_SIGNS &&
        h("li", { class: "map-person is-grey", title: peers.slice(MOST_SIGNS).map(nameOf).join(", ") }, `+${peers.length - MOST_SIGNS}`),
    );
  }

  /** Rings are kept and moved: making them anew for each frame of a drag would cost more. */
  draw() {
    const { view } = this.parts;
    const { width, height } = view.size;
    const used = new Set();
    const radius = Math.max(6, radiusAt(view.camera.zoom) * view.camera.zoom) + 7;
    for (const peer of this.peers.values()) {
      let isNamed = false;
      let count = 0;
      for (const id of new Set([...peer.moving.map((one) => one.id), ...peer.selected])) {
        const at = view.screenOf(id);
        if (!at || at.x < -40 || at.y < -40 || at.x > width + 40 || at.y > height + 40 || count >= MOST_RINGS) continue;
        count += 1;
        const key = `${peer.who} ${id}`;
        used.add(key);
        const ring = this.rings.get(key) ?? this.ring(key);
        ring.className = `map-peer is-${peer.colour}`;
        const label = isNamed ? "" : peer.name || t("map.company.somebody");
        isNamed = true;
        if (ring.dataset.name !== label) ring.dataset.name = label;
        setStyle(ring, {
          transform: `translate(${at.x - radius}px, ${at.y - radius}px)`,
          width: `${radius * 2}px`,
          height: `${radius * 2}px`,
        });
      }
    }
    for (const [key, ring] of this.rings) {
      if (used.has(key)) continue;
      ring.remove();
      this.rings.delete(key);
    }
  }

  /** @param {string} key */
  ring(key) {
    const ring = h("div", {});
    this.rings.set(key, ring);
    this.element.append(ring);
    return ring;
  }
}
