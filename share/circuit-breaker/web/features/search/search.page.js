// @ts-check
/** Everything that was found, by kind. The palette is for jumping; this is for looking around. */
import { hueOf, icon } from "../../icons/icons.js";
import { isAbort } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { newest } from "../../lib/newest.js";
import { hasState, kindNamed, loadKinds, urlOfObject } from "../../lib/kinds.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { filterField, pageHead } from "../../ui/more.js";
import { queryHelpButton } from "../../ui/query-help.js";
import { skeleton } from "../../ui/progress.js";
import { statusRing } from "../../ui/status.js";
import { search } from "./search.api.js";
import { byKind, marked, snippetWords } from "./search.model.js";

const STEP = 60;

/** @param {import("../../types/page.js").PageContext} context @returns {Promise<HTMLElement>} */
export async function page({ query, signal, setQuery, title, stay }) {
  title(t("search.title"));
  const [kinds] = await Promise.all([loadKinds(signal), stylesheet(new URL("./search.css", import.meta.url))]);
  let q = query.get("q") ?? "";
  let kind = query.get("kind");
  let limit = STEP;
  const next = newest(signal);
  const results = h("div", { class: "search-results", "aria-live": "polite" });
  const field = filterField({
    value: q,
    label: t("search.label"),
    placeholder: t("search.placeholder"),
    onchange: (text) => {
      q = text;
      limit = STEP;
      setQuery({ q });
      void find();
    },
  });

  async function find() {
    const ended = next();
    if (q === "") {
      const say = { title: t("search.title"), text: t("search.hint"), example: t("search.example") };
      return void replace(results, emptyState({ icon: "search", ...say }));
    }
    const wait = setTimeout(() => replace(results, skeleton(8)), 150);
    try {
      const hits = await search(q, { kind, limit, signal: ended });
      clearTimeout(wait);
      replace(
        results,
        hits.length === 0
          ? emptyState({ icon: "search", title: t("search.nothing", { q }), text: t("search.nothing_text") })
          : groups(hits),
      );
    } catch (error) {
      clearTimeout(wait);
      if (isAbort(error)) return;
      const queried = /** @type {any} */ (error).fields?.q;
      if (queried) replace(results, h("p", { class: "filter-problem" }, queried));
      else replace(results, errorState(error, () => void find()));
    }
  }

  /** @param {import("./search.api.js").Hit[]} hits */
  const groups = (hits) => [
    h(
      "div",
      { class: "row wrap between" },
      h("p", { class: "quiet small", role: "status" }, t(hits.length >= limit ? "search.first" : "search.found", { n: hits.length })),
      kindChoice(hits),
    ),
    byKind(hits).map(([name, own]) =>
      h(
        "section",
        { class: "search-group" },
        h(
          "h2",
          {},
          icon(name, { class: "small" }),
          kindNamed(kinds, name)?.plural ?? name,
          h("span", { class: "quiet" }, ` ${own.length}`),
        ),
        h("ul", {}, own.map(row)),
      )
    ),
    hits.length >= limit && h("button", {
      type: "button",
      class: "button",
      onclick: () => {
        limit += STEP;
        void find();
      },
    }, t("search.more")),
  ];

  /** @param {import("./search.api.js").Hit} hit */
  const row = (hit) =>
    h(
      "li",
      {},
      h(
        "a",
        { class: "search-hit", href: urlOfObject(kinds, hit.kind, hit.id) },
        h("span", { style: { color: hueOf(hit.kind) } }, icon(hit.kind, { class: "small" })),
        hasState(hit.status, kindNamed(kinds, hit.kind)) && statusRing(hit.status),
        h("span", { class: "search-name ellipsis" }, pieces(hit.name || `#${hit.id}`)),
        h("span", { class: "grow small quiet ellipsis" }, hit.snippet ? pieces(snippetWords(hit.snippet, kindNamed(kinds, hit.kind))) : null),
      ),
    );

  /** @param {string} text */
  const pieces = (text) => marked(text, q).map((piece) => (piece.isHit ? h("mark", {}, piece.text) : piece.text));

  /** @param {import("./search.api.js").Hit[]} hits */
  function kindChoice(hits) {
    const names = [...new Set([...(kind ? [kind] : []), ...hits.map((hit) => hit.kind)])];
    const select = h(
      "select",
      {
        class: "input",
        "aria-label": t("search.all_kinds"),
        onchange: () => {
          kind = select.value || null;
          setQuery({ kind });
          void find();
        },
      },
      h("option", { value: "" }, t("search.all_kinds")),
      names.map((name) => h("option", { value: name }, kindNamed(kinds, name)?.plural ?? name)),
    );
    select.value = kind ?? "";
    return select;
  }

  stay((_, asked) => {
    q = asked.get("q") ?? "";
    kind = asked.get("kind");
    field.value = q;
    void find();
  });
  void find();
  setTimeout(() => field.focus());
  const line = h("div", { class: "row" }, field, queryHelpButton());
  return h("section", { class: "page narrow search-page" }, pageHead({ title: t("search.title") }), line, results);
}
