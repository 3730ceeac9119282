// @ts-check
import { h, setStyle } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { t } from "../lib/i18n.js";

/**
 * Grey bars in the shape of what is coming.
 *
 * @param {number} [lines]
 */
export const skeleton = (lines = 6) =>
  h(
    "div",
    { class: "skeleton", role: "status", "aria-busy": "true", "aria-label": t("common.loading") },
    Array.from({ length: lines }, (_, index) => h("span", { style: { width: `${92 - ((index * 37) % 45)}%` } })),
  );

/**
 * A bar for long work. `set(done, total)`; unknown totals run.
 *
 * @param {string} label
 */
export function progressBar(label) {
  // In a region that is read out, each step would be.
  const fill = h("span"), words = h("span", { class: "small quiet number", "aria-hidden": "true" });
  const bar = h("div", {
    class: "progress-bar is-running",
    role: "progressbar",
    "aria-label": label,
    "aria-valuemin": "0",
    "aria-valuemax": "100",
  }, fill);
  const element = h(
    "div",
    { class: "progress" },
    h("div", { class: "row between" }, h("span", { class: "small" }, label), words),
    bar,
  );
  return {
    element,
    /** @param {number} done @param {number | null} total */
    set(done, total) {
      const share = total ? Math.min(100, (100 * done) / total) : null;
      bar.classList.toggle("is-running", share === null);
      if (share !== null) bar.setAttribute("aria-valuenow", String(Math.round(share)));
      setStyle(fill, { width: share === null ? null : `${share}%` });
      words.textContent = total ? t("common.done_of", { done, total }) : count(done);
      bar.setAttribute("aria-valuetext", words.textContent);
    },
  };
}

/**
 * A thin meter with its number: disk usage, address usage.
 *
 * @param {number} share 0…100
 * @param {string} text @param {string | null} [short]  the same beside a heading that says what it is
 */
export function meter(share, text, short = null) {
  const level = share >= 90 ? "is-bad" : share >= 75 ? "is-warn" : "is-ok";
  return h(
    "span",
    { class: "meter", title: text },
    h(
      "span",
      { class: "meter-track", role: "img", "aria-label": text },
      h("span", { class: ["meter-fill", level], style: { width: `${Math.max(0, Math.min(100, share))}%` } }),
    ),
    h("span", { class: ["small number", short !== null && "is-long"] }, text),
    short !== null && h("span", { class: "small number is-short", "aria-hidden": "true" }, short),
  );
}
