// @ts-check
import { api } from "../lib/api.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { avatar } from "./avatar.js";
import { button, whileBusy } from "./button.js";
import { squareIn } from "./picture.model.js";

/** As large as a picture is ever shown, twice over for dense screens. */
const SIDE = 256;

/**
 * One's own picture: a photo from a file, the one Gravatar has, or none. Changed at once; for the profile and the wizard.
 *
 * @param {import("../lib/session.js").Session} session
 */
export function pictureField(session) {
  const shown = h("div", { class: "picture-shown" });
  const problem = h("p", { class: "field-problem", role: "alert", hidden: true });
  const file = h("input", {
    type: "file",
    accept: "image/*",
    class: "only-readers",
    tabIndex: -1,
    "aria-label": t("account.picture_choose"),
    onchange: () => void (file.files?.[0] && change(choose, () => sent(/** @type {File} */ (file.files?.[0])))),
  });
  const choose = button(t("account.picture_choose"), { icon: "user", onclick: () => file.click() });
  const remove = button(t("account.picture_remove"), {
    onclick: () =>
      change(remove, async () => {
        await api.delete("me/photo");
        choose.focus();
        return { photo: null, photo_version: null };
      }),
  });
  const gravatar = h("input", {
    type: "checkbox",
    class: "switch",
    role: "switch",
    id: "picture-gravatar",
    onchange: () => change(null, () => api.patch("me", { photo: gravatar.checked ? "gravatar" : null })),
  });

  /** @param {HTMLButtonElement | null} busy @param {() => Promise<any>} work */
  async function change(busy, work) {
    problem.hidden = true;
    const run = async () => {
      try {
        const { photo, photo_version } = await work();
        session.change({ photo, photo_version });
      } catch (error) {
        const { fields, message } = /** @type {any} */ (error);
        problem.hidden = false;
        replace(problem, fields?.photo ?? message);
      }
      file.value = "";
      draw();
    };
    return busy ? whileBusy(busy, run) : run();
  }
  function draw() {
    const user = session.user;
    if (!user) return;
    const allowed = session.settings.current.foreign_origins?.gravatar === true;
    replace(shown, avatar(user, { class: "big", gravatar: allowed, own: true }));
    remove.hidden = user.photo !== "picture";
    gravatar.checked = user.photo === "gravatar";
  }
  draw();
  return h(
    "div",
    { class: "picture-field" },
    shown,
    h(
      "div",
      { class: "stack tight grow" },
      h("div", { class: "row wrap" }, choose, file, remove),
      problem,
      h("p", { class: "small quiet" }, t("account.picture_text")),
      h(
        "div",
        { class: "field is-boolean" },
        h("label", { class: "field-label", htmlFor: "picture-gravatar" }, t("account.gravatar")),
        gravatar,
        h("p", { class: "field-help field-notes" }, t("account.gravatar_help")),
      ),
    ),
  );
}

/** @param {File} file */
async function sent(file) {
  return api.put("me/photo", await small(file), { headers: { "content-type": "application/octet-stream" } });
}

/**
 * A small square of what was chosen. Drawn anew, so that place and time of the photograph stay in the file they are in.
 *
 * @param {File} file
 * @returns {Promise<Blob>}
 */
async function small(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Error(t("account.picture_unreadable"));
  }
  const canvas = h("canvas", { width: SIDE, height: SIDE });
  const { x, y, side } = squareIn(picture.width, picture.height);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, side, side, 0, 0, SIDE, SIDE);
  picture.close();
  // A browser that does not write WebP gives PNG instead.
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
  if (!(blob instanceof Blob)) throw new Error(t("account.picture_unreadable"));
  return blob;
}
