// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { fontsNow, THEMES } from "../lib/theme.js";

/**
 * Choosing a theme by small pictures of itself.
 *
 * @param {{ value: string, onchange: (id: string) => void, auto?: boolean, name?: string }} options
 */
export function themePicker({ value, onchange, auto = true, name = "theme" }) {
  const all = [...(auto ? [{ id: "auto", label: t("settings.theme_auto") }] : []), ...THEMES];
  return h(
    "div",
    { class: "look-grid", role: "radiogroup", "aria-label": t("settings.theme") },
    all.map(({ id, label }) =>
      h(
        "label",
        { class: "look-choice" },
        h("input", {
          type: "radio",
          name,
          value: id,
          checked: value === id,
          class: "only-readers",
          onchange: () => onchange(id),
        }),
        h(
          "span",
          {
            class: ["look-picture", id === "auto" && "is-auto"],
            dataset: { theme: id === "auto" ? "midnight" : id },
            "aria-hidden": "true",
          },
          h("span", { class: "look-bar" }),
          h("span", { class: "look-line" }),
          h("span", { class: "look-line short" }),
          h(
            "span",
            { class: "look-dots" },
            ["ok", "warn", "bad", "accent"].map((role) => h("i", { class: `dot-${role}` })),
          ),
        ),
        h("span", { class: "look-label" }, label),
      )
    ),
  );
}

/** @param {{ value: string, onchange: (id: string) => void, name?: string }} options */
export const fontPicker = ({ value, onchange, name = "font" }) =>
  h(
    "div",
    { class: "look-fonts", role: "radiogroup", "aria-label": t("settings.font") },
    fontsNow().map(({ id, label }) =>
      h(
        "label",
        { class: "look-choice" },
        h("input", {
          type: "radio",
          name,
          value: id,
          checked: value === id,
          class: "only-readers",
          onchange: () => onchange(id),
        }),
        h(
          "span",
          { class: `look-font is-${id}` },
          label,
          h("span", { class: "small quiet" }, "sw-core-1 · 10.0.20.7/24"),
        ),
      )
    ),
  );
