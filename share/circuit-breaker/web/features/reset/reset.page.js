// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { bareCard, takeSecret } from "../../ui/bare.js";
import { form } from "../../ui/form.js";
import { newPasswordFields } from "../../ui/new-password.js";
import { tabList } from "../../ui/tabs.js";

/**
 * A forgotten password: asking for a link, using it, or proving oneself with the vault key. None of them signs in.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ title }) {
  title(t("reset.title"));
  const token = takeSecret();
  const body = h("div", { class: "stack" });
  const done = (/** @type {string} */ words) =>
    replace(
      body,
      h("p", { role: "status" }, words),
      h("p", {}, h("a", { class: "button primary", href: "/sign-in" }, t("sign_in.verb"))),
    );
  if (token) replace(body, confirmForm(token, done));
  else {
    const { reset_by_mail: byMail } = await api.get("auth/options", { open: true });
    const ways = [
      { id: "mail", label: t("reset.by_mail"), render: () => (byMail ? askForm(done) : h("p", { class: "notice" }, t("reset.no_mail"))) },
      { id: "key", label: t("reset.by_key"), render: () => keyForm(done) },
    ];
    replace(body, tabList(ways, { selected: byMail ? "mail" : "key", label: t("reset.title") }).element);
  }
  return bareCard({ title: t("reset.title") }, body, h("p", { class: "small" }, h("a", { href: "/sign-in" }, t("reset.back"))));
}

/** @param {(words: string) => void} done */
function askForm(done) {
  const entry = form({
    compact: true,
    fields: [{ name: "email", label: t("account.email"), type: "email", required: true, autocomplete: "username" }],
    submit: t("reset.ask"),
    async onsubmit({ email }) {
      await api.post("auth/reset", { email }, { open: true });
      done(t("reset.asked"));
    },
  });
  return h("div", { class: "stack" }, h("p", { class: "quiet" }, t("reset.ask_text")), entry.element);
}

/** @param {string} token @param {(words: string) => void} done */
function confirmForm(token, done) {
  const entry = form({
    compact: true,
    fields: newPasswordFields(),
    submit: t("reset.set"),
    async onsubmit({ password }) {
      await api.post("auth/reset/confirm", { token, password }, { open: true });
      done(t("reset.done"));
    },
  });
  requestAnimationFrame(() => entry.focus());
  return h("div", { class: "stack" }, h("p", { class: "quiet" }, t("reset.set_text")), entry.element);
}

/** @param {(words: string) => void} done */
function keyForm(done) {
  const entry = form({
    compact: true,
    fields: [
      { name: "email", label: t("account.email"), type: "email", required: true, autocomplete: "username" },
      {
        name: "vault_key",
        label: t("reset.vault_key"),
        type: "password",
        required: true,
        autocomplete: "off",
        help: t("reset.vault_key_help"),
      },
      ...newPasswordFields(),
    ],
    submit: t("reset.set"),
    async onsubmit({ email, vault_key: key, password }) {
      await api.post("auth/reset/vault-key", { email, vault_key: key, password }, { open: true });
      done(t("reset.done"));
    },
  });
  return h("div", { class: "stack" }, h("p", { class: "quiet" }, t("reset.key_text")), entry.element);
}
