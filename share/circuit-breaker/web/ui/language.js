// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { chooseInBrowser, language, LANGUAGES, speak } from "../lib/language.js";

/**
 * The choice of a language where nobody is signed in: kept in this browser, seen at once.
 *
 * @param {(code: string) => void} [chosen]  also told, such as to keep it for the account
 */
export function languagePicker(chosen = () => {}) {
  const select = h(
    "select",
    {
      class: "input language-picker",
      "aria-label": t("settings.language"),
      onchange: () => {
        chooseInBrowser(select.value);
        chosen(select.value);
        void speak(select.value);
      },
    },
    LANGUAGES.map(({ value, label }) =>
      h("option", { value, lang: value, selected: value === language.current }, label)
    ),
  );
  return select;
}
