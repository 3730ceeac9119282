// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { copyButton } from "./button.js";
import { form } from "./form.js";
import { qrCode } from "./qr.js";

/**
 * The seed of an authenticator app: as a picture, as letters, and the field for its first code.
 *
 * @param {{ secret: string, url: string }} seed
 * @param {(code: string) => Promise<any>} give
 * @param {() => void} [cancel]
 */
export async function seedForm({ secret, url }, give, cancel) {
  const entry = form({
    compact: true,
    cancel,
    submit: t("security.totp_confirm"),
    fields: [{
      name: "code",
      label: t("security.totp_code"),
      type: "text",
      required: true,
      autocomplete: "one-time-code",
      help: t("security.totp_code_help"),
    }],
    onsubmit: ({ code }) => give(code),
  });
  return h(
    "div",
    { class: "stack" },
    h("p", {}, t("security.totp_scan")),
    await qrCode(url, t("security.totp_qr")),
    h(
      "div",
      { class: "row wrap" },
      h("code", { class: "mono" }, secret.replace(/(.{4})(?=.)/g, "$1 ")),
      copyButton(() => secret, t("security.totp_copy")),
    ),
    entry.element,
  );
}
