// @ts-check
import { h } from "../lib/dom.js";
import { exactTime, relativeTime } from "../lib/format.js";

/**
 * All shown times; one timer keeps them true.
 *
 * @type {Set<WeakRef<HTMLTimeElement>>}
 */
const shown = new Set();
let started = false;

/**
 * "3 minutes ago", with the exact time on hover; stays true while it is shown.
 *
 * @param {string | null | undefined} instant
 * @param {string} [none]
 */
export function timeAgo(instant, none = "—") {
  if (!instant) return h("span", { class: "quiet" }, none);
  const element = h("time", { dateTime: instant, title: exactTime(instant), class: "nowrap" }, relativeTime(instant));
  shown.add(new WeakRef(element));
  if (!started) {
    started = true;
    setInterval(renew, 20_000);
  }
  return element;
}

/**
 * The exact time, with the relative one on hover.
 *
 * @param {string | null | undefined} instant
 */
export const timeExact = (instant) =>
  instant
    ? h("time", { dateTime: instant, title: relativeTime(instant), class: "nowrap" }, exactTime(instant))
    : h("span", { class: "quiet" }, "—");

function renew() {
  for (const reference of shown) {
    const element = reference.deref();
    if (!element) shown.delete(reference);
    else if (element.isConnected) element.textContent = relativeTime(element.dateTime);
  }
}
