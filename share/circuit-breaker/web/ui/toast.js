// @ts-check
import { icon } from "../icons/icons.js";
import { isAbort } from "../lib/api.js";
import { giveFocusBack, h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { iconButton } from "./button.js";

/** @type {HTMLElement | null} */
let region = null;

function place() {
  region ??= h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  // A modal dialog hides everything outside of it from readers and clicks, so the region moves into it.
  const home = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  if (region.parentElement !== home) home.append(region);
  return region;
}

/** What was said inside a dialog stays when the dialog closes. */
export function keepToasts() {
  if (region) place();
}

/**
 * A sentence that goes away by itself, though not from under the hand that reaches for it. Returns a function that takes it away
 * at once.
 *
 * @param {string | HTMLElement} message
 * @param {{ kind?: "ok" | "info" | "bad", action?: { label: string, run: () => void }, seconds?: number }} options
 */
export function toast(message, { kind = "ok", action, seconds = kind === "bad" ? 12 : action ? 8 : 4 } = {}) {
  const marks = { ok: "ok", info: "info", bad: "error" };
  const element = h(
    "div",
    { class: ["toast", `is-${kind}`], role: kind === "bad" ? "alert" : null },
    icon(marks[kind]),
    h("div", { class: "grow" }, message),
    action && h("button", {
      type: "button",
      class: "button small",
      onclick: () => {
        action.run();
        away();
      },
    }, action.label),
    iconButton("close", t("common.close"), { onclick: () => away() }),
  );
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stay = () => clearTimeout(timer);
  const wait = () => {
    stay();
    if (Number.isFinite(seconds)) timer = setTimeout(() => away(), seconds * 1000);
  };
  wait();
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) element.addEventListener(name, wait);
  /** Who came here by keys goes back there. @type {Element | null} */
  let before = null;
  element.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget instanceof Element && !element.contains(relatedTarget)) before = relatedTarget;
  });
  function away() {
    stay();
    const hadFocus = element.contains(document.activeElement);
    element.remove();
    if (hadFocus) giveFocusBack(before);
  }
  place().append(element);
  return away;
}

/**
 * Shows an error unless it is an aborted request.
 *
 * @param {any} error
 * @param {string} [what]  what was tried, as a sentence start
 */
export function toastError(error, what) {
  if (isAbort(error)) return;
  const id = error?.requestId ? ` (request ${error.requestId})` : "";
  toast([what, `${error?.message ?? error}${error?.status >= 500 ? id : ""}`].filter(Boolean).join(" "), {
    kind: "bad",
  });
}
