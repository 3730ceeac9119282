// @ts-check
/** Relations both ways: everything that points here, everything this points to, and what could be added next to it. */
import { hueOf, icon } from "../../icons/icons.js";
import { api, isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hasState, kindNamed, lower, urlOfObject } from "../../lib/kinds.js";
import { iconButton } from "../../ui/button.js";
import { openMenu } from "../../ui/menu.js";
import { skeleton } from "../../ui/progress.js";
import { statusRing } from "../../ui/status.js";
import { readRelations } from "./inventory.api.js";
import { section } from "./object.sections.js";
import { groupTitle, isWorthReading, relationRow } from "./relations.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Thing} Thing */
/** @typedef {import("./relations.model.js").RelationRow} RelationRow */
/** @typedef {import("./inventory.api.js").RelationGroup} RelationGroup */
/**
 * @typedef {{ thing: Thing, kind: Kind, kinds: Kind[], signal: AbortSignal, mayEdit: boolean,
 *   onselect?: (ref: { kind: string, id: number }) => boolean, navigate: (url: string) => any }} Options
 */

const SHOWN = 30;

/** @param {Options} options */
export function relationSection(options) {
  const { thing, kind, kinds, signal, mayEdit } = options;
  const body = h("div", { class: "stack tight" }, skeleton(3));
  const add = iconButton("add", t("inventory.add_related"), {
    "aria-haspopup": "menu",
    onclick: () => openMenu(add, related(options), { label: t("inventory.add_related") }),
  });

  async function load() {
    try {
      const groups = (await readRelations(kind, thing.id, signal)).filter(({ items }) => items.length > 0);
      const drawn = await Promise.all(groups.map((group) => groupElement(group, options)));
      const none = h("p", { class: "small quiet" }, t("inventory.no_relations", { kind: lower(kind.label) }));
      replace(body, drawn.length === 0 ? none : drawn);
    } catch (error) {
      if (!isAbort(error)) replace(body, h("p", { class: "small quiet" }, /** @type {Error} */ (error).message));
    }
  }
  const result = {
    /** Resolves when they have been read for the first time. */
    ready: load(),
    element: section(t("inventory.relations"), body, mayEdit && kinds.length > 0 && add),
    renew() {
      void load();
      return result;
    },
  };
  return result;
}

/**
 * Kinds with a reference to this one: their form begins with it filled in.
 *
 * @param {Options} options
 */
const related = ({ thing, kind, kinds, navigate }) =>
  kinds.flatMap((one) =>
    one.fields.filter((field) =>
      field.type === "reference" && field.references?.includes(kind.name) && !field.read_only
    )
      .map((field) => {
        const set = encodeURIComponent(`${field.name}:${thing.id}:${thing.name ?? ""}`);
        const run = () => void navigate(`${urlOfObject(kinds, one.name)}?new=1&set=${set}`);
        return { label: one.label, hint: field.label, icon: one.name, run };
      })
  );

/** @param {RelationGroup} group @param {Options} options */
async function groupElement(group, options) {
  const rows = await rowsOf(group, options);
  const { label, direction, items } = group;
  const more = items.length - rows.length;
  return h(
    "div",
    { class: "relation-group" },
    h(
      "h4",
      { class: "small quiet" },
      icon(direction === "out" ? "forward" : "back", { class: "small" }),
      groupTitle(label),
      items.length > 1 && ` · ${items.length}`,
    ),
    h("ul", {}, rows.map((row) => rowElement(row, options))),
    more > 0 && h("p", { class: "small quiet" }, t("common.and_more", { n: more })),
  );
}

/**
 * Connections, memberships and addresses are read themselves, so that a row can say who is at the other end and how
 * fast.
 * Where that does not work their names must do.
 *
 * @param {RelationGroup} group @param {Options} options
 * @returns {Promise<RelationRow[]>}
 */
async function rowsOf(group, { thing, kinds, signal }) {
  const kind = kindNamed(kinds, group.kind ?? group.items[0]?.kind);
  if (kind && isWorthReading(group, kind)) {
    try {
      const { items } = await api.get(kind.path, { query: { [group.field]: thing.id, limit: SHOWN }, signal });
      const known = new Set(group.items.map(({ id }) => id));
      const found = items.filter((/** @type {Thing} */ { id }) => known.has(id));
      if (found.length > 0) return found.map((/** @type {Thing} */ one) => relationRow(one, kind, group.field));
    } catch (error) {
      if (isAbort(error)) throw error;
    }
  }
  return group.items.slice(0, SHOWN).map((ref) => ({
    kind: ref.kind,
    id: ref.id,
    name: ref.name || `${kindNamed(kinds, ref.kind)?.label ?? ref.kind} ${ref.id}`,
    hint: "",
    status: ref.status ?? null,
    via: null,
  }));
}

/** @param {RelationRow} row @param {Options} options */
function rowElement({ kind, id, name, hint, status, via }, { kinds, onselect }) {
  const isAddress = kind === "address" || kind === "interface";
  return h(
    "li",
    { class: "relation-row" },
    h(
      "a",
      {
        class: "relation",
        href: urlOfObject(kinds, kind, id),
        onclick: (/** @type {MouseEvent} */ event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey || !onselect?.({ kind, id })) return;
          event.preventDefault();
          event.stopPropagation();
        },
      },
      h("span", { class: "thing-mark", style: { color: hueOf(kind) } }, icon(kind, { class: "small" })),
      h("span", { class: ["relation-name ellipsis", isAddress && "mono"] }, name),
      h("span", { class: "grow small quiet ellipsis", title: hint || null }, hint),
      status && hasState(status, kindNamed(kinds, kind)) && statusRing(status),
    ),
    via && h("a", {
      class: "button icon-only ghost relation-via",
      href: urlOfObject(kinds, via.kind, via.id),
      title: t("inventory.open_relation"),
      "aria-label": t("inventory.open_relation"),
    }, icon(via.kind, { class: "small" })),
  );
}
