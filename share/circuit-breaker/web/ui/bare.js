// @ts-check
import { h } from "../lib/dom.js";
import { brandBackground, brandMark } from "./brand.js";
import { languagePicker } from "./language.js";

/**
 * The frame of a page without the shell: the mark, and what there is to do.
 *
 * @param {{ title: string }} head
 * @param {...any} children
 */
export const bareCard = ({ title }, ...children) =>
  brandBackground(h(
    "main",
    { class: "bare" },
    h(
      "div",
      { class: "bare-card" },
      h("div", { class: "bare-head" }, brandMark(), h("h1", { tabIndex: -1 }, title)),
      children,
      languagePicker(),
    ),
  ));

/** The secret of a link stands behind the `#`; it is taken out of the address bar and of the history. */
export function takeSecret() {
  const secret = decodeURIComponent(location.hash.slice(1));
  if (secret) history.replaceState(history.state, "", location.pathname + location.search);
  return secret;
}
