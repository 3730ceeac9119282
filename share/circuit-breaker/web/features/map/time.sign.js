// @ts-check
/** The sign of a change: a shape of its own, so that colour is never alone. */
import { h } from "../../lib/dom.js";
import { SIGNS } from "./time.model.js";

/** @param {string} verb */
export const changeSign = (verb) =>
  h("span", { class: ["map-time-sign", `is-${verb}`], "aria-hidden": "true" }, SIGNS[/** @type {import("./time.model.js").Verb} */ (verb)]);
