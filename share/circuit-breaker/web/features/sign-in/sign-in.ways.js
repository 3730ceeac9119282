// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { toastError } from "../../ui/toast.js";

/**
 * What the page offers besides e-mail and password: providers, and the way for a forgotten password. `problem` is the
 * word a provider's answer left in the address.
 *
 * @param {{ back: string, problem: string | null }} options
 */
export function otherWays({ back, problem }) {
  const providers = h("div", { class: "stack tight" });
  const element = h(
    "div",
    { class: "stack" },
    problem && h("p", { class: "notice is-bad", role: "alert" }, tOr(`providers.problem_${problem}`, t("providers.problem_other"))),
    providers,
    h("p", { class: "small" }, h("a", { href: "/reset-password" }, t("sign_in.forgotten"))),
  );
  void api.get("auth/options", { open: true }).then(({ providers: all }) => {
    for (const { slug, name } of all) {
      const one = button(t("sign_in.with", { name }), {
        icon: "sign_in",
        onclick: () =>
          whileBusy(one, async () => {
            try {
              const { address } = await api.post(`auth/oauth/${slug}/start`, { return_to: back }, { open: true });
              location.assign(address);
            } catch (error) {
              toastError(error);
            }
          }),
      });
      providers.append(one);
    }
  }, () => {});
  return element;
}
