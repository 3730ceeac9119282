// @ts-check
import { api } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { settingsTabs } from "../../shell/settings-tabs.js";
import { button } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { mailForm } from "../../ui/mail.js";
import { card, fill, pageHead } from "../../ui/more.js";
import { skeleton } from "../../ui/progress.js";
import { timeAgo } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page({ session, signal, title, guard }) {
  title(t("mail.title"), [{ label: t("settings.title"), href: "/settings" }]);
  const form = h("div", {}, skeleton(5));
  const load = () =>
    fill(form, async () => {
      const entry = mailForm({
        settings: await api.get("mail/settings", { signal }),
        to: session.user?.email ?? "",
        saved: () => void toast(t("common.saved")),
      });
      guard(() => entry.guard());
      return entry.element;
    }, (error) => errorState(error, load));
  await load();
  const queue = h("div", {}, skeleton(3));
  const draw = () =>
    fill(queue, async () => queueList((await api.get("mail/queue", { signal })).items, draw), (error) => errorState(error, draw));
  void draw();
  const again = button(t("mail.refresh"), { icon: "refresh", small: true, onclick: () => void draw() });
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("settings.title") }),
    settingsTabs("mail", session),
    card({ title: t("mail.title"), text: t("mail.text") }, form),
    card({ title: t("mail.queue"), text: t("mail.queue_text"), actions: again }, queue),
  );
}

/** @param {any[]} items @param {() => Promise<void>} draw */
function queueList(items, draw) {
  if (items.length === 0) return emptyState({ icon: "mail", title: t("mail.queue_empty"), text: t("mail.queue_empty_text") });
  /** @param {() => Promise<any>} work @param {string} message */
  const act = async (work, message) => {
    try {
      await work();
      toast(message);
      await draw();
    } catch (error) {
      toastError(error);
    }
  };
  const severity = /** @type {Record<string, string>} */ ({ waiting: "warning", sent: "ok", failed: "error" });
  const list = h("ul", { class: "session-list" });
  replace(
    list,
    items.map((one) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "grow" },
          h("div", {}, one.subject),
          h(
            "div",
            { class: "small quiet" },
            one.recipient,
            " · ",
            timeAgo(one.created_at),
            one.state === "waiting" && one.attempts > 0 && [" · ", t("mail.next_try"), " ", timeAgo(one.due_at)],
          ),
          one.problem && h("p", { class: "small" }, one.problem),
        ),
        h("span", { class: `severity is-${severity[one.state]}` }, t(`mail.state_${one.state}`)),
        one.state === "waiting" &&
          button(t("mail.hurry"), {
            small: true,
            onclick: () => void act(() => api.post(`mail/queue/${one.id}/hurry`), t("mail.hurried")),
          }),
        button(t("common.delete"), {
          small: true,
          kind: "danger",
          onclick: () => void act(() => api.delete(`mail/queue/${one.id}`), t("mail.removed")),
        }),
      )
    ),
  );
  return list;
}
