// @ts-check
import { h, stylesheet } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, copyButton } from "./button.js";

/** @typedef {{ id: string, key: string, group_length: number, asked: number[] }} ShownKey */

/**
 * The vault's key as a person keeps it: shown in groups, to copy, save or print, and the fields that ask for two of the
 * groups. `read` gives what was typed, or null while a field is empty.
 *
 * @param {ShownKey} shown
 * @param {{ oninput?: () => void }} [options]
 */
export async function keyCard(shown, { oninput } = {}) {
  await stylesheet(new URL("./key-card.css", import.meta.url));
  const fields = shown.asked.map((position) =>
    h("input", {
      type: "text",
      class: "input mono key-part",
      id: `key-part-${position}`,
      maxLength: shown.group_length,
      size: shown.group_length + 2,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: false,
      oninput,
    })
  );
  const read = () => {
    const parts = fields.map((field) => field.value.trim());
    return parts.every((part) => part.length === shown.group_length) ? parts : null;
  };
  const element = h(
    "div",
    { class: "stack key-card" },
    h(
      "div",
      { class: "key-sheet" },
      h("h3", {}, t("vault.sheet_title")),
      h(
        "ol",
        { class: "key-groups mono", "aria-label": t("vault.sheet_title") },
        groupsOf(shown).map((group, index) => h("li", {}, h("span", { class: "key-number" }, index + 1), group)),
      ),
      h("p", { class: "small quiet" }, t("vault.fingerprint"), " ", h("span", { class: "mono" }, shown.id)),
      h("p", { class: "small quiet key-print-only" }, location.host),
    ),
    h(
      "div",
      { class: "row wrap" },
      copyButton(() => shown.key, t("vault.copy")),
      button(t("vault.download"), { icon: "download", small: true, onclick: () => save(shown) }),
      button(t("vault.print"), { small: true, onclick: () => globalThis.print() }),
    ),
    h(
      "fieldset",
      { class: "form-group key-ask" },
      h("legend", {}, t("vault.ask")),
      h("p", { class: "small quiet" }, t("vault.ask_text")),
      h(
        "div",
        { class: "row wrap" },
        shown.asked.map((position, index) =>
          h(
            "div",
            { class: "field" },
            h("label", { class: "field-label", htmlFor: `key-part-${position}` }, t("vault.group", { n: position })),
            fields[index],
          )
        ),
      ),
    ),
  );
  return { element, read, focus: () => fields[0]?.focus() };
}

/** @param {ShownKey} shown @returns {string[]} */
export function groupsOf({ key, group_length: length }) {
  return Array.from({ length: Math.ceil(key.length / length) }, (_, index) => key.slice(index * length, (index + 1) * length));
}

/** @param {ShownKey} shown  a file that `cb vault rekey-from` takes as it is */
function save(shown) {
  const text = `# ${t("vault.file_head")}\n# ${t("vault.fingerprint")} ${shown.id}\nCB_VAULT_KEY=${shown.key}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = h("a", { href: url, download: "circuit-breaker-vault-key.txt" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
