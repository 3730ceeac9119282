// @ts-check
/** Notes as elements. Text stays text: the tree comes from `markdown.model.js`, nothing is parsed as markup. */
import { h } from "../../lib/dom.js";
import { blocks } from "./markdown.model.js";

/** @param {import("./markdown.model.js").Inline[]} parts */
const inlineNodes = (parts) =>
  parts.map((part) => {
    switch (part.type) {
      case "text":
        return part.text;
      case "link":
        return h("a", {
          href: part.href,
          ...(part.href.startsWith("/") ? {} : { target: "_blank", rel: "noreferrer" }),
        }, part.text);
      default:
        return h(part.type, {}, part.text);
    }
  });

/** @param {string} source @returns {HTMLElement[]} */
export const markdown = (source) =>
  blocks(source).map((block) => {
    switch (block.type) {
      case "heading":
        return h(/** @type {"h4"} */ (block.level < 3 ? "h4" : "h5"), {}, inlineNodes(block.content));
      case "paragraph":
        return h("p", {}, inlineNodes(block.content));
      case "quote":
        return h("blockquote", {}, inlineNodes(block.content));
      case "list":
        return h(block.ordered ? "ol" : "ul", {}, block.items.map((item) => h("li", {}, inlineNodes(item))));
      case "code":
        return h("pre", { class: "mono" }, block.text);
      case "rule":
        return h("hr", {});
    }
  });
