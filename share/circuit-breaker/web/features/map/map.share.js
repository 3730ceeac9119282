// @ts-check
/** A link to this map for somebody without an account: what is asked before it is made, and its one showing. */
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { copyButton } from "../../ui/button.js";
import { openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { timeExact } from "../../ui/time.js";
import { isFiltering } from "./filter.model.js";
import { draftOf, LIFETIMES } from "./share.model.js";

/**
 * @param {number | null} map @param {import("./filter.model.js").MapFilter} filter
 * @param {{ signal: AbortSignal, navigate: (url: string) => unknown }} context
 */
export async function shareMap(map, filter, { signal, navigate }) {
  const made = await openDialog({
    title: t("share.make_title"),
    signal,
    body: (close) => {
      const entry = form({
        compact: true,
        fields: fields(isFiltering(filter)),
        values: { hours: "168", part: "part", hide_addresses: false, hide_names: false },
        submit: t("share.make_verb"),
        cancel: () => close(null),
        onsubmit: async (values) => close(await api.post("share-links", draftOf(/** @type {any} */ (values), map, filter))),
      });
      queueMicrotask(() => entry.focus());
      return h("div", { class: "map-dialog stack" }, h("p", { class: "quiet" }, t("share.make_text")), entry.element);
    },
  });
  if (made && await showLink(made)) void navigate("/settings/sharing");
}

/** @param {boolean} isPart */
const fields = (isPart) => [
  { name: "label", label: t("share.label"), type: "text", required: true, max_length: 120, help: t("share.label_help") },
  {
    name: "hours",
    label: t("share.lifetime"),
    type: "choice",
    required: true,
    choices: LIFETIMES.map((hours) => ({ value: String(hours), label: t("share.days", { n: hours / 24 }) })),
  },
  ...(isPart
    ? [{
      name: "part",
      label: t("share.shows"),
      type: "choice",
      required: true,
      choices: [{ value: "part", label: t("share.shows_part") }, { value: "whole", label: t("share.shows_whole") }],
    }]
    : []),
  { name: "hide_addresses", label: t("share.hide_addresses"), type: "boolean" },
  { name: "hide_names", label: t("share.hide_names"), type: "boolean", help: t("share.hide_help") },
];

/** The link is kept nowhere, so it is shown now or never. @param {{ label: string, link: string, expires_at: string }} made */
const showLink = ({ label, link, expires_at: until }) =>
  openDialog({
    title: t("share.made", { label }),
    body: h(
      "div",
      { class: "stack" },
      h("p", {}, t("share.once")),
      h("code", { class: "mono shown-once" }, link),
      h("div", { class: "row" }, copyButton(() => link)),
      h("p", { class: "small quiet" }, t("share.until"), " ", timeExact(until)),
    ),
    actions: [
      { label: t("share.all"), run: () => true },
      { label: t("common.done"), kind: "primary", value: false },
    ],
  });
