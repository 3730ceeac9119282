// @ts-check
/** Several maps of one lab, each with places of its own: which one is shown, and what can be done with it. */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { confirmed } from "../../ui/dialog.js";
import { openMenu } from "../../ui/menu.js";
import { toast, toastError } from "../../ui/toast.js";
import { changeMap, createMap, deleteMap, listMaps } from "./map.api.js";
import { askMapName } from "./map.later.js";

/** @typedef {import("./map.api.js").SavedMap} SavedMap */

/**
 * @param {{ live: import("../../lib/live.js").Live, signal: AbortSignal, mayEdit: boolean,
 *   current: () => number | null, show: (map: number) => void }} parts
 */
export function mapChooser({ live, signal, mayEdit, current, show }) {
  const words = h("span", { class: "ellipsis" }, t("map.maps.title"));
  const element = h(
    "button",
    { type: "button", class: "button small map-chooser", "aria-haspopup": "menu", onclick: () => void open() },
    icon("map", { class: "small" }),
    words,
    icon("down", { class: "small" }),
  );
  /** @type {SavedMap[]} */
  let maps = [];
  /** The one that is deleted here. @type {number | null} */
  let going = null;

  /** @returns {SavedMap | undefined} */
  const shown = () => maps.find(({ id }) => id === current()) ?? maps[0];

  async function read() {
    maps = await listMaps(signal).catch(() => []);
    element.hidden = maps.length === 0 || (maps.length === 1 && !mayEdit);
    const name = shown()?.name ?? "";
    replace(words, name || t("map.maps.title"));
    element.setAttribute("aria-label", name ? `${t("map.maps.title")}: ${name}` : t("map.maps.title"));
  }

  /**
   * Somebody added, renamed or deleted a map; who looks at one that is gone is taken to the first.
   *
   * @param {import("../../lib/live.js").LiveEvent} event
   */
  async function told({ subject, payload }) {
    const isGone = subject.endsWith(".deleted") && payload.id === current() && payload.id !== going;
    await read();
    const first = maps.find((one) => one.is_default);
    if (!isGone || !first || signal.aborted) return;
    toast(t("map.maps.gone", { name: payload.name, first: first.name }), { kind: "info", seconds: 12 });
    show(first.id);
  }
  live.subscribe("topology.map.*", (event) => void told(event), signal);

  /** @param {() => Promise<unknown>} work */
  async function change(work) {
    try {
      await work();
    } catch (error) {
      toastError(error);
    }
    await read();
  }

  async function open() {
    await read();
    const now = shown();
    openMenu(element, [
      ...maps.map((map) => ({
        label: map.name,
        hint: map.is_default ? t("map.maps.first") : undefined,
        checked: map.id === now?.id,
        run: () => show(map.id),
      })),
      ...(mayEdit && now ? edits(now) : []),
    ], { label: t("map.maps.title"), align: "left" });
  }

  /** @param {SavedMap} now @returns {import("../../ui/menu.js").MenuItem[]} */
  function edits(now) {
    return [
      "-",
      { label: t("map.maps.add"), icon: "add", run: () => void add() },
      { label: t("map.rename"), icon: "edit", run: () => void rename(now) },
      ...(now.is_default ? [] : [
        {
          label: t("map.maps.make_first"),
          icon: "pin",
          run: () => void change(() => changeMap(now, { is_default: true })),
        },
        { label: t("common.delete"), icon: "trash", danger: true, run: () => void remove(now) },
      ]),
    ];
  }

  async function add() {
    const name = await askMapName(t("map.maps.add_title"), t("map.maps.add_verb"), "");
    if (name) await change(async () => show((await createMap(name)).id));
  }

  /** @param {SavedMap} map */
  async function rename(map) {
    const name = await askMapName(t("map.rename_title", { name: map.name }), t("map.rename"), map.name);
    if (name) await change(() => changeMap(map, { name }));
  }

  /** @param {SavedMap} map */
  async function remove(map) {
    const isSure = await confirmed({
      title: t("map.maps.delete_title", { name: map.name }),
      message: t("map.maps.delete_text"),
      verb: t("common.delete"),
      danger: true,
    });
    const first = maps.find((one) => one.is_default);
    if (!isSure || !first) return;
    going = map.id;
    await change(() => deleteMap(map).then(() => show(first.id)));
    going = null;
  }

  return { element, read };
}
