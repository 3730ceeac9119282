// @ts-check
import { on } from "../lib/dom.js";
import { isTyping } from "./keys.js";
import { moved } from "./table.model.js";

/**
 * The keyboard of a table, which hears keys pressed elsewhere on the page as well.
 *
 * @param {{ element: HTMLElement, keys: Record<string, (row: any) => void>, signal: AbortSignal, count: () => number,
 *   active: () => number, page: () => number, row: () => any, onmove: (index: number) => void,
 *   onopen: ((row: any) => void) | undefined, onmark: (() => void) | null }} table  `page`: rows in sight
 */
export function tableKeys({ element, keys, signal, count, active, page, row, onmove, onopen, onmark }) {
  /** Whether a key pressed outside of the table is still meant for it. @param {string} name @param {Element} target */
  function isMeant(name, target) {
    if (element.contains(target)) return true;
    if (target.closest("#panel, [role=menu], [role=tablist]")) return false;
    return name === "Enter" ? !target.closest("button, a") : ["j", "k", "x"].includes(name) || Object.hasOwn(keys, name);
  }
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {Element} */ (event.target);
    if (isTyping(target) || !element.isConnected || !isMeant(event.key, target)) return;
    if (document.querySelector("dialog[open]")) return;
    const to = moved(event.key, active(), count(), page());
    const current = row();
    if (to !== null) onmove(to);
    else if (event.key === "Enter" && current && onopen && !target.closest("button, input")) onopen(current);
    else if (event.key === "x" && onmark && current) onmark();
    else if (event.key !== "Enter" && keys[event.key] && current) keys[event.key](current);
    else return;
    event.preventDefault();
  }
  on(document, "keydown", pressed, signal);
}
