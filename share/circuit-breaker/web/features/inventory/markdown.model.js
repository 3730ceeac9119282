// @ts-check
/**
 * The part of Markdown people use in notes: headings, lists, code, quotes, bold, italic, code spans and links.
 * Gives a tree of plain values; nothing in it is ever markup.
 *
 * @typedef {{ type: "text", text: string } | { type: "strong" | "em" | "code", text: string } | { type: "link",
 *   text: string, href: string }} Inline
 * @typedef {{ type: "heading", level: number, content: Inline[] } | { type: "paragraph" | "quote", content: Inline[] }
 *   | { type: "list", ordered: boolean, items: Inline[][] } | { type: "code", text: string } | { type: "rule" }} Block
 */

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>()]+)/g;

/** @param {string} text @returns {Inline[]} */
export function inline(text) {
  /** @type {Inline[]} */
  const parts = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    const start = match.index ?? 0;
    if (start > last) parts.push({ type: "text", text: text.slice(last, start) });
    last = start + match[0].length;
    const [whole, code, strong, em, words, href, bare] = match;
    if (code) parts.push({ type: "code", text: code });
    else if (strong) parts.push({ type: "strong", text: strong });
    else if (em) parts.push({ type: "em", text: em });
    else if (bare) parts.push({ type: "link", text: bare, href: bare });
    else if (isSafe(href)) parts.push({ type: "link", text: words, href });
    else parts.push({ type: "text", text: whole });
  }
  if (last < text.length) parts.push({ type: "text", text: text.slice(last) });
  return parts;
}

/**
 * Addresses that run nothing.
 *
 * @param {string} href
 */
export const isSafe = (href) => /^(https?:|mailto:|ssh:|\/(?!\/)|#)/i.test(href);

/** @param {string} source @returns {Block[]} */
export function blocks(source) {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  /** @type {Block[]} */
  const found = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    const take = (/** @type {RegExp} */ pattern) => {
      const taken = [];
      while (at < lines.length && pattern.test(lines[at])) taken.push(lines[at++].replace(pattern, ""));
      return taken;
    };
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") at += 1;
    else if (/^```/.test(line)) {
      const end = lines.findIndex((one, index) => index > at && /^```/.test(one));
      found.push({ type: "code", text: lines.slice(at + 1, end < 0 ? lines.length : end).join("\n") });
      at = end < 0 ? lines.length : end + 1;
    } else if (heading) {
      found.push({ type: "heading", level: heading[1].length, content: inline(heading[2]) });
      at += 1;
    } else if (/^(-{3,}|\*{3,})\s*$/.test(line)) {
      found.push({ type: "rule" });
      at += 1;
    } else if (/^\s*[-*+]\s+/.test(line)) {
      found.push({ type: "list", ordered: false, items: take(/^\s*[-*+]\s+/).map(inline) });
    } else if (/^\s*\d+[.)]\s+/.test(line)) {
      found.push({ type: "list", ordered: true, items: take(/^\s*\d+[.)]\s+/).map(inline) });
    } else if (/^>\s?/.test(line)) found.push({ type: "quote", content: inline(take(/^>\s?/).join("\n")) });
    else {
      const taken = [lines[at++]];
      while (
        at < lines.length && lines[at].trim() !== "" && !/^(#{1,6}\s|```|>|\s*[-*+]\s|\s*\d+[.)]\s)/.test(lines[at])
      ) taken.push(lines[at++]);
      found.push({ type: "paragraph", content: inline(taken.join("\n")) });
    }
  }
  return found;
}
