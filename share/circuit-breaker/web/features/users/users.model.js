// @ts-check
/** @typedef {import("./users.api.js").Person} Person */

export const ROLES = ["viewer", "editor", "admin"];

/**
 * Signed off, locked, or fine.
 *
 * @param {Pick<Person, "active" | "locked_until" | "force_password_change">} person
 * @param {number} [now]
 */
export function stateOf(person, now = Date.now()) {
  if (!person.active) return "inactive";
  if (person.locked_until && new Date(person.locked_until).getTime() > now) return "locked";
  return person.force_password_change ? "must_change" : "active";
}

/**
 * Whether taking this person's rights away would leave nobody to administer.
 *
 * @param {Person[]} people
 * @param {Person} person
 */
export const isLastAdmin = (people, person) =>
  person.role === "admin" && person.active &&
  people.every((other) => other.id === person.id || other.role !== "admin" || !other.active);

const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * A password that can be read out: four groups of five, without letters that look alike.
 *
 * @param {(bytes: Uint8Array) => Uint8Array} [fill]
 */
export function readablePassword(fill = (bytes) => crypto.getRandomValues(bytes)) {
  const groups = [];
  let letters = "";
  while (groups.length < 4) {
    // Bytes above the last full multiple are thrown away, so every letter is equally likely.
    for (const byte of fill(new Uint8Array(32))) {
      if (byte < 256 - (256 % LETTERS.length)) letters += LETTERS[byte % LETTERS.length];
      if (letters.length === 5) {
        groups.push(letters);
        letters = "";
      }
      if (groups.length === 4) break;
    }
  }
  return groups.join("-");
}
