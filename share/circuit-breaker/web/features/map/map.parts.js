// @ts-check
/** The pieces of the map's page, made once and joined: what each calls when something happens on it. */
import { t } from "../../lib/i18n.js";
import { readPref } from "../../lib/prefs.js";
import { filterQuery, noFilter } from "./filter.model.js";
import { neighboursOf, SAMPLE_TAG } from "./graph.model.js";
import { impactText } from "./impact.model.js";
import { MapActions } from "./map.actions.js";
import { linkHandle, selectionBar } from "./map.bar.js";
import { MapDresser } from "./map.dresser.js";
import { DrawingEditor } from "./map.drawing-editor.js";
import { MapDrawings } from "./map.drawings.js";
import { MapEditor } from "./map.editor.js";
import { mapExport } from "./map.export.js";
import { MapImpact } from "./map.impact.js";
import { mapLayouts } from "./map.layouts.js";
import { mapLegend } from "./map.legend.js";
import { MapCompany } from "./map.company.js";
import { mapChooser } from "./map.maps.js";
import { miniMap } from "./map.minimap.js";
import { mapOutline } from "./map.outline.js";
import { mapOver } from "./map.over.js";
import { MapPanel } from "./map.panel.js";
import { shareMap } from "./map.later.js";
import { MapTargets } from "./map.targets.js";
import { filterTools, viewTools } from "./map.tools.js";
import { MapView } from "./map.view.js";
import { MapViews } from "./map.views.js";
import { aloneIn, chosen, nothing } from "./selection.model.js";

/**
 * @typedef {{ view: MapView, editor: MapEditor, actions: MapActions, targets: MapTargets, impact: MapImpact,
 *   company: MapCompany, drawings: MapDrawings, panel: MapPanel, views: MapViews, tools: ReturnType<typeof filterTools>, legend: ReturnType<typeof mapLegend>,
 *   mini: ReturnType<typeof miniMap>, outline: ReturnType<typeof mapOutline>, bar: ReturnType<typeof selectionBar>,
 *   handle: ReturnType<typeof linkHandle>, buttons: ReturnType<typeof viewTools>, over: ReturnType<typeof mapOver>,
 *   kindLabel: (kind: string) => string }} MapParts
 */

/** What they call is asked for when it is needed: all of them are there by then. @param {import("./map.page.js").MapPage} page @returns {MapParts} */
export function partsOf(page) {
  const { context, kinds } = page;
  const { signal } = context;
  const labels = new Map(kinds.map(({ name, label }) => [name, label]));
  const kindLabel = (/** @type {string} */ name) => labels.get(name) ?? name;
  // What the map calls a role is the type of machines, networks and storage that have no role.
  const choices = ["type", "role"].flatMap((wanted) => kinds.flatMap(({ fields }) => fields.find(({ name }) => name === wanted)?.choices ?? []));
  const roles = new Map(choices.map(({ value, label }) => [value, label]));
  const view = new MapView({
    signal,
    label: t("map.canvas_label"),
    canDrag: page.mayEdit,
    onSelect: (ids, how) => page.select(chosen(page.selection, ids, how)),
    onEdge: (edge) => !page.isPast && page.panel.openEdge(edge),
    onOpen: (id) => page.open(id),
    onMoved: (moved, before) => editor.places.move(moved, before),
    onMenu: (place) => page.targets.menuAt(place),
    onLinked: (from, to, place) => page.targets.linked(from, to, place),
    onCamera: () => page.cameraMoved(),
    onRest: () => page.rested(),
    legendWidth: () => (page.history?.width() ?? 0) + (page.impact?.width ?? 0) + (page.legend?.width ?? 0),
    covers: () => page.covers?.boxes() ?? [],
    neighbours: (id) => neighboursOf(page.store.picture.current.graph, id),
  });
  const select = (/** @type {number[]} */ ids) => page.select(new Set(ids));
  const editor = new MapEditor({
    context,
    kinds,
    store: page.store,
    view,
    select,
    onHistory: () => page.buttons.showHistory(editor.history),
  });
  const targets = new MapTargets({
    view,
    actions: () => actions,
    selection: () => page.selection,
    row: () => page.outline.focused(),
  });
  const dresser = new MapDresser({ editor, store: page.store });
  const drawer = new DrawingEditor({
    drawings: () => drawings,
    editor,
    store: page.store,
    select,
    selection: () => page.selection,
  });
  const drawings = new MapDrawings({
    live: context.live,
    signal,
    view,
    store: page.store,
    mayEdit: page.mayEdit,
    onMenu: (drawing, anchor) => drawer.menu(drawing, anchor),
    onMoved: (drawing, to) => void drawer.move(drawing, to),
    onDelete: (drawing) => void drawer.remove(drawing),
    onChange: () => page.rested(),
  });
  const actions = new MapActions({
    drawer,
    dresser,
    editor,
    kinds,
    view,
    store: page.store,
    mayEdit: page.mayEdit,
    isPast: page.isPast,
    select,
    open: (id) => page.open(id),
    openEdge: (edge) => page.panel.openEdge(edge),
    layouts: (anchor, ids) => layouts.open(anchor, ids),
    views: (anchor) => views.open(anchor),
    removeSample: () => void page.withoutSample(),
    hasSample: () => [...page.store.picture.current.graph.nodes.values()].some(({ tags }) => tags?.includes(SAMPLE_TAG)),
    stops: (part) => page.isPast || page.impact.start(part),
    anchor: (at) => targets.anchorAt(at),
  });
  const impact = new MapImpact({
    view,
    store: page.store,
    signal,
    failed: (failed) => {
      context.setQuery({ impact: impactText(failed) });
      page.impact.show(impactText(failed));
    },
    add: () => void page.addFailed(),
  });
  const company = new MapCompany({
    live: context.live,
    signal,
    view,
    store: page.store,
    selection: () => page.selection,
    isPast: page.isPast,
  });
  const views = new MapViews({
    live: context.live,
    signal,
    store: page.store,
    // The past is shown whole, where it stood.
    asked: page.isPast ? "all" : context.query.get("view"),
    filter: () => filterQuery(page.filter),
    choose: (name) => page.look(name),
    draw: () => page.draw([]),
    fit: () => view.fit(),
  });
  const panel = new MapPanel({
    context,
    view,
    nodeOf: (id) => page.store.picture.current.graph.nodes.get(id),
    onSelect: (id) => page.select(new Set([id])),
    onClosed: (id) => {
      if (aloneIn(page.selection) === id) page.select(nothing);
    },
  });
  const tools = filterTools({
    filter: () => page.filter,
    nodes: () => page.store.picture.current.graph.nodes.values(),
    kindLabel,
    roleLabel: (role) => roles.get(role) ?? role,
    kinds,
    signal,
    onFilter: (filter) => page.setFilter(filter),
  });
  const legend = mapLegend({ kindLabel });
  const mini = miniMap({ view, signal });
  const outline = mapOutline({
    signal,
    kindLabel,
    onFocus: (id) => view.focus(id),
    onSelect: (ids, how) => page.select(chosen(page.selection, ids, how)),
    onOpen: (id) => page.open(id),
    onLeft: () => view.surface.focus({ preventScroll: true }),
    onMenu: (id, row) => {
      const ids = page.selection.has(id) ? [...page.selection] : [id];
      actions.menu({ ids, at: view.camera }, row);
    },
  });
  const bar = selectionBar({
    mayEdit: page.mayEdit,
    actions,
    ids: () => [...page.selection],
    clear: () => page.select(nothing),
  });
  const handle = linkHandle({
    view,
    signal,
    onPress: () => {
      const id = aloneIn(page.selection);
      if (id !== null) actions.addMenu({ ids: [id], at: actions.beside(id) }, handle.element);
    },
  });
  view.marks.isBySpeed = readPref("map.by_speed", false);
  view.surface.append(handle.element);
  const layouts = mapLayouts({
    signal,
    mayEdit: page.mayEdit,
    current: () => page.store.layout,
    apply: (layout, options) => void page.layOut(layout, options),
  });
  const buttons = viewTools({
    onZoom: (factor) => view.zoom(factor),
    onFit: () => view.fit(),
    layouts: layouts.element,
    exports: page.isPast ? null : mapExport({
      signal,
      map: () => page.store.map,
      filter: () => page.filter,
      view: () => page.views.current,
      places: () => page.part.nodes.flatMap(({ id }) => {
        const place = view.placeOf(id);
        return place ? [{ id, x: Math.round(place.x * 10) / 10, y: Math.round(place.y * 10) / 10 }] : [];
      }),
      legend: () => legend.element,
      share: context.session.may("map.share") ? () => void shareMap(page.store.map, page.filter, context) : null,
    }).element,
    mayEdit: page.mayEdit,
    onList: (isOn) => page.toggleList(isOn),
    onAdd: (button) => actions.addMenu({ ids: [], at: targets.middle() }, button),
    onArea: (isOn) => view.hands.frameNext(isOn),
    onStep: (way) => void editor.step(way),
  });
  // Another map is another page: its places, its history of steps, its address.
  const chooser = mapChooser({
    live: context.live,
    signal,
    mayEdit: page.mayEdit,
    current: () => page.store.map,
    show: (map) => context.navigate(`/map?map=${map}`),
  });
  tools.element.prepend(chooser.element);
  chooser.element.after(views.element);
  tools.element.append(company.list);
  view.surface.append(drawings.element, company.element);
  outline.element.append(drawings.section);
  void chooser.read();
  const over = mapOver({
    mayEdit: page.mayEdit,
    onRetry: () => void page.store.load(),
    onClear: () => page.setFilter(noFilter),
    onSample: () => void page.startWithSample(),
  });
  return {
    view,
    editor,
    actions,
    targets,
    impact,
    company,
    views,
    drawings,
    panel,
    tools,
    legend,
    mini,
    outline,
    bar,
    handle,
    buttons,
    over,
    kindLabel,
  };
}
