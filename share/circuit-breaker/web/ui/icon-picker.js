// @ts-check
/** Choosing an icon: ours by category, those that people brought, and bringing one. */
import { icon, ICON_CATEGORIES, uploadedIcon } from "../icons/icons.js";
import { api } from "../lib/api.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button, whileBusy } from "./button.js";
import { openDialog } from "./dialog.js";
import { filterField } from "./more.js";

/** @typedef {{ id: number, icon: string, name: string, category: string, version: string, used: number }} UploadedIcon */

/**
 * A button that shows the chosen icon and opens the choice.
 *
 * @param {{ id?: string, value: string, describedBy?: string, onchange: (name: string) => void, disabled?: boolean }} options
 */
export function iconPicker({ id, value, describedBy, onchange, disabled }) {
  let chosen = value;
  const element = h("button", {
    type: "button",
    id,
    class: "button icon-choice",
    disabled,
    "aria-haspopup": "dialog",
    "aria-describedby": describedBy,
    onclick: async () => {
      const picked = await chooseIcon(chosen);
      if (picked !== null) write(picked, true);
    },
  });
  /** @param {string} name @param {boolean} [isNew] */
  function write(name, isNew = false) {
    chosen = name;
    replace(element, chosen ? icon(chosen) : null, h("span", {}, chosen ? wordOf(chosen) : t("icons.usual")));
    if (isNew) onchange(chosen);
  }
  write(value);
  return { element, read: () => chosen, write };
}

/** Asks for an icon: "" is the usual one, null that nothing was chosen. @param {string} value @returns {Promise<string | null>} */
export const chooseIcon = (value) =>
  openDialog({ title: t("icons.title"), wide: true, body: (close) => choiceBody(value, close) });

/** @param {string} name */
const wordOf = (name) => (uploadedIcon(name) ? t("icons.own") : name.replaceAll("_", " "));

/** @param {string} chosen @param {(name: string | null) => void} close */
function choiceBody(chosen, close) {
  let text = "";
  const grid = h("div", { class: "icon-groups" });
  const own = h("div", {});
  const problem = h("p", { class: "field-problem", role: "alert", hidden: true });
  const one = (/** @type {string} */ name, /** @type {string} */ label) =>
    h("button", {
      type: "button",
      class: ["icon-cell", name === chosen && "is-chosen"],
      title: label,
      "aria-label": label,
      "aria-pressed": String(name === chosen),
      onclick: () => close(name),
    }, icon(name));
  const fits = (/** @type {string} */ words) => words.toLowerCase().includes(text.toLowerCase());
  const group = (/** @type {string} */ title, /** @type {HTMLElement[]} */ cells) =>
    cells.length > 0 && h("section", {}, h("h3", { class: "small quiet" }, title), h("div", { class: "icon-grid" }, cells));
  function draw() {
    replace(
      grid,
      ICON_CATEGORIES.map(({ category, names }) =>
        group(t(`icons.${category}`), names.filter((name) => fits(wordOf(name))).map((name) => one(name, wordOf(name))))
      ),
    );
  }
  async function drawOwn() {
    /** @type {UploadedIcon[]} */
    const all = (await api.get("icons").catch(() => ({ items: [] }))).items;
    const categories = [...new Set(all.map(({ category }) => category))];
    replace(
      own,
      categories.map((category) =>
        group(category, all.filter((each) => each.category === category && fits(each.name)).map((each) => one(each.icon, each.name)))
      ),
    );
  }
  const file = h("input", {
    type: "file",
    accept: "image/png,image/jpeg,image/webp",
    class: "only-readers",
    tabIndex: -1,
    "aria-label": t("icons.bring"),
    onchange: () => void bring(),
  });
  const add = button(t("icons.bring"), { icon: "upload", onclick: () => file.click() });
  const bring = () =>
    whileBusy(add, async () => {
      const chosenFile = file.files?.[0];
      if (!chosenFile) return;
      problem.hidden = true;
      try {
        const name = chosenFile.name.replace(/\.\w+$/, "").slice(0, 60) || t("icons.own");
        const made = await api.post("icons", chosenFile, {
          query: { name, category: t("icons.own") },
          headers: { "content-type": "application/octet-stream" },
        });
        close(made.icon);
      } catch (error) {
        const { fields, message } = /** @type {any} */ (error);
        problem.hidden = false;
        replace(problem, fields?.picture ?? message);
      }
      file.value = "";
    });
  draw();
  void drawOwn();
  return h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "row wrap" },
      filterField({
        label: t("icons.find"),
        onchange: (typed) => {
          text = typed;
          draw();
          void drawOwn();
        },
      }),
      add,
      file,
      button(t("icons.usual"), { onclick: () => close("") }),
    ),
    problem,
    h("p", { class: "small quiet" }, t("icons.text")),
    own,
    grid,
  );
}
