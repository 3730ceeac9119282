// @ts-check
/**
 * What joins the map's page with its time: the way into the past and back, what may not be done there, and in the present
 * what is new. The past is a page of its own, so nothing on it can change anything.
 */
import { t } from "../../lib/i18n.js";
import { iconButton } from "../../ui/button.js";
import { shortcut } from "../../ui/keys.js";
import { mapNews } from "./map.news.js";
import { PastStore } from "./map.past.js";
import { MapStore } from "./map.store.js";
import { timeFrom, timeQuery } from "./time.model.js";

/** @typedef {import("./time.model.js").Time} Time */

/** Where the last map was looked at: going into the past and back does not move it. */
const left = { map: /** @type {number | null} */ (null), camera: /** @type {import("./camera.model.js").Camera | null} */ (null), at: 0 };
const HANDOVER_MS = 5000;

/** @param {ConstructorParameters<typeof MapStore>[0]} parts @param {URLSearchParams} query */
export function storeFor(parts, query) {
  const time = timeFrom(query);
  return time ? new PastStore({ ...parts, time }) : new MapStore(parts);
}

/** The bar and list of the past: the present does without. @param {URLSearchParams} query */
export const timeFor = async (query) => (timeFrom(query) ? (await import("./map.time.js")).MapTime : null);

/**
 * @param {import("./map.page.js").MapPage} page @param {(kind: string) => string} kindLabel
 * @param {typeof import("./map.time.js").MapTime | null} MapTime
 */
export function mapHistory(page, kindLabel, MapTime) {
  const { context, store, view } = page;
  const { signal } = context;
  keepCamera(page);
  /** @param {Time | null} next */
  const enter = (next) => {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(timeQuery(next))) value === null ? query.delete(name) : query.set(name, value);
    query.delete("impact");
    const text = query.toString();
    void context.navigate(`/map${text ? `?${text}` : ""}`);
  };
  if (!(store instanceof PastStore) || !MapTime) {
    const open = () => enter({ at: new Date().toISOString(), from: null, to: null });
    page.buttons.element.append(iconButton("history", t("map.time.open"), { onclick: open }));
    shortcut({ keys: "t", label: t("map.time.open"), group: t("map.title"), run: open }, signal);
    const news = mapNews({ store, signal, show: (from) => enter({ at: null, from, to: null }) });
    return { elements: [news.element], show: () => true, draw: () => {}, width: () => 0, changes: () => null };
  }
  page.editor.mayEdit = false;
  const time = new MapTime({
    store,
    view,
    signal,
    kindLabel,
    go: (next) => {
      if (next === null) return enter(null);
      context.setQuery(timeQuery(next));
      time.show(next);
    },
    onSelect: (id) => page.select(new Set([id])),
    note: (verbs) => {
      page.outline.note(new Map([...verbs].map(([id, verb]) => [id, t(`map.time.verb.${verb}`)])));
      page.rested();
    },
  });
  store.progress.watch(({ phase }) => {
    if (phase === "ready") time.told();
  }, signal);
  return {
    elements: [time.list.element, time.element],
    /** Answers whether this page can show it. @param {URLSearchParams} query */
    show(query) {
      const next = timeFrom(query);
      if (next) time.show(next);
      return next !== null;
    },
    draw: () => time.draw(),
    changes: () => time.marks.marks,
    /** What the list covers at the left. */
    width: () => time.list.element.offsetWidth,
  };
}

/** @param {import("./map.page.js").MapPage} page */
function keepCamera({ context, view, asked }) {
  if (left.camera && left.map === asked && performance.now() - left.at < HANDOVER_MS) {
    view.camera = left.camera;
    view.isFitted = true;
  }
  left.camera = null;
  context.signal.addEventListener("abort", () => {
    Object.assign(left, { map: asked, camera: view.camera, at: performance.now() });
  }, { once: true });
}
