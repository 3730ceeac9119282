// @ts-check
/** What stands over an empty canvas: that it works on it, what went wrong, what belongs here. */
import { h, replace } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, linkButton } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";

/**
 * @param {{ mayEdit: boolean, onRetry: () => void, onClear: () => void, onSample: () => void }} options
 */
export function mapOver({ mayEdit, onRetry, onClear, onSample }) {
  const element = h("div", { class: "map-over" });
  /** @param {...any} content */
  const card = (...content) => void replace(element, h("div", { class: "map-card" }, content));
  /** @param {string} words */
  const wait = (words) => void replace(element, h("p", { class: "map-wait quiet", role: "status" }, words));
  return {
    element,
    wait,
    /**
     * @param {import("./map.store.js").Progress} progress
     * @param {{ total: number, shown: number, isFiltering: boolean }} counts
     */
    show({ phase, error }, { total, shown, isFiltering }) {
      if (phase === "failed" && total === 0) return card(failed(error, onRetry));
      if (phase === "loading" && total === 0) return wait(t("map.loading"));
      if (total === 0) return card(teach(mayEdit, onSample));
      if (shown === 0 && isFiltering) return card(nothingFits(total, onClear));
      return void replace(element);
    },
  };
}

/** @param {boolean} mayEdit @param {() => void} onSample */
function teach(mayEdit, onSample) {
  const actions = h(
    "div",
    { class: "row wrap" },
    linkButton(t("map.empty_scan"), "/discovery", { kind: "primary", icon: "discovery" }),
    mayEdit && linkButton(t("map.empty_add"), "/hardware?new=1", { icon: "add" }),
    mayEdit && button(t("map.sample.start"), { icon: "map", onclick: onSample }),
  );
  return emptyState({ icon: "map", title: t("map.empty"), text: t("map.empty_text"), action: actions });
}

/** @param {number} total @param {() => void} onClear */
function nothingFits(total, onClear) {
  const text = t("map.no_match_text", { total: count(total) });
  return emptyState({
    icon: "filter",
    title: t("map.no_match"),
    text,
    action: button(t("map.clear"), { onclick: onClear }),
  });
}

/** A link may lead to a map that was deleted. @param {any} error @param {() => void} onRetry */
function failed(error, onRetry) {
  const state = errorState(error, onRetry);
  if (error?.status === 404) state.append(linkButton(t("map.maps.to_first"), "/map", { icon: "map" }));
  return state;
}
