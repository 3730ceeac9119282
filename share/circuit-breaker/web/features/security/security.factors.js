// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hasPasskeys, makePasskey } from "../../lib/passkeys.js";
import { button, whileBusy } from "../../ui/button.js";
import { showNewCodes } from "../../ui/codes.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { card } from "../../ui/more.js";
import { seedForm } from "../../ui/seed.js";
import { timeAgo } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";

/**
 * @typedef {{ id: number, name: string, site: string, synced: boolean, created_at: string,
 *   last_used_at: string | null }} Passkey
 * @typedef {{ totp_since: string | null, recovery_codes_left: number, passkeys: Passkey[], needed: boolean,
 *   passkey_refusal: string | null }} Factors
 */

/** @param {string} label @param {any} options @param {() => Promise<any>} run */
function doing(label, options, run) {
  const one = button(label, {
    ...options,
    onclick: () => whileBusy(one, () => run().catch((/** @type {unknown} */ error) => toastError(error))),
  });
  return one;
}

/** @param {Factors} state @param {() => Promise<void>} changed */
export function appCard(state, changed) {
  const isSet = state.totp_since !== null;
  return card(
    { title: t("security.totp"), text: t("security.totp_text") },
    isSet && h("p", {}, t("security.totp_since"), " ", timeAgo(state.totp_since)),
    h(
      "div",
      { class: "row" },
      isSet
        ? doing(t("security.totp_remove"), { kind: "danger" }, async () => {
          const sure = await confirmed({
            title: t("security.totp_remove_title"),
            message: t("security.totp_remove_text"),
            verb: t("security.totp_remove"),
            danger: true,
          });
          if (!sure) return;
          await api.delete("me/totp");
          await changed();
        })
        : doing(t("security.totp_add"), { kind: "primary", icon: "key" }, async () => {
          const seed = await api.post("me/totp");
          /** @type {(value: any) => void} */
          let close = () => {};
          const body = await seedForm(seed, async (code) => {
            await api.post("me/totp/confirm", { code });
            close(true);
          }, () => close(null));
          const done = await openDialog({
            title: t("security.totp_add"),
            body: (end) => {
              close = end;
              return body;
            },
          });
          if (!done) return;
          toast(t("security.totp_added"));
          if (state.recovery_codes_left === 0) await showNewCodes();
          await changed();
        }),
    ),
  );
}

/** @param {Factors} state @param {() => Promise<void>} changed */
export function passkeysCard(state, changed) {
  const why = state.passkey_refusal ?? (hasPasskeys() ? null : t("sign_in.no_passkeys"));
  const first = state.totp_since === null && state.passkeys.length === 0;
  return card(
    { title: t("security.passkeys"), text: t("security.passkeys_text") },
    state.passkeys.length > 0 &&
      h("ul", { class: "session-list" }, state.passkeys.map((passkey) => passkeyLine(passkey, changed))),
    why && h("p", { class: "small quiet" }, why),
    h(
      "div",
      { class: "row" },
      doing(t("security.passkey_add"), { kind: "primary", icon: "key", disabled: why !== null }, async () => {
        const name = await askName(t("security.passkey_add"), t("security.passkey_first"));
        if (name === null) return;
        const made = await makePasskey(await api.post("me/passkeys/options"), name);
        if (!made) return;
        await api.post("me/passkeys", made);
        toast(t("security.passkey_added", { name }));
        if (first) await showNewCodes();
        await changed();
      }),
    ),
  );
}

/** @param {Passkey} passkey @param {() => Promise<void>} changed */
function passkeyLine(passkey, changed) {
  const remove = doing(t("security.remove"), { kind: "danger", small: true }, async () => {
    const sure = await confirmed({
      title: t("security.passkey_remove_title", { name: passkey.name }),
      message: t("security.passkey_remove_text"),
      verb: t("security.remove"),
      danger: true,
    });
    if (!sure) return;
    await api.delete(`me/passkeys/${passkey.id}`);
    await changed();
  });
  remove.setAttribute("aria-label", `${t("security.remove")}: ${passkey.name}`);
  const rename = doing(t("security.rename"), { kind: "ghost", small: true }, async () => {
    const name = await askName(t("security.rename"), passkey.name);
    if (name === null) return;
    await api.patch(`me/passkeys/${passkey.id}`, { name });
    await changed();
  });
  rename.setAttribute("aria-label", `${t("security.rename")}: ${passkey.name}`);
  return h(
    "li",
    {},
    h(
      "div",
      { class: "grow" },
      h("div", {}, passkey.name, passkey.synced && h("span", { class: "pill session-this" }, t("security.synced"))),
      h(
        "div",
        { class: "small quiet" },
        h("span", { class: "mono" }, passkey.site),
        " · ",
        t(passkey.last_used_at ? "security.last_used" : "security.not_used"),
        " ",
        passkey.last_used_at ? timeAgo(passkey.last_used_at) : null,
      ),
    ),
    rename,
    remove,
  );
}

/** @param {Factors} state @param {() => Promise<void>} changed */
export function codesCard(state, changed) {
  const few = state.recovery_codes_left < 3;
  return card(
    { title: t("security.codes"), text: t("security.codes_text") },
    h("p", { class: few ? "notice is-warn" : "" }, t("security.codes_left", { n: state.recovery_codes_left })),
    h(
      "div",
      { class: "row" },
      doing(t("security.codes_renew"), { kind: few ? "primary" : "plain" }, async () => {
        await showNewCodes();
        await changed();
      }),
    ),
  );
}

/** @param {string} title @param {string} value @returns {Promise<string | null>} */
function askName(title, value) {
  return openDialog({
    title,
    body: (close) => {
      const entry = form({
        compact: true,
        submit: t("common.next"),
        cancel: () => close(null),
        values: { name: value },
        fields: [{
          name: "name",
          label: t("security.passkey_name"),
          type: "text",
          required: true,
          max_length: 80,
          help: t("security.passkey_name_help"),
        }],
        async onsubmit({ name }) {
          close(name);
        },
      });
      return entry.element;
    },
  });
}
