// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { card } from "../../ui/more.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";

/**
 * Accounts at providers that sign in to this one; hidden where there are no providers. `problem` is the word a
 * provider's answer left in the address.
 *
 * @param {{ signal: AbortSignal, problem: string | null }} options
 */
export function identityCard({ signal, problem }) {
  const list = h("div", { class: "stack" });
  const element = card(
    { title: t("providers.own"), text: t("providers.own_text") },
    problem && h("p", { class: "notice is-bad", role: "alert" }, tOr(`providers.problem_${problem}`, t("providers.problem_other"))),
    list,
  );
  element.hidden = !problem;
  async function draw() {
    const [{ providers }, { items }] = await Promise.all([
      api.get("auth/options", { signal, open: true }),
      api.get("me/identities", { signal }),
    ]);
    element.hidden = providers.length === 0 && items.length === 0 && !problem;
    const linked = new Set(items.map((/** @type {any} */ one) => one.slug));
    list.replaceChildren(
      h("ul", { class: "session-list" }, items.map((/** @type {any} */ one) => row(one, draw))),
      h(
        "div",
        { class: "row wrap" },
        providers.filter((/** @type {any} */ { slug }) => !linked.has(slug)).map(linkButton),
      ),
    );
  }
  void draw().catch((error) => toastError(error));
  return element;
}

/** @param {any} one @param {() => Promise<void>} draw */
function row(one, draw) {
  const end = button(t("providers.unlink"), {
    small: true,
    kind: "danger",
    onclick: () =>
      whileBusy(end, async () => {
        try {
          await api.delete(`me/identities/${one.id}`);
          await draw();
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
      h("div", {}, one.provider),
      h("div", { class: "small quiet" }, one.email, " · ", t("providers.linked"), " ", timeAgo(one.linked_at)),
    ),
    end,
  );
}

/** @param {any} provider */
function linkButton({ slug, name }) {
  const one = button(t("providers.link", { name }), {
    onclick: () =>
      whileBusy(one, async () => {
        try {
          const { address } = await api.post(`me/identities/start/${slug}`, { return_to: "/profile" });
          location.assign(address);
        } catch (error) {
          toastError(error);
        }
      }),
  });
  return one;
}
