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

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ signal, title }) {
  title(t("inventory.title"));
  const [kinds] = await Promise.all([loadKinds(signal), stylesheet(new URL("./inventory.css", import.meta.url))]);
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("inventory.title"), text: t("inventory.overview_text") }),
    GROUPS.map((group) => {
      const own = kinds.filter((kind) => kind.group === group);
      return own.length > 0 &&
        h(
          "section",
          { class: "overview-group" },
          h("h2", {}, t(`inventory.group.${group}`)),
          h("ul", { class: "overview" }, own.map((kind) => card(kind, kinds, signal))),
        );
    }),
  );
}

/**
 * @param {import("../../types/inventory.js").Kind} kind
 * @param {import("../../types/inventory.js").Kind[]} kinds
 * @param {AbortSignal} signal
 */
function card(kind, kinds, signal) {
  const total = h("span", { class: "number quiet" });
  api.get(kind.path, { query: { limit: 1, count: true }, signal }).then(
    (page) => replace(total, count(page.total)),
    () => {},
  );
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
