// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { form } from "../../ui/form.js";
import { card } from "../../ui/more.js";
import { toast } from "../../ui/toast.js";
import { inputsOf, readTime, scheduleOf, scheduleValues } from "./backups.model.js";

/** @typedef {import("./backups.model.js").Settings} Settings */

const KEEP = ["last", "daily", "weekly", "monthly", "within_days"];

/** @param {string} prefix @param {string[]} rhythms @returns {import("../../lib/form.js").Field[]} */
function fieldsOf(prefix, rhythms) {
  const group = t(`backups.${prefix}`);
  const choices = (/** @type {(string | number)[]} */ values, /** @type {(value: any) => string} */ label) =>
    values.map((value) => ({ value: String(value), label: label(value) }));
  const need = { group, required: true };
  return [
    {
      ...need,
      name: `${prefix}_rhythm`,
      label: t("backups.rhythm"),
      type: "choice",
      help: t(`backups.${prefix}_help`),
      choices: choices(rhythms, (value) => t(`backups.rhythm_${value}`)),
    },
    {
      ...need,
      name: `${prefix}_every`,
      label: t("backups.every"),
      type: "choice",
      choices: choices([1, 2, 3, 4, 6, 8, 12, 24], (value) => t("backups.every_hours", { n: value })),
    },
    {
      ...need,
      name: `${prefix}_weekday`,
      label: t("backups.weekday"),
      type: "choice",
      choices: choices([1, 2, 3, 4, 5, 6, 7], (value) => t(`backups.day_${value}`)),
    },
    {
      ...need,
      name: `${prefix}_day`,
      label: t("backups.month_day"),
      type: "integer",
      minimum: 1,
      maximum: 31,
      help: t("backups.month_day_help"),
    },
    {
      ...need,
      name: `${prefix}_time`,
      label: t("backups.time"),
      type: "text",
      placeholder: "02:30",
      check: (value) => (readTime(value) ? null : t("backups.bad_time")),
    },
  ];
}

/**
 * When backups are made and rehearsed, and which are kept.
 *
 * @param {Settings} settings
 * @param {import("../../lib/session.js").Session} session
 * @param {() => void} saved
 */
export function settingsCard(settings, session, saved) {
  const zone = settings.revision === 1 ? Intl.DateTimeFormat().resolvedOptions().timeZone : settings.timezone;
  const entry = form({
    values: {
      ...scheduleValues("schedule", settings.schedule),
      ...scheduleValues("drill", settings.drill),
      ...settings.keep,
      timezone: zone || settings.timezone,
    },
    fields: [
      ...fieldsOf("schedule", ["off", "hours", "daily", "weekly", "monthly", "timer"]),
      ...fieldsOf("drill", ["off", "daily", "weekly", "monthly"]),
      ...KEEP.map((name) => ({
        name, group: t("backups.keep"), label: t(`backups.keep_${name}`), type: "integer", minimum: 1, maximum: 1000,
      })),
      {
        name: "timezone",
        group: t("backups.zone"),
        label: t("backups.timezone"),
        type: "text",
        required: true,
        max_length: 64,
        help: t("backups.timezone_help"),
      },
    ],
    onchange: () => show(),
    async onsubmit(values) {
      const keep = Object.fromEntries(KEEP.map((name) => [name, values[name] ?? null]));
      await api.patch("backups/settings", {
        schedule: scheduleOf("schedule", values, settings.schedule),
        drill: scheduleOf("drill", values, settings.drill),
        keep,
        timezone: values.timezone,
      }, { revision: settings.revision });
      entry.saved(values);
      toast(t("common.saved"));
      saved();
    },
  });
  /** Only the inputs that the chosen rhythm needs. */
  function show() {
    for (const prefix of ["schedule", "drill"]) {
      const wanted = inputsOf(entry.values[`${prefix}_rhythm`]);
      for (const name of ["every", "weekday", "day", "time"]) {
        const input = entry.element.querySelector(`[name="${prefix}_${name}"]`);
        const box = /** @type {HTMLElement | null} */ (input?.closest(".field") ?? null);
        if (box) box.hidden = !wanted.includes(name);
      }
    }
  }
  show();
  return {
    element: card(
      { title: t("backups.settings"), text: t("backups.settings_text") },
      h("div", { class: "backups-form" }, entry.element),
      h("p", { class: "small quiet" }, t("backups.keep_text")),
    ),
    guard: () => entry.guard(),
  };
}
