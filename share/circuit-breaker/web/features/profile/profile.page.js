// @ts-check
import { api, everything } from "../../lib/api.js";
import { h, stylesheet } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { LANGUAGES, timezones } from "../../lib/region.js";
import { font, theme } from "../../lib/theme.js";
import { button, whileBusy } from "../../ui/button.js";
import { errorState } from "../../ui/empty.js";
import { form } from "../../ui/form.js";
import { fontPicker, themePicker } from "../../ui/look.js";
import { card, fill, pageHead } from "../../ui/more.js";
import { skeleton } from "../../ui/progress.js";
import { timeAgo } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { browserOf } from "./profile.model.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { session, signal, guard, title, keepTheme } = context;
  await stylesheet(new URL("./profile.css", import.meta.url));
  title(t("shell.profile"));
  const me = await api.get("me", { signal });
  const details = form({
    fields: [
      {
        name: "display_name",
        label: t("account.display_name"),
        type: "text",
        required: true,
        max_length: 120,
        autocomplete: "name",
      },
      { name: "email", label: t("account.email"), type: "email", read_only: true },
      {
        name: "timezone",
        label: t("settings.timezone"),
        type: "text",
        suggestions: timezones(),
        placeholder: t("account.as_settings"),
      },
      { name: "language", label: t("settings.language"), type: "choice", choices: LANGUAGES },
      { name: "gravatar", label: t("account.gravatar"), type: "boolean", help: t("account.gravatar_help") },
    ],
    values: { ...me, gravatar: me.photo === "gravatar" },
    async onsubmit(_values, { gravatar, ...changes }) {
      const sent = gravatar === undefined ? changes : { ...changes, photo: gravatar ? "gravatar" : null };
      if (Object.keys(sent).length > 0) session.change(await api.patch("me", sent));
      toast(t("common.saved"));
    },
  });
  const password = form({
    fields: [
      {
        name: "current",
        label: t("account.password_now"),
        type: "password",
        required: true,
        autocomplete: "current-password",
      },
      {
        name: "new",
        label: t("account.password_new"),
        type: "password",
        required: true,
        min_length: 10,
        autocomplete: "new-password",
      },
      {
        name: "again",
        label: t("account.password_again"),
        type: "password",
        required: true,
        autocomplete: "new-password",
        check: (value, values) => (value === values.new ? null : t("account.passwords_differ")),
      },
    ],
    compact: true,
    submit: t("shell.change_password"),
    async onsubmit(values) {
      await api.post("me/password", { current: values.current, new: values.new });
      password.saved({});
      session.change({ force_password_change: false });
      toast(t("account.password_changed"));
      await drawSessions();
    },
  });
  guard(() => details.guard());
  const sessions = h("div", {}, skeleton(3));
  const drawSessions = () =>
    fill(
      sessions,
      async () => sessionList(await everything("me/sessions", {}, signal), drawSessions),
      (error) => errorState(error, drawSessions),
    );
  void drawSessions();
  /** @param {string} id */
  const keepFont = async (id) => {
    font.set(id);
    session.change(
      await api.patch("me", { font: id }).catch((error) => {
        toastError(error);
        return {};
      }),
    );
  };
  return h(
    "section",
    { class: "page narrow" },
    pageHead({ title: t("shell.profile"), text: t("account.text", { role: t(`users.role_${me.role}`) }) }),
    card({ title: t("account.details") }, details.element),
    card(
      { title: t("settings.tab_look"), text: t("account.look_text") },
      themePicker({ value: theme.current, onchange: (id) => void keepTheme(id) }),
      fontPicker({ value: font.current, onchange: (id) => void keepFont(id) }),
    ),
    card({ title: t("account.password"), text: t("account.password_text") }, password.element),
    card({ title: t("account.sessions"), text: t("account.sessions_text") }, sessions),
  );
}

/** @param {any[]} items @param {() => Promise<void>} again */
function sessionList(items, again) {
  return h(
    "ul",
    { class: "session-list" },
    items.map((one) => {
      const end = button(t("account.end"), {
        small: true,
        kind: "danger",
        onclick: () =>
          whileBusy(end, async () => {
            try {
              await api.delete(`me/sessions/${one.id}`);
              await again();
            } catch (error) {
              toastError(error);
            }
          }),
      });
      return h(
        "li",
        {},
        h(
          "div",
          { class: "grow" },
          h(
            "div",
            {},
            browserOf(one.user_agent ?? ""),
            one.current && h("span", { class: "pill is-accent session-this" }, t("account.this_browser")),
          ),
          h(
            "div",
            { class: "small quiet" },
            h("span", { class: "mono" }, one.address ?? "—"),
            " · ",
            t("account.last_seen"),
            " ",
            timeAgo(one.last_seen_at ?? one.last_used_at ?? one.created_at),
            " · ",
            h("span", { title: exactTime(one.created_at) }, t("account.since"), " ", timeAgo(one.created_at)),
          ),
        ),
        !one.current && end,
      );
    }),
  );
}
