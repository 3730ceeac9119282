// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { hasPasskeys, makePasskey } from "../../lib/passkeys.js";
import { button, whileBusy } from "../../ui/button.js";
import { showNewCodes } from "../../ui/codes.js";
import { seedForm } from "../../ui/seed.js";
import { toastError } from "../../ui/toast.js";

/**
 * The second factor that has to be set up before the sign-in goes on.
 *
 * @param {{ goOn: (answer: any) => Promise<any>, failed: () => void }} flow
 */
export function enrolment({ goOn, failed }) {
  const place = h("div", { class: "stack" });
  /** @param {unknown} error */
  const tell = (error) => {
    toastError(error);
    if (/** @type {any} */ (error).status === 401) failed();
  };
  /** @param {any} answer */
  async function done(answer) {
    // Whoever has come in keeps the way back for a lost telephone.
    if (!answer.next) await showNewCodes();
    await goOn(answer);
  }
  const app = button(t("security.totp_add"), {
    kind: "primary",
    icon: "key",
    onclick: () =>
      whileBusy(app, async () => {
        try {
          const seed = await api.post("auth/sign-in/enrol/totp", undefined, { open: true });
          replace(
            place,
            await seedForm(seed, async (code) =>
              done(await api.post("auth/sign-in/enrol/totp/confirm", { code }, { open: true }))),
          );
        } catch (error) {
          tell(error);
        }
      }),
  });
  const passkey = button(t("security.passkey_add"), {
    icon: "key",
    onclick: () =>
      whileBusy(passkey, async () => {
        try {
          const asked = await api.post("auth/sign-in/enrol/passkey/options", undefined, { open: true });
          const made = await makePasskey(asked, t("security.passkey_first"));
          if (made) await done(await api.post("auth/sign-in/enrol/passkey", made, { open: true }));
        } catch (error) {
          tell(error);
        }
      }),
  });
  replace(place, h("div", { class: "row wrap" }, app, hasPasskeys() && passkey));
  return h(
    "div",
    { class: "stack" },
    h("h2", {}, t("sign_in.enrol")),
    h("p", { class: "quiet" }, t("sign_in.enrol_text")),
    place,
  );
}
