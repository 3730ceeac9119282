// @ts-check
/**
 * The pages. First match wins; one line each.
 *
 * @type {import("./lib/router.js").Route[]}
 */
export const routes = [
  // inventory, search, discovery and map
];
