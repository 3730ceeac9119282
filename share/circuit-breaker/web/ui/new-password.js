// @ts-check
import { t } from "../lib/i18n.js";

/**
 * A new password and once more, as every form asks for it.
 *
 * @returns {import("../lib/form.js").Field[]}
 */
export const newPasswordFields = () => [
  {
    name: "password",
    label: t("account.password_new"),
    type: "password",
    required: true,
    min_length: 10,
    autocomplete: "new-password",
    help: t("account.password_rules"),
  },
  {
    name: "again",
    label: t("account.password_again"),
    type: "password",
    required: true,
    autocomplete: "new-password",
    check: (value, values) => (value === values.password ? null : t("account.passwords_differ")),
  },
];
