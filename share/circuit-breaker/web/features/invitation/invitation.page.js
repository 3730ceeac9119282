// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { bareCard, takeSecret } from "../../ui/bare.js";
import { form } from "../../ui/form.js";
import { newPasswordFields } from "../../ui/new-password.js";
import { timeExact } from "../../ui/time.js";

/**
 * Somebody follows the link of an invitation: a name, a password, and there is an account.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ title, navigate, startSession }) {
  title(t("invitation.title"));
  const token = takeSecret();
  /** @type {any} */
  let offer;
  try {
    if (!token) throw new Error(t("invitation.no_link"));
    offer = await api.post("auth/invitation", { token }, { open: true });
  } catch (error) {
    return bareCard(
      { title: t("invitation.title") },
      h("p", { class: "notice is-bad", role: "alert" }, /** @type {Error} */ (error).message),
      h("p", { class: "small" }, h("a", { href: "/sign-in" }, t("reset.back"))),
    );
  }
  const place = h("div", { class: "stack" });
  const entry = form({
    compact: true,
    values: { email: offer.email },
    fields: [
      { name: "email", label: t("account.email"), type: "email", read_only: true, autocomplete: "username" },
      {
        name: "display_name",
        label: t("account.display_name"),
        type: "text",
        required: true,
        max_length: 120,
        autocomplete: "name",
      },
      ...newPasswordFields(),
    ],
    submit: t("invitation.accept"),
    async onsubmit({ display_name: name, password }) {
      await api.post("auth/invitation/accept", { token, display_name: name, password }, { open: true });
      await signIn(password);
    },
  });

  /** @param {string} password */
  async function signIn(password) {
    // The account is there whatever comes of this: signing in by hand is the way on then.
    try {
      const answer = await api.post("auth/sign-in", { email: offer.email, password }, { open: true });
      if (answer.next) return void (await navigate("/sign-in", { replace: true }));
      await startSession();
      await navigate("/map", { replace: true });
    } catch {
      replace(
        place,
        h("p", { role: "status" }, t("invitation.accepted")),
        h("p", {}, h("a", { class: "button primary", href: "/sign-in" }, t("sign_in.verb"))),
      );
    }
  }
  replace(
    place,
    h("p", { class: "quiet" }, t("invitation.text", { by: offer.invited_by, role: t(`users.role_${offer.role}`) })),
    h("p", { class: "small quiet" }, t("invitation.until"), " ", timeExact(offer.expires_at)),
    entry.element,
  );
  requestAnimationFrame(() => entry.focus());
  return bareCard({ title: t("invitation.title") }, place);
}
