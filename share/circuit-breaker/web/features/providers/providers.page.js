// @ts-check
import { api, everything } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { settingsList } from "../../shell/settings-list.js";
import { button, copyButton } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { closePanel, openPanel } from "../../ui/panel.js";
import { toast, toastError } from "../../ui/toast.js";
import { KINDS, mappingText, parsedMapping, redirectOf, sentOf, usual } from "./providers.model.js";

/** @typedef {import("./providers.model.js").Provider} Provider */

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { session, signal } = context;
  const { element, reload } = await settingsList(context, {
    words: "providers",
    icon: "sign_in",
    load: () => everything("sign-in-providers", {}, signal),
    add: session.may("users.manage") ? () => void providerPanel(null, signal, reload) : null,
    onopen: (one) => void providerPanel(one, signal, reload),
    columns: [
      { id: "name", label: t("providers.name"), width: "minmax(130px, 1.2fr)", render: ({ name }) => h("span", {}, name) },
      { id: "kind", label: t("providers.kind"), width: "minmax(90px, 150px)", from: 480, render: ({ kind }) => t(`providers.kind_${kind}`) },
      {
        id: "state",
        label: t("users.state"),
        width: "minmax(90px, 130px)",
        render: ({ enabled }) =>
          h("span", { class: `severity is-${enabled ? "ok" : "info"}` }, t(enabled ? "common.on" : "common.off")),
      },
      { id: "issuer", label: t("providers.issuer"), width: "minmax(140px, 1.6fr)", mono: true, from: 700, render: ({ issuer }) => issuer },
    ],
  });
  return element;
}

/** @param {Provider | null} one @param {AbortSignal} signal @param {() => Promise<void>} reload */
async function providerPanel(one, signal, reload) {
  const address = h("code", { class: "mono shown-once" }, one?.redirect_uri ?? redirectOf(location.origin, "github"));
  const values = one
    ? { ...one, client_secret: null, allowed_domains: one.allowed_domains.join(" "), group_roles: mappingText(one.group_roles) }
    : { ...usual("github"), slug: "github", default_role: "viewer", enabled: true };
  const entry = form({
    compact: true,
    submit: one ? t("common.save") : t("providers.add"),
    cancel: () => void closePanel(),
    values,
    fields: fieldsFor(one),
    onchange(name, value) {
      if (!one && name === "kind") {
        for (const [key, text] of Object.entries({ ...usual(value), slug: value })) entry.set(key, text);
        address.textContent = redirectOf(location.origin, value);
      }
      if (!one && name === "slug") address.textContent = redirectOf(location.origin, value ?? "");
    },
    async onsubmit(all, changes) {
      const sent = sentOf(one ? changes : all);
      if (one) await api.patch(`sign-in-providers/${one.id}`, sent, { revision: one.revision });
      else await api.post("sign-in-providers", sent);
      toast(t("common.saved"));
      await closePanel(true);
      await reload();
    },
  });
  const remove = one &&
    button(t("providers.remove"), {
      kind: "danger",
      icon: "trash",
      onclick: async () => {
        const sure = await confirmed({
          title: t("providers.remove_title", { name: one.name }),
          message: t("providers.remove_text"),
          verb: t("providers.remove"),
          danger: true,
        });
        if (!sure) return;
        try {
          await api.delete(`sign-in-providers/${one.id}`);
          await closePanel(true);
          await reload();
        } catch (error) {
          toastError(error);
        }
      },
    });
  await openPanel({
    title: one?.name ?? t("providers.add"),
    icon: "sign_in",
    signal,
    guard: () => entry.guard(),
    body: h(
      "div",
      { class: "stack" },
      h(
        "section",
        { class: "stack tight" },
        h("h3", {}, t("providers.redirect")),
        h("p", { class: "small quiet" }, t("providers.redirect_text")),
        address,
        h("div", { class: "row" }, copyButton(() => address.textContent ?? "")),
      ),
      entry.element,
      remove && h("div", { class: "row" }, remove),
    ),
  });
}

/** @param {Provider | null} one @returns {import("../../lib/form.js").Field[]} */
function fieldsFor(one) {
  const roles = ["viewer", "editor", "admin"].map((value) => ({ value, label: t(`users.role_${value}`) }));
  return [
    {
      name: "kind",
      label: t("providers.kind"),
      type: "choice",
      required: true,
      read_only: one !== null,
      choices: KINDS.map((value) => ({ value, label: t(`providers.kind_${value}`) })),
    },
    { name: "slug", label: t("providers.slug"), type: "text", required: true, read_only: one !== null, max_length: 40, help: t("providers.slug_help") },
    { name: "name", label: t("providers.name"), type: "text", required: true, max_length: 60, help: t("providers.name_help") },
    { name: "issuer", label: t("providers.issuer"), type: "text", required: true, help: t("providers.issuer_help") },
    { name: "client_id", label: t("providers.client_id"), type: "text", required: true, autocomplete: "off" },
    {
      name: "client_secret",
      label: t("providers.client_secret"),
      type: "password",
      autocomplete: "new-password",
      placeholder: one?.client_secret.set ? t("mail.password_kept") : "",
      help: one?.client_secret.locked ? t("mail.password_locked") : t("mail.password_help"),
    },
    { name: "scopes", label: t("providers.scopes"), type: "text", required: true },
    { name: "enabled", label: t("providers.enabled"), type: "boolean" },
    { name: "allowed_domains", label: t("providers.allowed_domains"), type: "text", placeholder: "example.org", help: t("providers.allowed_domains_help") },
    { name: "opens_registration", label: t("providers.opens_registration"), type: "boolean", help: t("providers.opens_registration_help") },
    { name: "default_role", label: t("providers.default_role"), type: "choice", required: true, choices: roles },
    { name: "groups_claim", label: t("providers.groups_claim"), type: "text", required: true, help: t("providers.groups_claim_help") },
    {
      name: "group_roles",
      label: t("providers.group_roles"),
      type: "long_text",
      placeholder: "lab-admins = admin",
      help: t("providers.group_roles_help"),
      check: (value) => (parsedMapping(value) ? null : t("providers.bad_mapping")),
    },
    { name: "syncs_roles", label: t("providers.syncs_roles"), type: "boolean", help: t("providers.syncs_roles_help") },
  ];
}
