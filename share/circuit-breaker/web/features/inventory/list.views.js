// @ts-check
/** Views a person saved: filter, order and columns under a name. They are with the account, and may be shared. */
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { readPref, writePref } from "../../lib/prefs.js";
import { openDialog } from "../../ui/dialog.js";
import { openMenu } from "../../ui/menu.js";
import { toast, toastError } from "../../ui/toast.js";
import { changeView, createView, deleteView, readViews } from "./inventory.api.js";
import { isShownBy, stateOfView, viewOf } from "./query.model.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */
/** @typedef {import("./query.model.js").ListState} ListState */
/** @typedef {import("./query.model.js").SavedView} SavedView */

/**
 * @param {HTMLElement} anchor
 * @param {{ kind: Kind, state: () => ListState, onState: (state: ListState) => void,
 *   session: import("../../lib/session.js").Session, signal: AbortSignal }} options
 */
export async function openViewMenu(anchor, options) {
  const { kind, state, onState, session, signal } = options;
  /** @type {SavedView[]} */
  let views;
  try {
    views = await readViews(kind, signal);
    if (session.user) views.push(...await movedFromBrowser(kind, views));
  } catch (error) {
    return void toastError(error);
  }
  const me = session.user?.id;
  const mine = views.filter(({ owner_id: owner }) => owner === me);
  const others = views.filter(({ owner_id: owner }) => owner !== me);
  const now = state();
  const item = (/** @type {SavedView} */ view) => ({
    label: view.name,
    hint: view.owner_id === me ? (view.is_shared ? t("views.shared") : "") : view.owner,
    checked: isShownBy(view, now),
    run: () => onState(stateOfView(view, state())),
  });
  const shown = mine.find((view) => isShownBy(view, now)) ?? null;
  openMenu(anchor, [
    { heading: t("inventory.views") },
    ...(mine.length === 0 ? [{ node: h("p", { class: "small quiet menu-note" }, t("inventory.views_none")) }] : mine.map(item)),
    ...(others.length > 0 ? [{ heading: t("views.of_others") }, ...others.map(item)] : []),
    ...(me ? ["-", ...actions(options, mine, shown)] : []),
  ], { label: t("inventory.views") });
}

/**
 * @param {Parameters<typeof openViewMenu>[1]} options @param {SavedView[]} mine @param {SavedView | null} shown
 * @returns {any[]}
 */
function actions({ kind, state, session }, mine, shown) {
  const mayShare = session.may("inventory.edit");
  return [
    {
      label: t("inventory.view_save"),
      icon: "add",
      run: () =>
        void askView(mayShare).then(async (answer) => {
          if (!answer) return;
          const old = mine.find(({ name }) => name.toLowerCase() === answer.name.toLowerCase());
          const body = { ...viewOf(state()), is_shared: answer.isShared };
          await (old ? changeView(old, body) : createView({ kind: kind.name, name: answer.name, ...body }));
          toast(t("views.saved", { name: answer.name }));
        }).catch(toastError),
    },
    ...(shown && mayShare
      ? [{
        label: t(shown.is_shared ? "views.unshare" : "views.share", { name: shown.name }),
        icon: "users",
        run: () => void changeView(shown, { is_shared: !shown.is_shared }).then(() => toast(t("views.saved", { name: shown.name })), toastError),
      }]
      : []),
    ...mine.map((view) => ({
      label: t("inventory.view_forget", { name: view.name }),
      icon: "close",
      run: () => void deleteView(view).then(() =>
        toast(t("views.forgotten", { name: view.name }), {
          action: {
            label: t("inventory.undo"),
            run: () => void createView(viewAgain(view)).then(() => toast(t("views.saved", { name: view.name })), toastError),
          },
        }), toastError),
    })),
  ];
}

/** @param {SavedView} view */
const viewAgain = ({ kind, name, q, filters, sort, columns, is_shared: isShared }) => ({
  kind, name, q, filters, sort, columns, is_shared: isShared,
});

/**
 * Views that this browser kept before they were with the account: they are taken over once.
 *
 * @param {Kind} kind @param {SavedView[]} known @returns {Promise<SavedView[]>}
 */
async function movedFromBrowser(kind, known) {
  const key = `views.${kind.name}`;
  /** @type {{ name: string, state: ListState }[]} */
  const kept = readPref(key, []);
  if (kept.length === 0) return [];
  writePref(key, []);
  const names = new Set(known.map(({ name }) => name.toLowerCase()));
  const moved = [];
  for (const { name, state } of kept) {
    if (names.has(name.toLowerCase())) continue;
    // One that its list cannot read any more is let go.
    const made = await createView({ kind: kind.name, name, ...viewOf(state) }).catch(() => null);
    if (made) moved.push(made);
  }
  return moved;
}

/** @param {boolean} mayShare @returns {Promise<{ name: string, isShared: boolean } | null>} */
async function askView(mayShare) {
  const input = h("input", { class: "input", maxLength: 60, autofocus: true, "aria-label": t("inventory.view_name") });
  const shared = h("input", { type: "checkbox" });
  const read = () => input.value.trim() && { name: input.value.trim(), isShared: shared.checked };
  const answer = await openDialog({
    title: t("inventory.view_save"),
    body: (close) =>
      h("form", {
        class: "stack tight",
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          if (read()) close(read());
        },
      }, h("label", { class: "field" }, h("span", { class: "field-label" }, t("inventory.view_name")), input),
        mayShare && h("label", { class: "row" }, shared, t("views.share_this"))),
    actions: [{ label: t("common.cancel"), value: null }, {
      label: t("common.save"),
      kind: "primary",
      run: () => read() || false,
    }],
  });
  return answer && typeof answer === "object" ? answer : null;
}
