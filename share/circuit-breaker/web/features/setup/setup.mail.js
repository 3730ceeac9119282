// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { mailForm } from "../../ui/mail.js";
import { toast } from "../../ui/toast.js";
import { stepFoot, stepHead } from "./setup.parts.js";

/**
 * How mail is sent, with a test; everything works without it.
 *
 * @param {import("./setup.page.js").Wizard} wizard
 */
export async function mailStep(wizard) {
  const { session, signal } = wizard.context;
  const entry = mailForm({
    settings: await api.get("mail/settings", { signal }),
    to: session.user?.email ?? "",
    saved: () => void toast(t("common.saved")),
  });
  const foot = stepFoot(wizard, {
    verb: t("common.next"),
    run: async () => {
      if (entry.isDirty()) throw new Error(t("mail.save_first"));
      await wizard.next();
    },
  });
  return h("div", { class: "stack" }, stepHead("mail"), entry.element, foot.element);
}
