// @ts-check
/** The home page: the lab as a picture that fills the window. */
import { h, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { loadKinds } from "../../lib/kinds.js";
import { use } from "../../lib/registry.js";
import { toast, toastError } from "../../ui/toast.js";
import { filterFrom, filterQuery, isFiltering, matcher, visiblePart } from "./filter.model.js";
import { impactText } from "./impact.model.js";
import { MapCovers } from "./map.covers.js";
import { askNode, startWithSample, withoutSample } from "./map.later.js";
import { MapFinder } from "./map.finder.js";
import { mapHistory, storeFor, timeFor } from "./map.history.js";
import { mapKeys } from "./map.keys.js";
import { partsOf } from "./map.parts.js";
import { cardReady } from "./map.stage.js";
import { aloneIn, isSame, nothing, selectionFrom, selectionText } from "./selection.model.js";
import { timeFrom } from "./time.model.js";

/** @typedef {import("../../types/page.js").PageContext} PageContext */

/** The legend is written when the map stands still. */
const REST_MS = 60;

/** The map that the address names; what is no id of one names none. boot.js reads it the same way. @param {URLSearchParams} query */
function mapIn(query) {
  const map = Number(query.get("map"));
  return Number.isSafeInteger(map) && map > 0 ? map : null;
}

/** @param {PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  context.title(t("map.title"));
  const [kinds, MapTime] = await Promise.all([
    loadKinds(context.signal),
    timeFor(context.query),
    cardReady(),
    stylesheet(new URL("./map.css", import.meta.url)),
    stylesheet(new URL("./map.time.css", import.meta.url)),
  ]);
  const map = new MapPage(context, kinds, MapTime);
  void map.store.load();
  return map.element;
}

export class MapPage {
  /**
   * @param {PageContext} context @param {import("../../types/inventory.js").Kind[]} kinds
   * @param {typeof import("./map.time.js").MapTime | null} MapTime  for the past
   */
  constructor(context, kinds, MapTime) {
    this.context = context;
    this.kinds = kinds;
    const { signal, session, query } = context;
    this.isPast = timeFrom(query) !== null;
    this.mayEdit = session.may("inventory.edit") && !this.isPast;
    this.filter = filterFrom(query);
    this.isNarrow = isFiltering(this.filter);
    this.selection = selectionFrom(query.get("select"));
    this.asked = mapIn(query);
    this.store = storeFor({ live: context.live, signal, map: this.asked }, query);
    this.finder = new MapFinder({
      live: context.live,
      signal,
      isPast: this.isPast,
      onFound: (isNew) => this.found(isNew),
      onProblem: (sentence) => this.tools.showProblem(sentence),
    });
    this.part = visiblePart(this.store.picture.current.graph, this.filter);
    const parts = partsOf(this);
    this.view = parts.view;
    this.editor = parts.editor;
    this.actions = parts.actions;
    this.targets = parts.targets;
    this.impact = parts.impact;
    this.company = parts.company;
    this.drawings = parts.drawings;
    this.panel = parts.panel;
    this.views = parts.views;
    this.tools = parts.tools;
    this.legend = parts.legend;
    this.mini = parts.mini;
    this.outline = parts.outline;
    this.bar = parts.bar;
    this.handle = parts.handle;
    this.buttons = parts.buttons;
    this.over = parts.over;
    this.history = mapHistory(this, parts.kindLabel, MapTime);
    /** On the way into the past and back the camera stays where it was. */
    this.keepsCamera = this.view.isFitted;
    this.element = h(
      "section",
      { class: ["map-page", this.isPast && "is-past"], "aria-label": t("map.title") },
      this.view.surface,
      this.tools.element,
      this.outline.element,
      this.legend.element,
      this.mini.element,
      this.impact.element,
      this.bar.element,
      this.buttons.element,
      this.over.element,
      this.history.elements,
    );
    const { tools, legend, mini, bar, buttons, impact } = this;
    this.covers = new MapCovers({
      view: this.view,
      page: this.element,
      tools: tools.element,
      others: [legend, mini, bar, buttons, impact].map(({ element }) => element),
      signal,
    });
    this.listen();
    this.finder.set(this.filter.q);
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
    // What is only on its way is saved on leaving, but not by who is not signed in any more.
    this.context.guard((isOver) => {
      const { current } = this.store.saving;
      const isLost = current === "failed" || (isOver && current === "saving") || this.view.hands.held().length > 0;
      return isLost ? t("form.unsaved") : null;
    });
    mapKeys({
      signal,
      mayEdit: this.mayEdit,
      actions: this.actions,
      editor: this.editor,
      view: this.view,
      target: () => this.targets.ofKey(),
      anchor: () => this.outline.row(),
      find: () => this.tools.focus(),
      list: () => this.buttons.setList(!this.buttons.isList),
      clear: () => this.impact.end() || this.select(nothing),
    });
    stay((_, query) => {
      if (mapIn(query) !== this.asked) return false;
      if ((timeFrom(query) !== null) !== this.isPast || !this.history.show(query)) return false;
      this.filter = filterFrom(query);
      this.isNarrow = isFiltering(this.filter);
      const isOther = this.views.set(query.get("view"));
      if (!this.finder.set(this.filter.q)) this.draw([]);
      if (isOther && this.views.isWhole) this.view.fit();
      if (!this.isPast) this.impact.show(query.get("impact"));
      const selection = selectionFrom(query.get("select"));
      if (!isSame(selection, this.selection)) this.select(selection, { isQuiet: true });
    });
    signal.addEventListener("abort", () => {
      clearTimeout(this.resting);
    }, { once: true });
  }

  cameraMoved() {
    this.mini?.show();
    this.handle?.show();
    this.impact?.draw();
    this.company?.moved();
    this.history?.draw();
  }

  /** A change is drawn by what it is: one new state is one new texel, not a new map. @param {import("./map.store.js").Change} change */
  changed(change) {
    if (change.kind === "structure") return this.draw(change.added);
    const { graph } = this.store.picture.current;
    const nodes = change.ids.flatMap((id) => graph.nodes.get(id) ?? []);
    if (isFiltering(this.filter)) {
      const fits = matcher(this.filter, this.finder.finds);
      if (nodes.some((node) => fits(node) !== this.view.scene.index.has(node.id))) return this.draw([]);
    }
    this.view.patch(nodes);
    // A view has places of its own; what is moved on the whole map is none of them.
    if (change.kind === "places" && (change.isHere || !this.store.own)) this.view.place(change.moved, change);
    this.impact.draw();
    this.company.draw();
    this.history.draw();
    this.outline.patch(nodes);
    this.mini.spoil();
    this.rested();
  }

  /** @param {number[]} added */
  draw(added) {
    const { graph, places } = this.store.picture.current;
    this.part = this.views.part(visiblePart(graph, this.filter, this.finder.finds));
    this.view.marks.set({ isSpoken: this.views.current === "physical" });
    this.view.show(this.part.nodes, this.part.edges, this.store.own ?? places, added);
    const left = [...this.selection].filter((id) => graph.nodes.has(id));
    if (graph.nodes.size > 0 && left.length < this.selection.size) this.selection = new Set(left);
    this.showSelection();
    this.outline.show(this.part);
    if (!this.isPast && this.store.progress.current.phase === "ready") this.drawings.structureChanged();
    this.company.draw();
    this.tools.show(this.part.nodes.length, graph.nodes.size);
    this.mini.spoil();
    this.rested();
    this.drawOver(this.store.progress.current);
    this.history.draw();
    if (this.impact.isOn) void this.impact.ask();
  }

  /** @param {import("./map.store.js").Progress} progress */
  drawOver(progress) {
    const total = this.store.picture.current.graph.nodes.size;
    this.element.classList.toggle("is-empty", progress.phase !== "ready" || total === 0 || this.isFilling);
    if (this.isFilling) return this.over.wait(t("map.sample.loading"));
    if (progress.phase === "ready" && !this.hasBegun) {
      this.hasBegun = true;
      if (!this.isPast) {
        this.drawings.structureChanged();
        this.impact.show(this.context.query.get("impact"));
      }
    }
    this.element.classList.toggle("is-empty", progress.phase !== "ready" || total === 0);
    if (this.isPast && progress.phase === "ready" && total === 0) return this.over.wait(t("map.time.nothing"));
    if (progress.phase === "failed" && total > 0) toastError(progress.error);
    this.over.show(progress, { total, shown: this.part.nodes.length, isFiltering: isFiltering(this.filter) });
  }

  /** What the address says stops is asked once; afterwards the address follows. */
  hasBegun = false;

  /** The map stands still: now there is time to say what is on it. With the first picture it is said at once. */
  rested() {
    clearTimeout(this.resting);
    const show = () => this.legend.show(this.view, this.history?.changes());
    if (this.legend.element.hidden && this.part.nodes.length > 0) return show();
    this.resting = setTimeout(show, REST_MS);
  }

  isFilling = false;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  resting;

  /** @param {import("./filter.model.js").MapFilter} filter */
  setFilter(filter) {
    this.filter = filter;
    this.keepsCamera = false;
    const none = { kind: null, role: null, tag: null, environment: null, status: null, q: null };
    this.context.setQuery({ ...none, ...filterQuery(filter) });
    if (!this.finder.set(filter.q)) this.narrowed();
  }

  /** @param {boolean} isNew  it answers another text; else only the lab is another */
  found(isNew) {
    if (isNew && !this.keepsCamera) this.narrowed();
    else this.draw([]);
    if (isNew) this.keepsCamera = false;
  }

  /** Another filter, or what it finds is known: what is left fills the window. */
  narrowed() {
    const wasNarrow = this.isNarrow;
    this.isNarrow = isFiltering(this.filter);
    this.draw([]);
    if (!this.isNarrow) {
      if (wasNarrow) this.view.fit();
    } else if (this.part.nodes.length > 0) this.view.fit({ ids: this.part.nodes.map(({ id }) => id) });
  }

  /** Another view of the same lab: a deep link, remembered for this map. @param {string} name */
  look(name) {
    if (!this.views.set(name)) return;
    this.context.setQuery({ view: this.views.isWhole ? null : name });
    this.draw([]);
    this.view.fit();
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
    this.company.tell();
    this.bar.show(this.selection.size);
    this.handle.of(this.mayEdit ? alone : null);
    const isDrawn = alone === null || this.view.scene.index.has(alone);
    // The panel tells and changes what is now.
    if (isDrawn && !this.isPast) void this.panel.show(alone);
  }

  /** @param {number} id */
  open(id) {
    const node = this.store.picture.current.graph.nodes.get(id);
    if (node && !this.isPast) {
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
    await this.editor.places.layOut(layout, options);
    if (!options.ids) this.view.fit();
  }

  async startWithSample() {
    const { editor, store, view, context } = this;
    await startWithSample({
      editor,
      store,
      view,
      signal: context.signal,
      isFilling: (isOn) => {
        this.isFilling = isOn;
        this.drawOver(this.store.progress.current);
      },
    });
  }

  withoutSample() {
    const { editor, kinds, context } = this;
    return withoutSample({ editor, kinds, signal: context.signal });
  }
}
