// @ts-check
/** What an object's panel shows: facts with their source, relations both ways, notes and history. */
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { namesOf } from "../../lib/kinds.js";
import { pointedAt } from "../../lib/values.js";
import { copyText, linkButton } from "../../ui/button.js";
import { meter, skeleton } from "../../ui/progress.js";
import { nextAddresses, readHistory, readUtilisation } from "./inventory.api.js";
import { historyList } from "./object.history.js";
import { markdown } from "../../ui/markdown.js";

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

/** @typedef {{ element: HTMLElement, ready?: Promise<any> }} Section `ready` when it has the height it is going to keep */

/** @param {Thing} thing @returns {Section | null} */
export function notesSection(thing) {
  if (!thing.notes) return null;
  /** @type {() => void} */
  let drawn = () => {};
  const ready = new Promise((done) => void (drawn = () => done(undefined)));
  return { element: section(t("inventory.notes"), markdown(thing.notes, { level: 4, ondrawn: drawn })), ready };
}

/** @param {Thing} thing  a rack: to where it is seen from the front and the rear */
export const rackSection = (thing) =>
  thing.deleted_at ? null : linkButton(t("racks.show"), `/racks/${thing.id}/elevation`, { icon: "rack" });

/**
 * How full a network is, and what is free next.
 *
 * @param {Thing} thing
 * @param {AbortSignal} signal
 */
export function networkSection(thing, signal) {
  if (!thing.cidr) return null;
  const body = h("div", { class: "stack tight" }, skeleton(1));
  const ready = Promise.all([readUtilisation(thing.id, signal), nextAddresses(thing.id, signal).catch(() => [])]).then(
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
  return { element: section(t("inventory.addresses"), body), ready };
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
          const rows = await readHistory(kind, thing.id, signal);
          const pointed = pointedAt(rows.flatMap(({ before, after }) => [before, after]), kind.fields);
          // Without their names they are numbers; that is no reason to show nothing.
          const names = await namesOf(pointed, signal).catch(() => new Map());
          replace(body, historyList(rows, kind, names));
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
