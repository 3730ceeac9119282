// @ts-check
/** Sample labs for an empty map: four sizes, loaded through the import of each kind, and taken out again by their tag. */
import { api } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { confirmed, openDialog } from "../../ui/dialog.js";
import { toast } from "../../ui/toast.js";
import { SAMPLE_TAG } from "./graph.model.js";

/** How many objects each has; the files are named by it. */
const SIZES = [12, 40, 150, 300];
const AT_ONCE = 200;

/** @typedef {{ nodes: number, rows: Record<string, Record<string, any>[]> }} Sample  rows by the path of their kind */

/** @param {number} size @param {AbortSignal} signal @returns {Promise<Sample>} */
async function readSample(size, signal) {
  const answer = await fetch(new URL(`../../samples/lab-${size}.json`, import.meta.url), { signal });
  if (!answer.ok) throw new Error(t("map.sample.unreadable"));
  return await answer.json();
}

/** @returns {Promise<number | null>} the size of the lab that was chosen */
const askSample = () =>
  openDialog({
    title: t("map.sample.title"),
    body: (close) =>
      h(
        "div",
        { class: "stack" },
        h("p", { class: "quiet" }, t("map.sample.text")),
        h("div", { class: "map-samples" }, SIZES.map((size) =>
          h(
            "button",
            { type: "button", class: "button map-sample", onclick: () => close(size) },
            icon("map"),
            h("span", {}, h("b", {}, t(`map.sample.lab_${size}`)), h("small", {}, t("map.sample.objects", { n: size }))),
          ))),
      ),
    actions: [{ label: t("common.cancel"), value: null }],
  });

/**
 * Kinds in the order of the file, as later rows name earlier ones.
 *
 * @param {number} size @param {AbortSignal} signal @returns {Promise<number>} how many objects the map shows of it
 */
async function loadSample(size, signal) {
  const { nodes, rows } = await readSample(size, signal);
  for (const [path, some] of Object.entries(rows)) {
    await api.post(`${path}/import`, some, { query: { format: "json" }, signal });
  }
  return nodes;
}

/** @returns {Promise<boolean>} */
const isSureToRemove = () =>
  confirmed({
    title: t("map.sample.remove_title"),
    message: t("map.sample.remove_text"),
    verb: t("map.sample.remove_verb"),
    danger: true,
  });

/**
 * Everything that has the tag, what hangs from others first; it goes to the trash, as all that is deleted.
 *
 * @param {import("../../types/inventory.js").Kind[]} kinds @param {AbortSignal} signal
 */
async function removeSample(kinds, signal) {
  const order = ["service", "storage", "compute_unit", "cluster", "network", "vlan", "hardware", "external_node"];
  for (const name of order) {
    const path = kinds.find((kind) => kind.name === name)?.path;
    if (!path) continue;
    for (;;) {
      const { items } = await api.get(path, { query: { tag: SAMPLE_TAG, limit: AT_ONCE }, signal });
      if (items.length === 0) break;
      const ids = items.map((/** @type {{ id: number }} */ { id }) => id);
      const answer = await api.post(`${path}/bulk`, { ids, delete: true, cascade: true });
      const bad = (answer.items ?? []).find((/** @type {any} */ one) => one.ok === false || one.error);
      if (bad) throw new Error(bad.error?.message ?? bad.message ?? t("map.edit.refused"));
    }
  }
}

/**
 * A sample arrives object by object; when all of it is here it is laid out as one picture.
 *
 * @param {{ editor: import("./map.editor.js").MapEditor, store: import("./map.store.js").MapStore,
 *   view: import("./map.view.js").MapView, signal: AbortSignal, isFilling: (isOn: boolean) => void }} parts
 */
export async function startWithSample({ editor, store, view, signal, isFilling }) {
  const size = await askSample();
  if (size === null) return;
  isFilling(true);
  await editor.try(async () => {
    const nodes = await loadSample(size, signal);
    await store.anew(nodes);
    view.fit({ isInstant: true });
  });
  isFilling(false);
}

/** @param {{ editor: import("./map.editor.js").MapEditor, kinds: import("../../types/inventory.js").Kind[], signal: AbortSignal }} parts */
export async function withoutSample({ editor, kinds, signal }) {
  if (!await isSureToRemove()) return;
  const isDone = await editor.try(() => removeSample(kinds, signal).then(() => true));
  if (isDone) toast(t("map.sample.removed"));
}
