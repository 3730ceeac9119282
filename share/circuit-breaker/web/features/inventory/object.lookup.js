// @ts-check
import { findReferences, findTags } from "./inventory.api.js";

/** @typedef {import("../../types/inventory.js").Kind} Kind */

/**
 * How references and tags are found while typing.
 *
 * @param {Kind[]} kinds
 * @returns {import("../../ui/fields.js").Lookup}
 */
export const lookupIn = (kinds) => async (field, text, signal) => {
  if (/** @type {string} */ (field.type) === "tags") {
    return (await findTags(text, signal)).map((name) => ({ value: name, label: name }));
  }
  const allowed = kinds.filter(({ name }) => field.references?.includes(name));
  const found = await findReferences(allowed, text, signal);
  return found.map((ref) => ({
    value: ref.id,
    icon: ref.kind,
    label: ref.name || `#${ref.id}`,
    hint: allowed.length > 1 ? allowed.find(({ name }) => name === ref.kind)?.label : undefined,
  }));
};
