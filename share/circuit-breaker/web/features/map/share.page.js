// @ts-check
/**
 * A shared map, for whoever has the link: the same picture, read only. The secret stands behind the `#` of the address,
 * which no browser sends; the page reads it there and sends it in the body of one request. It stays in the address, so
 * that the page can be kept and read again until the link ends.
 */
import { api, isAbort } from "../../lib/api.js";
import { h, on, replace, stylesheet } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { bareCard } from "../../ui/bare.js";
import { button, iconButton } from "../../ui/button.js";
import { emptyState } from "../../ui/empty.js";
import { shortcut } from "../../ui/keys.js";
import { languagePicker } from "../../ui/language.js";
import { timeExact } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { mapLegend } from "./map.legend.js";
import { miniMap } from "./map.minimap.js";
import { mapOutline } from "./map.outline.js";
import { cardReady } from "./map.stage.js";
import { MapView } from "./map.view.js";
import { aloneIn, chosen, nothing } from "./selection.model.js";
import { SharedDrawings } from "./share.drawings.js";
import { drawnOf, neighbours, pictureOf, secretOf } from "./share.model.js";

/** @typedef {import("./share.model.js").SharedMap} SharedMap */

const REST_MS = 60;

/** The daemon's own list of kinds is for those who are signed in. @param {string} kind */
const kindLabel = (kind) => tOr(`share.kind.${kind}`, kind);

/** @param {AbortSignal} signal @returns {Promise<SharedMap>} */
const read = (signal) => api.post("shared-map", { token: secretOf(location.hash) }, { signal, open: true });

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ title, signal }) {
  title(t("share.title"));
  await stylesheet(new URL("./map.css", import.meta.url));
  const element = h("main", { class: "bare share" });
  // Another link in the same window.
  on(globalThis, "hashchange", () => void begin(), signal);

  async function begin() {
    try {
      const [map] = await Promise.all([read(signal), cardReady()]);
      const shared = new SharedPage(map, signal);
      title(shared.title);
      replace(element, shared.element);
    } catch (error) {
      if (isAbort(error)) throw error;
      replace(element, refusal(/** @type {Error} */ (error), () => void begin()));
    }
  }
  await begin();
  return element;
}

/** @param {Error} error @param {() => void} again */
function refusal(error, again) {
  const card = bareCard(
    { title: t("share.title") },
    h("p", { class: "notice is-bad", role: "alert" }, error.message),
    // What is over stays over; anything else may pass.
    /** @type {any} */ (error).status !== 404 && h("div", { class: "row" }, button(t("common.retry"), { icon: "refresh", onclick: again })),
  );
  return /** @type {Node} */ (card.firstElementChild);
}

class SharedPage {
  /** @param {SharedMap} map @param {AbortSignal} signal */
  constructor(map, signal) {
    this.signal = signal;
    this.title = map.hidden.includes("names") ? t("share.title") : map.title;
    this.selection = nothing;
    this.picture = pictureOf(map, kindLabel);
    this.beside = neighbours(this.picture.edges);
    this.legend = mapLegend({ kindLabel });
    this.view = new MapView({
      signal,
      label: t("share.canvas_label"),
      canDrag: false,
      onSelect: (ids, how) => this.select(chosen(this.selection, ids, how)),
      onEdge: () => false,
      onOpen: (id) => this.view.reveal(id),
      onMoved: () => {},
      onMenu: () => {},
      onLinked: () => {},
      onCamera: () => this.mini?.show(),
      onRest: () => this.rested(),
      legendWidth: () => this.legend.width,
      neighbours: (id) => this.beside(id),
    });
    this.drawings = new SharedDrawings(this.view);
    this.view.surface.append(this.drawings.element);
    this.mini = miniMap({ view: this.view, signal });
    this.outline = mapOutline({
      signal,
      kindLabel,
      keys: t("share.list_help"),
      onFocus: (id) => this.view.focus(id),
      onSelect: (ids, how) => this.select(chosen(this.selection, ids, how)),
      onOpen: (id) => this.view.reveal(id),
      onMenu: () => {},
    });
    this.outline.element.append(this.drawings.section);
    this.list = iconButton("inventory", t("map.list"), { "aria-pressed": "false", onclick: () => this.toggleList() });
    this.over = h("div", { class: "map-over" });
    this.said = h("div", { class: "share-said" });
    this.body = h(
      "section",
      { class: "map-page", "aria-label": this.title },
      this.view.surface,
      this.outline.element,
      this.legend.element,
      this.mini.element,
      this.buttons(),
      this.over,
    );
    this.element = h(
      "div",
      { class: "share-frame" },
      h("header", { class: "share-head" }, icon("mark"), h("h1", { tabIndex: -1 }, this.title), this.said, this.again(), languagePicker()),
      h("div", { class: "share-map" }, this.body),
    );
    this.keys();
    this.show(map);
    signal.addEventListener("abort", () => clearTimeout(this.resting), { once: true });
  }

  buttons() {
    const { view } = this;
    return h(
      "div",
      { class: "map-buttons map-float", role: "toolbar", "aria-label": t("map.tools"), "aria-orientation": "vertical" },
      this.list,
      iconButton("zoom_in", t("map.zoom_in"), { class: "is-zoom", onclick: () => view.zoom(1.4) }),
      iconButton("zoom_out", t("map.zoom_out"), { class: "is-zoom", onclick: () => view.zoom(1 / 1.4) }),
      iconButton("fit", t("map.fit"), { onclick: () => view.fit() }),
    );
  }

  /** A shared map is a picture of the moment it was read. */
  again() {
    const one = iconButton("refresh", t("share.again"), {
      onclick: async () => {
        one.disabled = true;
        try {
          this.show(await read(this.signal));
        } catch (error) {
          if (isAbort(error)) return;
          if (/** @type {any} */ (error).status !== 404) return void toastError(error);
          replace(/** @type {Element} */ (this.element.parentElement), refusal(/** @type {Error} */ (error), () => {}));
        } finally {
          one.disabled = false;
        }
      },
    });
    return one;
  }

  keys() {
    const group = t("map.title");
    const key = (/** @type {string} */ keys, /** @type {string} */ label, /** @type {() => void} */ run) =>
      shortcut({ keys, label, group, run }, this.signal);
    key("l", t("map.key.list"), () => this.toggleList());
    key("f", t("map.fit"), () => this.view.fit());
    key("Escape", t("map.key.escape"), () => this.select(nothing));
  }

  /** @param {SharedMap} map */
  show(map) {
    this.picture = pictureOf(map, kindLabel);
    this.beside = neighbours(this.picture.edges);
    const { nodes, edges, places } = this.picture;
    this.view.show(/** @type {any} */ (nodes), edges, places, []);
    this.drawings.show(drawnOf(map));
    this.outline.show(this.picture);
    this.mini.spoil();
    this.body.classList.toggle("is-empty", nodes.length === 0);
    replace(
      this.over,
      nodes.length === 0 && h("div", { class: "map-card" }, emptyState({ icon: "map", title: t("share.empty"), text: t("share.empty_text") })),
    );
    const left = [
      map.is_part && t("share.is_part"),
      map.hidden.includes("addresses") && t("share.no_addresses"),
      map.hidden.includes("names") && t("share.no_names"),
    ].filter(Boolean);
    replace(this.said, h("p", {}, t("share.read_only"), " ", t("share.until"), " ", timeExact(map.expires_at)), h("p", {}, left.join(" ")));
    this.select(nothing);
    this.rested();
  }

  /** @param {import("./selection.model.js").Selection} selection */
  select(selection) {
    this.selection = selection;
    this.view.select(selection, aloneIn(selection));
    this.outline.select(selection);
  }

  toggleList() {
    const isOn = this.list.getAttribute("aria-pressed") !== "true";
    this.list.setAttribute("aria-pressed", String(isOn));
    this.body.classList.toggle("has-list", isOn);
    this.outline.toggle(isOn);
    if (!isOn) this.view.focus(null);
  }

  rested() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.legend.show(this.view), REST_MS);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  resting;
}
