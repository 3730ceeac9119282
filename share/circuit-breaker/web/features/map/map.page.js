// @ts-check
/** The home page: the lab as a picture that fills the window. */
import { h, setStyle, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { loadKinds } from "../../lib/kinds.js";
import { readPref } from "../../lib/prefs.js";
import { use } from "../../lib/registry.js";
import { toast, toastError } from "../../ui/toast.js";
import { toScreen } from "./camera.model.js";
import { filterFrom, isFiltering, matcher, noFilter, visiblePart, writeFilter } from "./filter.model.js";
import { neighboursOf } from "./graph.model.js";
import { MapActions } from "./map.actions.js";
import { linkHandle, selectionBar } from "./map.bar.js";
import { MapEditor } from "./map.editor.js";
import { impactText } from "./impact.model.js";
import { askNode } from "./map.dialogs.js";
import { mapExport } from "./map.export.js";
import { MapImpact } from "./map.impact.js";
import { mapKeys } from "./map.keys.js";
import { mapLayouts } from "./map.layouts.js";
import { mapLegend } from "./map.legend.js";
import { miniMap } from "./map.minimap.js";
import { mapChooser } from "./map.maps.js";
import { mapOutline } from "./map.outline.js";
import { mapOver } from "./map.over.js";
import { MapPanel } from "./map.panel.js";
import { askSample, isSureToRemove, loadSample, removeSample, SAMPLE_TAG } from "./map.samples.js";
import { MapStore } from "./map.store.js";
import { filterTools, viewTools } from "./map.tools.js";
import { MapView } from "./map.view.js";
import { aloneIn, chosen, isSame, nothing, selectionFrom, selectionText } from "./selection.model.js";

/** @typedef {import("../../types/page.js").PageContext} PageContext */

/** The legend is written when the map stands still. */
const REST_MS = 60;

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
    this.kinds = kinds;
    const { signal, session, query } = context;
    const labels = new Map(kinds.map(({ name, label }) => [name, label]));
    const kindLabel = (/** @type {string} */ name) => labels.get(name) ?? name;
    const choices = kinds.flatMap(({ fields }) => fields.find(({ name }) => name === "role")?.choices ?? []);
    const roles = new Map(choices.map(({ value, label }) => [value, label]));
    this.mayEdit = session.may("inventory.edit");
    this.filter = filterFrom(query);
    this.selection = selectionFrom(query.get("select"));
    this.store = new MapStore({ live: context.live, signal, map: Number(query.get("map")) || null });
    this.asked = Number(query.get("map")) || null;
    this.part = visiblePart(this.store.picture.current.graph, this.filter);
    this.view = new MapView({
      signal,
      label: t("map.canvas_label"),
      canDrag: this.mayEdit,
      onSelect: (ids, how) => this.select(chosen(this.selection, ids, how)),
      onEdge: (edge) => this.panel.openEdge(edge),
      onOpen: (id) => this.open(id),
      onMoved: (moved, before) => this.editor.move(moved, before),
      onMenu: (place) => this.menuAt(place),
      onLinked: (from, to, place) => this.linked(from, to, place),
      onCamera: () => this.cameraMoved(),
      onRest: () => this.rested(),
      legendWidth: () => this.legend?.width ?? 0,
      neighbours: (id) => neighboursOf(this.store.picture.current.graph, id),
    });
    const select = (/** @type {number[]} */ ids) => this.select(new Set(ids));
    this.editor = new MapEditor({
      context,
      kinds,
      store: this.store,
      view: this.view,
      select,
      onHistory: () => this.buttons.showHistory(this.editor.history),
    });
    this.anchor = h("div", {
      class: "map-anchor",
      role: "button",
      "aria-label": t("map.actions"),
      tabIndex: -1,
      onfocus: () => this.view.surface.focus(),
    });
    this.actions = new MapActions({
      editor: this.editor,
      kinds,
      view: this.view,
      store: this.store,
      mayEdit: this.mayEdit,
      select,
      open: (id) => this.open(id),
      openEdge: (edge) => this.panel.openEdge(edge),
      layouts: (anchor, ids) => this.layouts.open(anchor, ids),
      removeSample: () => void this.withoutSample(),
      hasSample: () => [...this.store.picture.current.graph.nodes.values()].some(({ tags }) => tags?.includes(SAMPLE_TAG)),
      stops: (part) => this.impact.start(part),
      anchor: (at) => this.anchorAt(at),
    });
    this.impact = new MapImpact({
      view: this.view,
      store: this.store,
      signal,
      failed: (failed) => {
        context.setQuery({ impact: impactText(failed) });
        this.impact.show(impactText(failed));
      },
      add: () => void this.addFailed(),
    });
    this.panel = new MapPanel({
      context,
      view: this.view,
      nodeOf: (id) => this.store.picture.current.graph.nodes.get(id),
      onSelect: (id) => this.select(new Set([id])),
      onClosed: (id) => {
        if (aloneIn(this.selection) === id) this.select(nothing);
      },
    });
    this.tools = filterTools({
      filter: () => this.filter,
      nodes: () => this.store.picture.current.graph.nodes.values(),
      kindLabel,
      roleLabel: (role) => roles.get(role) ?? role,
      onFilter: (filter) => this.setFilter(filter),
    });
    this.legend = mapLegend({ kindLabel });
    this.mini = miniMap({ view: this.view, signal });
    this.outline = mapOutline({
      signal,
      kindLabel,
      onFocus: (id) => this.view.focus(id),
      onSelect: (ids, how) => this.select(chosen(this.selection, ids, how)),
      onOpen: (id) => this.open(id),
      onMenu: (id, row) => {
        const ids = this.selection.has(id) ? [...this.selection] : [id];
        this.actions.menu({ ids, at: this.view.camera }, row);
      },
    });
    this.bar = selectionBar({
      mayEdit: this.mayEdit,
      actions: this.actions,
      ids: () => [...this.selection],
      clear: () => this.select(nothing),
    });
    this.handle = linkHandle({
      view: this.view,
      signal,
      onPress: () => {
        const id = aloneIn(this.selection);
        if (id !== null) this.actions.addMenu({ ids: [id], at: this.actions.beside(id) }, this.handle.element);
      },
    });
    this.view.marks.isBySpeed = readPref("map.by_speed", false);
    this.view.surface.append(this.handle.element, this.anchor);
    this.layouts = mapLayouts({
      signal,
      mayEdit: this.mayEdit,
      current: () => this.store.layout,
      apply: (layout, options) => void this.layOut(layout, options),
    });
    this.buttons = viewTools({
      onZoom: (factor) => this.view.zoom(factor),
      onFit: () => this.view.fit(),
      layouts: this.layouts.element,
      exports: mapExport({
        signal,
        map: () => this.store.map,
        filter: () => this.filter,
        legend: () => this.legend.element,
      }).element,
      mayEdit: this.mayEdit,
      onList: (isOn) => this.toggleList(isOn),
      onAdd: (button) => this.actions.addMenu({ ids: [], at: this.middle() }, button),
      onArea: (isOn) => this.view.hands.frameNext(isOn),
      onStep: (way) => void this.editor.step(way),
    });
    // Another map is another page: its places, its history of steps, its address.
    const chooser = mapChooser({
      signal,
      mayEdit: this.mayEdit,
      current: () => this.store.map,
      show: (map) => context.navigate(`/map?map=${map}`),
    });
    this.tools.element.prepend(chooser.element);
    void chooser.read();
    this.over = mapOver({
      mayEdit: this.mayEdit,
      onRetry: () => void this.store.load(),
      onClear: () => this.setFilter(noFilter),
      onSample: () => void this.startWithSample(),
    });
    this.element = h(
      "section",
      { class: "map-page", "aria-label": t("map.title") },
      this.view.surface,
      this.tools.element,
      this.outline.element,
      this.legend.element,
      this.mini.element,
      this.impact.element,
      this.bar.element,
      this.buttons.element,
      this.over.element,
    );
    this.listen();
  }

  listen() {
    const { signal, stay } = this.context;
    this.store.picture.watch(({ change }) => this.changed(change), signal);
    this.store.progress.watch((progress) => this.drawOver(progress), signal);
    this.store.saving.watch((saving) => {
      if (saving === "failed") {
        toast(t("map.not_saved"), {
          kind: "bad",
          action: { label: t("map.save_again"), run: () => void this.store.flush() },
        });
      }
    }, signal);
    mapKeys({
      signal,
      mayEdit: this.mayEdit,
      actions: this.actions,
      editor: this.editor,
      view: this.view,
      target: () => this.target(),
      anchor: () => this.outline.row(),
      find: () => this.tools.focus(),
      list: () => this.buttons.setList(!this.buttons.isList),
      clear: () => this.impact.end() || this.select(nothing),
    });
    stay((_, query) => {
      if ((Number(query.get("map")) || null) !== this.asked) return false;
      this.filter = filterFrom(query);
      this.draw([]);
      this.impact.show(query.get("impact"));
      const selection = selectionFrom(query.get("select"));
      if (!isSame(selection, this.selection)) this.select(selection, { isQuiet: true });
    });
    signal.addEventListener("abort", () => {
      clearTimeout(this.resting);
    }, { once: true });
    const panel = document.getElementById("panel");
    if (!panel) return;
    const watcher = new ResizeObserver(() => this.measurePanel(panel));
    watcher.observe(panel);
    signal.addEventListener("abort", () => watcher.disconnect(), { once: true });
  }

  /** What a key is meant for. @returns {import("./map.actions.js").Target} */
  target() {
    const row = this.outline.focused();
    const ids = row === null || this.selection.has(row) ? [...this.selection] : [row];
    return { ids, at: this.middle() };
  }

  middle() {
    const { width, height } = this.view.size;
    return this.view.worldOf((width - this.view.covered) / 2, height / 2);
  }

  /** @param {{ x: number, y: number }} at of the world @returns {HTMLElement} what a menu opens beside */
  anchorAt(at) {
    const { camera, size } = this.view;
    const { x, y } = toScreen(camera, size, at.x, at.y);
    setStyle(this.anchor, { left: `${x}px`, top: `${y}px` });
    return this.anchor;
  }

  /** @param {{ x: number, y: number, id: number | null, edge: import("./graph.model.js").MapEdge | null }} place */
  menuAt({ x, y, id, edge }) {
    const at = this.view.worldOf(x, y);
    if (id !== null && !this.selection.has(id)) this.view.hover(id, null);
    const ids = id === null ? [] : this.selection.has(id) ? [...this.selection] : [id];
    this.actions.menu({ ids, edge, at }, this.anchorAt(at));
  }

  /** @param {number} from @param {number | null} to @param {{ x: number, y: number }} place */
  linked(from, to, place) {
    if (to !== null) return void this.actions.connect(from, to);
    const at = this.view.worldOf(place.x, place.y);
    this.actions.addMenu({ ids: [from], at }, this.anchorAt(at));
  }

  cameraMoved() {
    this.mini?.show();
    this.handle?.show();
    this.impact?.draw();
  }

  /** @param {HTMLElement} panel */
  measurePanel(panel) {
    const mine = this.view.surface.getBoundingClientRect();
    const its = panel.getBoundingClientRect();
    const covered = panel.hidden || its.width === 0 ? 0 : Math.max(0, mine.right - Math.max(mine.left, its.left));
    this.view.covered = covered < mine.width * 0.7 ? covered : 0;
    this.element.style.setProperty("--covered", `${this.view.covered}px`);
  }

  /** A change is drawn by what it is: one new state is one new texel, not a new map. @param {import("./map.store.js").Change} change */
  changed(change) {
    if (change.kind === "structure") return this.draw(change.added);
    const { graph } = this.store.picture.current;
    const nodes = change.ids.flatMap((id) => graph.nodes.get(id) ?? []);
    if (isFiltering(this.filter)) {
      const fits = matcher(this.filter);
      if (nodes.some((node) => fits(node) !== this.view.scene.index.has(node.id))) return this.draw([]);
    }
    this.view.patch(nodes);
    if (change.kind === "places") this.view.place(change.moved, change);
    this.impact.draw();
    this.outline.patch(nodes);
    this.mini.spoil();
    this.rested();
  }

  /** @param {number[]} added */
  draw(added) {
    const { graph, places } = this.store.picture.current;
    this.part = visiblePart(graph, this.filter);
    this.view.show(this.part.nodes, this.part.edges, places, added);
    const left = [...this.selection].filter((id) => graph.nodes.has(id));
    if (graph.nodes.size > 0 && left.length < this.selection.size) this.selection = new Set(left);
    this.showSelection();
    this.outline.show(this.part);
    this.tools.show(this.part.nodes.length, graph.nodes.size);
    this.mini.spoil();
    this.rested();
    this.drawOver(this.store.progress.current);
    if (this.impact.isOn) void this.impact.ask();
  }

  /** @param {import("./map.store.js").Progress} progress */
  drawOver(progress) {
    const total = this.store.picture.current.graph.nodes.size;
    this.element.classList.toggle("is-empty", progress.phase !== "ready" || total === 0 || this.isFilling);
    if (this.isFilling) return this.over.wait(t("map.sample.loading"));
    if (progress.phase === "ready" && !this.hasBegun) {
      this.hasBegun = true;
      this.impact.show(this.context.query.get("impact"));
    }
    this.element.classList.toggle("is-empty", progress.phase !== "ready" || total === 0);
    if (progress.phase === "failed" && total > 0) toastError(progress.error);
    this.over.show(progress, { total, shown: this.part.nodes.length, isFiltering: isFiltering(this.filter) });
  }

  /** What the address says stops is asked once; afterwards the address follows. */
  hasBegun = false;

  /** The map stands still: now there is time to say what is on it. */
  rested() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.legend.show(this.view), REST_MS);
  }

  isFilling = false;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  resting;

  /** @param {import("./filter.model.js").MapFilter} filter */
  setFilter(filter) {
    const wasFiltering = isFiltering(this.filter);
    this.filter = filter;
    const params = new URLSearchParams();
    writeFilter(filter, params);
    this.context.setQuery({
      kind: null,
      role: null,
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

  /** @param {import("./selection.model.js").Selection} selection @param {{ isQuiet?: boolean }} options */
  select(selection, { isQuiet = false } = {}) {
    this.selection = selection;
    if (!isQuiet) this.context.setQuery({ select: selectionText(selection) });
    this.showSelection();
  }

  showSelection() {
    const alone = aloneIn(this.selection);
    this.view.select(this.selection, alone);
    this.outline.select(this.selection);
    this.bar.show(this.selection.size);
    this.handle.of(this.mayEdit ? alone : null);
    const isDrawn = alone === null || this.view.scene.index.has(alone);
    if (isDrawn) void this.panel.show(alone);
  }

  /** @param {number} id */
  open(id) {
    const node = this.store.picture.current.graph.nodes.get(id);
    if (node) {
      void use("object-url").then((urlOf) => this.context.navigate(urlOf ? urlOf(node) : `/${node.kind}/${id}`));
    }
  }

  async addFailed() {
    const id = await askNode(t("map.impact.add"), this.store.picture.current.graph.nodes.values(), this.kinds);
    if (id !== null) this.impact.start(String(id));
  }

  /** @param {boolean} isOn */
  toggleList(isOn) {
    this.element.classList.toggle("has-list", isOn);
    this.outline.toggle(isOn);
    if (!isOn) this.view.focus(null);
  }

  /** @param {string} layout @param {{ ids?: number[], pins?: "keep" | "free" }} [options] */
  async layOut(layout, options = {}) {
    await this.editor.layOut(layout, options);
    if (!options.ids) this.view.fit();
  }

  /** A sample arrives object by object; when all of it is here it is laid out as one picture. */
  async startWithSample() {
    const { signal } = this.context;
    const size = await askSample();
    if (size === null) return;
    this.isFilling = true;
    this.drawOver(this.store.progress.current);
    await this.editor.try(async () => {
      const nodes = await loadSample(size, signal);
      await this.store.anew(nodes);
      this.view.fit({ isInstant: true });
    });
    this.isFilling = false;
    this.drawOver(this.store.progress.current);
  }

  async withoutSample() {
    if (!await isSureToRemove()) return;
    const isDone = await this.editor.try(() => removeSample(this.kinds, this.context.signal).then(() => true));
    if (isDone) toast(t("map.sample.removed"));
  }
}
