// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { setFormat } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { LANGUAGES } from "../../lib/language.js";
import { timezones } from "../../lib/region.js";
import { font, theme } from "../../lib/theme.js";
import { showWidgets, widgets } from "../../lib/widgets.js";
import { profileTabs } from "../../shell/profile-tabs.js";
import { emptyState } from "../../ui/empty.js";
import { form } from "../../ui/form.js";
import { fontPicker, themePicker } from "../../ui/look.js";
import { card, pageHead } from "../../ui/more.js";
import { pictureField } from "../../ui/picture.js";
import { toast, toastError } from "../../ui/toast.js";
import { identityCard } from "./profile.identities.js";

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { query, session, signal, guard, title, keepTheme, speakFor } = context;
  title(t("shell.profile"));
  if (!session.may("account.own")) return emptyState({ icon: "user", title: t("account.not_own"), text: t("account.not_own_text") });
  const me = await api.get("me", { signal });
  const details = form({
    fields: [
      {
        name: "display_name",
        label: t("account.display_name"),
        type: "text",
        required: true,
        max_length: 120,
        autocomplete: "name",
      },
      { name: "email", label: t("account.email"), type: "email", read_only: true },
      {
        name: "timezone",
        label: t("settings.timezone"),
        type: "text",
        suggestions: timezones(),
        placeholder: t("account.as_settings"),
      },
      {
        name: "language",
        label: t("settings.language"),
        type: "choice",
        choices: LANGUAGES,
        placeholder: t("account.as_settings"),
      },
    ],
    values: me,
    async onsubmit(_values, changes) {
      if (Object.keys(changes).length > 0) session.change(await api.patch("me", changes));
      if ("timezone" in changes) setFormat({ zone: session.user?.timezone ?? session.settings.current.timezone });
      await speakFor();
      toast(t("common.saved"));
    },
  });
  guard(() => details.guard());
  /** @param {string} id */
  const keepFont = async (id) => {
    font.set(id);
    session.change(
      await api.patch("me", { font: id }).catch((error) => {
        toastError(error);
        return {};
      }),
    );
  };
  return h(
    "section",
    { class: "page narrow" },
    pageHead({ title: t("shell.profile"), text: t("account.text", { role: t(`users.role_${me.role}`) }) }),
    profileTabs("profile"),
    card({ title: t("account.picture") }, pictureField(session)),
    card({ title: t("account.details") }, details.element),
    card(
      { title: t("settings.tab_look"), text: t("account.look_text") },
      themePicker({ value: theme.current, onchange: (id) => void keepTheme(id) }),
      fontPicker({ value: font.current, onchange: (id) => void keepFont(id) }),
    ),
    card({ title: t("account.bar"), text: t("account.bar_text") }, widgetSwitch("clock"), widgetSwitch("weather")),
    identityCard({ signal, problem: query.get("problem") }),
  );
}

/** @param {"clock" | "weather"} name */
function widgetSwitch(name) {
  const box = h("input", {
    id: `widget-${name}`,
    type: "checkbox",
    role: "switch",
    class: "switch",
    checked: widgets.current[name],
    onchange: () => showWidgets({ [name]: box.checked }),
  });
  return h("div", { class: "field is-boolean" }, h("label", { class: "field-label", htmlFor: box.id }, t(`account.bar_${name}`)), box);
}
