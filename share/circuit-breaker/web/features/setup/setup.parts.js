// @ts-check
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";

/**
 * Heading and one line of a step.
 *
 * @param {string} step
 */
export const stepHead = (step) =>
  h(
    "div",
    {},
    h("h2", { tabIndex: -1 }, t(`setup.${step}_title`)),
    h("p", { class: "quiet" }, t(`setup.${step}_text`)),
  );

/**
 * Back, skip and on.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 * @param {{ verb: string, run: () => Promise<any>, skip?: boolean, disabled?: boolean }} options
 */
export function stepFoot(wizard, { verb, run, skip = true, disabled = false }) {
  const act = (/** @type {HTMLButtonElement} */ element, /** @type {() => Promise<any>} */ work) =>
    whileBusy(element, () => work().catch((error) => wizard.failed(error)));
  const { back } = wizard;
  /** @type {HTMLButtonElement | null} */
  const backButton = back
    ? button(t("common.back"), {
      kind: "ghost",
      icon: "back",
      onclick: () => act(/** @type {any} */ (backButton), back),
    })
    : null;
  const skipButton = button(t("common.skip"), { kind: "ghost", onclick: () => act(skipButton, () => wizard.next()) });
  const onward = button(verb, { kind: "primary", disabled, onclick: () => act(onward, run) });
  return {
    element: h("footer", { class: "setup-foot" }, backButton, h("span", { class: "grow" }), skip && skipButton, onward),
    onward,
  };
}
