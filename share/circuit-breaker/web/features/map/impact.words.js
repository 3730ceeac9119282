// @ts-check
/** What stops, in words: the sentence of a step, and the sign of a state, which says it without colour. */
import { t } from "../../lib/i18n.js";
import { stepKey } from "./impact.model.js";

export const SIGNS = /** @type {Record<string, string>} */ ({ failed: "×", down: "×", cut_off: "–", degraded: "!" });

/** @param {import("./impact.model.js").Row} row */
export const stateOf = (row) => (row.cut_off ? "cut_off" : row.state);

/** @param {import("./impact.model.js").Step} step */
export function stepText(step) {
  const values = { from: step.from_name, to: step.to_name, left: step.left, of: step.of };
  const said = t(`map.impact.reason.${step.reason}`, values);
  return stepKey(step) === "some" ? t("map.impact.some", { said, left: step.left, of: step.of }) : said;
}
