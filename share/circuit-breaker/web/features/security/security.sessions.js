// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { browserOf } from "./security.model.js";

/**
 * Where one is signed in, each with a way to end it.
 *
 * @param {any[]} items
 * @param {() => Promise<void>} again
 */
export function sessionList(items, again) {
  /** @param {string} label @param {string} path @param {string} [about] */
  const ender = (label, path, about) => {
    const end = button(label, {
      small: true,
      kind: "danger",
      onclick: () =>
        whileBusy(end, async () => {
          try {
            await api.delete(path);
            await again();
          } catch (error) {
            toastError(error);
          }
        }),
    });
    if (about) end.setAttribute("aria-label", `${label}: ${about}`);
    return end;
  };
  return h(
    "div",
    { class: "stack" },
    h(
      "ul",
      { class: "session-list" },
      items.map((one) =>
        h(
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
              timeAgo(one.last_seen_at),
              " · ",
              h("span", { title: exactTime(one.created_at) }, t("account.since"), " ", timeAgo(one.created_at)),
            ),
          ),
          !one.current && ender(t("account.end"), `me/sessions/${one.id}`, browserOf(one.user_agent ?? "")),
        )
      ),
    ),
    items.length > 2 && h("div", { class: "row" }, ender(t("security.end_others"), "me/sessions")),
  );
}
