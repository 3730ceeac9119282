// @ts-check
/** The address plan: sites, prefixes as a tree with how full they are, VLANs, ranges, reservations, the next free one. */
import { hueOf, icon } from "../../icons/icons.js";
import { h, on, replace, stylesheet } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t, tOr } from "../../lib/i18n.js";
import { kindNamed, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { iconButton, linkButton } from "../../ui/button.js";
import { emptyState } from "../../ui/empty.js";
import { pageHead } from "../../ui/more.js";
import { meter } from "../../ui/progress.js";
import { readPlan, readUse } from "./plan.api.js";
import { partsOf, planOf, rowsOf, treeMove } from "./plan.model.js";
import { reserveButton } from "./plan.reserve.js";

/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./plan.model.js").PlanRow} PlanRow */

const COLUMNS = ["prefix", "name", "vlan", "site", "use", "do"];
const CHANGES = ["network", "ip_range", "address", "vlan", "location"];

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const { signal, title, live } = context;
  const [kinds] = await Promise.all([loadKinds(signal), stylesheet(new URL("./plan.css", import.meta.url))]);
  title(t("plan.title"), [{ label: t("inventory.title"), href: "/inventory" }]);
  const plan = new PlanPage(context, kinds);
  await plan.read();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  for (const kind of CHANGES) {
    live.subscribe(`inventory.${kind}.>`, () => {
      // A scan brings many at once.
      clearTimeout(timer);
      timer = setTimeout(() => void plan.read().catch(() => {}), 400);
    }, signal);
  }
  live.subscribe("topology.reset", () => void plan.read().catch(() => {}), signal);
  return plan.element;
}

class PlanPage {
  /** @param {import("../../types/page.js").PageContext} context @param {import("../../types/inventory.js").Kind[]} kinds */
  constructor(context, kinds) {
    this.context = context;
    this.kinds = kinds;
    this.mayEdit = context.session.may("inventory.edit");
    this.site = context.query.get("site") ?? "";
    /** @type {import("./plan.model.js").PlanNode[]} */
    this.nodes = [];
    /** @type {Map<number, Thing[]>} */
    this.parts = new Map();
    /** @type {Set<number>} */
    this.closed = new Set();
    /** @type {PlanRow[]} */
    this.rows = [];
    this.activeKey = "";
    /** @type {Map<number, number>} the number of each VLAN */
    this.vlans = new Map();
    /** @type {Map<number, Promise<any>>} how full a network is, asked when its row is seen */
    this.uses = new Map();
    this.tools = h("div", { class: "page-tools" });
    this.tree = h("div", { class: "plan-tree", role: "treegrid", "aria-label": t("plan.title") });
    this.body = h("div", {});
    on(this.tree, "keydown", (event) => this.pressed(/** @type {KeyboardEvent} */ (event)), context.signal);
    this.sight = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) this.fill(/** @type {HTMLElement} */ (target));
    }, { rootMargin: "200px" });
    context.signal.addEventListener("abort", () => this.sight.disconnect(), { once: true });
    const add = this.mayEdit &&
      linkButton(t("plan.add"), "/networks?new=1", { icon: "add", kind: "primary" });
    this.element = h(
      "section",
      { class: "page plan-page" },
      pageHead({ title: t("plan.title"), text: t("plan.text"), actions: add }),
      this.tools,
      this.body,
    );
  }

  async read() {
    const { networks, ranges, reserved, vlans } = await readPlan(this.context.signal);
    this.vlans = new Map(vlans.map(({ id, number }) => [id, number]));
    this.nodes = planOf(networks);
    this.parts = partsOf([...ranges, ...reserved]);
    this.uses.clear();
    this.drawTools(networks);
    this.draw();
  }

  /** @param {Thing[]} networks */
  drawTools(networks) {
    const sites = new Map(networks.filter(({ location_id: id }) => id).map((one) => [String(one.location_id), one.location_name]));
    const select = h(
      "select",
      {
        class: "input plan-site",
        "aria-label": t("plan.site"),
        onchange: () => {
          this.site = select.value;
          this.context.setQuery({ site: this.site || null });
          this.draw();
        },
      },
      h("option", { value: "" }, t("plan.all_sites")),
      [...sites].sort(([, a], [, b]) => String(a).localeCompare(String(b))).map(([id, name]) => h("option", { value: id }, name)),
      h("option", { value: "none" }, t("plan.no_site")),
    );
    select.value = this.site;
    const links = ["vlan", "ip_range", "address", "location"].map((name) => {
      const kind = kindNamed(this.kinds, name);
      return kind && linkButton(kind.plural, urlOfObject(this.kinds, name), { icon: name, small: true });
    });
    replace(this.tools, select, h("div", { class: "row wrap" }, links));
  }

  /** @param {Thing} network */
  isWanted(network) {
    if (this.site === "") return true;
    return this.site === "none" ? !network.location_id : String(network.location_id) === this.site;
  }

  draw() {
    this.rows = rowsOf(this.nodes, { closed: this.closed, parts: this.parts, isWanted: (one) => this.isWanted(one) });
    if (this.rows.length === 0) {
      const isNone = this.nodes.length === 0;
      return replace(
        this.body,
        emptyState({
          icon: "network",
          title: t(isNone ? "plan.none" : "plan.none_here"),
          text: t("plan.none_text"),
          example: "servers 10.0.20.0/24",
          action: this.mayEdit ? linkButton(t("plan.add"), "/networks?new=1", { icon: "add", kind: "primary" }) : null,
        }),
      );
    }
    const had = this.tree.contains(document.activeElement);
    if (!this.rows.some(({ key }) => key === this.activeKey)) this.activeKey = this.rows[0].key;
    this.sight.disconnect();
    const head = h(
      "div",
      { class: "plan-row plan-head", role: "row" },
      COLUMNS.map((name) =>
        h("span", { role: "columnheader", class: `plan-${name}` }, t(`plan.head_${name}`))
      ),
    );
    const rows = this.rows.map((row) => (row.node ? this.networkRow(row, row.node) : this.partRow(row, /** @type {Thing} */ (row.part))));
    this.tree.setAttribute("aria-rowcount", String(rows.length + 1));
    replace(this.tree, head, rows);
    if (!this.tree.isConnected) replace(this.body, this.tree);
    rows.forEach((element, at) => this.rows[at].node?.block && this.sight.observe(element));
    if (had) this.focus();
  }

  /** @param {PlanRow} row @param {string} mark @param {any[]} cells */
  row(row, mark, cells) {
    return h("div", {
      class: ["plan-row", mark],
      role: "row",
      id: `plan-${row.key}`,
      tabIndex: row.key === this.activeKey ? 0 : -1,
      "aria-level": row.level,
      "aria-setsize": row.size,
      "aria-posinset": row.at,
      "aria-expanded": row.canOpen ? String(row.isOpen) : null,
      style: { "--level": String(row.level - 1) },
      onfocus: () => this.activate(row.key),
    }, cells);
  }

  /** @param {PlanRow} row @param {import("./plan.model.js").PlanNode} node */
  networkRow(row, { network, block, twins }) {
    const cell = (/** @type {string} */ name, /** @type {any[]} */ ...content) =>
      h("span", { class: `plan-${name}`, role: "gridcell" }, content);
    const opener = row.canOpen
      ? iconButton(row.isOpen ? "down" : "forward", t(row.isOpen ? "plan.close" : "plan.open"), {
        class: "plan-opener",
        tabIndex: -1,
        onclick: () => this.toggle(row),
      })
      : h("span", { class: "plan-opener" });
    return this.row(row, "is-network", [
      cell("prefix", opener, h("span", { class: "mono" }, network.cidr ?? "—")),
      cell(
        "name",
        h("a", { href: urlOfObject(this.kinds, "network", network.id), tabIndex: -1 }, network.name),
        twins.length > 0 && h(
          "span",
          { class: "plan-twin" },
          icon("warning", { class: "small" }),
          t("plan.twin", { name: twins.map(({ name }) => name).join(", ") }),
        ),
      ),
      cell("vlan", network.vlan_id
        ? h("a", { href: urlOfObject(this.kinds, "vlan", network.vlan_id), tabIndex: -1, style: { color: hueOf("network") } },
          `${this.vlans.get(network.vlan_id) ?? ""} ${network.vlan_name}`.trim())
        : "—"),
      cell("site", network.location_name ?? "—"),
      h("span", { class: "plan-use", role: "gridcell", dataset: { network: String(network.id) } }, block ? "" : "—"),
      cell("do", block && this.mayEdit && reserveButton(network, this.context.signal, () => this.read())),
    ]);
  }

  /** @param {PlanRow} row @param {Thing} part */
  partRow(row, part) {
    const isRange = part.kind === "ip_range";
    const name = isRange ? part.name : part.hostname || part.holder_name;
    const link = (/** @type {string} */ words, /** @type {string} */ extra = "") =>
      h("a", { class: extra, href: urlOfObject(this.kinds, part.kind, part.id), tabIndex: -1 }, words);
    const word = isRange ? tOr(`plan.purpose_${part.purpose}`, part.purpose) : t("plan.reserved");
    return this.row(row, "is-part", [
      h(
        "span",
        { class: "plan-prefix", role: "gridcell" },
        h("span", { class: "plan-opener" }),
        icon(isRange ? "ip_range" : "address", { class: "small" }),
        name ? h("span", { class: "mono" }, isRange ? `${part.first} – ${part.last}` : part.address) : link(part.address, "mono"),
      ),
      h(
        "span",
        { class: "plan-name", role: "gridcell" },
        name && link(name),
      ),
      h("span", { class: "plan-vlan quiet", role: "gridcell" }, word),
    ]);
  }

  /** How full it is, once its row is near. @param {HTMLElement} element */
  fill(element) {
    this.sight.unobserve(element);
    const place = /** @type {HTMLElement | null} */ (element.querySelector(".plan-use"));
    const id = Number(place?.dataset.network);
    if (!place || !id) return;
    const use = this.uses.get(id) ?? readUse(id, this.context.signal);
    this.uses.set(id, use);
    use.then(({ used, size, percent }) => {
      if (typeof size !== "number") return replace(place, meter(percent ?? 0, t("plan.used", { n: used })));
      return replace(place, meter(percent ?? 0, t("inventory.used_of", { used, size }), `${count(used)} / ${count(size)}`));
    }, () => replace(place, "—"));
  }

  /** @param {PlanRow} row */
  toggle(row) {
    const id = row.node?.network.id ?? 0;
    if (row.isOpen) this.closed.add(id);
    else this.closed.delete(id);
    this.activeKey = row.key;
    this.draw();
    this.focus();
  }

  /** @param {string} key */
  activate(key) {
    if (key === this.activeKey) return;
    document.getElementById(`plan-${this.activeKey}`)?.setAttribute("tabindex", "-1");
    this.activeKey = key;
    document.getElementById(`plan-${key}`)?.setAttribute("tabindex", "0");
  }

  focus() {
    document.getElementById(`plan-${this.activeKey}`)?.focus();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const at = this.rows.findIndex(({ key }) => key === this.activeKey);
    const row = this.rows[at];
    if (!row || target.getAttribute("role") !== "row" || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = treeMove(event.key, this.rows, at);
    if (move?.toggle) this.toggle(row);
    else if (move?.to !== undefined) {
      this.activate(this.rows[move.to].key);
      this.focus();
    } else if (event.key === "Enter") target.querySelector("a")?.click();
    else if (event.key === "r") /** @type {HTMLElement | null} */ (target.querySelector(".plan-do button"))?.click();
    else return;
    event.preventDefault();
  }
}
