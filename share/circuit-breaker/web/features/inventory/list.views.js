// @ts-check
/** Views a person saved: filter, order and columns under a name, in this browser. */
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { openDialog } from "../../ui/dialog.js";
import { openMenu } from "../../ui/menu.js";
import { toast } from "../../ui/toast.js";
import { withoutView, withView } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./query.model.js").ListState} ListState */
/** @typedef {import("./query.model.js").SavedView} SavedView */

/**
 * @param {HTMLElement} anchor
 * @param {{ kind: Kind, state: () => ListState, onState: (state: ListState) => void }} options
 */
export function openViewMenu(anchor, { kind, state, onState }) {
  const key = `views.${kind.name}`;
  /** @type {SavedView[]} */
  const views = readPref(key, []);
  const now = JSON.stringify(state());
  openMenu(anchor, [
    { heading: t("inventory.views") },
    ...(views.length === 0
      ? [{ node: h("p", { class: "small quiet menu-note" }, t("inventory.views_none")) }]
      : views.map((view) => ({
        label: view.name,
        checked: JSON.stringify(view.state) === now,
        run: () => onState(view.state),
      }))),
    "-",
    {
      label: t("inventory.view_save"),
      icon: "add",
      run: () =>
        void askName().then((name) => {
          if (!name) return;
          writePref(key, withView(views, { name, state: state() }));
          toast(t("inventory.view_saved", { name }));
        }),
    },
    ...views.map((view) => ({
      label: t("inventory.view_forget", { name: view.name }),
      icon: "close",
      run: () => writePref(key, withoutView(views, view.name)),
    })),
  ], { label: t("inventory.views") });
}

/** @returns {Promise<string | null>} */
async function askName() {
  const input = h("input", { class: "input", maxLength: 60, autofocus: true, "aria-label": t("inventory.view_name") });
  const name = await openDialog({
    title: t("inventory.view_save"),
    body: (close) =>
      h("form", {
        class: "stack tight",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          close(input.value.trim());
        },
      }, h("label", { class: "field" }, h("span", { class: "field-label" }, t("inventory.view_name")), input)),
    actions: [{ label: t("common.cancel"), value: null }, {
      label: t("common.save"),
      kind: "primary",
      run: () => input.value.trim() || false,
    }],
  });
  return typeof name === "string" ? name : null;
}
