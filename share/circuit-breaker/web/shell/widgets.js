// @ts-check
import { h } from "../lib/dom.js";
import { clockTime, exactTime } from "../lib/format.js";
import { Signal } from "../lib/signal.js";
import { widgets } from "../lib/widgets.js";
import { weather } from "./weather.js";

/** @param {AbortSignal} signal */
export function clock(signal) {
  const element = h("time", { class: "bar-clock" });
  const show = () => {
    const now = new Date();
    element.hidden = !widgets.current.clock;
    element.textContent = clockTime(now);
    element.title = exactTime(now);
  };
  widgets.watch(show, signal);
  const timer = setInterval(show, 5000);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  return element;
}

/**
 * The weather, unless this browser leaves it out: then nobody is asked for it.
 *
 * @param {Signal<Record<string, any>>} settings
 * @param {AbortSignal} signal
 */
export function weatherByChoice(settings, signal) {
  /** @type {Signal<Record<string, any>>} */
  const asked = new Signal(/** @type {Record<string, any>} */ ({}));
  const settle = () => asked.set(widgets.current.weather ? settings.current : {});
  settings.watch(settle, signal);
  widgets.watch(settle, signal);
  return weather(asked, signal);
}
