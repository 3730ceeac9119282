// @ts-check
/**
 * Keyboard shortcuts of the page that is shown; `?` lists them. A sequence such as `g h` waits a second for its end.
 */

/**
 * @typedef {{ keys: string, label: string, run: (event: KeyboardEvent) => void, group?: string,
 *   anywhere?: boolean }} Shortcut
 */

/** @type {Shortcut[]} */
const shortcuts = [];
let begun = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let forget;

/**
 * True where letters belong to what is typed.
 *
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  const element = /** @type {HTMLElement | null} */ (target);
  return Boolean(
    element?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]"),
  );
}

/**
 * True in a menu: what a key of the page would act on is not what the menu was opened for.
 *
 * @param {EventTarget | null} target
 */
const isInMenu = (target) => Boolean(/** @type {HTMLElement | null} */ (target)?.closest?.("[role=menu]"));

/** @param {KeyboardEvent} event */
export function keyName(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  if (event.shiftKey && event.key.length > 1) parts.push("shift");
  parts.push(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  return parts.join("+");
}

/**
 * Adds a shortcut until `signal` aborts.
 *
 * @param {Shortcut} shortcut
 * @param {AbortSignal} [signal]
 */
export function shortcut(shortcut, signal) {
  if (signal?.aborted) return;
  shortcuts.unshift(shortcut);
  signal?.addEventListener("abort", () => shortcuts.splice(shortcuts.indexOf(shortcut), 1), { once: true });
}

/**
 * What can be pressed now, for the help.
 *
 * @returns {Shortcut[]}
 */
export function activeShortcuts() {
  const seen = new Set();
  return shortcuts.filter(({ keys }) => !seen.has(keys) && seen.add(keys)).reverse();
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const name = keyName(event);
  const isBusy = isTyping(event.target) || isInMenu(event.target) || document.querySelector("dialog[open]") !== null;
  const full = begun ? `${begun} ${name}` : name;
  const allowed = shortcuts.filter((one) => one.anywhere || !isBusy);
  const found = allowed.find(({ keys }) => keys === full) ?? allowed.find(({ keys }) => keys === name);
  clearTimeout(forget);
  begun = "";
  if (found) {
    event.preventDefault();
    return found.run(event);
  }
  if (!isBusy && allowed.some(({ keys }) => keys.startsWith(`${name} `))) {
    begun = name;
    forget = setTimeout(() => {
      begun = "";
    }, 1000);
  }
}

export const startKeys = () => document.addEventListener("keydown", pressed);
