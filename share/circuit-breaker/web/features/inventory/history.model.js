// @ts-check
/** Members that change with every write and say nothing. */
const NOISE = new Set(["id", "kind", "revision", "updated_at", "created_at", "deleted_at", "source", "sources"]);

/**
 * What differs between the states before and after; empty for creation's blanks and for deletion.
 *
 * @param {Record<string, any> | null | undefined} before @param {Record<string, any> | null | undefined} after
 * @param {(a: any, b: any) => boolean} same
 * @returns {{ name: string, from: any, to: any }[]}
 */
export function changedFields(before, after, same) {
  if (!after) return [];
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])].filter((name) => !NOISE.has(name));
  return names.flatMap((name) => {
    const from = before?.[name] ?? null;
    const to = after[name] === undefined && before ? from : after[name] ?? null;
    return same(from, to) || isBlank(from) && isBlank(to)
      ? []
      : [{ name, from: isBlank(from) ? null : from, to: isBlank(to) ? null : to }];
  });
}

/** @param {any} value */
const isBlank = (value) =>
  value === null || value === undefined || value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);
