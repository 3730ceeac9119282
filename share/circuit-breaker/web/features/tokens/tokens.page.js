// @ts-check
import { api, everything } from "../../lib/api.js";
import { h, stylesheet } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { settingsList } from "../../shell/settings-list.js";
import { button, copyButton } from "../../ui/button.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { closePanel, factList, openPanel } from "../../ui/panel.js";
import { timeAgo, timeExact } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { expiryOf, isExpired, LIFETIMES, SCOPE_AREAS } from "./tokens.model.js";

/** @typedef {import("./tokens.model.js").Token} Token */

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { session, signal } = context;
  await stylesheet(new URL("./tokens.css", import.meta.url));
  const { element, reload } = await settingsList(context, {
    words: "tokens",
    icon: "key",
    example: "home-assistant",
    load: () => everything("tokens", {}, signal),
    add: () => void addPanel(signal, session, reload),
    onopen: (one) => void tokenPanel(one, signal, reload),
    columns: [
      { id: "name", label: t("tokens.name"), width: "minmax(130px, 1.5fr)", render: ({ name }) => h("span", {}, name) },
      {
        id: "scopes",
        label: t("tokens.scopes"),
        width: "minmax(90px, 1fr)",
        from: 560,
        render: ({ scopes }) => t("tokens.n_scopes", { n: scopes.length }),
      },
      { id: "expires", label: t("tokens.expires"), width: "minmax(110px, 150px)", render: (one) => expiryMark(one) },
      {
        id: "used",
        label: t("tokens.last_used"),
        width: "minmax(120px, 1fr)",
        from: 700,
        render: (one) =>
          h(
            "span",
            {},
            timeAgo(one.last_used_at, t("common.never")),
            one.last_used_from && h("span", { class: "mono quiet" }, ` ${one.last_used_from}`),
          ),
      },
      {
        id: "by",
        label: t("tokens.created_by"),
        width: "minmax(100px, 1fr)",
        from: 900,
        render: ({ created_by: by }) => by?.name ?? by?.email ?? by ?? "—",
      },
    ],
  });
  return element;
}

/** @param {Token} token */
const expiryMark = (token) =>
  isExpired(token)
    ? h("span", { class: "severity is-error" }, t("tokens.expired"))
    : token.expires_at
    ? timeAgo(token.expires_at)
    : h("span", { class: "quiet" }, t("common.never"));

/**
 * @param {AbortSignal} signal
 * @param {import("../../lib/session.js").Session} session
 * @param {() => Promise<void>} reload
 */
async function addPanel(signal, session, reload) {
  /** @type {Set<string>} */
  const scopes = new Set(["inventory.view", "status.view"].filter((scope) => session.may(scope)));
  const boxes = SCOPE_AREAS.map(([area, all]) => [area, all.filter((scope) => session.may(scope))]).filter(([, all]) =>
    all.length > 0
  )
    .map(([area, all]) =>
      h(
        "div",
        { class: "scope-area" },
        h("h3", {}, t(`tokens.area_${area}`)),
        /** @type {string[]} */ (all).map((scope) => {
          const box = h("input", {
            type: "checkbox",
            checked: scopes.has(scope),
            onchange: () => {
              if (box.checked) scopes.add(scope);
              else scopes.delete(scope);
            },
          });
          return h(
            "label",
            { class: "scope" },
            box,
            h("span", {}, scopeWord(scope)),
            h("code", { class: "small quiet" }, scope),
          );
        }),
      )
    );
  const entry = form({
    compact: true,
    submit: t("tokens.create"),
    cancel: () => void closePanel(),
    values: { lifetime: "90" },
    fields: [
      {
        name: "name",
        label: t("tokens.name"),
        type: "text",
        required: true,
        max_length: 80,
        placeholder: "home-assistant",
        help: t("tokens.name_help"),
      },
      {
        name: "lifetime",
        label: t("tokens.lifetime"),
        type: "choice",
        required: true,
        choices: LIFETIMES.map((days) => ({
          value: String(days),
          label: days ? t("tokens.days", { n: days }) : t("tokens.no_expiry"),
        })),
      },
    ],
    async onsubmit({ name, lifetime }) {
      if (scopes.size === 0) throw new Error(t("tokens.no_scope"));
      const made = await api.post("tokens", {
        name,
        scopes: [...scopes].sort(),
        expires_at: expiryOf(Number(lifetime)),
      });
      await closePanel(true);
      await reload();
      await shownOnce(made);
    },
  });
  entry.element.querySelector(".form-group")?.after(
    h(
      "fieldset",
      { class: "form-group" },
      h("legend", {}, t("tokens.scopes")),
      h("div", { class: "stack tight" }, boxes),
    ),
  );
  await openPanel({ title: t("tokens.add"), icon: "key", body: entry.element, signal, guard: () => entry.guard() });
  entry.focus();
}

/** @param {any} made */
const shownOnce = (made) =>
  openDialog({
    title: t("tokens.made", { name: made.name }),
    actions: [{ label: t("tokens.kept"), kind: "primary", value: true }],
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("tokens.once")),
      h("code", { class: "mono shown-once" }, made.token),
      h("div", { class: "row" }, copyButton(() => made.token, t("tokens.copy"))),
      h("p", { class: "small quiet" }, t("tokens.use")),
      h(
        "code",
        { class: "mono small shown-once" },
        `curl -H "Authorization: Bearer $TOKEN" ${location.origin}/api/v1/hardware`,
      ),
    ),
  });

/** @param {Token} token @param {AbortSignal} signal @param {() => Promise<void>} reload */
async function tokenPanel(token, signal, reload) {
  const revoke = button(t("tokens.revoke"), {
    kind: "danger",
    icon: "trash",
    onclick: async () => {
      if (
        !await confirmed({
          title: t("tokens.revoke_title", { name: token.name }),
          message: t("tokens.revoke_text"),
          verb: t("tokens.revoke"),
          danger: true,
        })
      ) return;
      try {
        await api.delete(`tokens/${token.id}`);
        toast(t("tokens.revoked", { name: token.name }));
        await closePanel(true);
        await reload();
      } catch (error) {
        toastError(error);
      }
    },
  });
  const by = token.created_by;
  await openPanel({
    title: token.name,
    icon: "key",
    signal,
    body: h(
      "div",
      { class: "stack" },
      factList([
        [t("tokens.expires"), token.expires_at ? timeExact(token.expires_at) : t("common.never")],
        [t("tokens.last_used"), timeAgo(token.last_used_at, t("common.never"))],
        [t("tokens.from"), token.last_used_from && h("span", { class: "mono" }, token.last_used_from)],
        [t("tokens.created_by"), typeof by === "object" ? by?.name ?? by?.email : by],
        [t("users.created"), timeAgo(token.created_at)],
      ]),
      h(
        "section",
        { class: "stack tight" },
        h("h3", {}, t("tokens.scopes")),
        h(
          "ul",
          {},
          token.scopes.map((scope) =>
            h("li", { class: "row between" }, scopeWord(scope), h("span", { class: "mono quiet" }, scope))
          ),
        ),
      ),
      h("div", { class: "row" }, revoke),
    ),
  });
}

/** @param {string} scope */
const scopeWord = (scope) => tOr(`tokens.scope_${scope.replace(".", "_")}`, scope);
