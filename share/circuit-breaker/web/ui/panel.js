// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { giveFocusBack, h, on, replace, setStyle } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { readPref, writePref } from "../lib/prefs.js";
import { iconButton } from "./button.js";
import { isTyping } from "./keys.js";

/**
 * The panel on the right: one at a time, over the map and beside lists, full width on phones. Its place is the
 * shell's `<aside id="panel">`.
 *
 * @typedef {{ title: string, subtitle?: Node | string | null, icon?: string, hue?: string, body: Node,
 *   actions?: Node[], footer?: Node | null,
 *   onclose?: () => void, guard?: () => string | null, signal?: AbortSignal, focus?: boolean }} PanelOptions
 * @typedef {{ element: HTMLElement, body: HTMLElement, close: (force?: boolean) => Promise<boolean>,
 *   setTitle: (title: string) => void, signal: AbortSignal }} Panel
 */

const NARROWEST = 320;
/** @type {{ panel: Panel, options: PanelOptions, end: AbortController, before: Element | null } | null} */
let open = null;
/** @type {(reason: string) => Promise<boolean>} */
let mayLeave = async () => true;

/** Where the panel fills the window, what lies under it cannot be reached by the keys either. */
const narrow = typeof matchMedia === "function" ? matchMedia("(max-width: 760px)") : null;
narrow?.addEventListener("change", cover);
function cover() {
  for (const one of document.querySelectorAll(".skip, #bar, #rail, #main, #dock")) {
    one.toggleAttribute("inert", open !== null && narrow?.matches === true);
  }
}

/**
 * Set by the shell.
 *
 * @param {(reason: string) => Promise<boolean>} ask
 */
export const configurePanel = (ask) => void (mayLeave = ask);
/** The sentence of what would be lost, or null. */
export const panelGuard = () => open?.options.guard?.() ?? null;
/**
 * The open panel, or null.
 *
 * @returns {Panel | null}
 */
export const currentPanel = () => open?.panel ?? null;

/**
 * Keeps the panel's place while what opens it is fetched: nothing that is seen by then has to make room for it later.
 *
 * @param {() => Promise<any>} opens
 */
export async function expectPanel(opens) {
  const slot = document.getElementById("panel");
  if (slot && !open) place(slot);
  await opens().finally(forget);
}

/** What was expected did not come. */
function forget() {
  const slot = document.getElementById("panel");
  if (slot && !open) leave(slot);
}

/** @param {HTMLElement} slot */
function place(slot) {
  setStyle(slot, { width: `${readPref("panel.width", 420)}px` });
  slot.hidden = false;
  document.documentElement.classList.add("has-panel");
}

/** @param {HTMLElement} slot */
function leave(slot) {
  slot.hidden = true;
  replace(slot);
  document.documentElement.classList.remove("has-panel");
}

/**
 * Opens the panel, in place of the one that is open. Resolves to null if that one may not be left.
 *
 * @param {PanelOptions} options
 * @returns {Promise<Panel | null>}
 */
export async function openPanel(options) {
  const replaced = open, before = replaced?.before ?? document.activeElement;
  if (replaced && !(await closePanel(false, true))) return null;
  const slot = /** @type {HTMLElement} */ (document.getElementById("panel"));
  const end = new AbortController();
  const title = h("h2", { class: "grow", tabIndex: -1 }, options.title),
    body = h("div", { class: "panel-body" }, options.body);
  const mark = options.icon
    ? h("span", { class: "panel-mark", style: { color: options.hue ?? "var(--accent)" } }, drawIcon(options.icon))
    : null;
  const element = h(
    "div",
    { class: "panel-box" },
    handle(slot, end.signal),
    h(
      "header",
      { class: "panel-head" },
      mark,
      h("div", { class: "grow" }, title, options.subtitle && h("div", { class: "small quiet" }, options.subtitle)),
      options.actions,
      iconButton("close", t("common.close_panel"), { onclick: () => void closePanel() }),
    ),
    body,
    options.footer && h("footer", { class: "panel-foot" }, options.footer),
  );
  /** @type {Panel} */
  const panel = {
    element,
    body,
    signal: end.signal,
    close: (force) => (open?.panel === panel ? closePanel(force) : Promise.resolve(true)),
    setTitle: (text) => void replace(title, text),
  };
  open = { panel, options, end, before };
  replace(slot, element);
  slot.setAttribute("aria-label", options.title);
  place(slot);
  cover();
  on(document, "keydown", (event) => {
    const inside = slot.contains(event.target);
    if (event.key !== "Escape" || event.defaultPrevented || (!inside && isTyping(event.target))) return;
    if (document.querySelector("dialog[open], [role=menu]")) return;
    event.preventDefault();
    void closePanel();
  }, end.signal);
  options.signal?.addEventListener("abort", () => {
    if (open?.panel === panel) void closePanel(true);
  }, { once: true });
  if (options.focus !== false) title.focus({ preventScroll: true });
  return panel;
}

/** @param {boolean} [force]  without asking @param {boolean} [replacing] @returns {Promise<boolean>} */
export async function closePanel(force = false, replacing = false) {
  if (!open) {
    forget();
    return true;
  }
  const reason = force ? null : panelGuard();
  if (reason && !(await mayLeave(reason))) return false;
  const { end, options, before } = open;
  open = null;
  end.abort();
  const slot = /** @type {HTMLElement} */ (document.getElementById("panel"));
  // Who works elsewhere by now, in a list beside it or in a dialog, stays there.
  const now = document.activeElement;
  const isWithin = !now || now === document.body || slot.contains(now);
  if (!replacing) {
    leave(slot);
    cover();
    if (isWithin) giveFocusBack(before);
  }
  options.onclose?.();
  return true;
}

/**
 * The edge that resizes, by mouse and by arrow keys.
 *
 * @param {HTMLElement} slot
 * @param {AbortSignal} signal
 */
function handle(slot, signal) {
  const grip = h("div", {
    class: "panel-grip",
    role: "separator",
    tabIndex: 0,
    "aria-orientation": "vertical",
    "aria-label": t("common.resize_panel"),
    "aria-valuenow": readPref("panel.width", 420),
    "aria-valuemin": NARROWEST,
  });
  /** @param {number} width */
  const resize = (width) => {
    const bounded = Math.round(Math.max(NARROWEST, Math.min(innerWidth * 0.8, width)));
    setStyle(slot, { width: `${bounded}px` });
    grip.setAttribute("aria-valuenow", String(bounded));
    writePref("panel.width", bounded);
  };
  on(grip, "pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    const move = (/** @type {PointerEvent} */ moved) => resize(innerWidth - moved.clientX);
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), { once: true });
  }, signal);
  on(grip, "keydown", (event) => {
    const step = { ArrowLeft: 24, ArrowRight: -24 }[/** @type {string} */ (event.key)];
    if (step) {
      event.preventDefault();
      resize(slot.offsetWidth + step);
    }
  }, signal);
  return grip;
}

/**
 * Facts as a two-column list; facts without a value are left out unless `all`.
 *
 * @param {[string, any, (string | null)?][]} facts  label, value, source
 * @param {{ all?: boolean }} options
 */
export function factList(facts, { all = false } = {}) {
  const shown = facts.filter(([, value]) => all || (value !== null && value !== undefined && value !== ""));
  return h(
    "dl",
    { class: "facts" },
    shown.map((
      [label, value, source],
    ) => [
      h("dt", {}, label),
      h("dd", {}, value ?? "—", source && h("span", { class: "fact-source", title: t("common.source", { source }) }, source)),
    ]),
  );
}
