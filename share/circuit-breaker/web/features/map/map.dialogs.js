// @ts-check
/** Decisions of the map: what a thing is called, what it is joined to, and how. */
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { kindNamed } from "../../lib/kinds.js";
import { openDialog } from "../../ui/dialog.js";
import { form } from "../../ui/form.js";
import { fullName } from "./appearance.model.js";
import { waysBetween } from "./relate.model.js";

/** @typedef {import("./graph.model.js").MapNode} MapNode */
/** @typedef {import("./relate.model.js").Way} Way */

/**
 * @param {{ title: string, fields: any[], values: Record<string, any>, submit: string, lookup?: any, labelOf?: any }} ask
 * @returns {Promise<Record<string, any> | null>}
 */
const asked = ({ title, fields, values, submit, lookup, labelOf }) =>
  openDialog({
    title,
    body: (close) => {
      const made = form({
        fields,
        values,
        submit,
        lookup,
        labelOf,
        compact: true,
        cancel: () => close(null),
        onsubmit: async (given) => close(given),
      });
      queueMicrotask(() => made.focus());
      return h("div", { class: "map-dialog" }, made.element);
    },
  });

/** @param {MapNode} node @returns {Promise<string | null>} */
export async function askName(node) {
  const answer = await asked({
    title: t("map.rename_title", { name: node.name }),
    fields: [{ name: "name", label: t("map.name"), type: "text", required: true, max_length: 200 }],
    values: { name: node.name },
    submit: t("map.rename"),
  });
  return answer?.name ?? null;
}

/** Another name on this map; empty takes it away. @param {MapNode} node @returns {Promise<string | null>} */
export async function askAlias(node) {
  const help = t("map.dress.alias_help", { name: node.name });
  const answer = await asked({
    title: t("map.dress.alias"),
    fields: [{ name: "alias", label: t("map.dress.alias"), type: "text", max_length: 120, help }],
    values: { alias: node.appearance?.alias ?? "" },
    submit: t("common.save"),
  });
  return answer ? answer.alias ?? "" : null;
}

/** @param {string} title @param {string} label @param {string} value @returns {Promise<string | null>} */
export async function askMapName(title, label, value) {
  const fields = [{ name: "name", label: t("map.name"), type: "text", required: true, max_length: 120 }];
  return (await asked({ title, fields, values: { name: value }, submit: label }))?.name ?? null;
}

/**
 * @param {string} title @param {Iterable<MapNode>} nodes  those that may be named
 * @param {import("../../types/inventory.js").Kind[]} kinds
 * @returns {Promise<number | null>}
 */
export async function askNode(title, nodes, kinds) {
  const all = [...nodes];
  const answer = await asked({
    title,
    fields: [{ name: "other", label: t("map.other"), type: "reference", required: true, references: [] }],
    values: { other: null },
    submit: t("common.next"),
    lookup: (/** @type {any} */ _field, /** @type {string} */ text) => {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const found = all.filter((node) => {
        const about = `${fullName(node)} ${node.ip ?? ""} ${node.role ?? ""} ${node.kind}`.toLowerCase();
        return words.every((word) => about.includes(word));
      });
      return found.slice(0, 20).map((node) => ({
        value: node.id,
        label: fullName(node),
        icon: node.kind,
        hint: kindNamed(kinds, node.kind)?.label,
      }));
    },
    labelOf: () => null,
  });
  return answer ? Number(answer.other?.id ?? answer.other) || null : null;
}

/**
 * How two things belong together, with what a cable needs.
 *
 * @param {MapNode} from @param {MapNode} to @param {import("../../types/inventory.js").Kind[]} kinds
 * @returns {Promise<{ way: Way, more: Record<string, any> } | null>}
 */
export async function askWay(from, to, kinds) {
  const ways = waysBetween(from.kind, to.kind);
  if (ways.length === 0) {
    await openDialog({
      title: t("map.relate_title", { from: from.name, to: to.name }),
      body: h("p", {}, t("map.relate_none")),
      actions: [{ label: t("common.close"), value: null }],
    });
    return null;
  }
  const names = { from: from.name, to: to.name };
  const cable = ways.some(({ id }) => id === "connection") ? kindNamed(kinds, "connection") : null;
  const wanted = ["medium", "speed_mbps"];
  const more = (cable?.fields ?? []).filter(({ name }) => wanted.includes(name)).map((field) => ({ ...field, group: null }));
  const answer = await asked({
    title: t("map.relate_title", names),
    fields: [
      {
        name: "way",
        label: t("map.relate_how"),
        type: "choice",
        required: true,
        choices: ways.map(({ id }) => ({ value: id, label: t(`map.way.${id}`, names) })),
      },
      ...more,
    ],
    values: { way: ways[0].id, medium: null, speed_mbps: null },
    submit: t("map.relate"),
  });
  const way = ways.find(({ id }) => id === answer?.way);
  if (!answer || !way) return null;
  const values = Object.entries(answer).filter(([name, value]) => wanted.includes(name) && value !== null && value !== "");
  return { way, more: way.id === "connection" ? Object.fromEntries(values) : {} };
}
