// @ts-check
/** Everything that can be documented, and how much of it there is. */
import { hueOf, icon } from "../../icons/icons.js";
import { api } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { loadKinds, urlOfObject } from "../../lib/kinds.js";
import { pageHead } from "../../ui/more.js";

const GROUPS = ["inventory", "network", "organisation", "relation"];
/** Counts are asked a few at a time: who only passes by cancels these few, and not one for each kind. */
const AT_ONCE = 3;

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ signal, title }) {
  title(t("inventory.title"));
  const [kinds] = await Promise.all([loadKinds(signal), stylesheet(new URL("./inventory.css", import.meta.url))]);
  const shown = GROUPS.map((group) => ({ group, own: kinds.filter((kind) => kind.group === group) }))
    .filter(({ own }) => own.length > 0);
  const totals = new Map(shown.flatMap(({ own }) => own).map((kind) => [kind, h("span", { class: "number quiet" })]));
  const waiting = [...totals];
  for (let at = 0; at < AT_ONCE; at += 1) void fill(waiting, signal);
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("inventory.title"), text: t("inventory.overview_text") }),
    shown.map(({ group, own }) =>
      h(
        "section",
        { class: "overview-group" },
        h("h2", {}, t(`inventory.group.${group}`)),
        h("ul", { class: "overview" }, own.map((kind) => card(kind, kinds, /** @type {HTMLElement} */ (totals.get(kind))))),
      )
    ),
  );
}

/**
 * Counts what waits, one kind after the other.
 *
 * @param {[import("../../types/inventory.js").Kind, HTMLElement][]} waiting
 * @param {AbortSignal} signal
 */
async function fill(waiting, signal) {
  for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
    const [kind, total] = next;
    await api.get(kind.path, { query: { limit: 1, count: true }, signal }).then(
      (page) => replace(total, count(page.total)),
      () => {},
    );
  }
}

/**
 * @param {import("../../types/inventory.js").Kind} kind
 * @param {import("../../types/inventory.js").Kind[]} kinds
 * @param {HTMLElement} total
 */
function card(kind, kinds, total) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "overview-card", href: urlOfObject(kinds, kind.name) },
      h("span", { class: "thing-mark", style: { color: hueOf(kind.name) } }, icon(kind.name)),
      h("span", { class: "grow" }, kind.plural),
      total,
    ),
  );
}
