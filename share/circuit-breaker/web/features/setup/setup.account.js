// @ts-check
import { h, replace } from "../../lib/dom.js";
import { relativeTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { form } from "../../ui/form.js";
import { checkCode, createAccount } from "./setup.api.js";
import { strengthOf } from "./setup.model.js";
import { stepHead } from "./setup.parts.js";

/**
 * The code that proves one may read the journal of this machine.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function codeStep(wizard) {
  const entry = form({
    compact: true,
    submit: t("common.next"),
    fields: [{
      name: "code",
      label: t("setup.code"),
      type: "text",
      required: true,
      autocomplete: "one-time-code",
      placeholder: "0000-0000",
      max_length: 64,
    }],
    async onsubmit({ code }) {
      await checkCode(code.trim());
      wizard.setCode(code.trim());
      await wizard.next();
    },
  });
  const locked = wizard.lockedUntil && new Date(wizard.lockedUntil) > new Date();
  return h(
    "div",
    { class: "stack" },
    stepHead("code"),
    h(
      "ul",
      { class: "setup-where" },
      h("li", {}, h("code", { class: "mono" }, "journalctl -u circuit-breaker | grep -i code")),
      h("li", {}, h("code", { class: "mono" }, "cat /var/lib/circuit-breaker/setup-code")),
    ),
    h("p", { class: "small quiet" }, t("setup.code_run")),
    locked &&
      h("p", { class: "form-problem", role: "alert" }, t("setup.locked", { when: relativeTime(wizard.lockedUntil) })),
    entry.element,
  );
}

/**
 * The first administrator.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function accountStep(wizard) {
  const strength = h("p", { class: "setup-strength small", role: "status" });
  const entry = form({
    compact: true,
    submit: t("setup.create_account"),
    fields: [
      {
        name: "display_name",
        label: t("account.display_name"),
        type: "text",
        required: true,
        autocomplete: "name",
        max_length: 120,
      },
      {
        name: "email",
        label: t("account.email"),
        type: "email",
        required: true,
        autocomplete: "username",
        help: t("setup.email_help"),
      },
      {
        name: "password",
        label: t("account.password"),
        type: "password",
        required: true,
        autocomplete: "new-password",
        min_length: 10,
      },
      {
        name: "again",
        label: t("account.password_again"),
        type: "password",
        required: true,
        autocomplete: "new-password",
        check: (value, values) => (value === values.password ? null : t("account.passwords_differ")),
      },
    ],
    extra: { password: () => strength },
    onchange(name, value) {
      if (name !== "password") return;
      const { level, word } = strengthOf(value ?? "");
      strength.dataset.level = String(level);
      replace(
        strength,
        value
          ? [
            h(
              "span",
              { class: "setup-meter", "aria-hidden": "true" },
              [1, 2, 3].map((step) => h("i", { class: step <= level && "is-on" })),
            ),
            t(`setup.password_${word}`),
          ]
          : null,
      );
    },
    async onsubmit({ display_name, email, password }) {
      await createAccount({ code: wizard.code, display_name, email, password });
      await wizard.next();
    },
  });
  return h("div", { class: "stack" }, stepHead("account"), entry.element);
}
