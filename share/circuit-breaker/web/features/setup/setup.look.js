// @ts-check
import { icon } from "../../icons/icons.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { browserChoice } from "../../lib/language.js";
import { font, theme } from "../../lib/theme.js";
import { button, whileBusy } from "../../ui/button.js";
import { fontPicker, themePicker } from "../../ui/look.js";
import { pictureField } from "../../ui/picture.js";
import { regionFields } from "../../ui/region.js";
import { changeMe, changeSettings, readSettings } from "./setup.api.js";
import { stepFoot, stepHead } from "./setup.parts.js";

/**
 * Theme and font, seen at once.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function lookStep(wizard) {
  const { session, keepTheme } = wizard.context;
  /**
   * Kept at once, so that a reload half-way shows the same.
   *
   * @param {string} id
   */
  const keepFont = (id) => {
    font.set(id);
    return changeMe({ font: id }).catch(() => {});
  };
  const foot = stepFoot(wizard, {
    verb: t("common.next"),
    run: async () => {
      const look = { theme: theme.current, font: font.current };
      const chosen = browserChoice();
      await changeMe(chosen ? { ...look, language: chosen } : look);
      await changeSettings(look);
      session.change(chosen ? { ...look, language: chosen } : look);
      await wizard.next();
    },
  });
  return h(
    "div",
    { class: "stack" },
    stepHead("look"),
    h("h3", {}, t("settings.theme")),
    themePicker({ value: theme.current, onchange: (id) => void keepTheme(id) }),
    h("h3", {}, t("settings.font")),
    fontPicker({ value: font.current, onchange: (id) => void keepFont(id) }),
    h("h3", {}, t("account.picture")),
    pictureField(session),
    foot.element,
  );
}

/**
 * Time zone, language, city.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function regionStep(wizard) {
  const settings = await readSettings(wizard.context.signal);
  // A fresh daemon says UTC; the browser knows better where the person sits.
  const start = settings.timezone === "UTC" ? { ...settings, timezone: null } : settings;
  const region = regionFields(start, { cities: settings.foreign_origins?.open_meteo !== false });
  const foot = stepFoot(wizard, {
    verb: t("common.next"),
    run: async () => {
      wizard.context.session.settings.set(await changeSettings(region.read()));
      await wizard.context.speakFor();
      await wizard.next();
    },
  });
  return h("div", { class: "stack" }, stepHead("region"), region.element, foot.element);
}

/** @param {import("./setup.page.js").Wizard} wizard */
export async function doneStep(wizard) {
  const go = button(t("setup.open_map"), {
    kind: "primary",
    icon: "map",
    onclick: () => whileBusy(go, () => wizard.leave()),
  });
  return h("div", { class: "stack setup-done" }, icon("ok", { class: "big" }), stepHead("done"), go);
}
