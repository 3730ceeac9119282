// @ts-check
import { api } from "../lib/api.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, whileBusy } from "./button.js";
import { form } from "./form.js";
import { timeExact } from "./time.js";

/**
 * How mail is sent, and a button that tries it; for the settings and for the wizard.
 *
 * @typedef {{ enabled: boolean, host: string, port: number, security: string, allows_plain: boolean,
 *   username: string | null, password: { set: boolean, since: string | null, locked: boolean }, from_address: string,
 *   from_name: string, link_base: string | null, effective_link_base: string | null, authorities: string | null,
 *   revision: number }} MailSettings
 * @param {{ settings: MailSettings, to: string, saved?: (settings: MailSettings) => void }} options
 */
export function mailForm({ settings, to, saved }) {
  const PORTS = /** @type {Record<string, number>} */ ({ starttls: 587, tls: 465, none: 25 });
  const password = settings.password;
  const entry = form({
    values: {
      ...settings,
      password: null,
      link_base: settings.link_base ?? settings.effective_link_base ?? location.origin,
    },
    fields: [
      { name: "enabled", label: t("mail.enabled"), type: "boolean", help: t("mail.enabled_help") },
      { name: "host", label: t("mail.host"), type: "text", placeholder: "smtp.example.org", max_length: 253 },
      {
        name: "security",
        label: t("mail.security"),
        type: "choice",
        required: true,
        choices: Object.keys(PORTS).map((value) => ({ value, label: t(`mail.security_${value}`) })),
      },
      { name: "port", label: t("mail.port"), type: "integer", minimum: 1, maximum: 65535, required: true },
      { name: "allows_plain", label: t("mail.allows_plain"), type: "boolean", help: t("mail.allows_plain_help") },
      { name: "username", label: t("mail.username"), type: "text", autocomplete: "off" },
      {
        name: "password",
        label: t("account.password"),
        type: "password",
        autocomplete: "new-password",
        placeholder: password.set ? t("mail.password_kept") : "",
        help: password.locked ? t("mail.password_locked") : t("mail.password_help"),
      },
      { name: "from_address", label: t("mail.from_address"), type: "email", placeholder: "lab@example.org" },
      { name: "from_name", label: t("mail.from_name"), type: "text", max_length: 120 },
      { name: "link_base", label: t("mail.link_base"), type: "text", help: t("mail.link_base_help") },
      { name: "authorities", label: t("mail.authorities"), type: "long_text", help: t("mail.authorities_help") },
    ],
    onchange(name, value) {
      // The port follows as long as it is one of the usual ones.
      if (name === "security" && Object.values(PORTS).includes(entry.values.port)) entry.set("port", PORTS[value]);
    },
    async onsubmit(values, changes) {
      const { password: fresh, ...others } = changes;
      const sent = fresh ? { ...others, password: fresh } : others;
      if (settings.link_base === null) sent.link_base = values.link_base;
      for (const name of ["host", "from_address", "from_name"]) {
        if (name in sent) sent[name] ??= "";
      }
      const kept = await api.patch("mail/settings", sent, { revision: settings.revision });
      settings = kept;
      entry.set("password", null);
      entry.saved();
      result.hidden = true;
      saved?.(kept);
    },
  });
  // As the fields show it: what is not set yet is an empty text to the server and nothing to a field.
  entry.saved();
  const result = h("p", { class: "notice", role: "status", hidden: true });
  const recipient = h("input", {
    class: "input",
    type: "email",
    value: to,
    "aria-label": t("mail.test_to"),
    autocomplete: "email",
  });
  const show = (/** @type {boolean} */ good, /** @type {string} */ words) => {
    result.hidden = false;
    result.className = `notice ${good ? "is-ok" : "is-bad"}`;
    replace(result, words);
  };
  const test = button(t("mail.test"), {
    icon: "mail",
    onclick: () =>
      whileBusy(test, async () => {
        if (entry.isDirty()) return void show(false, t("mail.test_save_first"));
        try {
          const { delivered, message } = await api.post("mail/test", { to: recipient.value });
          show(delivered, message);
        } catch (error) {
          const { fields, message } = /** @type {any} */ (error);
          show(false, fields?.to ?? message);
        }
      }),
  });
  const since = password.set && password.since &&
    h("p", { class: "small quiet" }, t("mail.password_since"), " ", timeExact(password.since));
  return {
    element: h(
      "div",
      { class: "stack" },
      entry.element,
      since,
      h("h3", {}, t("mail.test_title")),
      h("p", { class: "small quiet" }, t("mail.test_text")),
      h("div", { class: "row wrap" }, recipient, test),
      result,
    ),
    guard: () => entry.guard(),
    isDirty: () => entry.isDirty(),
  };
}
