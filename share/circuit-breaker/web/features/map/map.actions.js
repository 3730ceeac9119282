// @ts-check
/**
 * Everything that can be done on the map, once: menus, keys, the tools and the tree all offer these. A target is what it
 * is done to: some nodes, a line, or a place on the ground.
 */
import { t, tOr } from "../../lib/i18n.js";
import { writePref } from "../../lib/prefs.js";
import { kindNamed, lower } from "../../lib/kinds.js";
import { openMenu } from "../../ui/menu.js";
import { copyText } from "../../ui/button.js";
import { toast } from "../../ui/toast.js";
import { STATUSES } from "../../ui/status.js";
import { hasIcon } from "../../icons/icons.js";
import { shownName } from "./appearance.model.js";
import { ARRANGEMENTS, fewest } from "./arrange.model.js";
import { relationOf } from "./edges.model.js";
import { FEWEST } from "./map.layouts.js";
import { askName, askNode, askWay } from "./map.later.js";
import { endsOf, relatedKinds } from "./relate.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./graph.model.js").MapEdge} MapEdge */
/** @typedef {{ ids: number[], edge?: MapEdge | null, at: { x: number, y: number } }} Target  `at` in the world */
/** @typedef {import("../../ui/menu.js").MenuItem} MenuItem */

/** Icons that a node may wear; not those of the tools. */
const WORN = ["server", "switch", "router", "firewall", "access_point", "nas", "disk", "ups", "pdu", "workstation", "laptop",
  "phone", "printer", "camera", "sbc", "globe", "mail", "lock", "shield", "sun", "cloud", "key", "plug", "user", "rack"];

export class MapActions {
  /**
   * @param {{ editor: import("./map.editor.js").MapEditor, drawer: import("./map.drawing-editor.js").DrawingEditor, dresser: import("./map.dresser.js").MapDresser, kinds: import("../../types/inventory.js").Kind[],
   *   view: import("./map.view.js").MapView, store: import("./map.store.js").MapStore, mayEdit: boolean, isPast: boolean,
   *   select: (ids: number[]) => void, open: (id: number) => void, openEdge: (edge: MapEdge) => boolean,
   *   layouts: (anchor: HTMLElement, ids?: number[]) => void, stops: (part: string) => void, views: (anchor: HTMLElement) => void, removeSample: () => void, hasSample: () => boolean, anchor: (at: { x: number, y: number }) => HTMLElement }} parts
   */
  constructor(parts) {
    this.parts = parts;
  }

  /** @param {Target} target @param {HTMLElement} [anchor] */
  menu(target, anchor = this.anchorFor(target)) {
    // What is in the menus is done to what is now.
    if (this.parts.isPast) return;
    target = { ...target, ids: target.ids.filter((id) => this.parts.editor.node(id)) };
    const items = target.edge
      ? this.edgeItems(target.edge)
      : target.ids.length === 0
      ? this.groundItems(target)
      : target.ids.length === 1
      ? this.nodeItems(target.ids[0], anchor)
      : this.manyItems(target.ids, anchor);
    openMenu(anchor, items, { label: t("map.actions"), align: "left" });
  }

  /** @param {Target} target */
  anchorFor({ ids, at }) {
    const place = ids.length === 1 ? this.parts.view.placeOf(ids[0]) : null;
    return this.parts.anchor(place ?? at);
  }

  /** @param {number} id @param {HTMLElement} anchor @returns {MenuItem[]} */
  nodeItems(id, anchor) {
    const { editor, open, select, mayEdit } = this.parts;
    const node = editor.node(id);
    if (!node) return [];
    /** @type {MenuItem[]} */
    const items = [
      { label: t("map.open"), icon: "info", run: () => select([id]) },
      { label: t("map.open_page"), icon: "external", hint: "Enter", run: () => open(id) },
      { label: t("map.copy_link"), icon: "link", run: () => this.copyLink([id]) },
      { label: t("map.impact.ask"), icon: "warning", hint: "I", run: () => this.parts.stops(String(id)) },
      ...this.linesItem([id], anchor),
    ];
    if (!mayEdit) return items;
    return [
      ...items,
      "-",
      { label: t("map.connect"), icon: "connection", hint: "C", run: () => void this.connect(id) },
      { label: t("map.add_related"), icon: "add", hint: "N", run: () => this.addMenu({ ids: [id], at: this.beside(id) }, anchor) },
      "-",
      { label: t("map.rename"), icon: "edit", hint: "R", run: () => void this.rename(id) },
      ...this.lookItems([id], anchor),
      { label: t("common.delete"), icon: "trash", hint: t("common.key_delete"), danger: true, run: () => void editor.things.remove([id]) },
    ];
  }

  /** @param {number[]} ids @param {HTMLElement} anchor @returns {MenuItem[]} */
  manyItems(ids, anchor) {
    const { editor, mayEdit } = this.parts;
    /** @type {MenuItem[]} */
    const items = [{ heading: t("map.selected", { n: ids.length }) }, {
      label: t("map.copy_link"),
      icon: "link",
      run: () => this.copyLink(ids),
    }, ...this.linesItem(ids, anchor)];
    if (!mayEdit) return items;
    return [
      ...items,
      { label: t("map.arrange_menu"), icon: "align", hint: "A", run: () => this.arrangeMenu(ids, anchor) },
      ...(ids.length >= FEWEST
        ? [{ label: t("map.layouts_menu"), icon: "layout", hint: "O", run: () => this.layoutMenu(ids, anchor) }]
        : []),
      ...this.lookItems(ids, anchor),
      { label: t("common.delete"), icon: "trash", hint: t("common.key_delete"), danger: true, run: () => void editor.things.remove(ids) },
    ];
  }

  /** @param {number[]} ids @param {HTMLElement} anchor @returns {MenuItem[]} */
  lookItems(ids, anchor) {
    const nodes = ids.flatMap((id) => this.parts.editor.node(id) ?? []);
    const roles = this.rolesOf(nodes);
    return [
      { label: t("map.set_status"), icon: "status", hint: "S", run: () => this.statusMenu(ids, anchor) },
      { label: t("map.drawing.boundary"), icon: "map", hint: "B", run: () => void this.parts.drawer.boundary(ids) },
      ...(roles.length > 0 ? [{ label: t("map.set_role"), icon: "tag", run: () => this.roleMenu(ids, roles, anchor) }] : []),
      { label: t("map.set_icon"), icon: "eye", run: () => this.iconMenu(ids, anchor) },
      { label: t("map.dress.menu"), icon: "theme", hint: "H", run: () => this.parts.dresser.menu(ids, anchor) },
    ];
  }

  /** @param {number[]} ids @param {HTMLElement} anchor @returns {MenuItem[]} */
  linesItem(ids, anchor) {
    if (this.linesOf(ids).length === 0) return [];
    return [{ label: t("map.lines"), icon: "connection", hint: "K", run: () => this.linesMenu(ids, anchor) }];
  }

  /** Of one node all its lines, of several those between them. @param {number[]} ids @returns {MapEdge[]} */
  linesOf(ids) {
    const { touching, edges } = this.parts.store.picture.current.graph;
    const wanted = new Set(ids);
    const found = new Set(ids.flatMap((id) => touching.get(id) ?? []));
    return [...found].flatMap((id) => edges.get(id) ?? [])
      .filter(({ from, to }) => ids.length === 1 || (wanted.has(from) && wanted.has(to)));
  }

  /** A line cannot be pointed at without a mouse: here each leads to its own menu. @param {number[]} ids @param {HTMLElement} [anchor] */
  linesMenu(ids, anchor = this.anchorFor({ ids, at: this.parts.view.camera })) {
    if (this.parts.isPast) return;
    const { editor } = this.parts;
    const name = (/** @type {number} */ id) => editor.node(id)?.name ?? "";
    const items = this.linesOf(ids).map((edge) => ({
      label: ids.length === 1 ? name(edge.from === ids[0] ? edge.to : edge.from) : `${name(edge.from)} – ${name(edge.to)}`,
      icon: "connection",
      hint: tOr(`map.time.line.${edge.type}`, edge.type),
      run: () => openMenu(anchor, this.edgeItems(edge), { label: t("map.actions"), align: "left" }),
    }));
    if (items.length === 0) return toast(t("map.no_lines"));
    items.sort((one, other) => one.label.localeCompare(other.label, undefined, { numeric: true }));
    openMenu(anchor, items, { label: t("map.lines"), align: "left" });
  }

  /** @param {MapEdge} edge @returns {MenuItem[]} */
  edgeItems(edge) {
    const { editor, openEdge, mayEdit, select } = this.parts;
    const [from, to] = [editor.node(edge.from), editor.node(edge.to)];
    const isObject = relationOf(edge) !== null;
    /** @type {MenuItem[]} */
    const items = [{ heading: [from, to].map((node) => (node ? shownName(node) : "")).join(" – ") }];
    if (isObject) items.push({ label: t("map.open"), icon: "info", run: () => void openEdge(edge) });
    items.push({ label: t("map.impact.ask"), icon: "warning", run: () => this.parts.stops(edge.id) });
    items.push({ label: t("map.select_ends"), icon: "check", run: () => select([edge.from, edge.to]) });
    if (!mayEdit || !isObject) return items;
    if (endsOf(edge)) {
      items.push("-", ...(/** @type {["from" | "to", MapNode | undefined][]} */ ([["from", from], ["to", to]])).map((
        [end, node],
      ) => ({
        label: t("map.reconnect", { name: node?.name ?? "" }),
        icon: "refresh",
        run: () => void this.reconnect(edge, end),
      })));
    }
    return [...items, "-", {
      label: t("map.delete_line"),
      icon: "trash",
      danger: true,
      run: () => void editor.lines.remove(edge),
    }];
  }

  /** @param {Target} target @returns {MenuItem[]} */
  groundItems(target) {
    const { editor, mayEdit, view, removeSample, hasSample } = this.parts;
    const { undoLabel, redoLabel } = editor.history;
    /** @type {MenuItem[]} */
    const items = [
      { label: t("map.select_all"), icon: "check", hint: `${t("common.key_ctrl")}+A`, run: () => this.selectAll() },
      { label: t("map.fit"), icon: "fit", hint: "F", run: () => view.fit() },
      { label: t("map.layouts_menu"), icon: "layout", hint: "O", run: () => this.layoutMenu([]) },
      { label: t("map.view.title"), icon: "eye", hint: "V", run: () => this.parts.views(this.anchorFor(target)) },
      { label: t("map.by_speed"), icon: "sort", hint: "W", checked: view.marks.isBySpeed, run: () => this.bySpeed() },
      { label: t("points.title"), icon: "warning", href: "/map/single-points" },
    ];
    if (!mayEdit) return items;
    const { drawer } = this.parts;
    return [
      ...this.addItems(target),
      "-",
      { label: t("map.drawing.label"), icon: "edit", hint: "D", run: () => void drawer.label(target.at) },
      { label: t("map.drawing.groups"), icon: "map", hint: "B", run: () => drawer.groupMenu(this.anchorFor(target)) },
      "-",
      ...items,
      {
        label: t("map.undo"),
        icon: "undo",
        hint: `${t("common.key_ctrl")}+Z`,
        disabled: undoLabel === null,
        run: () => void editor.step("undo"),
      },
      {
        label: t("map.redo"),
        icon: "redo",
        hint: `${t("common.key_ctrl")}+Y`,
        disabled: redoLabel === null,
        run: () => void editor.step("redo"),
      },
      ...(hasSample() ? [{ label: t("map.sample.remove"), icon: "trash", danger: true, run: removeSample }] : []),
    ];
  }

  /** @param {Target} target @returns {MenuItem[]} what may be made, or made beside a node */
  addItems({ ids, at }) {
    const { editor, kinds } = this.parts;
    const from = ids.length === 1 ? editor.node(ids[0]) : undefined;
    const label = (/** @type {string} */ kind) => t("map.add_kind", { kind: lower(kindNamed(kinds, kind)?.label ?? kind) });
    if (from) {
      return relatedKinds(from.kind).map(({ kind, way }) => ({
        label: label(kind),
        icon: kind,
        run: () => void editor.things.create(kind, at, { from, way }),
      }));
    }
    return kinds.filter(({ is_node: isNode }) => isNode).map(({ name }) => ({
      label: label(name),
      icon: name,
      run: () => void editor.things.create(name, at, null),
    }));
  }

  /** @param {Target} target @param {HTMLElement} [anchor] */
  addMenu(target, anchor = this.anchorFor(target)) {
    openMenu(anchor, this.addItems(target), { label: t("map.add_related"), align: "left" });
  }

  /** @param {number[]} ids @param {HTMLElement} [anchor] */
  arrangeMenu(ids, anchor = this.anchorFor({ ids, at: this.parts.view.camera })) {
    const { editor } = this.parts;
    openMenu(
      anchor,
      ARRANGEMENTS.map((how) => ({
        label: t(`map.arrange.${how}`),
        disabled: ids.length < fewest(how),
        run: () => editor.places.arrange(ids, how),
      })),
      { label: t("map.arrange_menu"), align: "left" },
    );
  }

  /** What is selected for itself, where that is enough to arrange; otherwise everything. @param {number[]} ids @param {HTMLElement} [anchor] */
  layoutMenu(ids, anchor = this.parts.anchor(this.parts.view.camera)) {
    this.parts.layouts(anchor, ids.length >= FEWEST && this.parts.mayEdit ? ids : undefined);
  }

  /** @param {number[]} ids @param {HTMLElement} [anchor] */
  statusMenu(ids, anchor = this.anchorFor({ ids, at: this.parts.view.camera })) {
    const { editor } = this.parts;
    const now = new Set(ids.map((id) => editor.node(id)?.status ?? "unknown"));
    openMenu(
      anchor,
      STATUSES.map((status) => ({
        label: tOr(`status.${status}`, status),
        checked: now.size === 1 && now.has(status),
        run: () => void editor.looks.set(ids, "status", status),
      })),
      { label: t("map.set_status"), align: "left" },
    );
  }

  /** Roles are offered where all have the same kind. @param {MapNode[]} nodes @returns {{ value: string, label: string }[]} */
  rolesOf(nodes) {
    const kinds = new Set(nodes.map(({ kind }) => kind));
    if (kinds.size !== 1) return [];
    const kind = kindNamed(this.parts.kinds, [...kinds][0]);
    return kind?.fields.find(({ name }) => name === "role")?.choices ?? [];
  }

  /** @param {number[]} ids @param {{ value: string, label: string }[]} roles @param {HTMLElement} anchor */
  roleMenu(ids, roles, anchor) {
    const { editor } = this.parts;
    const now = editor.node(ids[0])?.role;
    openMenu(
      anchor,
      roles.map(({ value, label }) => ({
        label,
        icon: hasIcon(value) ? value : undefined,
        checked: value === now,
        run: () => void editor.looks.set(ids, "role", value),
      })),
      { label: t("map.set_role"), align: "left" },
    );
  }

  /** @param {number[]} ids @param {HTMLElement} anchor */
  iconMenu(ids, anchor) {
    const { editor } = this.parts;
    const now = editor.node(ids[0])?.icon;
    openMenu(anchor, [
      { label: t("map.icon_own"), checked: !now, run: () => void editor.looks.set(ids, "icon", null) },
      ...WORN.filter(hasIcon).map((name) => ({
        label: tOr(`icon.${name}`, name.replaceAll("_", " ")),
        icon: name,
        checked: name === now,
        run: () => void editor.looks.set(ids, "icon", name),
      })),
    ], { label: t("map.set_icon"), align: "left" });
  }

  /** @param {number} id */
  async rename(id) {
    const { editor } = this.parts;
    const node = editor.node(id);
    const name = node && await askName(node);
    if (name) await editor.looks.set([id], "name", name);
  }

  /** @param {number} id @param {number | null} [to]  asked for where it is not known */
  async connect(id, to = null) {
    const { editor, kinds, store } = this.parts;
    const from = editor.node(id);
    if (!from) return;
    const others = [...store.picture.current.graph.nodes.values()].filter((node) => node.id !== id);
    const other = to ?? await askNode(t("map.connect_title", { name: from.name }), others, kinds);
    if (other === null) return;
    const node = editor.node(other);
    if (!node) return void toast(t("map.edit.gone"));
    const answer = await askWay(from, node, kinds);
    if (answer) await editor.lines.relate(from, node, answer.way, answer.more);
  }

  /** @param {MapEdge} edge @param {"from" | "to"} end */
  async reconnect(edge, end) {
    const { editor, kinds, store } = this.parts;
    const now = editor.node(edge[end]);
    const field = endsOf(edge)?.[end];
    const allowed = kindNamed(kinds, relationOf(edge)?.kind ?? "")?.fields.find(({ name }) => name === field)?.references;
    const nodes = [...store.picture.current.graph.nodes.values()].filter(({ id, kind }) =>
      id !== edge.from && id !== edge.to && (allowed?.includes(kind) ?? true)
    );
    const other = await askNode(t("map.reconnect", { name: now?.name ?? "" }), nodes, kinds);
    if (other === null) return;
    const node = editor.node(other);
    if (!node) return void toast(t("map.edit.gone"));
    await editor.lines.reconnect(edge, end, node);
  }

  /** Lines as wide as they are fast, or as their kind says. */
  bySpeed() {
    const { view } = this.parts;
    view.marks.set({ isBySpeed: !view.marks.isBySpeed });
    writePref("map.by_speed", view.marks.isBySpeed);
    view.redraw();
  }

  selectAll() {
    this.parts.select(this.parts.view.scene.nodes.map(({ id }) => id));
  }

  /** @param {number[]} ids */
  copyLink(ids) {
    const url = new URL(location.href);
    url.searchParams.set("select", ids.join(","));
    void copyText(url.href).then(() => toast(t("map.link_copied")));
  }

  /** A free place near a node. @param {number} id */
  beside(id) {
    const { view } = this.parts;
    const place = view.placeOf(id) ?? view.camera;
    for (let turn = 0; turn < 12; turn += 1) {
      const angle = (turn / 12) * 2 * Math.PI;
      const at = { x: place.x + Math.cos(angle) * 120, y: place.y + Math.sin(angle) * 120 };
      if (view.scene.nodeTree.find(at.x - 45, at.y - 45, at.x + 45, at.y + 45).length === 0) return at;
    }
    return { x: place.x + 60, y: place.y + 130 };
  }
}
