// @ts-check
import { icon } from "../icons/icons.js";
import { branding, pictureOf } from "../lib/branding.js";
import { h, replace, setStyle } from "../lib/dom.js";

/**
 * The mark of this installation: its own logo, or ours.
 *
 * @param {AbortSignal} [signal]
 */
export function brandMark(signal) {
  const element = h("span", { class: "brand-mark", "aria-hidden": "true" });
  branding.watch((now) => {
    const src = pictureOf(now, "logo");
    replace(element, src ? h("img", { src, alt: "" }) : icon("mark"));
  }, signal);
  return element;
}

/**
 * Lays the background of the sign-in page below a page without the shell.
 *
 * @param {HTMLElement} main @param {AbortSignal} [signal]
 */
export function brandBackground(main, signal) {
  branding.watch((now) => {
    const src = pictureOf(now, "background");
    main.classList.toggle("has-background", Boolean(src));
    setStyle(main, { "--background": src ? `url("${src}")` : null });
  }, signal);
  return main;
}

/** The browser's own icon of the page follows. */
export function brandFavicon() {
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=icon]"));
  if (!link) return;
  const usual = { href: link.href, type: link.type };
  branding.watch((now) => {
    const src = pictureOf(now, "favicon");
    link.type = src ? "" : usual.type;
    link.href = src ?? usual.href;
  });
}
