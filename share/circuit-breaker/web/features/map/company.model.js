// @ts-check
/** Who else is on this map, what they have selected, and what they move just now. Nothing of it is kept anywhere. */

/** @typedef {{ id: number, x: number, y: number }} Moving */
/** @typedef {{ who: number, name: string, colour: string, selected: number[], moving: Moving[] }} Peer */

/** Roles of the theme, so that each keeps its contrast whatever the theme. */
export const COLOURS = ["violet", "blue", "green", "orange", "pink", "teal", "sky", "grey"];
/** The daemon takes no more of each. */
export const MOST = 200;

/**
 * What the daemon tells of another.
 *
 * @param {Map<number, Peer>} peers @param {any} told @returns {{ peers: Map<number, Peer>, released: number[] }}
 *   `released`: nodes that they moved and move no longer
 */
export function heard(peers, told) {
  const before = peers.get(told.who)?.moving ?? [];
  const next = new Map(peers);
  if (told.left) next.delete(told.who);
  else {
    next.set(told.who, {
      who: told.who,
      name: told.name ?? "",
      colour: COLOURS[(told.colour ?? 0) % COLOURS.length],
      selected: told.selected ?? [],
      moving: told.moving ?? [],
    });
  }
  const held = new Set([...next.values()].flatMap(({ moving }) => moving.map(({ id }) => id)));
  return { peers: next, released: before.map(({ id }) => id).filter((id) => !held.has(id)) };
}

/**
 * @param {number} map @param {Iterable<number>} selected @param {Moving[]} moving
 */
export const word = (map, selected, moving) => ({
  type: "presence",
  map,
  selected: [...selected].slice(0, MOST),
  moving: moving.slice(0, MOST).map(({ id, x, y }) => ({ id, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 })),
});

/**
 * Two letters for the round sign of a person.
 *
 * @param {string} name
 */
export const signOf = (name) => {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return letters.map((one) => [...one][0]).join("").toUpperCase() || "?";
};
