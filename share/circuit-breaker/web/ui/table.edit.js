// @ts-check
/** Editing a cell where it stands: the pencil that shows at a cell, and the little form over it. */
import { h, on, replace, setStyle, uid } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, iconButton, whileBusy } from "./button.js";

/**
 * One pencil for the whole table: it goes to the cell under the pointer. With the keyboard, F2 does the same.
 *
 * @param {{ element: HTMLElement, isEditable: (column: string) => boolean,
 *   onedit: (index: number, column: string, cell: HTMLElement) => void, signal: AbortSignal }} options
 */
export function cellPencil({ element, isEditable, onedit, signal }) {
  const pencil = iconButton("edit", t("list.edit_cell"), {
    class: "cell-pencil",
    tabIndex: -1,
    onclick: (/** @type {Event} */ event) => {
      event.stopPropagation();
      const cell = /** @type {HTMLElement | null} */ (pencil.closest(".table-cell"));
      const row = cell?.closest(".table-row");
      if (cell && row) onedit(Number(row.getAttribute("aria-rowindex")) - 2, cell.dataset.column ?? "", cell);
    },
  });
  on(element, "pointerover", (event) => {
    if (/** @type {PointerEvent} */ (event).pointerType === "touch") return;
    const cell = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(".table-row .table-cell"));
    if (cell === pencil.parentElement) return;
    if (cell?.dataset.column && isEditable(cell.dataset.column)) cell.append(pencil);
    else pencil.remove();
  }, signal);
  on(element, "pointerleave", () => pencil.remove(), signal);
}

/**
 * The form over a cell. It stays open with what was typed until it was saved or given up.
 *
 * @param {{ cell: HTMLElement, label: string, control: import("./fields.js").Control, describedBy: string,
 *   onsave: () => Promise<boolean>, onmove: (step: 1 | -1) => void, onclose: () => void, signal: AbortSignal }} options
 *   `onsave` resolves to whether it may close
 */
export function cellEditor({ cell, label, control, describedBy, onsave, onmove, onclose, signal }) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const end = new AbortController();
  const problem = h("div", { id: describedBy, class: "cell-problem", role: "alert" });
  const save = button(t("common.save"), { kind: "primary", small: true, onclick: () => void run() });
  const element = h(
    "div",
    { class: "cell-editor", role: "dialog", "aria-label": label, id: uid("cell") },
    h("label", { class: "field-label", htmlFor: control.input.id }, label),
    control.element,
    problem,
    h("div", { class: "row" }, save, button(t("common.cancel"), { small: true, kind: "ghost", onclick: () => close() })),
  );
  /** @param {boolean} [refocus] */
  function close(refocus = true) {
    if (!element.isConnected) return;
    end.abort();
    element.remove();
    if (refocus) before?.focus?.({ preventScroll: true });
    onclose();
  }
  /** @param {1 | -1 | 0} [step] */
  const run = (step = 0) =>
    whileBusy(save, async () => {
      if (!await onsave()) return;
      close(step === 0);
      if (step !== 0) onmove(step);
    });
  on(element, "keydown", (event) => {
    const { key, shiftKey } = /** @type {KeyboardEvent} */ (event);
    // A list that took the key, to choose or to close, keeps it.
    if (event.defaultPrevented) return event.stopPropagation();
    if (key === "Escape") close();
    else if (key === "Enter" && event.target === control.input) void run();
    else if (key === "Tab" && event.target === control.input) void run(shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, end.signal);
  signal.addEventListener("abort", () => close(false), { once: true, signal: end.signal });
  document.body.append(element);
  const box = cell.getBoundingClientRect();
  const width = Math.min(Math.max(box.width, 240), innerWidth - 16);
  setStyle(element, { width: `${width}px`, left: `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px` });
  const height = element.getBoundingClientRect().height;
  setStyle(element, { top: `${Math.max(8, Math.min(box.top - 4, innerHeight - height - 8))}px` });
  control.input.focus();
  /** @type {HTMLInputElement} */ (control.input).select?.();
  return {
    close,
    /** @param {any[]} content */
    say: (...content) => replace(problem, ...content),
  };
}
