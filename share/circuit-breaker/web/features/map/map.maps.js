// @ts-check
/** Several maps of one lab, each with places of its own: which one is shown, and what can be done with it. */
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { icon } from "../../icons/icons.js";
import { confirmed } from "../../ui/dialog.js";
import { openMenu } from "../../ui/menu.js";
import { toastError } from "../../ui/toast.js";
import { changeMap, createMap, deleteMap, listMaps } from "./map.api.js";
import { askMapName } from "./map.later.js";

/** @typedef {import("./map.api.js").SavedMap} SavedMap */

/**
 * @param {{ signal: AbortSignal, mayEdit: boolean, current: () => number | null, show: (map: number) => void }} parts
 */
export function mapChooser({ signal, mayEdit, current, show }) {
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

  /** @returns {SavedMap | undefined} */
  const shown = () => maps.find(({ id }) => id === current()) ?? maps[0];

  async function read() {
    maps = await listMaps(signal).catch(() => []);
    element.hidden = maps.length === 0 || (maps.length === 1 && !mayEdit);
    const name = shown()?.name ?? "";
    replace(words, name || t("map.maps.title"));
    element.setAttribute("aria-label", name ? `${t("map.maps.title")}: ${name}` : t("map.maps.title"));
  }

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
    if (isSure && first) await change(() => deleteMap(map).then(() => show(first.id)));
  }

  return { element, read };
}
