// @ts-check
/** The map as a file or on paper: a button with a menu, and keys. Everything is drawn from what the daemon writes. */
import { send } from "../../lib/api.js";
import { h } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { t } from "../../lib/i18n.js";
import { iconButton } from "../../ui/button.js";
import { checkItems } from "../../ui/checks.js";
import { openMenu } from "../../ui/menu.js";
import { shortcut } from "../../ui/keys.js";
import { toast, toastError } from "../../ui/toast.js";
import { fileName, FORMATS, pictureSize } from "./export.model.js";
import { filterQuery, isFiltering } from "./filter.model.js";

/**
 * @param {{ signal: AbortSignal, map: () => number | null, filter: () => import("./filter.model.js").MapFilter,
 *   view: () => string, places: () => { id: number, x: number, y: number }[], legend: () => HTMLElement, share: (() => void) | null }} parts  `share`: null for whoever may not
 */
export function mapExport({ signal, map, filter, view, places, legend, share }) {
  const element = iconButton("download", t("map.export"), { "aria-haspopup": "menu", onclick: () => open() });

  /** What is left out of files for the eyes of others. @type {Set<string>} */
  const hidden = new Set();
  /** @param {string} what */
  const toggle = (what) => void (hidden.delete(what) || hidden.add(what));

  /** As it is seen now: its part, its view, where that puts things; else the whole map. */
  let isAsSeen = true;
  const isPart = () => isFiltering(filter()) || view() !== "all";

  function open() {
    openMenu(element, [
      ...(isPart()
        ? [
          { heading: t("map.export_what") },
          ...checkItems([{ label: t("map.export_as_seen"), hint: seen(), checked: isAsSeen, onchange: () => (isAsSeen = !isAsSeen) }]),
          "-",
        ]
        : []),
      { heading: t("map.export") },
      ...FORMATS.map((one) => ({ label: t(`map.export_as.${one.format}`), run: () => void save(one) })),
      "-",
      { heading: t("map.hide") },
      ...checkItems([
        { label: t("map.hide_addresses"), checked: hidden.has("addresses"), onchange: () => toggle("addresses") },
        { label: t("map.hide_names"), checked: hidden.has("names"), onchange: () => toggle("names") },
      ]),
      "-",
      { label: t("map.print"), icon: "notes", run: () => void print() },
      ...(share ? [{ label: t("share.make"), icon: "link", run: share }] : []),
    ], { label: t("map.export") });
  }

  const seen = () => [view() !== "all" && t(`map.view.${view()}`), isFiltering(filter()) && t("map.filter")].filter(Boolean).join(" · ");

  /** This map, and what is shown of it now. @param {string} format */
  async function read(format) {
    const query = {
      ...(isAsSeen ? { ...filterQuery(filter()), view: view() === "all" ? null : view() } : {}),
      map: map(),
      format,
      theme: format === "svg" ? theme() : null,
      hide: [...hidden].join(",") || null,
    };
    // Where things stand now, saved or not: places of a view are saved nowhere.
    const response = isAsSeen
      ? await send("POST", "topology/export", { query, body: { positions: places() }, signal })
      : await send("GET", "topology/export", { query, signal });
    return { blob: await response.blob(), disposition: response.headers.get("content-disposition") };
  }

  let isLight = false;
  const theme = () => isLight || getComputedStyle(document.documentElement).colorScheme === "light" ? "light" : "dark";

  /** @param {import("./export.model.js").ExportFormat} one */
  async function save({ format, ending }) {
    try {
      const file = await read(format === "png" ? "svg" : format);
      const blob = format === "png" ? await painted(file.blob) : file.blob;
      const url = URL.createObjectURL(blob);
      const link = h("a", { href: url, download: fileName(file.disposition, ending) });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
      toast(t("map.exported", { name: fileName(file.disposition, ending) }));
    } catch (error) {
      if (!signal.aborted) toastError(error, t("map.export_failed"));
    }
  }

  /** On paper: light, fitted to the page, with title, legend and date. */
  async function print() {
    try {
      isLight = true;
      const { blob, disposition } = await read("svg").finally(() => (isLight = false));
      const url = URL.createObjectURL(blob);
      // The file's name says the view in one word; paper says it in the page's own.
      const name = fileName(disposition, "svg").slice(0, -4);
      const title = isAsSeen && view() !== "all" ? name.replace(new RegExp(` ${view()}$`), "") : name;
      const picture = h("img", { class: "map-print-picture", src: url, alt: title });
      const body = legend().querySelector(".map-legend-body")?.cloneNode(true);
      const page = h(
        "div",
        { class: "map-print", "data-theme": "daylight" },
        h("header", {}, h("h1", {}, title), isAsSeen && seen() && h("p", {}, seen()), h("p", {}, exactTime(new Date().toISOString()))),
        picture,
        /** @type {any} */ (body),
      );
      document.body.append(page);
      const end = () => {
        page.remove();
        URL.revokeObjectURL(url);
      };
      addEventListener("afterprint", end, { once: true });
      signal.addEventListener("abort", end, { once: true });
      await picture.decode();
      globalThis.print();
    } catch (error) {
      if (!signal.aborted) toastError(error, t("map.export_failed"));
    }
  }

  shortcut({ keys: "e", label: t("map.export"), group: t("map.title"), run: open }, signal);
  shortcut({ keys: "ctrl+p", label: t("map.print"), group: t("map.title"), run: () => void print() }, signal);
  return { element };
}

/** An SVG as a PNG at twice its size. @param {Blob} drawing @returns {Promise<Blob>} */
async function painted(drawing) {
  const url = URL.createObjectURL(drawing);
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const { width, height } = pictureSize(picture.naturalWidth, picture.naturalHeight);
    const canvas = h("canvas", { width, height });
    const context = canvas.getContext("2d");
    if (!context) throw new Error(t("map.export_failed"));
    context.drawImage(picture, 0, 0, width, height);
    return await new Promise((done, fail) =>
      canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error(t("map.export_failed")))), "image/png")
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}
