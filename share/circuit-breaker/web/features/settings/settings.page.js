// @ts-check
import { api } from "../../lib/api.js";
import { setFormat } from "../../lib/format.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { googleFonts, setLook } from "../../lib/theme.js";
import { settingsTabs } from "../../shell/settings-tabs.js";
import { button, linkButton, whileBusy } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { fontPicker, themePicker } from "../../ui/look.js";
import { card, pageHead } from "../../ui/more.js";
import { regionFields } from "../../ui/region.js";
import { toast, toastError } from "../../ui/toast.js";
import { missingPage } from "../../shell/shell.js";
import { brandingCard } from "./settings.branding.js";
import { profileCards } from "./settings.profile.js";
import { FOREIGN } from "./settings.model.js";

/**
 * @typedef {import("./settings.model.js").Settings} Settings
 * @typedef {{ settings: Settings, save: (changes: any) => Promise<Settings>, may: boolean,
 *   context: import("../../types/page.js").PageContext }} Section
 */

/** @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { params, session, signal, title } = context;
  const name = params.section ?? "access";
  const sections = /** @type {Record<string, (section: Section) => Node>} */ ({ access, look, region, foreign });
  if (!Object.hasOwn(sections, name)) return missingPage(new URL(location.href));
  await stylesheet(new URL("./settings.css", import.meta.url));
  title(t(`settings.tab_${name}`), [{ label: t("settings.title"), href: "/settings" }]);
  /** @type {Settings} */
  let settings = await api.get("settings", { signal });
  const may = session.may("settings.edit");
  const body = h("div", { class: "stack" });
  /** @param {any} changes */
  async function save(changes) {
    settings = await api.patch("settings", changes, { revision: settings.revision });
    session.settings.set(settings);
    googleFonts.set(settings.foreign_origins.google_fonts === true);
    toast(t("common.saved"));
    return settings;
  }
  const draw = () =>
    replace(
      body,
      !may && h("p", { class: "notice" }, t("settings.read_only")),
      sections[name]({
        settings,
        save: async (changes) => {
          const saved = await save(changes);
          draw();
          return saved;
        },
        may,
        context,
      }),
    );
  draw();
  return h("section", { class: "page" }, pageHead({ title: t("settings.title") }), settingsTabs(name, session), body);
}

/** @param {Section} section */
function access(section) {
  const { settings, save, may } = section;
  const limits = form({
    values: settings,
    fields: [
      {
        name: "app_name",
        label: t("settings.app_name"),
        type: "text",
        required: true,
        max_length: 60,
        read_only: !may,
        help: t("settings.app_name_help"),
      },
      {
        name: "session_idle_minutes",
        label: t("settings.idle"),
        type: "integer",
        unit: "min",
        minimum: 5,
        maximum: 43_200,
        required: true,
        read_only: !may,
        help: t("settings.idle_help"),
      },
      {
        name: "session_absolute_hours",
        label: t("settings.absolute"),
        type: "integer",
        unit: "h",
        minimum: 1,
        maximum: 8760,
        required: true,
        read_only: !may,
        help: t("settings.absolute_help"),
      },
      {
        name: "open_reading",
        label: t("settings.open_reading"),
        type: "boolean",
        read_only: !may || settings.profile === "hardened",
        help: settings.profile === "hardened" ? t("settings.open_reading_hardened") : t("settings.open_reading_help"),
      },
    ],
    async onsubmit(_values, changes) {
      if (Object.keys(changes).length > 0) await save(changes);
    },
  });
  section.context.guard(() => limits.guard());
  return h(
    "div",
    { class: "stack" },
    card(
      { title: t("settings.profile"), text: t("settings.profile_text") },
      profileCards(settings, may, async (profile) => {
        const ask = {
          title: t(`settings.to_${profile}`),
          message: t(`settings.to_${profile}_text`),
          verb: t(`settings.to_${profile}_verb`),
          danger: profile === "lab",
        };
        if (await confirmed(ask)) await save({ profile }).catch((error) => toastError(error));
      }),
    ),
    card({ title: t("settings.limits") }, limits.element),
    trustCard(section.context.signal),
  );
}

/** @param {Section} section */
function look({ settings, save, may, context }) {
  /** @param {any} changes */
  const keep = async (changes) => {
    if (!may) return;
    await save(changes).then(setLook, (error) => toastError(error));
  };
  return h(
    "div",
    { class: "stack" },
    card(
      { title: t("settings.look_title"), text: t("settings.look_text") },
      h("h3", {}, t("settings.theme")),
      themePicker({ value: settings.theme, onchange: (theme) => void keep({ theme }) }),
      h("h3", {}, t("settings.font")),
      fontPicker({ value: settings.font, onchange: (font) => void keep({ font }) }),
    ),
    brandingCard({ may, signal: context.signal }),
  );
}

/** @param {Section} section */
function region({ settings, save, may, context }) {
  let touched = false;
  const fields = regionFields(settings, {
    cities: settings.foreign_origins.open_meteo,
    onchange: () => {
      touched = true;
    },
  });
  context.guard(() => (touched ? t("form.unsaved") : null));
  const keep = button(t("common.save"), {
    kind: "primary",
    disabled: !may,
    onclick: () =>
      whileBusy(keep, async () => {
        try {
          touched = false;
          const saved = await save(fields.read());
          setFormat({ zone: context.session.user?.timezone ?? saved.timezone });
          await context.speakFor();
        } catch (error) {
          touched = true;
          toastError(error);
        }
      }),
  });
  return card(
    { title: t("settings.region_title"), text: t("settings.region_text") },
    fields.element,
    h("div", { class: "row" }, keep),
  );
}

/** @param {Section} section */
function foreign({ settings, save, may }) {
  return card(
    { title: t("settings.foreign_title"), text: t("settings.foreign_text") },
    h(
      "div",
      { class: "foreign-list" },
      FOREIGN.map(({ name, hosts }) => {
        const id = `foreign-${name}`;
        const box = h("input", {
          id,
          type: "checkbox",
          role: "switch",
          class: "switch",
          checked: settings.foreign_origins[name] === true,
          disabled: !may,
          onchange: () =>
            void save({ foreign_origins: { ...settings.foreign_origins, [name]: box.checked } }).catch((error) => {
              box.checked = !box.checked;
              toastError(error);
            }),
        });
        return h(
          "div",
          { class: "foreign" },
          h(
            "div",
            { class: "grow" },
            h("label", { htmlFor: id }, t(`settings.foreign_${name}`)),
            h("p", { class: "small quiet" }, t(`settings.foreign_${name}_text`)),
            h("p", { class: "small mono quiet" }, hosts.join(" ")),
          ),
          box,
        );
      }),
    ),
  );
}

/**
 * The root certificate for other devices; only where the daemon has a certificate authority of its own.
 *
 * @param {AbortSignal} signal
 */
function trustCard(signal) {
  const element = card(
    { title: t("settings.trust"), text: t("settings.trust_text") },
    h(
      "div",
      { class: "row wrap" },
      linkButton(t("settings.trust_download"), "/ca.crt", { icon: "download", download: "circuit-breaker-ca.crt" }),
      linkButton(t("settings.trust_page"), "/ca", { kind: "ghost" }),
    ),
  );
  element.hidden = true;
  void fetch("/ca.crt", { signal }).then(async (response) => {
    element.hidden = !response.ok || !(await response.text()).includes("BEGIN CERTIFICATE");
  }, () => {});
  return element;
}
