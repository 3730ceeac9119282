// @ts-check
import { icon } from "../icons/icons.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { skyOf } from "./weather.model.js";

const EVERY_MS = 30 * 60_000;

/**
 * The weather at the city of the settings, from Open-Meteo. Shows nothing without a place, without that origin's
 * permission or without an answer; nothing ever waits for it.
 *
 * @param {import("../lib/signal.js").Signal<Record<string, any>>} settings
 * @param {AbortSignal} signal
 */
export function weather(settings, signal) {
  const element = h("span", { class: "bar-clock bar-weather", hidden: true });
  async function read() {
    const { latitude, longitude, units, city, foreign_origins: origins } = settings.current;
    if (typeof latitude !== "number" || typeof longitude !== "number" || !origins?.open_meteo) {
      return void (element.hidden = true);
    }
    const url = new URL("https://api.open-meteo.com/v1/forecast");
    url.search = new URLSearchParams({
      latitude: latitude.toFixed(2),
      longitude: longitude.toFixed(2),
      current: "temperature_2m,weather_code",
      temperature_unit: units === "f" ? "fahrenheit" : "celsius",
    }).toString();
    try {
      const response = await fetch(url, {
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: /** @type {any} */ (AbortSignal).timeout(10_000),
      });
      const { current } = await response.json();
      const sky = skyOf(current.weather_code);
      replace(element, icon(sky.icon), `${Math.round(current.temperature_2m)} °${units === "f" ? "F" : "C"}`);
      element.title = t("shell.weather_in", { word: t(`shell.weather_${sky.word}`), city: city ?? "" });
      element.hidden = false;
    } catch {
      // No way out to the internet is a normal state here.
      element.hidden = true;
    }
  }
  settings.watch(() => void read(), signal);
  const timer = setInterval(() => void read(), EVERY_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return element;
}
