// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { bytes } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { card } from "../../ui/more.js";
import { progressBar } from "../../ui/progress.js";
import { toastError } from "../../ui/toast.js";
import { shareOf } from "./backups.model.js";

/** @typedef {import("./backups.model.js").Job} Job */

/**
 * A job while it runs, with a button that stops it.
 *
 * @param {Job} job
 */
export function jobCard(job) {
  const bar = progressBar(t(`backups.kind_${job.kind}`));
  const words = h("p", { class: "small quiet", role: "status" });
  const stop = button(t("backups.stop"), {
    small: true,
    icon: "close",
    onclick: () =>
      whileBusy(stop, async () => {
        try {
          await api.post(`backups/jobs/${job.id}/cancel`);
        } catch (error) {
          toastError(error);
        }
      }),
  });
  return {
    id: job.id,
    element: card({ title: t("backups.running"), actions: stop, class: "backups-job" }, bar.element, words),
    /** @param {Job} now */
    update({ progress }) {
      const share = shareOf(progress);
      bar.set(share ?? 0, share === null ? null : 100);
      const amount = progress && progress.done > 0 ? bytes(progress.done) : null;
      const text = [t(`backups.phase_${progress?.phase ?? "preparing"}`), progress?.note, amount].filter(Boolean).join(" · ");
      // Read out only when something is said that was not said before.
      if (words.textContent !== text) words.textContent = text;
    },
  };
}
