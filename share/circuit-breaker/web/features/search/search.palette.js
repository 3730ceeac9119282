// @ts-check
/** What the command palette finds: documented objects, lists, and "Add hardware" and the like. */
import { hueOf } from "../../icons/icons.js";
import { t } from "../../lib/i18n.js";
import { kindNamed, loadKinds, lower, urlOfObject } from "../../lib/kinds.js";
import { fittingItems } from "../../ui/palette.js";
import { openQueryHelp } from "../../ui/query-help.js";
import { search } from "./search.api.js";
import { snippetWords } from "./search.model.js";

/**
 * @param {{ session: import("../../lib/session.js").Session }} parts
 * @returns {import("../../ui/palette.js").PaletteSource[]}
 */
export const paletteSources = ({ session }) => [
  {
    id: "objects",
    label: t("search.objects"),
    order: 10,
    load: (text, signal) => (text.length === 0 ? [] : objects(text, signal)),
  },
  { id: "lists", label: t("search.lists"), order: 52, load: (text) => (text === "" ? [] : lists(text)) },
  {
    id: "add",
    label: t("search.add"),
    order: 55,
    load: (text) => (text === "" || !session.may("inventory.edit") ? [] : additions(text)),
  },
];

/** @param {string} text @param {AbortSignal} signal */
async function objects(text, signal) {
  const [kinds, hits] = await Promise.all([
    loadKinds(signal),
    search(text, { limit: 8, signal }).catch((error) => {
      const queried = error.fields?.q;
      if (!queried) throw error;
      return queried;
    }),
  ]);
  if (typeof hits === "string") return [{ label: t("query.help"), hint: hits, icon: "question", run: () => void openQueryHelp() }];
  const items = hits.map((hit) => ({
    label: hit.name || `${kindNamed(kinds, hit.kind)?.label ?? hit.kind} ${hit.id}`,
    hint: [kindNamed(kinds, hit.kind)?.label, snippetWords(hit.snippet, kindNamed(kinds, hit.kind))].filter(Boolean).join(" · "),
    icon: hit.kind,
    hue: hueOf(hit.kind),
    href: urlOfObject(kinds, hit.kind, hit.id),
  }));
  const all = {
    label: t("search.all_results", { q: text }),
    icon: "search",
    href: `/search?q=${encodeURIComponent(text)}`,
  };
  return items.length >= 8 ? [...items, all] : items;
}

/** @param {string} text */
async function lists(text) {
  const kinds = await loadKinds();
  return fittingItems(
    kinds.map((kind) => ({
      label: kind.plural,
      icon: kind.name,
      hue: hueOf(kind.name),
      href: urlOfObject(kinds, kind.name),
    })),
    text,
  ).slice(0, 5);
}

/** @param {string} text */
async function additions(text) {
  const kinds = await loadKinds();
  const all = kinds.map((kind) => ({
    label: t("search.add_kind", { kind: lower(kind.label) }),
    icon: "add",
    href: `${urlOfObject(kinds, kind.name)}?new=1`,
  }));
  return fittingItems(all, text).slice(0, 5);
}
