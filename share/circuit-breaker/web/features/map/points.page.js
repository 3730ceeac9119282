// @ts-check
/**
 * Single points of failure: what stops others by itself, the worst first. A page of its own, so that it can be kept and
 * sent: the address holds the kinds that are looked at and the one that is open.
 */
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, loadKinds } from "../../lib/kinds.js";
import { hueOf, icon } from "../../icons/icons.js";
import { iconButton, linkButton, whileBusy } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { pageHead } from "../../ui/more.js";
import { currentPanel, openPanel } from "../../ui/panel.js";
import { skeleton } from "../../ui/progress.js";
import { dataTable } from "../../ui/table.js";
import { impactFrom } from "./impact.model.js";
import { SIGNS, stateOf, stepText } from "./impact.words.js";
import { readImpact, readPoints } from "./map.api.js";
import { choicesOf, kindOf, kindsFrom, mapAddress, ranked, toggledKind } from "./points.model.js";

/** @typedef {import("./points.model.js").Point} Point */
/** @typedef {import("./impact.model.js").Row} Row */

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page(context) {
  const { signal, query, setQuery, stay, title } = context;
  title(t("points.title"), [{ label: t("map.title"), href: "/map" }]);
  const [kinds] = await Promise.all([loadKinds(signal), stylesheet(new URL("./map.css", import.meta.url))]);
  const labelOf = (/** @type {string} */ kind) => kindNamed(kinds, kind)?.label ?? kind;
  let chosen = kindsFrom(query);
  /** @type {string | null} */
  let shown = null;
  const filter = h("div", { class: "points-kinds row wrap", role: "group", "aria-label": t("map.facet.kind") });
  const said = h("p", { class: "small quiet", role: "status" });
  const body = h("div", { class: "stack" });
  const table = dataTable({
    label: t("points.title"),
    key: ({ failed }) => failed,
    fit: true,
    signal,
    onopen: (point) => void open(point.failed, point),
    columns: [
      { id: "rank", label: t("points.rank"), width: "60px", align: "right", render: ({ rank }) => count(rank) },
      { id: "name", label: t("map.name"), width: "minmax(130px, 2fr)", render: (point) => nameCell(point, labelOf) },
      { id: "down", label: t("points.down"), width: "minmax(72px, 0.5fr)", align: "right", render: ({ down }) => count(down) },
      { id: "degraded", label: t("points.degraded"), width: "120px", align: "right", from: 560, render: ({ degraded }) => count(degraded) },
      { id: "examples", label: t("points.first"), width: "minmax(160px, 3fr)", from: 760, render: examplesCell },
    ],
  });

  async function load() {
    try {
      const { points, count: all, kinds: counts } = await readPoints(chosen, signal);
      drawFilter(counts);
      table.setRows(ranked(points));
      replace(said, points.length < all ? t("list.shown_of", { n: count(points.length), total: count(all) }) : "");
      const isEmpty = points.length === 0;
      replace(body, isEmpty ? emptyState({ icon: "ok", title: t("points.none"), text: t("points.none_text") }) : table.element, said);
    } catch (error) {
      if (!isAbort(error)) replace(body, errorState(error, () => void load()));
    }
  }

  /** @param {Record<string, number>} counts */
  function drawFilter(counts) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.kind;
    const choices = choicesOf(counts, chosen);
    filter.hidden = choices.length < 2 && chosen.length === 0;
    replace(filter, choices.map((choice) => kindButton(choice)));
    /** @type {HTMLElement | null} */ (focused ? filter.querySelector(`[data-kind="${focused}"]`) : null)?.focus();
  }

  /** @param {{ kind: string, count: number }} choice */
  function kindButton({ kind, count: n }) {
    const isOn = chosen.includes(kind);
    const press = () => {
      chosen = toggledKind(chosen, kind);
      setQuery({ kind: chosen.join(",") || null });
      void load();
    };
    return h(
      "button",
      { type: "button", class: ["button small", isOn && "is-on"], "aria-pressed": String(isOn), dataset: { kind }, onclick: press },
      icon(kind, { class: "small" }),
      h("span", {}, labelOf(kind)),
      h("span", { class: "quiet number" }, count(n)),
    );
  }

  /** @param {string} failed @param {Point | null} [known] */
  async function open(failed, known = null) {
    shown = failed;
    setQuery({ failed });
    const place = h("div", { class: "stack" }, skeleton(4));
    const panel = await openPanel({
      title: known?.name ?? t("map.impact.title"),
      subtitle: known && labelOf(kindOf(known)),
      icon: known ? kindOf(known) : "warning",
      hue: known ? hueOf(kindOf(known)) : undefined,
      body: place,
      signal,
      onclose: () => {
        if (shown !== failed) return;
        shown = null;
        setQuery({ failed: null });
      },
    });
    if (panel) await fillPanel(place, failed, panel.signal, (name) => void (known || panel.setTitle(name)));
  }

  /** @param {HTMLElement} place @param {string} failed @param {AbortSignal} ended @param {(name: string) => void} named */
  async function fillPanel(place, failed, ended, named) {
    try {
      const impact = await readImpact([failed], ended);
      const [first] = impact.affected;
      if (first?.path[0]) named(first.path[0].from_name);
      replace(place, impactBody(impact, failed));
    } catch (error) {
      if (!isAbort(error)) replace(place, errorState(error, () => void fillPanel(place, failed, ended, named)));
    }
  }

  const openFrom = (/** @type {URLSearchParams} */ wish) => {
    const [failed] = impactFrom(wish.get("failed"));
    if (failed && failed !== shown) void open(failed, table.rows.find((/** @type {Point} */ one) => one.failed === failed) ?? null);
    if (!failed && shown) void currentPanel()?.close(true);
  };
  stay((_, next) => {
    const kindsNow = kindsFrom(next);
    if (kindsNow.join() !== chosen.join()) {
      chosen = kindsNow;
      void load();
    }
    openFrom(next);
  });
  await load();
  queueMicrotask(() => openFrom(query));
  const again = iconButton("refresh", t("points.again"), { kind: "plain", onclick: () => whileBusy(again, load) });
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("points.title"), text: t("points.text"), actions: [again, linkButton(t("map.title"), "/map", { icon: "map" })] }),
    filter,
    body,
  );
}

/** @param {Point} point @param {(kind: string) => string} labelOf */
const nameCell = (point, labelOf) =>
  h(
    "span",
    { class: "row points-name" },
    h("span", { style: { color: hueOf(kindOf(point)) } }, icon(kindOf(point), { class: "small", label: labelOf(kindOf(point)) })),
    h("span", { class: "ellipsis" }, point.name),
  );

/** @param {Point} point */
function examplesCell({ examples, down }) {
  const more = down - examples.length;
  return [examples.join(", "), more > 0 ? t("common.and_more", { n: more }) : ""].filter(Boolean).join(" ");
}

/** @param {import("./impact.model.js").Impact} impact @param {string} failed */
function impactBody(impact, failed) {
  const part = (/** @type {string} */ state) => {
    const rows = impact.affected.filter((row) => row.state === state);
    return rows.length > 0 && h("section", { class: "stack tight" }, h("h3", {}, t(`map.impact.${state}`)), h("ul", { class: "points-list" }, rows.map(proof)));
  };
  return h(
    "div",
    { class: "stack" },
    h("p", {}, t("map.impact.said", impact.counts)),
    h("div", { class: "row" }, linkButton(t("points.on_map"), mapAddress(failed), { icon: "map", kind: "primary" })),
    part("down"),
    part("degraded"),
    impact.counts.down + impact.counts.degraded === 0 && h("p", { class: "quiet" }, t("map.impact.nothing")),
    !impact.is_complete && h("p", { class: "quiet" }, t("points.more", { n: count(impact.affected.length) })),
  );
}

/** One that stops, and the steps that prove it. @param {Row} row */
function proof(row) {
  const state = stateOf(row);
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        {},
        h("span", { class: `map-impact-sign is-${row.state}`, "aria-hidden": "true" }, SIGNS[state]),
        icon(row.kind, { class: "small" }),
        h("span", { class: "grow ellipsis" }, row.name),
        h("span", { class: "small quiet" }, t(`map.impact.state.${state}`)),
      ),
      h("ol", { class: "map-impact-path" }, row.path.map((step) => h("li", {}, stepText(step)))),
    ),
  );
}
