// @ts-check
/** The home page: the lab as a picture that fills the window. */
import { h, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { loadKinds } from "../../lib/kinds.js";
import { use } from "../../lib/registry.js";
import { confirmed } from "../../ui/dialog.js";
import { shortcut } from "../../ui/keys.js";
import { toast, toastError } from "../../ui/toast.js";
import { filterFrom, isFiltering, noFilter, visiblePart, writeFilter } from "./filter.model.js";
import { relationOf } from "./edges.model.js";
import { neighboursOf } from "./graph.model.js";
import { mapLegend, miniMap } from "./map.legend.js";
import { mapOutline } from "./map.outline.js";
import { mapOver } from "./map.over.js";
import { MapStore } from "./map.store.js";
import { filterTools, viewTools } from "./map.tools.js";
import { MapView } from "./map.view.js";

/** @typedef {import("../../types/page.js").PageContext} PageContext */

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  context.title(t("map.title"));
  const [kinds] = await Promise.all([loadKinds(context.signal), stylesheet(new URL("./map.css", import.meta.url))]);
  const map = new MapPage(context, kinds);
  void map.store.load();
  return map.element;
}

class MapPage {
  /** @param {PageContext} context @param {import("../../types/inventory.js").Kind[]} kinds */
  constructor(context, kinds) {
    this.context = context;
    const { signal, session, query } = context;
    const labels = new Map(kinds.map(({ name, label }) => [name, label]));
    const kindLabel = (/** @type {string} */ name) => labels.get(name) ?? name;
    const mayEdit = session.may("inventory.edit");
    this.filter = filterFrom(query);
    /** @type {number | null} */
    this.selected = Number(query.get("select")) || null;
    this.isPanelOpen = false;
    this.store = new MapStore({ live: context.live, signal, map: Number(query.get("map")) || null });
    this.part = visiblePart(this.store.picture.current.graph, this.filter);
    this.view = new MapView({
      signal,
      label: t("map.canvas_label"),
      canDrag: mayEdit,
      onSelect: (id) => this.select(id),
      onEdge: (edge) => this.openEdge(edge),
      onOpen: (id) => this.open(id),
      onMoved: (moved) => this.store.move(moved),
      onCamera: () => this.cameraMoved(),
      neighbours: (id) => neighboursOf(this.store.picture.current.graph, id),
    });
    this.tools = filterTools({
      filter: () => this.filter,
      nodes: () => this.store.picture.current.graph.nodes.values(),
      kindLabel,
      onFilter: (filter) => this.setFilter(filter),
    });
    this.legend = mapLegend({ kindLabel });
    this.mini = miniMap({ view: this.view, signal });
    this.outline = mapOutline({
      signal,
      kindLabel,
      onFocus: (id) => this.view.focus(id),
      onSelect: (id) => this.select(id),
      onOpen: (id) => this.open(id),
    });
    this.buttons = viewTools({
      onZoom: (factor) => this.view.zoom(factor),
      onFit: () => this.view.fit(),
      onTidy: () => void this.tidy(),
      mayTidy: mayEdit,
      onList: (isOn) => this.toggleList(isOn),
    });
    this.over = mapOver({
      mayEdit,
      onRetry: () => void this.store.load(),
      onClear: () => this.setFilter(noFilter),
    });
    this.element = h(
      "section",
      { class: "map-page", "aria-label": t("map.title") },
      this.view.canvas,
      this.tools.element,
      this.outline.element,
      this.legend.element,
      this.mini.element,
      this.buttons.element,
      this.over.element,
    );
    this.listen();
  }

  listen() {
    const { signal, stay } = this.context;
    this.store.picture.watch(({ added }) => this.draw(added), signal);
    this.store.progress.watch((progress) => this.drawOver(progress), signal);
    this.store.saving.watch((saving) => {
      if (saving === "failed") {
        toast(t("map.not_saved"), {
          kind: "bad",
          action: { label: t("map.save_again"), run: () => void this.store.flush() },
        });
      }
    }, signal);
    shortcut({ keys: "/", label: t("map.key.search"), group: t("map.title"), run: () => this.tools.focus() }, signal);
    shortcut({
      keys: "l",
      label: t("map.key.list"),
      group: t("map.title"),
      run: () => this.buttons.setList(!this.buttons.isList),
    }, signal);
    shortcut(
      { keys: "Escape", label: t("map.key.escape"), group: t("map.title"), run: () => this.select(null) },
      signal,
    );
    shortcut({ keys: "f", label: t("map.fit"), group: t("map.title"), run: () => this.view.fit() }, signal);
    stay((_, query) => {
      this.filter = filterFrom(query);
      this.draw([]);
      const id = Number(query.get("select")) || null;
      if (id !== this.selected) this.select(id, { isQuiet: true });
    });
    const panel = document.getElementById("panel");
    if (!panel) return;
    const watcher = new ResizeObserver(() => this.measurePanel(panel));
    watcher.observe(panel);
    signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  }

  /** @param {HTMLElement} panel */
  measurePanel(panel) {
    const mine = this.view.canvas.getBoundingClientRect();
    const its = panel.getBoundingClientRect();
    const covered = panel.hidden || its.width === 0 ? 0 : Math.max(0, mine.right - Math.max(mine.left, its.left));
    this.view.covered = covered < mine.width * 0.7 ? covered : 0;
    this.element.style.setProperty("--covered", `${this.view.covered}px`);
  }

  /** @param {number[]} added */
  draw(added) {
    const { graph, places } = this.store.picture.current;
    this.part = visiblePart(graph, this.filter);
    this.view.show(this.part.nodes, this.part.edges, places, added);
    this.view.select(this.selected);
    this.outline.show(this.part);
    this.tools.show(this.part.nodes.length, graph.nodes.size);
    this.cameraMoved();
    if (this.selected !== null && !this.isPanelOpen && graph.nodes.has(this.selected) && places.has(this.selected)) {
      this.select(this.selected, { isQuiet: true });
    }
    this.drawOver(this.store.progress.current);
  }

  /** @param {import("./map.store.js").Progress} progress */
  drawOver(progress) {
    const total = this.store.picture.current.graph.nodes.size;
    this.element.classList.toggle("is-empty", progress.phase !== "ready" || total === 0);
    if (progress.phase === "failed" && total > 0) toastError(progress.error);
    this.over.show(progress, { total, shown: this.part.nodes.length, isFiltering: isFiltering(this.filter) });
  }

  cameraMoved() {
    if (this.moving) return;
    this.moving = setTimeout(() => {
      this.moving = undefined;
      this.legend.show(this.view);
      this.mini.show();
    }, 60);
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  moving;

  /** @param {import("./filter.model.js").MapFilter} filter */
  setFilter(filter) {
    const wasFiltering = isFiltering(this.filter);
    this.filter = filter;
    const params = new URLSearchParams();
    writeFilter(filter, params);
    this.context.setQuery({
      kind: null,
      tag: null,
      environment: null,
      status: null,
      q: null,
      ...Object.fromEntries(params),
    });
    this.draw([]);
    if (!isFiltering(filter)) {
      if (wasFiltering) this.view.fit();
    } else if (this.part.nodes.length > 0) this.view.fit({ ids: this.part.nodes.map(({ id }) => id) });
  }

  /** @param {number | null} id @param {{ isQuiet?: boolean }} options */
  select(id, { isQuiet = false } = {}) {
    this.selected = id;
    this.view.select(id);
    this.outline.select(id);
    if (!isQuiet) this.context.setQuery({ select: id });
    if (id === null) return void this.closePanel();
    void this.openPanel(id);
  }

  /** @param {number} id */
  async openPanel(id) {
    const node = this.store.picture.current.graph.nodes.get(id);
    const openObject = await use("object-panel");
    if (!node || !openObject || this.selected !== id) return;
    this.isPanelOpen = true;
    this.panel = await openObject({
      kind: node.kind,
      id,
      context: this.context,
      focus: false,
      onclose: () => {
        if (this.selected === id) this.panelClosed();
      },
      onselect: (/** @type {{ kind: string, id: number }} */ ref) => this.follow(ref),
    });
    setTimeout(() => {
      if (this.selected === id) this.view.reveal(id);
    }, 50);
  }

  /**
   * A relation clicked in the panel: on the map it is selected, what has no node opens as a page.
   *
   * @param {{ kind: string, id: number }} ref
   * @returns {boolean}
   */
  follow({ id }) {
    if (!this.store.picture.current.graph.nodes.has(id)) return false;
    this.select(id);
    return true;
  }

  panelClosed() {
    this.isPanelOpen = false;
    this.selected = null;
    this.view.select(null);
    this.outline.select(null);
    this.context.setQuery({ select: null });
  }

  closePanel() {
    this.isPanelOpen = false;
    void this.panel?.close();
    this.panel = null;
  }

  /** @type {{ close: (force?: boolean) => any } | null | undefined} */
  panel;

  /**
   * A connection or a dependency is an object of its own; what follows from a reference is not.
   *
   * @param {import("./graph.model.js").MapEdge} edge
   */
  openEdge(edge) {
    const ref = relationOf(edge);
    if (!ref) return false;
    this.select(null);
    void use("object-panel").then((openObject) => openObject?.({ ...ref, context: this.context, focus: false }));
    return true;
  }

  /** @param {number} id */
  open(id) {
    const node = this.store.picture.current.graph.nodes.get(id);
    if (node) {
      void use("object-url").then((urlOf) => this.context.navigate(urlOf ? urlOf(node) : `/${node.kind}/${id}`));
    }
  }

  /** @param {boolean} isOn */
  toggleList(isOn) {
    this.element.classList.toggle("has-list", isOn);
    this.outline.toggle(isOn);
    if (!isOn) this.view.focus(null);
  }

  async tidy() {
    const isSure = await confirmed({ title: t("map.tidy_title"), message: t("map.tidy_text"), verb: t("map.tidy") });
    if (!isSure) return;
    try {
      await this.store.tidy();
      this.view.fit();
    } catch (error) {
      toastError(error);
    }
  }
}
