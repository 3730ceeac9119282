// @ts-check
/** Work that is done in slices: a generator that may be left at each of its `yield`s and gone on with later. */

/**
 * At once, to its end.
 *
 * @template Result
 * @param {Generator<void, Result>} work
 * @returns {Result}
 */
export function finished(work) {
  for (;;) {
    const { done, value } = work.next();
    if (done) return /** @type {Result} */ (value);
  }
}

/**
 * Until its end or that of its time.
 *
 * @param {Iterator<void, unknown>} work @param {() => boolean} isOver
 * @returns {boolean} whether it came to its end
 */
export function goOn(work, isOver) {
  do {
    if (work.next().done) return true;
  } while (!isOver());
  return false;
}
