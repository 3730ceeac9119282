// @ts-check
import { api } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { hasPasskeys, provePasskey } from "../lib/passkeys.js";
import { button, whileBusy } from "../ui/button.js";
import { openDialog } from "../ui/dialog.js";
import { form } from "../ui/form.js";
import { toastError } from "../ui/toast.js";

/** @type {Promise<boolean> | null} */
let asking = null;

/** Asks for a fresh proof of who sits here; true when it was given. Two requests at once ask once. */
export function proveAgain() {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask() {
  const { ways } = await api.get("auth/step-up");
  return (await openDialog({ title: t("prove.title"), body: (close) => body(ways, close) })) === true;
}

/** @param {string[]} ways @param {(value: any) => void} close */
function body(ways, close) {
  const withPassword = ways.includes("password");
  const byPasskey = ways.includes("passkey") && hasPasskeys() && button(t("prove.passkey"), {
    kind: "primary",
    icon: "key",
    onclick: () =>
      whileBusy(/** @type {HTMLButtonElement} */ (byPasskey), async () => {
        try {
          const answer = await provePasskey(await api.post("auth/step-up/passkey/options"));
          if (!answer) return;
          await api.post("auth/step-up/passkey", answer);
          close(true);
        } catch (error) {
          toastError(error);
        }
      }),
  });
  const entry = (withPassword || ways.includes("totp") || ways.includes("recovery_code")) && form({
    compact: true,
    submit: t("prove.verb"),
    cancel: () => close(null),
    fields: [
      withPassword
        ? {
          name: "password",
          label: t("account.password"),
          type: "password",
          required: true,
          autocomplete: "current-password",
        }
        : {
          name: "code",
          label: t("sign_in.code"),
          type: "text",
          required: true,
          autocomplete: "one-time-code",
          help: t("sign_in.code_help"),
        },
    ],
    async onsubmit({ password, code }) {
      await api.post("auth/step-up", withPassword ? { password } : { code });
      close(true);
    },
  });
  return h("div", { class: "stack" }, h("p", {}, t("prove.text")), byPasskey, entry && entry.element);
}
