// @ts-check
import { api, everything } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { profileTabs } from "../../shell/profile-tabs.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { form } from "../../ui/form.js";
import { card, fill, pageHead } from "../../ui/more.js";
import { skeleton } from "../../ui/progress.js";
import { toast } from "../../ui/toast.js";
import { appCard, codesCard, passkeysCard } from "./security.factors.js";
import { sessionList } from "./security.sessions.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ session, signal, title, navigate, startSession }) {
  await stylesheet(new URL("./security.css", import.meta.url));
  title(t("security.title"), [{ label: t("shell.profile"), href: "/profile" }]);
  if (!session.may("account.own")) return emptyState({ icon: "user", title: t("account.not_own"), text: t("account.not_own_text") });
  const factors = h("div", { class: "stack" }, skeleton(3));
  const draw = () =>
    fill(
      factors,
      async () => {
        const state = await api.get("me/second-factors", { signal });
        const has = state.totp_since !== null || state.passkeys.length > 0;
        /** What the person may do changes with the first factor. */
        const changed = async () => {
          const state = session.state.current?.must ? await startSession() : null;
          if (state?.unfinished) return navigate("/setup", { replace: true });
          await draw();
        };
        return h(
          "div",
          { class: "stack" },
          state.needed && !has && h("p", { class: "notice is-warn" }, t("security.needed")),
          appCard(state, changed),
          passkeysCard(state, changed),
          has && codesCard(state, changed),
        );
      },
      (error) => errorState(error, draw),
    );
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
      await startSession();
      toast(t("account.password_changed"));
      await drawSessions();
    },
  });
  const sessions = h("div", {}, skeleton(3));
  const drawSessions = () =>
    fill(
      sessions,
      async () => sessionList(await everything("me/sessions", {}, signal), drawSessions),
      (error) => errorState(error, drawSessions),
    );
  const name = h("h2", { class: "only-readers" }, t("security.factors")), role = session.state.current?.user?.role ?? "viewer";
  await Promise.all([draw(), drawSessions()]);
  const order = session.state.current?.must === "change_password"
    ? [card({ title: t("account.password"), text: t("account.password_text") }, password.element), name, factors]
    : [name, factors, card({ title: t("account.password"), text: t("account.password_text") }, password.element)];
  const element = h("section", { class: "page narrow" });
  replace(
    element,
    // As on the other tab, so that the tabs stay where they are.
    pageHead({ title: t("shell.profile"), text: t("account.text", { role: t(`users.role_${role}`) }) }),
    profileTabs("security"),
    ...order,
    card({ title: t("account.sessions"), text: t("account.sessions_text") }, sessions),
  );
  return element;
}
