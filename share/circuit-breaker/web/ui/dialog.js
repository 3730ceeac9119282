// @ts-check
import { giveFocusBack, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, iconButton, whileBusy } from "./button.js";
import { keepToasts, toastError } from "./toast.js";

/**
 * @typedef {{ label: string, kind?: "plain" | "primary" | "danger", value?: any, icon?: string,
 *   run?: () => Promise<any> | any, disabled?: boolean, isFirst?: boolean }} DialogAction  `isFirst`: has the focus
 */

/**
 * A decision. Resolves to the chosen action's value (or what its `run` returned, unless that is `false`, which keeps
 * the dialog open), or to null when it was dismissed. `body` may be a function that gets `close`.
 *
 * @param {{ title: string, body?: Node | ((close: (value: any) => void) => Node) | null, actions?: DialogAction[],
 *   wide?: boolean, signal?: AbortSignal, class?: any }} options
 * @returns {Promise<any>}
 */
export function openDialog({ title, body = null, actions = [], wide = false, signal, class: extra }) {
  return new Promise((resolve) => {
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    const heading = h("h2", { id: "dialog-title" }, title);
    /** @param {any} value */
    const close = (value) => {
      if (!element.isConnected) return;
      element.close();
      keepToasts();
      element.remove();
      resolve(value);
      giveFocusBack(before);
    };
    const buttons = actions.map((action) => {
      const one = button(action.label, {
        kind: action.kind,
        icon: action.icon,
        disabled: action.disabled,
        onclick: () =>
          whileBusy(one, async () => {
            try {
              const result = action.run ? await action.run() : action.value;
              if (result !== false || !action.run) close(action.run ? result ?? action.value ?? true : result);
            } catch (error) {
              toastError(error);
            }
          }),
      });
      return one;
    });
    const element = h(
      "dialog",
      {
        class: ["dialog", wide && "wide", extra],
        "aria-labelledby": "dialog-title",
        oncancel: (/** @type {Event} */ event) => {
          event.preventDefault();
          close(null);
        },
        onclick: (/** @type {MouseEvent} */ event) => {
          if (event.target === element) close(null);
        },
      },
      h(
        "div",
        { class: "dialog-box" },
        h(
          "header",
          { class: "dialog-head" },
          heading,
          iconButton("close", t("common.close"), { onclick: () => close(null) }),
        ),
        h("div", { class: "dialog-body" }, typeof body === "function" ? body(close) : body),
        buttons.length > 0 && h("footer", { class: "dialog-foot" }, buttons),
      ),
    );
    document.body.append(element);
    element.showModal();
    const box = /** @type {HTMLElement} */ (element.querySelector(".dialog-body"));
    // A long text has to be scrolled with the keys as well.
    if (!box.querySelector("a, button, input, select, textarea, [tabindex]")) box.tabIndex = 0;
    const first = /** @type {HTMLElement | null} */ (element.querySelector(
      "[autofocus], .dialog-body input, .dialog-body select, .dialog-body textarea",
    ));
    const begun = buttons[actions.findIndex(({ isFirst }) => isFirst)];
    (first ?? begun ?? buttons[buttons.length - 1])?.focus();
    signal?.addEventListener("abort", () => close(null), { once: true });
  });
}

/**
 * Asks before something happens, and says first what else goes with it. `consequences` is the answer of
 * `GET /<path>/:id/consequences`; with blocks in it only the way back is offered.
 *
 * @param {{ title: string, message?: string, verb: string, danger?: boolean, isFinal?: boolean, consequences?: { deletes?: any[],
 *   clears?: any[], blocks?: any[] } | null, describe?: (ref: any) => string, cancel?: string }} options  `isFinal`:
 *   nothing brings it back, so an Enter that was meant for something else leads back
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, message, verb, danger = false, isFinal = false, consequences = null, describe, cancel }) {
  const blocked = (consequences?.blocks?.length ?? 0) > 0;
  const body = h(
    "div",
    { class: "stack" },
    message && h("p", {}, message),
    consequences && consequenceList(consequences, describe),
  );
  /** @type {DialogAction[]} */
  const actions = [{ label: cancel ?? t("common.cancel"), value: false, isFirst: isFinal }];
  if (!blocked) actions.push({ label: verb, kind: danger ? "danger" : "primary", value: true });
  return (await openDialog({ title, body, actions })) === true;
}

/** Names that are read before somebody decides; the rest is a number. */
const MOST_NAMED = 10;

/**
 * @param {{ deletes?: any[], clears?: any[], blocks?: any[] }} consequences
 * @param {(ref: any) => string} [describe]
 */
export function consequenceList({ deletes = [], clears = [], blocks = [] }, describe = (ref) => ref.name) {
  /** @param {string} key @param {any[]} refs @param {string} kind */
  const section = (key, refs, kind) =>
    refs.length > 0 &&
    h(
      "section",
      { class: ["consequences", kind] },
      h("h3", {}, t(`consequences.${key}`, { n: refs.length })),
      h(
        "ul",
        {},
        refs.slice(0, MOST_NAMED).map((ref) =>
          h("li", {}, describe(ref), ref.field && h("span", { class: "quiet" }, ` · ${ref.field}`))
        ),
      ),
      refs.length > MOST_NAMED && h("p", { class: "small quiet" }, t("common.and_more", { n: refs.length - MOST_NAMED })),
    );
  return h(
    "div",
    { class: "stack tight" },
    section("blocks", blocks, "is-bad"),
    section("deletes", deletes, "is-bad"),
    section("clears", clears, "is-warn"),
  );
}
