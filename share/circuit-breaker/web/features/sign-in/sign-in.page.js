// @ts-check
import { api, ApiError } from "../../lib/api.js";
import { branding } from "../../lib/branding.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hasPasskeys, provePasskey } from "../../lib/passkeys.js";
import { brandBackground, brandMark } from "../../ui/brand.js";
import { button, whileBusy } from "../../ui/button.js";
import { form } from "../../ui/form.js";
import { languagePicker } from "../../ui/language.js";
import { toastError } from "../../ui/toast.js";
import { enrolment } from "./sign-in.enrol.js";
import { backTo, codeKey, stepOf } from "./sign-in.model.js";
import { otherWays } from "./sign-in.ways.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ query, navigate, title, startSession, signal }) {
  title(t("sign_in.title"));
  const back = backTo(query.get("return"));
  const step = h("div", { class: "stack", role: "group", "aria-live": "polite" });
  const heading = h("h1", { tabIndex: -1 });
  branding.watch(({ app_name: name }) => void replace(heading, name || "Circuit Breaker"), signal);

  /** @param {any} answer  what the daemon said to the last step */
  async function goOn(answer) {
    const next = stepOf(answer);
    if (next === "in") {
      const state = await startSession();
      const target = state?.unfinished ? "/setup" : state?.must ? "/profile/security" : back;
      return navigate(target, { replace: true });
    }
    const steps = { first, second_factor: second, enrolment: enrol, new_password: newPassword };
    replace(step, steps[next](answer), next !== "first" && again);
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (step.querySelector("input, button"))?.focus());
  }

  /** @param {string} path @param {any} body */
  async function send(path, body) {
    try {
      return await goOn(await api.post(path, body, { open: true }));
    } catch (error) {
      // The sign-in is over on the daemon's side: begin again, and say why.
      if (/** @type {ApiError} */ (error).status === 401 && path !== "auth/sign-in") {
        await goOn(null);
        return void toastError(error);
      }
      throw error;
    }
  }

  const again = h("div", { class: "row" }, button(t("sign_in.again"), {
    kind: "ghost",
    small: true,
    onclick: async () => {
      await api.delete("auth/sign-in", { open: true }).catch(() => {});
      await goOn(null);
    },
  }));

  const passkey = () => {
    const one = button(t("sign_in.passkey"), {
      icon: "key",
      onclick: () =>
        whileBusy(one, async () => {
          try {
            const answer = await provePasskey(await api.post("auth/sign-in/passkey/options", undefined, { open: true }));
            if (answer) await send("auth/sign-in/passkey", answer);
          } catch (error) {
            toastError(error);
          }
        }),
    });
    return one;
  };

  function first() {
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
      onsubmit: ({ email, password }) => send("auth/sign-in", { email, password }),
    });
    return h(
      "div",
      { class: "stack" },
      query.has("return") && back !== "/map" && h("p", { class: "quiet" }, t("sign_in.then", { path: back })),
      entry.element,
      hasPasskeys() && h("div", { class: "row" }, passkey()),
      otherWays({ back, problem: query.get("problem") }),
      h("p", { class: "small" }, h("a", { href: "/ca" }, t("sign_in.trust"))),
    );
  }

  /** @param {import("./sign-in.model.js").Pending} pending */
  function second({ ways }) {
    const entry = (ways.includes("totp") || ways.includes("recovery_code")) && form({
      compact: true,
      fields: [{
        name: "code",
        label: t("sign_in.code"),
        type: "text",
        required: true,
        autocomplete: "one-time-code",
        help: t(`sign_in.${codeKey(ways)}`),
      }],
      submit: t("sign_in.verb"),
      submitIcon: "sign_in",
      onsubmit: ({ code }) => send("auth/sign-in/code", { code }),
    });
    return h(
      "div",
      { class: "stack" },
      h("h2", {}, t("sign_in.second")),
      ways.includes("passkey") && (hasPasskeys() ? h("div", { class: "row" }, passkey()) : h("p", {}, t("sign_in.no_passkeys"))),
      entry && entry.element,
      ways.length === 0 && h("p", {}, t("sign_in.no_way")),
    );
  }

  const enrol = () => enrolment({ goOn, failed: () => void goOn(null) });

  function newPassword() {
    const entry = form({
      compact: true,
      fields: [
        {
          name: "password",
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
          check: (value, values) => (value === values.password ? null : t("account.passwords_differ")),
        },
      ],
      submit: t("sign_in.change"),
      onsubmit: ({ password }) => send("auth/sign-in/new-password", { password }),
    });
    return h(
      "div",
      { class: "stack" },
      h("h2", {}, t("sign_in.must_change")),
      h("p", { class: "quiet" }, t("sign_in.must_change_text")),
      entry.element,
    );
  }

  // A page that was loaded anew goes on where the daemon waits.
  await goOn(await api.get("auth/sign-in", { open: true }).catch(() => null));
  return brandBackground(
    h(
      "main",
      { class: "bare" },
      h(
        "div",
        { class: "bare-card" },
        h("div", { class: "bare-head" }, brandMark(signal), heading),
        step,
        languagePicker(),
      ),
    ),
    signal,
  );
}
