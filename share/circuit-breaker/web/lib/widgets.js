// @ts-check
import { readPref, writePref } from "./prefs.js";
import { Signal } from "./signal.js";

/** What this browser shows in the top bar besides what is needed. */
export const widgets = new Signal({ clock: true, weather: true, ...readPref("widgets", {}) });

/** @param {{ clock?: boolean, weather?: boolean }} changes */
export function showWidgets(changes) {
  widgets.set({ ...widgets.current, ...changes });
  writePref("widgets", widgets.current);
}
