// @ts-check
import { api } from "../../lib/api.js";
import { t } from "../../lib/i18n.js";
import { button } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { toast, toastError } from "../../ui/toast.js";

/**
 * What an administrator does about somebody's access besides the password: act as them, remove what they have lost.
 *
 * @param {import("./users.api.js").Person} person
 * @param {boolean} own
 */
export function accessButtons(person, own) {
  const name = person.display_name || person.email;
  return [
    !own && person.active && person.role !== "admin" &&
    button(t("users.act"), {
      icon: "user",
      onclick: async () => {
        const sure = await confirmed({
          title: t("users.act_title", { name }),
          message: t("users.act_text"),
          verb: t("users.act"),
        });
        if (!sure) return;
        try {
          await api.post(`users/${person.id}/masquerade`);
          // Everything that is shown is of somebody else now.
          location.assign("/map");
        } catch (error) {
          toastError(error);
        }
      },
    }),
    !own && button(t("users.factors_remove"), {
      icon: "unlock",
      onclick: async () => {
        const sure = await confirmed({
          title: t("users.factors_remove_title", { name }),
          message: t("users.factors_remove_text"),
          verb: t("users.factors_remove"),
          danger: true,
        });
        if (!sure) return;
        try {
          await api.delete(`users/${person.id}/second-factors`);
          toast(t("users.factors_removed", { name }));
        } catch (error) {
          toastError(error);
        }
      },
    }),
  ];
}
