// @ts-check
/**
 * Markdown as elements: `marked` makes markup of it and shows what somebody typed as markup as text, `DOMPurify` leaves
 * of that what cannot run, and what is left is gone through once more. Both are asked for when there is something to show.
 */
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { anchors, isSafe, steps } from "./markdown.model.js";

const ALLOWED = {
  name: "h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote pre code em strong del a img table thead tbody tr th td input",
  key: "href title alt src start checked type",
};

/** @type {Promise<[any, any]> | null} */
let reading = null;

/** The two libraries; not there, the text is shown as it was written. */
function libraries() {
  reading ??= Promise.all([import("../vendor/marked.js"), import("../vendor/purify.js")]);
  return reading.catch((error) => {
    reading = null;
    throw error;
  });
}

/**
 * A text as a `.prose` box. The box is there at once and filled when the libraries are.
 *
 * @param {string} text
 * @param {{ onstep?: (index: number, done: boolean) => void, ondrawn?: (box: HTMLElement) => void, level?: number }} [options]
 *   `onstep` lets steps be ticked; `level` is that of the largest heading
 */
export function markdown(text, { onstep, ondrawn, level = 2 } = {}) {
  const box = h("div", { class: "prose" });
  libraries().then(([{ marked, Renderer }, purify]) => {
    const renderer = new Renderer();
    // Markup that somebody typed is shown as it was typed. Only parsing it would already make the browser report handlers.
    renderer.html = asText;
    const markup = marked.parse(text, { gfm: true, breaks: true, mangle: false, headerIds: false, renderer });
    const whole = purify.default.sanitize(markup, {
      ALLOWED_TAGS: ALLOWED.name.split(" "),
      ALLOWED_ATTR: ALLOWED.key.split(" "),
      ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|ssh):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    });
    // A field that stands for no step of the text, or the other way round: then none can be ticked.
    const mayTick = Boolean(onstep) && whole.querySelectorAll("input").length === steps(text).length;
    tidy(whole, level, mayTick);
    box.replaceChildren(document.importNode(whole, true));
    if (onstep && mayTick) listen(box, onstep);
    leadToHeadings(box);
    ondrawn?.(box);
  }).catch(() => {
    replace(box, h("pre", {}, text));
    ondrawn?.(box);
  });
  return box;
}

const SIGNS = /** @type {Record<string, string>} */ ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" });
const asText = (/** @type {string} */ markup) => markup.replace(/[&<>"]/g, (sign) => SIGNS[sign]);

/**
 * What is harmless by itself but not here: pictures and links of other places, fields, headings above the page's.
 *
 * @param {DocumentFragment} whole @param {number} level @param {boolean} mayTick
 */
function tidy(whole, level, mayTick) {
  keepOnly(whole);
  for (const link of whole.querySelectorAll("a")) {
    const href = link.getAttribute("href") ?? "";
    // What leads nowhere does not look as if it did.
    if (!isSafe(href)) link.replaceWith(...link.childNodes);
    else if (!/^[/#]/.test(href)) {
      link.setAttribute("target", "_blank");
      link.setAttribute("rel", "noreferrer");
    }
  }
  // A picture from elsewhere would tell that place who reads; it becomes a link to it.
  for (const picture of whole.querySelectorAll("img")) {
    const source = picture.getAttribute("src") ?? "";
    if (/^\/(?![/\\])/.test(source)) continue;
    const words = picture.getAttribute("alt") || source;
    picture.replaceWith(
      isSafe(source) ? h("a", { href: source, target: "_blank", rel: "noreferrer" }, words) : words,
    );
  }
  for (const field of whole.querySelectorAll("input")) {
    if (field.getAttribute("type") !== "checkbox" || field.closest("li") === null) field.remove();
    else {
      field.closest("li")?.classList.add("step");
      field.setAttribute("aria-label", field.closest("li")?.textContent?.trim().slice(0, 120) || t("markdown.step"));
      field.toggleAttribute("disabled", !mayTick);
    }
  }
  for (const heading of whole.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const rank = Math.min(6, Number(heading.tagName[1]) + level - 1);
    const moved = document.createElement(`h${rank}`);
    moved.append(...heading.childNodes);
    heading.replaceWith(moved);
  }
  // A wide table scrolls in its own box, which the keyboard reaches.
  for (const table of whole.querySelectorAll("table")) {
    const scroller = h("div", { class: "prose-table", tabIndex: 0, role: "region", "aria-label": t("markdown.table") });
    table.replaceWith(scroller);
    scroller.append(table);
  }
  for (const code of whole.querySelectorAll("pre")) code.setAttribute("tabindex", "0");
}

/**
 * The list once more, on the nodes themselves: what the page shows does not rest on one library.
 *
 * @param {DocumentFragment} whole
 */
function keepOnly(whole) {
  const tags = new Set(ALLOWED.name.split(" ")), names = new Set(ALLOWED.key.split(" "));
  for (const one of whole.querySelectorAll("*")) {
    if (one.namespaceURI !== "http://www.w3.org/1999/xhtml" || !tags.has(one.localName)) one.remove();
    else for (const { name } of [...one.attributes]) if (!names.has(name)) one.removeAttribute(name);
  }
}

/** Links to a heading of the same text go there; the address stays that of the page. @param {HTMLElement} box */
function leadToHeadings(box) {
  const headings = [...box.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const names = anchors(headings.map(({ textContent }) => textContent ?? ""));
  for (const link of box.querySelectorAll('a[href^="#"]')) {
    const href = link.getAttribute("href") ?? "";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const heading = headings[names.indexOf(plainAnchor(href))];
      if (!heading?.isConnected) return;
      heading.setAttribute("tabindex", "-1");
      heading.scrollIntoView({ block: "start" });
      /** @type {HTMLElement} */ (heading).focus({ preventScroll: true });
    });
  }
}

/** @param {string} href */
function plainAnchor(href) {
  try {
    return decodeURIComponent(href.slice(1)).toLowerCase();
  } catch {
    return href.slice(1).toLowerCase();
  }
}

/** @param {HTMLElement} box @param {(index: number, done: boolean) => void} onstep */
function listen(box, onstep) {
  const fields = [...box.querySelectorAll("input")];
  fields.forEach((field, index) => field.addEventListener("change", () => onstep(index, field.checked)));
}
