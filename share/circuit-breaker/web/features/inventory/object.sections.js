// @ts-check
/** What an object's panel shows: facts with their source, relations both ways, notes and history. */
import { hueOf, icon } from "../../icons/icons.js";
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, urlOfObject } from "../../lib/kinds.js";
import { copyText, iconButton } from "../../ui/button.js";
import { openMenu } from "../../ui/menu.js";
import { meter, skeleton } from "../../ui/progress.js";
import { statusRing } from "../../ui/status.js";
import { nextAddresses, readHistory, readRelations, readUtilisation } from "./inventory.api.js";
import { historyList } from "./object.history.js";
import { markdown } from "./markdown.js";
import { lower } from "./object.words.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("../../types/inventory.js").Field} Field */
/** @typedef {import("../../types/inventory.js").Thing} Thing */

/** @param {string} title @param {any} content @param {any} [actions] */
export const section = (title, content, actions) =>
  h(
    "section",
    { class: "object-section" },
    h("header", { class: "row between" }, h("h3", {}, title), actions),
    content,
  );

/** @param {Thing} thing */
export const notesSection = (
  thing,
) => (thing.notes ? section(t("inventory.notes"), h("div", { class: "prose" }, markdown(thing.notes))) : null);

/**
 * How full a network is, and what is free next.
 *
 * @param {Thing} thing
 * @param {AbortSignal} signal
 */
export function networkSection(thing, signal) {
  if (!thing.cidr) return null;
  const body = h("div", { class: "stack tight" }, skeleton(1));
  Promise.all([readUtilisation(thing.id, signal), nextAddresses(thing.id, signal).catch(() => [])]).then(
    ([use, next]) => {
      replace(
        body,
        meter(use.percent ?? 0, t("inventory.used_of", { used: use.used, size: use.size })),
        next.length > 0 &&
          h(
            "p",
            { class: "row wrap small" },
            h("span", { class: "quiet" }, t("inventory.next_free")),
            next.map((address) =>
              h("button", {
                type: "button",
                class: "pill mono",
                title: t("common.copy"),
                onclick: () => void copyText(address),
              }, address)
            ),
          ),
      );
    },
  ).catch((error) => {
    if (!isAbort(error)) body.remove();
  });
  return section(t("inventory.addresses"), body);
}

/**
 * Everything that points here and everything this points to, in groups; and what could be added next to it.
 *
 * @param {{ thing: Thing, kind: Kind, kinds: Kind[], signal: AbortSignal, mayEdit: boolean,
 *   onselect?: (ref: { kind: string, id: number }) => boolean, navigate: (url: string) => any }} options
 */
export function relationSection({ thing, kind, kinds, signal, mayEdit, onselect, navigate }) {
  const body = h("div", { class: "stack tight" }, skeleton(3));
  const add = iconButton("add", t("inventory.add_related"), {
    "aria-haspopup": "menu",
    onclick: () => openMenu(add, related(), { label: t("inventory.add_related") }),
  });
  /** Kinds with a reference to this one: their form begins with it filled in. */
  const related = () =>
    kinds.flatMap((one) =>
      one.fields.filter((field) =>
        field.type === "reference" && field.references?.includes(kind.name) && !field.read_only
      )
        .map((field) => ({
          label: `${one.label}`,
          hint: field.label,
          icon: one.name,
          run: () =>
            void navigate(
              `${urlOfObject(kinds, one.name)}?new=1&set=${field.name}:${thing.id}:${
                encodeURIComponent(thing.name ?? "")
              }`,
            ),
        }))
    );
  /** @param {import("../../types/inventory.js").Ref} ref */
  const row = (ref) =>
    h(
      "li",
      {},
      h(
        "a",
        {
          class: "relation",
          href: urlOfObject(kinds, ref.kind, ref.id),
          onclick: (/** @type {MouseEvent} */ event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || !onselect?.(ref)) return;
            event.preventDefault();
            event.stopPropagation();
          },
        },
        h("span", { class: "thing-mark", style: { color: hueOf(ref.kind) } }, icon(ref.kind, { class: "small" })),
        h(
          "span",
          { class: ["grow ellipsis", ["address", "interface"].includes(ref.kind) && "mono"] },
          ref.name || `${kindNamed(kinds, ref.kind)?.label ?? ref.kind} ${ref.id}`,
        ),
        ref.status && statusRing(ref.status),
      ),
    );

  async function load() {
    try {
      const groups = (await readRelations(kind, thing.id, signal)).filter(({ items }) => items.length > 0);
      replace(
        body,
        groups.length === 0
          ? h("p", { class: "small quiet" }, t("inventory.no_relations", { kind: lower(kind.label) }))
          : groups.map(({ label, direction, items }) =>
            h(
              "div",
              { class: "relation-group" },
              h(
                "h4",
                { class: "small quiet" },
                icon(direction === "out" ? "forward" : "back", { class: "small" }),
                label,
                items.length > 1 && ` · ${items.length}`,
              ),
              h("ul", {}, items.slice(0, 30).map(row)),
              items.length > 30 && h("p", { class: "small quiet" }, t("common.and_more", { n: items.length - 30 })),
            )
          ),
      );
    } catch (error) {
      if (!isAbort(error)) replace(body, h("p", { class: "small quiet" }, /** @type {Error} */ (error).message));
    }
  }
  void load();
  const result = {
    element: section(t("inventory.relations"), body, mayEdit && add),
    renew() {
      void load();
      return result;
    },
  };
  return result;
}

/** @param {Thing} thing @param {Kind} kind @param {AbortSignal} signal */
export function historySection(thing, kind, signal) {
  const body = h("div", {}, skeleton(3));
  let isRead = false;
  const element = h(
    "details",
    {
      class: "object-section object-history",
      ontoggle: async () => {
        if (!element.open || isRead) return;
        isRead = true;
        try {
          replace(body, historyList(await readHistory(kind, thing.id, signal), kind));
        } catch (error) {
          isRead = false;
          if (!isAbort(error)) replace(body, h("p", { class: "small quiet" }, /** @type {Error} */ (error).message));
        }
      },
    },
    h("summary", {}, h("h3", {}, t("inventory.history"))),
    body,
  );
  return { element };
}
