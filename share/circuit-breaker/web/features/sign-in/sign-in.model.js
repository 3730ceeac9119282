// @ts-check
/**
 * Where to go after signing in: only addresses of this application, so a link cannot lead elsewhere.
 *
 * @param {string | null} wanted
 */
export function backTo(wanted) {
  if (!wanted || !wanted.startsWith("/") || wanted.startsWith("//") || wanted.includes("\\")) return "/map";
  return /^\/(sign-in|setup)(\/|\?|$)/.test(wanted) || wanted === "/" ? "/map" : wanted;
}
