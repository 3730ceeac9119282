// @ts-check
/**
 * Where features meet without importing each other. `parts.js` names what each feature offers; anyone may ask by name
 * and
 * gets null where nobody offers it.
 */

/** @type {Map<string, () => Promise<any>>} */
const parts = new Map();

/** @param {string} name @param {() => Promise<any>} load  resolves to the part itself */
export const provide = (name, load) => void parts.set(name, load);

/** @param {string} name @returns {Promise<any>} */
export async function use(name) {
  return (await parts.get(name)?.()) ?? null;
}
