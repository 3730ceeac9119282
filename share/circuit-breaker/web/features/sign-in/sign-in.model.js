// @ts-check
/**
 * Where to go after signing in: only addresses of this application, so a link cannot lead elsewhere.
 *
 * @param {string | null} wanted
 */
export function backTo(wanted) {
  if (!wanted || !wanted.startsWith("/") || wanted.startsWith("//") || wanted.includes("\\")) return "/map";
  // A browser takes tabs and line ends out of an address: "/<tab>/evil.example" would be "//evil.example".
  if (/[\u0000-\u0020\u007f]/.test(wanted)) return "/map";
  return /^\/(sign-in|setup)(\/|\?|$)/.test(wanted) || wanted === "/" ? "/map" : wanted;
}

/**
 * What the page asks for, from what the daemon waits for.
 *
 * @typedef {{ next: "second_factor" | "enrolment" | "new_password", ways: string[], expires_at: string }} Pending
 * @param {any} answer  a session, or what is pending; null at the beginning
 * @returns {"first" | "second_factor" | "enrolment" | "new_password" | "in"}
 */
export function stepOf(answer) {
  if (!answer) return "first";
  return typeof answer.next === "string" ? answer.next : "in";
}

/**
 * The sentence above the field for a code.
 *
 * @param {string[]} ways
 */
export const codeKey = (ways) =>
  ways.includes("totp") ? (ways.includes("recovery_code") ? "code_help" : "code_help_app") : "code_help_recovery";
