// @ts-check
/** While a model is typed, the device catalogue proposes some; the chosen one fills in the form. All of it can be changed. */
import { icon } from "../../icons/icons.js";
import { isAbort } from "../../lib/api.js";
import { h, on, replace, uid } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { newest } from "../../lib/newest.js";
import { button } from "../../ui/button.js";
import { hintOf, portCount, valuesOf } from "./catalogue.model.js";
import { findModels } from "./inventory.api.js";

/** @typedef {import("./catalogue.model.js").Model} Model */

const SHORTEST = 2;

/**
 * @param {{ signal: AbortSignal, form: () => { values: Record<string, any>, element: HTMLElement,
 *   set: (name: string, value: any) => void } }} options
 */
export function modelFinder({ signal, form }) {
  const listId = uid("models");
  const list = h("ul", { id: listId, class: "combo-list", role: "listbox", hidden: true, "aria-label": t("inventory.catalogue.found") });
  const count = h("p", { class: "only-readers", role: "status" });
  const note = h("div", { class: "catalogue-note" });
  const box = h("div", { class: "catalogue" }, list, count, note);
  const next = newest(signal);
  /** @type {HTMLInputElement | null} */
  let input = null;
  /** @type {Model[]} */
  let found = [];
  let active = -1;
  /** @type {{ model: Model, before: Record<string, any>, ports: HTMLInputElement | null } | null} */
  let chosen = null;
  let isFilling = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const hide = () => {
    clearTimeout(timer);
    next();
    list.hidden = true;
    active = -1;
    input?.setAttribute("aria-expanded", "false");
    input?.removeAttribute("aria-activedescendant");
  };

  /** @param {number} at */
  function mark(at) {
    active = at;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (at >= 0) input?.setAttribute("aria-activedescendant", `${listId}-${at}`);
    else input?.removeAttribute("aria-activedescendant");
  }

  /** @param {string} text */
  async function look(text) {
    try {
      found = await findModels(text, next());
    } catch (error) {
      // The catalogue is a help: without it the form works as well.
      if (!isAbort(error)) hide();
      return;
    }
    count.textContent = t("inventory.catalogue.count", { n: found.length });
    list.hidden = found.length === 0;
    input?.setAttribute("aria-expanded", String(found.length > 0));
    replace(
      list,
      found.map((model, at) =>
        h(
          "li",
          {
            id: `${listId}-${at}`,
            class: "combo-option",
            role: "option",
            "aria-selected": "false",
            onpointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              choose(model);
            },
          },
          icon(model.role, { class: "small" }),
          h(
            "span",
            { class: "catalogue-words" },
            h("span", {}, `${model.vendor} ${model.model}`),
            h("span", { class: "small quiet" }, hintOf(model, (n) => t("inventory.catalogue.units", { n }))),
          ),
        )
      ),
    );
    mark(-1);
  }

  /** @param {Model} model */
  function choose(model) {
    hide();
    const values = valuesOf(model);
    const current = form().values;
    const before = chosen?.before ?? Object.fromEntries(Object.keys(values).map((name) => [name, current[name] ?? null]));
    for (const name of Object.keys(values)) before[name] ??= chosen ? null : current[name] ?? null;
    fill(values);
    const ports = portCount(model);
    const check = ports > 0 ? h("input", { type: "checkbox", id: uid("ports"), checked: true }) : null;
    chosen = { model, before, ports: check };
    const { repository, path } = model.source;
    replace(
      note,
      h("p", { class: "small" }, t("inventory.catalogue.filled"), " ", h("strong", {}, `${model.vendor} ${model.model}`)),
      h("p", { class: "small quiet catalogue-source" }, t("inventory.catalogue.source", { source: `${repository}, ${path}` })),
      check && h("label", { class: "row", htmlFor: check.id }, check, h("span", {}, t("inventory.catalogue.ports", { n: ports }))),
      button(t("inventory.catalogue.take_back"), { small: true, icon: "undo", onclick: takeBack }),
    );
    input?.focus();
  }

  /** @param {Record<string, any>} values */
  function fill(values) {
    isFilling = true;
    for (const [name, value] of Object.entries(values)) form().set(name, value);
    isFilling = false;
  }

  function takeBack() {
    if (chosen) fill(chosen.before);
    forget();
    input?.focus();
  }

  function forget() {
    chosen = null;
    replace(note);
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (list.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + found.length + (active < 0 && step < 0 ? 1 : 0)) % found.length);
    } else if (event.key === "Enter" && active >= 0) choose(found[active]);
    else if (event.key === "Escape") hide();
    else return;
    // Escape closes the list, not the panel around it.
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    /** @type {Record<string, () => HTMLElement>} */
    extra: { model: () => box },
    begin() {
      input = /** @type {HTMLInputElement | null} */ (box.closest(".field")?.querySelector("input") ?? null);
      if (!input) return;
      input.setAttribute("role", "combobox");
      input.setAttribute("autocomplete", "off");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      input.setAttribute("aria-controls", listId);
      on(input, "keydown", (event) => key(/** @type {KeyboardEvent} */ (event)), signal);
      on(input, "blur", hide, signal);
    },
    /** @param {any} value  what stands in the field now */
    changed(value) {
      if (isFilling) return;
      const text = String(value ?? "").trim();
      if (chosen && text !== chosen.model.model) forget();
      if (text.length < SHORTEST) return hide();
      clearTimeout(timer);
      timer = setTimeout(() => void look(text), 120);
    },
    /** The chosen model, if its ports are wanted as well. */
    withPorts: () => (chosen?.ports?.checked ? chosen.model : null),
  };
}
