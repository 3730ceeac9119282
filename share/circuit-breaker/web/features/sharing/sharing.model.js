// @ts-check
/**
 * @typedef {{ id: number, label: string, map: number, map_name: string, filter: Record<string, string[] | string>,
 *   hide: string[], state: "active" | "expired" | "revoked" | "suspended", made_by: string, created_at: string,
 *   expires_at: string, last_used_at: string | null }} ShareLink
 */

/** The same part of the same map, for who made the link. @param {Pick<ShareLink, "map" | "filter">} link */
export function mapAddress({ map, filter }) {
  const query = new URLSearchParams({ map: String(map) });
  for (const [name, value] of Object.entries(filter)) query.set(name, Array.isArray(value) ? value.join(",") : value);
  return `/map?${query}`;
}

/**
 * What of a filter there is to read: its values, in the order of the facets.
 *
 * @param {ShareLink["filter"]} filter @param {(facet: string, value: string) => string} word
 */
export const filterWords = (filter, word) =>
  Object.entries(filter).flatMap(([facet, values]) => [values].flat().map((value) => word(facet, value))).join(", ");
