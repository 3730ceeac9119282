// @ts-check
import { api, everything } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { settingsList } from "../../shell/settings-list.js";
import { button, copyButton } from "../../ui/button.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { closePanel, factList, openPanel } from "../../ui/panel.js";
import { timeAgo, timeExact } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";

/**
 * @typedef {{ id: number, email: string, role: string, state: "pending" | "expired" | "accepted" | "revoked",
 *   invited_by: string, sends: number, created_at: string, expires_at: string, accepted_at: string | null,
 *   link?: string | null }} Invitation
 */

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { session, signal } = context;
  const manages = session.may("users.manage");
  let hasMail = false;
  const { element, reload } = await settingsList(context, {
    words: "invitations",
    icon: "users",
    load: async () => {
      ({ reset_by_mail: hasMail } = await api.get("auth/options", { signal, open: true }));
      return everything("invitations", {}, signal);
    },
    add: manages ? () => void addPanel(hasMail, signal, reload) : null,
    notice: () => (hasMail ? null : t("invitations.no_mail")),
    onopen: (one) => void invitationPanel(one, { manages, hasMail, signal, reload }),
    columns: [
      { id: "email", label: t("account.email"), width: "minmax(140px, 1.6fr)", render: ({ email }) => h("span", {}, email) },
      { id: "role", label: t("users.role"), width: "minmax(80px, 130px)", from: 480, render: ({ role }) => t(`users.role_${role}`) },
      { id: "state", label: t("users.state"), width: "minmax(90px, 140px)", render: (one) => stateMark(one) },
      { id: "expires", label: t("invitations.expires"), width: "150px", from: 640, render: ({ expires_at: at }) => timeAgo(at) },
      { id: "by", label: t("invitations.by"), width: "minmax(120px, 1fr)", from: 900, render: ({ invited_by: by }) => by },
    ],
  });
  return element;
}

/** @param {Invitation} one */
function stateMark({ state }) {
  const severity = { pending: "warning", expired: "info", accepted: "ok", revoked: "info" }[state];
  return h("span", { class: `severity is-${severity}` }, t(`invitations.state_${state}`));
}

/** @param {boolean} hasMail @param {AbortSignal} signal @param {() => Promise<void>} reload */
async function addPanel(hasMail, signal, reload) {
  const entry = form({
    compact: true,
    submit: t("invitations.add"),
    cancel: () => void closePanel(),
    values: { role: "viewer", expires_in_hours: 72, send_mail: hasMail },
    fields: [
      { name: "email", label: t("account.email"), type: "email", required: true },
      {
        name: "role",
        label: t("users.role"),
        type: "choice",
        required: true,
        choices: ["viewer", "editor", "admin"].map((value) => ({ value, label: t(`users.role_${value}`) })),
        help: t("users.role_help"),
      },
      { name: "expires_in_hours", label: t("invitations.lifetime"), type: "integer", unit: "h", minimum: 1, maximum: 720, required: true },
      {
        name: "send_mail",
        label: t("invitations.send_mail"),
        type: "boolean",
        read_only: !hasMail,
        help: hasMail ? t("invitations.send_mail_help") : t("invitations.no_mail"),
      },
    ],
    async onsubmit(values) {
      const made = await api.post("invitations", values);
      await closePanel(true);
      await reload();
      await showLink(made);
    },
  });
  await openPanel({
    title: t("invitations.add"),
    icon: "user",
    body: entry.element,
    signal,
    guard: () => (entry.values.email ? t("form.unsaved") : null),
  });
  entry.focus();
}

/** The link is not kept anywhere, so it is shown now or never. @param {Invitation} made */
async function showLink(made) {
  if (!made.link) return void toast(t("invitations.sent", { email: made.email }));
  const link = made.link;
  await openDialog({
    title: t("invitations.link_title", { email: made.email }),
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("invitations.link_text")),
      h("code", { class: "mono shown-once" }, link),
      h("div", { class: "row" }, copyButton(() => link)),
    ),
    actions: [{ label: t("common.done"), kind: "primary", value: true }],
  });
}

/**
 * @param {Invitation} one
 * @param {{ manages: boolean, hasMail: boolean, signal: AbortSignal, reload: () => Promise<void> }} options
 */
async function invitationPanel(one, { manages, hasMail, signal, reload }) {
  /** @param {() => Promise<any>} work @param {string | null} message */
  const act = async (work, message) => {
    try {
      const made = await work();
      await closePanel(true);
      await reload();
      if (message) toast(message);
      else await showLink(made);
    } catch (error) {
      toastError(error);
    }
  };
  const renew = (/** @type {boolean} */ mail) => act(() => api.post(`invitations/${one.id}/renew`, { send_mail: mail }), null);
  const isOpen = one.state === "pending" || one.state === "expired";
  const actions = manages && isOpen &&
    h(
      "section",
      { class: "stack tight" },
      h("h3", {}, t("users.actions")),
      h(
        "div",
        { class: "row wrap" },
        hasMail && button(t("invitations.again"), { icon: "refresh", onclick: () => void renew(true) }),
        button(t("invitations.new_link"), { icon: "key", onclick: () => void renew(false) }),
        button(t("invitations.revoke"), {
          kind: "danger",
          icon: "trash",
          onclick: async () => {
            const sure = await confirmed({
              title: t("invitations.revoke_title", { email: one.email }),
              message: t("invitations.revoke_text"),
              verb: t("invitations.revoke"),
              danger: true,
            });
            if (sure) await act(() => api.delete(`invitations/${one.id}`), t("invitations.revoked"));
          },
        }),
      ),
    );
  await openPanel({
    title: one.email,
    subtitle: t(`users.role_${one.role}`),
    icon: "user",
    signal,
    body: h(
      "div",
      { class: "stack" },
      factList([
        [t("users.state"), stateMark(one)],
        [t("invitations.by"), one.invited_by],
        [t("users.created"), timeAgo(one.created_at)],
        [t("invitations.expires"), timeExact(one.expires_at)],
        [t("invitations.sends"), String(one.sends)],
        [t("invitations.accepted"), one.accepted_at ? timeAgo(one.accepted_at) : null],
      ]),
      actions,
    ),
  });
}
