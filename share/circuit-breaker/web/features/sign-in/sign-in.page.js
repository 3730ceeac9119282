// @ts-check
import { icon } from "../../icons/icons.js";
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { form } from "../../ui/form.js";
import { backTo } from "./sign-in.model.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ query, navigate, title, startSession }) {
  title(t("sign_in.title"));
  const back = backTo(query.get("return"));
  const entry = form({
    compact: true,
    fields: [
      { name: "email", label: t("account.email"), type: "email", required: true, autocomplete: "username" },
      {
        name: "password",
        label: t("account.password"),
        type: "password",
        required: true,
        autocomplete: "current-password",
      },
    ],
    submit: t("sign_in.verb"),
    submitIcon: "sign_in",
    async onsubmit({ email, password }) {
      await api.post("auth/sign-in", { email, password }, { open: true });
      const state = await startSession();
      await navigate(state?.unfinished ? "/setup" : back, { replace: true });
    },
  });
  requestAnimationFrame(() => entry.focus());
  return h(
    "main",
    { class: "bare" },
    h(
      "div",
      { class: "bare-card" },
      h("div", { class: "bare-head" }, icon("mark"), h("h1", { tabIndex: -1 }, "Circuit Breaker")),
      query.has("return") && back !== "/map" && h("p", { class: "quiet" }, t("sign_in.then", { path: back })),
      entry.element,
      h("p", { class: "small quiet" }, t("sign_in.help")),
      h("p", { class: "small" }, h("a", { href: "/ca" }, t("sign_in.trust"))),
    ),
  );
}
