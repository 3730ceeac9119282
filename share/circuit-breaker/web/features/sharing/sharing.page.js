// @ts-check
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { settingsList } from "../../shell/settings-list.js";
import { button, linkButton } from "../../ui/button.js";
import { confirmed } from "../../ui/dialog.js";
import { closePanel, factList, openPanel } from "../../ui/panel.js";
import { timeAgo, timeExact } from "../../ui/time.js";
import { toast, toastError } from "../../ui/toast.js";
import { filterWords, mapAddress } from "./sharing.model.js";

/** @typedef {import("./sharing.model.js").ShareLink} ShareLink */

/** Links to maps: one's own, and for administrators everybody's. @param {import("../../types/page.js").PageContext} context */
export async function page(context) {
  const { signal, navigate } = context;
  const { element, reload } = await settingsList(context, {
    words: "sharing",
    icon: "link",
    load: async () => (await api.get("share-links", { signal })).items,
    add: () => void navigate("/map"),
    onopen: (one) => void linkPanel(one, signal, reload),
    columns: [
      { id: "label", label: t("share.label"), width: "minmax(110px, 2.6fr)", render: ({ label }) => h("span", {}, label) },
      { id: "state", label: t("users.state"), width: "minmax(84px, 0.6fr)", render: (one) => stateMark(one) },
      { id: "map", label: t("map.title"), width: "minmax(90px, 1fr)", from: 640, render: (one) => one.map_name },
      { id: "until", label: t("sharing.until"), width: "minmax(96px, 0.8fr)", render: (one) => timeAgo(one.expires_at) },
      {
        id: "used",
        label: t("sharing.used"),
        width: "minmax(110px, 150px)",
        from: 780,
        render: (one) => timeAgo(one.last_used_at, t("common.never")),
      },
      { id: "by", label: t("sharing.by"), width: "minmax(120px, 1fr)", from: 960, render: ({ made_by: by }) => by },
    ],
  });
  return element;
}

/** @param {ShareLink} one */
function stateMark({ state }) {
  const severity = { active: "ok", expired: "info", revoked: "info", suspended: "warning" }[state];
  return h("span", { class: `severity is-${severity}` }, t(`sharing.state_${state}`));
}

/** @param {string} facet @param {string} value */
const filterWord = (facet, value) =>
  facet === "kind" ? tOr(`share.kind.${value}`, value) : facet === "status" ? tOr(`status.${value}`, value) : value;

/** @param {ShareLink} one */
function hiddenWords({ hide }) {
  const words = hide.map((what) => t(what === "names" ? "map.hide_names" : "map.hide_addresses"));
  return words.length > 0 ? words.join(", ") : t("sharing.nothing_hidden");
}

/** @param {ShareLink} one @param {AbortSignal} signal @param {() => Promise<void>} reload */
async function linkPanel(one, signal, reload) {
  const revoke = button(t("sharing.revoke"), {
    kind: "danger",
    icon: "trash",
    onclick: async () => {
      const isSure = await confirmed({
        title: t("sharing.revoke_title", { label: one.label }),
        message: t("sharing.revoke_text"),
        verb: t("sharing.revoke"),
        danger: true,
      });
      if (!isSure) return;
      try {
        await api.delete(`share-links/${one.id}`);
        toast(t("sharing.revoked", { label: one.label }));
        await closePanel(true);
        await reload();
      } catch (error) {
        toastError(error);
      }
    },
  });
  const canEnd = one.state === "active" || one.state === "suspended";
  await openPanel({
    title: one.label,
    icon: "link",
    signal,
    body: h(
      "div",
      { class: "stack" },
      one.state === "suspended" && h("p", { class: "notice" }, t("sharing.suspended_text", { by: one.made_by })),
      factList([
        [t("users.state"), stateMark(one)],
        [t("map.title"), one.map_name],
        [t("map.filter"), filterWords(one.filter, filterWord) || t("share.shows_whole")],
        [t("map.hide"), hiddenWords(one)],
        [t("sharing.until"), timeExact(one.expires_at)],
        [t("sharing.used"), timeAgo(one.last_used_at, t("common.never"))],
        [t("sharing.by"), one.made_by],
        [t("users.created"), timeAgo(one.created_at)],
      ]),
      h("div", { class: "row wrap" }, linkButton(t("sharing.open"), mapAddress(one), { icon: "map" }), canEnd && revoke),
    ),
  });
}
