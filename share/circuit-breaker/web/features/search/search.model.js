// @ts-check
/**
 * Hits by kind, in the order the best of each was found.
 *
 * @template {{ kind: string }} H
 * @param {H[]} hits
 * @returns {[string, H[]][]}
 */
export function byKind(hits) {
  /** @type {Map<string, H[]>} */
  const groups = new Map();
  for (const hit of hits) {
    const group = groups.get(hit.kind);
    if (group) group.push(hit);
    else groups.set(hit.kind, [hit]);
  }
  return [...groups];
}

/**
 * The words of a query that are looked for anywhere: not its fields, nor what it leaves out.
 *
 * @param {string} q
 */
export const wantedWords = (q) =>
  q.split(/\s+/).filter((word) => !/^(?:-|OR$|AND$|NOT$|\(*-?[a-z_.]+:(?![0-9a-f:]*$))/i.test(word) || /^(?:or|and|not)$/.test(word))
    .map((word) => word.replace(/^\(+|\)+$/g, "").replaceAll('"', "").toLowerCase()).filter(Boolean);

/**
 * What the daemon says beside a hit, with the words of choices for their names: "Access point" of `access_point`.
 *
 * @param {string | null | undefined} snippet @param {import("../../types/inventory.js").Kind | null} kind
 */
export function snippetWords(snippet, kind) {
  const choices = kind?.fields.flatMap((field) => field.choices ?? []) ?? [];
  return (snippet ?? "").split(" · ").map((part) => choices.find(({ value }) => value === part)?.label ?? part).join(" · ");
}

/**
 * A text in pieces, those that were searched for marked. Case is ignored; overlapping words join.
 *
 * @param {string} text @param {string} q
 * @returns {{ text: string, isHit: boolean }[]}
 */
export function marked(text, q) {
  const words = wantedWords(q);
  const low = text.toLowerCase();
  const hit = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) {
      hit.fill(1, at, at + word.length);
    }
  }
  /** @type {{ text: string, isHit: boolean }[]} */
  const pieces = [];
  for (let at = 0; at < text.length; at += 1) {
    const last = pieces[pieces.length - 1];
    if (last && last.isHit === Boolean(hit[at])) last.text += text[at];
    else pieces.push({ text: text[at], isHit: Boolean(hit[at]) });
  }
  return pieces;
}
