// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "../ui/dialog.js";

let isAsking = false;

/**
 * The session ended while something was typed that is not saved: the page stays as it is, so that it can be saved after
 * signing in elsewhere in this browser. Requests that are refused meanwhile do not ask again.
 *
 * @param {{ leave: () => void, back: () => void }} ways  to the sign-in page, and what to do when the person is back
 */
export async function sessionEnded({ leave, back }) {
  if (isAsking) return;
  isAsking = true;
  const signIn = h(
    "a",
    { class: "button primary", href: "/sign-in", target: "_blank", rel: "noopener" },
    t("shell.ended_sign_in"),
  );
  const answer = await openDialog({
    title: t("shell.ended_title"),
    body: (close) => {
      signIn.addEventListener("click", () => close("stay"));
      return h("div", { class: "stack" }, h("p", {}, t("shell.ended_text")), h("p", {}, signIn));
    },
    actions: [{ label: t("common.leave"), value: "leave" }, { label: t("common.stay"), value: "stay", isFirst: true }],
  });
  if (answer === "leave") {
    isAsking = false;
    return leave();
  }
  // Until the person comes back from signing in, what the page asks by itself is refused and says nothing new.
  addEventListener("focus", () => {
    isAsking = false;
    back();
  }, { once: true });
}
