// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { language as spoken, LANGUAGES } from "../lib/language.js";
import { findCities, offsetOf, ownTimezone, timezones } from "../lib/region.js";
import { among, combobox } from "./combobox.js";

/**
 * Time zone, language, city and unit. `read()` gives what the settings want; a city brings its place and time zone.
 *
 * @param {{ timezone?: string | null, language?: string | null, city?: string | null, latitude?: number | null,
 *   longitude?: number | null, units?: string }} values
 * @param {{ cities: boolean, onchange?: () => void }} options  `cities`: whether the city search may ask Open-Meteo
 */
export function regionFields(values, { cities, onchange = () => {} }) {
  const state = {
    timezone: values.timezone || ownTimezone(),
    language: values.language || "auto",
    city: values.city ?? null,
    latitude: values.latitude ?? null,
    longitude: values.longitude ?? null,
    units: values.units ?? "c",
  };
  const asChoice = (/** @type {string} */ zone) => ({
    value: zone,
    label: zone.replaceAll("_", " "),
    hint: offsetOf(zone),
  });
  const zones = timezones();
  const zone = combobox({
    value: asChoice(state.timezone),
    load: (text) =>
      among(zones.map((one) => ({ value: one, label: one.replaceAll("_", " ") })), 40)(text).map(({ value }) =>
        asChoice(value)
      ),
    label: t("settings.timezone"),
    onchange: (choice) => {
      if (choice) {
        state.timezone = choice.value;
        onchange();
      }
    },
  });
  /** @type {Map<string, any>} */
  const found = new Map();
  const city = combobox({
    value: state.city ? { value: state.city, label: state.city } : null,
    free: true,
    label: t("settings.city"),
    placeholder: t("settings.city_placeholder"),
    load: async (text, signal) => {
      const all = cities ? await findCities(text, signal, spoken.current).catch(() => []) : [];
      return all.map((one) => {
        const label = [one.name, one.country].filter(Boolean).join(", ");
        found.set(label, one);
        return { value: label, label, hint: one.timezone };
      });
    },
    onchange: (choice) => {
      const place = choice ? found.get(choice.value) : null;
      Object.assign(state, {
        city: choice?.value ?? null,
        latitude: place?.latitude ?? null,
        longitude: place?.longitude ?? null,
      });
      if (place?.timezone) {
        state.timezone = place.timezone;
        zone.value = asChoice(place.timezone);
      }
      onchange();
    },
  });
  const language = h("select", {
    class: "input",
    id: "region-language",
    onchange: () => {
      state.language = language.value;
      onchange();
    },
  }, [{ value: "auto", label: t("settings.language_auto") }, ...LANGUAGES].map(({ value, label }) =>
    h("option", { value, selected: value === state.language }, label)
  ));
  const units = h(
    "select",
    {
      class: "input",
      id: "region-units",
      onchange: () => {
        state.units = units.value;
        onchange();
      },
    },
    [["c", "°C"], ["f", "°F"]].map(([value, label]) => h("option", { value, selected: value === state.units }, label)),
  );
  /** @param {string} label @param {HTMLElement} input @param {string} [help] @param {HTMLElement} [target] */
  const field = (label, input, help, target = input) =>
    h(
      "div",
      { class: "field" },
      h("label", { class: "field-label", htmlFor: target.id }, label),
      input,
      help && h("p", { class: "field-help" }, help),
    );
  const element = h(
    "div",
    { class: "form" },
    h(
      "div",
      { class: "form-fields" },
      field(t("settings.timezone"), zone.element, t("settings.timezone_help"), zone.input),
      field(t("settings.language"), language, t("settings.language_help")),
      field(
        t("settings.city"),
        city.element,
        cities ? t("settings.city_help") : t("settings.city_offline"),
        city.input,
      ),
      field(t("settings.units"), units),
    ),
  );
  return { element, read: () => ({ ...state }) };
}
