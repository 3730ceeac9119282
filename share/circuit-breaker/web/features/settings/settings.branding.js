// @ts-check
/** Logo, favicon and the background of the sign-in page. */
import { api } from "../../lib/api.js";
import { branding, pictureOf } from "../../lib/branding.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { button, whileBusy } from "../../ui/button.js";
import { card } from "../../ui/more.js";

/** @typedef {import("../../lib/branding.js").Place} Place */

/** What the daemon takes, so that a larger picture is made smaller here. */
const PLACES = /** @type {{ name: Place, side: number }[]} */ ([
  { name: "logo", side: 512 },
  { name: "favicon", side: 128 },
  { name: "background", side: 1920 },
]);

/** @param {{ may: boolean, signal: AbortSignal }} options */
export const brandingCard = ({ may, signal }) =>
  card(
    { title: t("branding.title"), text: t("branding.text") },
    PLACES.map((place) => pictureRow(place, may, signal)),
  );

/** @param {{ name: Place, side: number }} place @param {boolean} may @param {AbortSignal} signal */
function pictureRow({ name, side }, may, signal) {
  const shown = h("div", { class: ["branding-shown", `is-${name}`] });
  const problem = h("p", { class: "field-problem", role: "alert", hidden: true });
  const file = h("input", {
    type: "file",
    accept: "image/png,image/jpeg,image/webp",
    class: "only-readers",
    tabIndex: -1,
    "aria-label": t(`branding.${name}_choose`),
    onchange: () => void change(choose, () => sent(name, side, file.files?.[0])),
  });
  const choose = button(t(`branding.${name}_choose`), { icon: "upload", small: true, onclick: () => file.click() });
  const remove = button(t("branding.remove"), {
    small: true,
    onclick: () =>
      change(remove, async () => {
        await api.delete(`branding/${name}`);
        choose.focus();
        return { ...branding.current, [name]: null };
      }),
  });

  /** @param {HTMLButtonElement} busy @param {() => Promise<any>} work */
  function change(busy, work) {
    problem.hidden = true;
    return whileBusy(busy, async () => {
      try {
        const now = await work();
        if (now) branding.set(now);
      } catch (error) {
        const { fields, message } = /** @type {any} */ (error);
        problem.hidden = false;
        replace(problem, fields?.picture ?? message);
      }
      file.value = "";
    });
  }
  branding.watch((now) => {
    const src = pictureOf(now, name);
    replace(shown, src ? h("img", { src, alt: "" }) : h("span", { class: "small quiet" }, t("branding.usual")));
    remove.hidden = !src;
  }, signal);
  return h(
    "div",
    { class: "branding-row" },
    shown,
    h(
      "div",
      { class: "stack tight grow" },
      h("h3", {}, t(`branding.${name}`)),
      h("p", { class: "small quiet" }, t(`branding.${name}_text`)),
      may && h("div", { class: "row wrap" }, choose, file, remove),
      problem,
    ),
  );
}

/** @param {Place} name @param {number} side @param {File | undefined} file */
async function sent(name, side, file) {
  if (!file) return null;
  const picture = await smaller(file, side);
  return api.put(`branding/${name}`, picture, { headers: { "content-type": "application/octet-stream" } });
}

/**
 * The picture with its longer side at most so many pixels; what fits already goes as it is, and the daemon looks at it.
 *
 * @param {File} file @param {number} side
 * @returns {Promise<Blob>}
 */
async function smaller(file, side) {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const scale = side / Math.max(picture.width, picture.height);
  if (scale >= 1 && file.size <= 64 << 10) return file;
  const factor = Math.min(1, scale);
  const canvas = h("canvas", { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
  return blob instanceof Blob ? blob : file;
}
