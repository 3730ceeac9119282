// @ts-check
/**
 * Which of the five views is shown, where its nodes stand, and what its cables say. Places of a view are its own and are
 * laid out by the daemon each time; the saved places belong to the whole map.
 */
import { everything, isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { icon } from "../../icons/icons.js";
import { openMenu } from "../../ui/menu.js";
import { toastError } from "../../ui/toast.js";
import { readLayout } from "./map.api.js";
import { portsOf, viewNamed, viewPart, VIEWS, withPorts } from "./view.model.js";

const MOST_CABLES = 5000;
/** Several changes of a moment are read at once. */
const READ_AFTER_MS = 300;

export class MapViews {
  /**
   * @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, store: import("./map.store.js").MapStore, asked: string | null,
   *   filter: () => Record<string, string>, choose: (view: string) => void, draw: () => void, fit: () => void }} parts
   */
  constructor(parts) {
    this.parts = parts;
    /** By the map that was asked for: which one is the first is known only later. */
    this.key = `map.view.${parts.store.map ?? "first"}`;
    /** What the address says, else what was looked at last on this map. */
    this.current = viewNamed(parts.asked ?? readPref(this.key, "all"));
    /** @type {Map<string, import("./view.model.js").Ports>} */
    this.ports = new Map();
    this.words = h("span", { class: "ellipsis" });
    this.element = h(
      "button",
      { type: "button", class: "button small map-facet map-views", "aria-haspopup": "menu", onclick: () => this.open(this.element) },
      this.words,
      icon("down", { class: "small" }),
    );
    this.name();
    const { live, signal } = parts;
    for (const what of ["connection", "interface"]) live.subscribe(`inventory.${what}.*`, () => this.replugged(), signal);
    signal.addEventListener("abort", () => clearTimeout(this.reading), { once: true });
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  reading;

  /** The graph does not follow ports: what cables say is read anew. */
  replugged() {
    if (this.current !== "physical") return;
    clearTimeout(this.reading);
    this.reading = setTimeout(() => void this.readPorts().then(() => this.parts.draw()), READ_AFTER_MS);
  }

  get isWhole() {
    return this.current === "all";
  }

  name() {
    const name = t(`map.view.${this.current}`);
    replace(this.words, name);
    this.element.setAttribute("aria-label", `${t("map.view.title")}: ${name}`);
    this.element.classList.toggle("is-on", !this.isWhole);
  }

  /** @param {HTMLElement} anchor */
  open(anchor) {
    openMenu(
      anchor,
      VIEWS.map((view) => ({ label: t(`map.view.${view}`), checked: view === this.current, run: () => this.parts.choose(view) })),
      { label: t("map.view.title"), align: "left" },
    );
  }

  /** @param {string | null} name @returns {boolean} whether it is another one now */
  set(name) {
    const view = viewNamed(name);
    if (view === this.current) return false;
    this.current = view;
    writePref(this.key, view);
    this.name();
    const { store } = this.parts;
    store.own = view === "all" ? null : new Map();
    return true;
  }

  /** @param {import("./view.model.js").Part} whole */
  part(whole) {
    if (this.isWhole) return whole;
    const { store } = this.parts;
    store.own ??= new Map();
    const part = viewPart(whole, this.current);
    if (part.nodes.some(({ id }) => !store.own?.has(id))) void this.arrange(part);
    if (this.current !== "physical") return part;
    return { nodes: part.nodes, edges: part.edges.map((edge) => withPorts(edge, this.ports.get(edge.id))) };
  }

  /** Places for this view's nodes; asked for once for all that come while it is being answered. @param {import("./view.model.js").Part} part */
  async arrange(part) {
    if (this.isAsking) return;
    this.isAsking = true;
    const { store, signal } = this.parts;
    const view = this.current;
    const wasEmpty = store.own?.size === 0;
    try {
      const ids = part.nodes.map(({ id }) => id);
      const [{ places }] = await Promise.all([
        readLayout({ map: store.map, view, pins: "free", filter: this.parts.filter() }, signal),
        view === "physical" ? this.readPorts() : null,
      ]);
      if (view === this.current && store.own) {
        for (const { id, x, y } of places) if (!store.own.has(id)) store.own.set(id, { x, y });
        // What came since stands somewhere until it is asked for with the next change.
        for (const id of ids) if (!store.own.has(id)) store.own.set(id, { x: 0, y: 0 });
      }
    } catch (error) {
      if (!isAbort(error)) toastError(error);
      for (const { id } of part.nodes) store.own?.set(id, store.picture.current.places.get(id) ?? { x: 0, y: 0 });
    }
    this.isAsking = false;
    this.parts.draw();
    if (wasEmpty && view === this.current) this.parts.fit();
  }

  isAsking = false;

  async readPorts() {
    const list = await everything("connections", {}, this.parts.signal, MOST_CABLES).catch(() => []);
    this.ports = portsOf(Array.isArray(list) ? list : list.items ?? []);
  }
}
